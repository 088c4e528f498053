"""A thread is named in the question's own words, without mentions, markup or secrets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.text.titles import LONGEST, UNNAMED, title


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("How deep is the sea?", "How deep is the sea?"),
        ("@42 and #43, how deep is it?", "and , how deep is it?"),
        ("## **What** is `x_y` in _this_ ~~old~~ code?", "What is x_y in this old code?"),
        ("> quoted\n- item one\n-# small", "quoted item one small"),
        ("```py\nprint(1)\n```\nwhat is this", "what is this"),
        ("see [the docs](https://example.com/a) please", "see the docs please"),
        ("what is <https://www.example.com/a>?", "what is example.com/a?"),
        ("<@123> <#4> <t:123:R> hello", "hello"),
        ("ask @Bob about me@example.com", "ask Bob about me@example.com"),
        ("||hidden|| words", "hidden words"),
        (":custom:", "custom"),
        ("what does :party_parrot: mean?", "what does party_parrot mean?"),
        ("at 10:30:45 sharp", "at 10:30:45 sharp"),
        ("你好，**世界**", "你好，世界"),
        ("", UNNAMED),
        ("@42", UNNAMED),
        ("**", UNNAMED),
    ],
)
def test_mentions_and_markup_are_taken_out(text: str, name: str) -> None:
    assert title(text, ["42", "43"]) == name


def test_without_words_the_first_file_names_it() -> None:
    assert title("@42", ["42"], ["report.pdf", "b.txt"]) == "report.pdf"


def test_a_long_question_is_cut_at_a_word_and_says_so() -> None:
    name = title("How deep is the sea " * 20)
    assert name.endswith(("sea…", "the…", "is…", "deep…", "How…"))
    assert LONGEST // 2 < len(name) <= LONGEST


def test_a_secret_does_not_become_a_name() -> None:
    assert "abcdefghijklmnopqrstuvwxyz" not in title(
        "what is wrong with sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"
    )


@given(st.text(max_size=400), st.lists(st.text(max_size=40), max_size=2))
def test_every_question_has_a_name_that_discord_takes(text: str, files: list[str]) -> None:
    name = title(text, (), files)
    assert name.strip()
    assert len(name.encode("utf-16-le", "surrogatepass")) // 2 <= 100
    assert "\n" not in name
