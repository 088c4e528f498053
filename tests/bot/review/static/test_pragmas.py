"""Suppressing comments lose their force, and nothing else moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.review.static.pragmas import neutralised

PIECES = st.sampled_from(
    (
        *(
            "# noqa",
            "# ruff: noqa",
            "/* eslint-disable */",
            "// oxlint-disable-line",
            "# shellcheck ",
        ),
        *("\n", "x = 1", "é", " ", "@flow", "\t", "eslint", "#", "/*", "ruff", "\u212a", "nosec"),
    )
)


@given(st.lists(PIECES | st.text(max_size=5)).map("".join))
def test_length_and_line_ends_stay(text: str) -> None:
    said = neutralised(text)
    assert len(said) == len(text)
    assert [n for n, letter in enumerate(said) if letter == "\n"] == [
        n for n, letter in enumerate(text) if letter == "\n"
    ]
    assert neutralised(said) == said


def test_words_lose_their_force_and_code_keeps_its_own() -> None:
    assert "noqa" not in neutralised("x = 1  # NOQA: E501").lower()
    assert neutralised("# flaKe8: noqa").count("_") == len("flake8") + len("noqa")
    code = "import ruff\nfrom eslint import rules\ntype: int = 3\nshellcheck --version\n"
    assert neutralised(code) == code
