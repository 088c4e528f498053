"""The language is what people say it is, else what the code looks like, else unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.reading.guessing import guess, looks_like_code
from bot.review.reading.languages import by_name, by_word, detect
from tests.bot.review.windows import WINDOWS

ALIKE = {"typescript": "javascript", "jsx": "javascript", "tsx": "javascript", "cpp": "c"}
"""Told apart badly by a few lines; a review of either reads the same."""


def test_a_fence_tag_goes_before_a_name_and_a_name_before_looks() -> None:
    assert detect("x = 1", tag="js", name="a.py") == "javascript"
    assert detect("x = 1", name="a.rs") == "rust"
    assert detect("x = 1", tag="nonsense", name="a.rs") == "rust"
    assert detect("def f():\n    return None", hint="text/plain") == "python"
    assert detect("hm", hint="text/x-ruby") == "ruby"


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("a/b.py", "python"),
        ("A.TS", "typescript"),
        ("x.tsx", "tsx"),
        ("Dockerfile", "dockerfile"),
        ("deploy/Dockerfile.prod", "dockerfile"),
        ("win\\path\\x.cs", "csharp"),
        (".github/workflows/ci.yml", "yaml"),
        ("Makefile", "makefile"),
        ("README", ""),
        ("", ""),
        (".", ""),
    ],
)
def test_names_tell_the_language(name: str, language: str) -> None:
    assert by_name(name) == language


def test_words_that_mean_nothing_are_unknown() -> None:
    assert by_word("gibberish") == by_word("") == ""
    assert (by_word("C++"), by_word("language-go"), by_word("{.python}")) == ("cpp", "go", "python")


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("#!/usr/bin/env python3", "python"),
        ("#!/bin/bash -e", "shell"),
        ("#!/usr/bin/env node", "javascript"),
        ("#!/usr/bin/perl", "perl"),
    ],
)
def test_the_first_line_tells_the_language(line: str, language: str) -> None:
    assert detect(f"{line}\nx\n") == language


def test_most_pieces_without_a_name_are_recognised() -> None:
    guesses = [(name, guess(piece)) for name, pieces in WINDOWS.items() for piece in pieces]
    right = [ALIKE.get(said, said) == ALIKE.get(name, name) for name, said in guesses]
    assert sum(right) >= 0.9 * len(right), [
        pair for pair, ok in zip(guesses, right, strict=True) if not ok
    ]


@pytest.mark.parametrize("text", ["", "hello there", "Could you have a look at this, please?"])
def test_prose_has_no_language(text: str) -> None:
    assert guess(text) == ""
    assert not looks_like_code(text)


def test_code_looks_like_code() -> None:
    assert all(looks_like_code(piece) for pieces in WINDOWS.values() for piece in pieces)


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(detect(text), str)
