"""Runs of marks are paired once, whichever platform writes them."""

from __future__ import annotations

import re

import pytest

from adapters.pacing.emphasis import Pairs, Run


def paired(text: str) -> str:
    """Write each pair as tags that name its kind: bold, italic, struck."""
    kinds = {1: "i", 2: "b"}

    def tag(opener: Run, used: int) -> str:
        return f"<{'s' if opener.char == '~' else kinds[used]}>"

    pairs, pieces, at = Pairs[Run](text, tag), list[str | Run](), 0
    for found in re.finditer(r"\*+|_+|~~+", text):
        run = Run(found[0][0], len(found[0]), found.start(), found.end())
        pairs.add(run)
        pieces += (text[at : found.start()], run)
        at = found.end()
    return "".join(map(_shown, (*pieces, text[at:])))


def _shown(piece: str | Run) -> str:
    if isinstance(piece, str):
        return piece
    return piece.closed + piece.char * piece.left + piece.opened


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**a** b", "<b>a<b> b"),
        ("*a _b_ c*", "<i>a <i>b<i> c<i>"),
        ("***a***", "<i><b>a<b><i>"),
        ("**a *b***", "<b>a <i>b<i><b>"),
        ("~~a~~ ~~", "<s>a<s> ~~"),
        ("snake_case_name", "snake_case_name"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("**注意：**内容", "<b>注意：<b>内容"),
        ("**a", "**a"),
        ("a****", "a****"),
    ],
)
def test_marks_are_paired_innermost_first_and_what_is_left_is_literal(
    text: str, shown: str
) -> None:
    assert paired(text) == shown


def test_a_flood_of_marks_takes_no_time() -> None:
    pairs = Pairs[Run]("*a " * 20_000, lambda opener, used: "")
    for place in range(20_000):
        pairs.add(Run("*", 1, 3 * place, 3 * place + 1))
    assert len(pairs._waiting) <= 41
