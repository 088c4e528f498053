"""Which brackets of a fragment have no partner in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_PARTNERS = {"(": ")", "[": "]", "{": "}"}
_OPENERS = {closer: opener for opener, closer in _PARTNERS.items()}
_BRACKET = re.compile(r"[()\[\]{}]")

DEEPEST = 200
"""Deeper than people write; a frame around more would only feed a parser's stack."""


@dataclass(frozen=True, slots=True)
class Brackets:
    """Openers that are missing before the text and closers that are missing behind it.

    `head_row` is where the last closer without an opener stands, -1 without one; `inside` are the
    rows that begin within brackets.
    """

    missing: tuple[str, ...]
    open: tuple[str, ...]
    head_row: int
    inside: frozenset[int]


def scanned(bare: Sequence[str]) -> Brackets:
    """Match the brackets in rows without comments and strings."""
    stack: list[str] = []
    missing: list[str] = []
    head_row = -1
    inside: set[int] = set()
    for row, text in enumerate(bare):
        if stack:
            inside.add(row)
        for bracket in _BRACKET.findall(text):
            if bracket in _PARTNERS:
                stack.append(bracket)
            elif stack:
                stack.pop()
            else:
                missing.append(_OPENERS[bracket])
                head_row = row
    return Brackets(
        missing=tuple(reversed(missing[-DEEPEST:])),
        open=tuple(_PARTNERS[bracket] for bracket in reversed(stack[-DEEPEST:])),
        head_row=head_row,
        inside=frozenset(inside | set(range(head_row + 1))),
    )
