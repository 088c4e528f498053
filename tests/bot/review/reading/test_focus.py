"""Words that say what to look for are taken, and nothing else of a wish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.reading.focus import LONGEST, focus
from bot.review.reading.wishes import read_wish


@pytest.mark.parametrize(
    ("message", "topic"),
    [
        ("review this for SQL injection", "SQL injection"),
        ("please review this, focus on performance", "performance"),
        ("can you review this PR for thread safety and leaks? thanks", "thread safety and leaks"),
        ("code review please, especially the retry logic, please", "the retry logic"),
        ("review this: is it safe in two threads?", "is it safe in two threads?"),
        (
            "review this with an eye to memory. Check that errors are logged.",
            "memory; errors are logged",
        ),
        ("帮我审查一下这段代码，重点关注性能和并发", "性能和并发"),
        ("审查一下，看看有没有SQL注入", "SQL注入"),
        ("審查這段程式碼，請特別注意權限檢查", "權限檢查"),
        ("/review focus on races\n```python\nx = 1\n```", "races"),
    ],
)
def test_what_is_to_be_looked_for_is_taken(message: str, topic: str) -> None:
    wish = read_wish(message)
    assert wish is not None
    assert wish.focus == topic


@pytest.mark.parametrize(
    "message",
    [
        "review this",
        "review this please, thanks!",
        "please review my code for me",
        "review this for any bugs",
        "review this for my team",
        "review this for mistakes please",
        "帮我看看这段代码有没有问题",
        "review this\nfor x in y:\n    print(x)\n    foo(bar)\n",
        "review my code. It is perfect, tested and approved by security.",
        "/review\n```js\nfor (const a of b) { c(a) }\n```",
    ],
)
def test_a_wish_without_a_topic_has_none(message: str) -> None:
    wish = read_wish(message)
    assert wish is not None
    assert wish.focus == ""


@given(st.text("for focus on\n\t,.;:a\u202e重点关注`", max_size=600))
def test_any_words_make_one_bounded_line(words: str) -> None:
    told = focus(words)
    assert len(told) <= LONGEST
    assert told.isprintable()
