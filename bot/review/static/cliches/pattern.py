"""A cliché that one regular expression tells: where it is looked for, and what excuses it. Pure.

Every expression repeats within bounds and begins at something that a line holds at most a few
times; hints let most texts skip most expressions.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from bot.review.reading.lexing import Code

Where: TypeAlias = Literal["code", "bare", "text"]
"""Without comments; without comments and strings; as it is."""

_MOST = 200
"""Spots of one pattern in one text; more say the same."""


class Spot(NamedTuple):
    """A rule and where it was seen: row and columns from 0, the end behind the last character."""

    row: int
    rule: str
    column: int
    end: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """Looks for `regex` in texts of `languages` that hold one of `hints` (lower case).

    What matches `unless` on the rows of the match, or `absent` anywhere, excuses it. The group
    `at`, where it took part, is the place.
    """

    rule: str
    languages: frozenset[str]
    hints: tuple[str, ...]
    regex: re.Pattern[str]
    where: Where = "code"
    unless: re.Pattern[str] | None = None
    absent: re.Pattern[str] | None = None


def pattern(
    rule: str,
    languages: str,
    hints: str,
    regex: str,
    *,
    where: Where = "code",
    unless: str = "",
    absent: str = "",
    fold: bool = False,
) -> Pattern:
    """Make a pattern; languages and hints are set apart by spaces."""
    flags = re.MULTILINE | (re.IGNORECASE if fold else 0)
    return Pattern(
        rule=rule,
        languages=frozenset(languages.split()),
        hints=tuple(hints.lower().split()),
        regex=re.compile(regex, flags),
        where=where,
        unless=re.compile(unless, flags) if unless else None,
        absent=re.compile(absent, flags) if absent else None,
    )


def found(pattern: Pattern, language: str, code: Code) -> Iterator[Spot]:
    """Look for the pattern in a text of that language."""
    if language not in pattern.languages or not any(hint in code.folded for hint in pattern.hints):
        return
    text = {"code": code.code, "bare": code.bare, "text": code.text}[pattern.where]
    if pattern.absent is not None and pattern.absent.search(code.code):
        return
    for number, match in enumerate(pattern.regex.finditer(text)):
        if number >= _MOST:
            return
        start, end = match.span()
        if "at" in pattern.regex.groupindex and match.start("at") >= 0:
            start, end = match.span("at")
        if pattern.unless is None or not pattern.unless.search(_rows(text, *match.span())):
            yield spot(code, pattern.rule, start, end)


def spot(code: Code, rule: str, start: int, end: int) -> Spot:
    """Turn a span of the text into a place on one row."""
    row = bisect_right(code.starts, start) - 1
    column = start - code.starts[row]
    until = code.text.find("\n", start)
    last = len(code.text) if until < 0 else until
    return Spot(row, rule, column, column + max(1, min(end, last) - start))


def _rows(text: str, start: int, end: int) -> str:
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return text[first : len(text) if last < 0 else last]
