"""Secrets that no form gives away: what a finding calls one, and the same value on other lines.

Pure; called by `bot.review.hiding`. A value is hidden elsewhere only if nobody writes it by chance:
words, names and placeholders stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.guard.masking import MASK

SHORTEST = 8
"""Characters of a value that is hidden on other lines, too."""

SURE = 16
"""Characters from which on a value is no part of another word."""

MOST_VALUES = 500
"""Values that are looked for elsewhere: each costs a search through everything."""

_LONGEST = 1_000

_LITERAL = re.compile(
    r"\"\"\"|'''|(?P<mark>[\"'`])(?P<text>(?:\\.|(?!(?P=mark))[^\\]){0,2000})(?P=mark)"
)
_OPENING = re.compile(r"[A-Za-z]{0,2}(\"\"\"|''')")
_KEY = re.compile(r"\s*(?:\]|:(?!=)|=>)")
"""Behind a literal that names something: `environ["SECRET"]`, `{"password": …}`."""

_PLACEHOLDER = re.compile(
    r"\A[$<{%*]|\$\{|\{\{|%\(|<[^<>]*>|(?<![a-z0-9])(?:example|placeholder|change.?me|dummy|redacted)"
    r"|(?<![a-z0-9])your[-_ ]|x{4}|\.{3}|\*{3}",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"[a-z]+(?:[-_ .][a-z]+)*|[A-Z][a-z]+(?:[-_ .]?[A-Z][a-z]+)*|[A-Z]+(?:[_-][A-Z]+)*"
)
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_NO_QUOTES = frozenset({"", "shell", "dockerfile", "makefile", "yaml", "ini", "text", "markdown"})
"""Languages in which a text needs no quotes, so that a value may look like a name."""


def literals(text: str, begin: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield where secrets stand in a line that is said to hold one: what is between quotes. Without
    an `end`, names of something are passed over."""
    for found in _LITERAL.finditer(text):
        if not found["mark"] or (end is None and _KEY.match(text, found.end())):
            continue
        start, stop = found.span("text")
        overlaps = stop > begin and (end is None or start < end)
        if overlaps and start < stop and not _PLACEHOLDER.search(found["text"]):
            yield start, stop


def block(texts: Sequence[str], begin: int, end: int | None) -> Iterator[tuple[int, int, int]]:
    """Yield the row and the ends of each part of a text between triple quotes that goes over
    several lines, from a column of the first to one of the last."""
    opening = _OPENING.match(texts[0], begin)
    if opening is None or len(texts) < 2:
        return
    for row, text in enumerate(texts):
        start = opening.end() if row == 0 else 0
        stop = len(text) if row + 1 < len(texts) or end is None else max(0, min(end, len(text)) - 3)
        if start < stop:
            yield row, start, stop


def values_of(lines: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    """Return what was hidden on lines and is to be hidden elsewhere, the longest first; each line
    with its language, as it is and as it is shown."""
    found: dict[str, None] = {}
    for language, plain, shown in lines:
        for start, stop in _runs(plain, shown):
            value = plain[start:stop]
            # `password=settings.key1` hands a name on; quotes, or other places, make it a value.
            is_handed = language not in _NO_QUOTES and plain[:start].rstrip().endswith("=")
            if is_telling(value) and not (is_handed and _NAME.fullmatch(value)):
                found[value] = None
        if len(found) >= MOST_VALUES:
            break
    return tuple(sorted(list(found)[:MOST_VALUES], key=len, reverse=True))


def spread(text: str, values: Sequence[str]) -> str:
    """Hide values in a text, at the same length; a short one only where it stands by itself."""
    pieces: list[str] = []
    at = 0
    for start, stop in sorted(span for value in values for span in _spots(text, value)):
        if stop > at:
            pieces += (text[at:start], MASK * (stop - max(start, at)))
            at = stop
    return "".join((*pieces, text[at:])) if pieces else text


def _spots(text: str, value: str) -> Iterator[tuple[int, int]]:
    start = text.find(value)
    while start >= 0:
        stop = start + len(value)
        around = text[max(0, start - 1) : start] + text[stop : stop + 1]
        if len(value) >= SURE or not any(c.isascii() and c.isalnum() for c in around):
            yield start, stop
        start = text.find(value, stop)


def is_telling(value: str) -> bool:
    """Tell whether nobody writes a value by chance."""
    if not SHORTEST <= len(value) <= _LONGEST or MASK in value or not value.isprintable():
        return False
    return len(set(value)) > 3 and not _WORDS.fullmatch(value) and not _PLACEHOLDER.search(value)


def _runs(plain: str, shown: str) -> Iterator[tuple[int, int]]:
    """Yield where a line was hidden that was not so before."""
    for found in re.finditer(rf"{MASK}+", shown):
        if MASK not in plain[found.start() : found.end()]:
            yield found.span()
