"""What chat did to pasted code is undone, and code is found in messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.reading.chat import find, undo
from bot.review.reading.links import Link, find_links


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("a\r\nb\r\r\nc", "a\nb\nc"),
        ("a\rb", "a\nb"),
        ("a\rb\n", "a\rb\n"),
        ("\ufeffa", "a"),
        ("\x1b[32m+a\x1b[m", "+a"),
        ("if a &lt; b &amp;&amp; c:", "if a < b && c:"),
        ("x = '&lt;' if a < b", "x = '&lt;' if a < b"),
        ("a &lt; b # <https://x.io/?a=1&amp;b=2>", "a < b # https://x.io/?a=1&b=2"),
        ("see <https://x.io|x.io>", "see x.io"),
        ("see <https://x.io>", "see <https://x.io>"),
        ("> a\n>\n> b", "a\n\nb"),
        ("> > a\n> > b", "a\nb"),
        (">>> f(1)\n>>> g(2)", ">>> f(1)\n>>> g(2)"),
        ("if a:\n\xa0 \xa0 b\xa0= 1", "if a:\n    b = 1"),
        ("x = 'a\xa0b'", "x = 'a\xa0b'"),
    ],
)
def test_damage_is_undone(damaged: str, whole: str) -> None:
    assert undo(damaged) == whole


@given(st.text(alphabet="ab<>&;lt>\n \xa0\x1b[m|https:/", max_size=200))
def test_undoing_moves_no_line(text: str) -> None:
    assert undo(text).count("\n") == text.count("\n")


def test_each_fenced_block_is_found_with_its_tag() -> None:
    found = find("Please review\n```python\nx = 1\n```\nand\n~~~js\nlet y;\n~~~\nthanks")
    assert [(one.fence_tag, one.content) for one in found.posted] == [
        ("python", "x = 1"),
        ("js", "let y;"),
    ]
    assert found.prose == "Please review\nand\nthanks"
    assert all(one.is_pasted for one in found.posted)


@pytest.mark.parametrize(
    ("message", "name", "tag"),
    [
        ("```py:app/main.py\nx\n```", "app/main.py", "py"),
        ("```app/main.py\nx\n```", "app/main.py", ""),
        ('```python title="main.py"\nx\n```', "main.py", "python"),
        ("here is `main.py`:\n```python\nx\n```", "", "python"),
        ("`main.py`:\n```python\nx\n```", "main.py", "python"),
        ("**src/Dockerfile**\n```\nFROM x\n```", "src/Dockerfile", ""),
        ("```c++\nx\n```", "", "c++"),
    ],
)
def test_names_are_read_from_the_fence_or_the_line_before(
    message: str, name: str, tag: str
) -> None:
    (block,) = find(message).posted
    assert (block.name, block.fence_tag) == (name, tag)


def test_a_fence_that_is_context_of_a_diff_does_not_close_it() -> None:
    diff = "@@ -1,4 +1,5 @@\n # Title\n ```\n+code\n ```\n end"
    (block,) = find(f"look:\n```diff\n{diff}\n```\nbye").posted
    assert block.content == diff


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("```x = 1```", "x = 1"),
        ("review ```x = 1``` please", "x = 1"),
        ("```\nx = 1\ny = 2```", "x = 1\ny = 2"),
        ("```\nx = 1", "x = 1"),
        ("> ```\n> x = 1\n>\n> y = 2\n> ```", "x = 1\n\ny = 2"),
    ],
)
def test_fences_are_found_as_chat_allows_them(message: str, code: str) -> None:
    (block,) = find(message).posted
    assert block.content == code


def test_a_diff_needs_no_fence() -> None:
    found = find("please look\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b")
    (block,) = found.posted
    assert (block.fence_tag, found.prose) == ("diff", "please look")
    assert isinstance(block.content, str)
    assert block.content.startswith("diff --git")


def test_links_to_pull_requests_are_found_once_and_in_order() -> None:
    text = (
        "see https://gitlab.com/group/sub/app/-/merge_requests/7#note_1, then "
        "<https://github.com/owner/my.repo/pull/12/files|#12> and https://github.com/owner/my.repo/pull/12"
    )
    assert find_links(text) == (
        Link("gitlab", "gitlab.com", "group/sub/app", 7),
        Link("github", "github.com", "owner/my.repo", 12),
    )


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/owner/repo/issues/3",
        "https://github.com/owner/../pull/3",
        "https://user:secret@github.com/owner/repo/pull/3",
        "ftp://github.com/owner/repo/pull/3",
        "https://github.com/owner/repo/pull/",
    ],
)
def test_other_links_are_left_alone(text: str) -> None:
    assert find_links(text) == ()


def test_links_within_code_are_not_asked_for() -> None:
    assert find("```\n# https://github.com/a/b/pull/1\n```").links == ()
