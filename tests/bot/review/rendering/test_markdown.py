"""A review as Markdown: readable, and nothing of a stranger's comes alive in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from bot.review.rendering import render
from bot.review.rendering.markdown import fence, plain
from bot.review.values import Review
from tests.bot.review.made import finding

from .reviews import FIX, INJECTION, PATCH, STATIC, UNSURE, review, reviews


def test_a_finding_reads_as_a_section_with_its_code_and_its_fix() -> None:
    told = render(review(INJECTION.model_copy(update={"fix": FIX})), "markdown")
    assert told.startswith("# Code review · app.py · 6/10\n")
    assert "## 1. 🛑 Critical · SQL built from text\n" in told
    assert "[CWE-89](https://cwe.mitre.org/data/definitions/89.html)" in told
    assert "```\n12 | q = (\n13 |     base + name\n14 | )\n```" in told
    assert f"**Fix (checked)**: Check the exit code\n\n```diff\n{PATCH}```\n" in told


def test_a_fix_that_was_not_verified_says_so() -> None:
    made = review(finding(fix=FIX.model_copy(update={"applies": False, "patch": ""})))
    told = render(made, "markdown")
    assert "**Possible fix (not verified)**" in told
    assert "```diff\n-run(cmd)\n+run(cmd, check=True)\n```" in told


def test_without_a_model_it_says_so() -> None:
    assert "> Static checks only, logic not reviewed." in render(review(**STATIC), "markdown")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Use `a_b` in snake_case_name", "Use `a_b` in snake_case_name"),
        ("![x](http://evil.example/?q)", "!\\[x\\](http://evil.example/?q)"),
        ("<img src=x>", "\\<img src=x>"),
        ("@team look", "&#64;team look"),
        ("# Heading", "\\# Heading"),
        ("1. item", "1\\. item"),
        ("1.5 seconds", "1.5 seconds"),
        ("> quoted", "\\> quoted"),
        ("*bold* _it_ ~~gone~~", "\\*bold\\* \\_it\\_ \\~~gone\\~~"),
        ("an ` alone", "an \\` alone"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
    ],
)
def test_only_code_spans_are_markdown(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_code_cannot_end_its_block() -> None:
    assert fence("a\n````\nb").startswith("`````\n")


@given(reviews)
def test_no_picture_no_tag_and_no_mention_comes_alive(made: Review) -> None:
    told = re.sub(r"(?ms)^(`{3,})\w*\n.*?\n\1$", "", render(made, "markdown"))
    told = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", told, flags=re.DOTALL)
    assert not re.search(r"(?<!\\)!\[|(?<!\\)<\w|@", told)


def test_only_beside_older_ones_is_one_called_new() -> None:
    older = UNSURE.model_copy(update={"status": "open"})
    both = render(review(INJECTION, older), "markdown")
    assert both.count("**new** · ") == both.count("**open** · ") == 1
    assert "**new**" not in render(review(INJECTION, UNSURE), "markdown")
