"""Wishes for a review are told from everything else that people open a message with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.reading.chat import find
from bot.review.reading.wishes import LONGEST, Wish, commanded, read_wish, wished
from tests.bounds import bounded

CODE = "def f(x):\n    return eval(x)\n"


@pytest.mark.parametrize(
    "words",
    [
        "code review",
        "Code review please",
        "Review this code",
        "please review my PR",
        "can you review this pull request?",
        "Could you please review my Python function",
        "review app/main.py",
        "let's do a quick code review",
        "I need a review of my PR",
        "can I get a code review",
        "review the diff above",
        "take a look at my handler and review the code please",
        "帮我看看代码",
        "幫我看看程式碼",
        "帮我看看这段代码",
        "代码审查",
        "程式碼審查",
        "評審這段程式碼",
        "审查一下这个补丁",
        "把这段代码审查一下",
        "这段代码帮我 review 一下",
        "review一下这段代码",
        "请review这个PR",
        "麻烦看下这个 diff",
        "检查一下这段代码有没有问题",
        "對這個函式進行審查",
        "帮忙做个 code review",
    ],
)
def test_who_says_code_means_code(words: str) -> None:
    assert wished(words) is Wish.CODE


@pytest.mark.parametrize(
    "words",
    [
        "review",
        "Review!",
        "please review",
        "Please, review this.",
        "review this for security issues",
        "review this, thanks",
        "review it again",
        "re-review",
        "could you please take a look at this and review it",
        "Please have a quick look at the file and review it, thanks",
        "look over this and then review it",
        "review the attached file",
        "hey parley, review that please",
        "审查",
        "審查一下",
        "请审查",
        "review 一下",
        "把这个审查一下，谢谢",
    ],
)
def test_who_only_points_means_whatever_is_there(words: str) -> None:
    assert wished(words) is Wish.BARE


@pytest.mark.parametrize(
    "words",
    [
        "review of the film",
        "Review the film",
        "review my CV",
        "review this film",
        "review the plan we discussed",
        "评审这部电影",
    ],
)
def test_what_is_called_something_else_needs_code_beside_it(words: str) -> None:
    assert wished(words) is Wish.OTHER


@pytest.mark.parametrize(
    "words",
    [
        "",
        "hello",
        "what does review mean?",
        "The review was good",
        "I review code daily",
        "I like reviews",
        "preview this",
        "reviewing is hard",
        "review-board is down",
        "why does this code fail?",
        "看看天气",
        "帮我看看代码为什么报错",
        "北京天气怎么样",
        "这部电影的评审",
        "查一下时间",
    ],
)
def test_other_words_are_no_wish(words: str) -> None:
    assert wished(words) is None


def test_code_in_a_fence_is_none_of_the_words() -> None:
    found = read_wish(f"review\n```python\n{CODE}```\nthe film was good")
    assert found is not None
    assert not found.code
    assert read_wish(f"what is this?\n```\nreview this code\n{CODE}```") is None


def test_code_below_the_wish_needs_no_fence() -> None:
    found = read_wish(f"Please review this:\n{CODE}")
    assert found is not None
    assert found.code == CODE.rstrip("\n")
    prose = read_wish("review this:\nWe were young and the summer was long.")
    assert prose is None or not prose.code


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("/review", ""),
        ("/review this please", ""),
        ("/review eval(input())", "eval(input())"),
        (f"/review {CODE}", CODE.rstrip("\n")),
        (f"/review ```\n{CODE}```", ""),
        ("/review https://github.com/a/b/pull/1", ""),
    ],
)
def test_the_command_is_always_a_wish(message: str, code: str) -> None:
    found = read_wish(message)
    assert found is not None
    assert (found.wish, found.code) == (Wish.CODE, code)


def test_a_longer_word_is_another_command() -> None:
    assert commanded("/reviewers list") is None
    assert commanded("  /Review  it") == "it"


@given(st.text(max_size=600))
def test_nothing_that_people_write_breaks_it(text: str) -> None:
    read_wish(text)
    wished(f"review {text}")
    wished(f"审查{text}")


@pytest.mark.parametrize(
    "piece",
    ["帮我", "请", "这的", "a ", "please ", "the ", "x/ ", "看看", " ", "review ", "的", "code "],
)
@pytest.mark.parametrize("before", ["", "review ", "审查", "把"])
def test_no_repetition_takes_long(before: str, piece: str) -> None:
    wished("warm")
    with bounded(0.1):
        wished(before + piece * (2 * LONGEST // len(piece)))


@pytest.mark.parametrize(
    "message",
    [
        f"```python\n{CODE}``` please review this",
        f"```python\n{CODE}```\nplease review this",
        f"```python\n{CODE}```请审查这段代码",
        "```\nreturn eval(x)``` please review this",
        f"Here is my function.\n```python\n{CODE}```\ncould you please review it",
        f"```\n{CODE}```\ncould you please take a look at this and review it",
    ],
)
def test_the_wish_may_stand_behind_the_code(message: str) -> None:
    found = read_wish(message)
    assert found is not None
    assert found.wish in (Wish.BARE, Wish.CODE)
    (block,) = find(message).posted
    assert "eval(x)" in str(block.content)
    assert "review" not in str(block.content)


def test_code_above_the_wish_needs_no_fence() -> None:
    found = read_wish(f"{CODE}\nplease review this")
    assert found is not None
    assert found.code == CODE.strip("\n")


@pytest.mark.parametrize(
    "message",
    [
        f"Why does this fail?\n```\n{CODE}```\nreview it later",
        f"```\n{CODE}```\nwhat does it do",
        "We saw the film.\nreview this",
        f"```\n{CODE}```\nthe review was good",
    ],
)
def test_other_words_behind_code_are_no_wish(message: str) -> None:
    assert read_wish(message) is None
