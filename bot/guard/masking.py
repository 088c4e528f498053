"""Secrets hidden by kind, at the same length, so that places and line numbers stay true.

Pure. Everything that is remembered, sent to a model, written to a platform or logged passes here.
What a secret looks like stands in `bot.guard.forms` and `bot.guard.key_blocks`; no text costs more
than linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.guard.forms import RULES
from bot.guard.key_blocks import key_lines

MASK = "•"
"""Stands for each hidden character. No pattern accepts it, so that masked text stays as it is."""

SHORTEST_KNOWN = 6
"""Characters; hiding a shorter value wherever it occurs would hide ordinary words."""

_MOST_PASSES = 4
"""What one pass hid can uncover at most a neighbour; this bounds the cost of hostile text."""


class Found(NamedTuple):
    """A secret in a text: its kind and where it stands."""

    kind: str
    start: int
    end: int


def find(text: str) -> list[Found]:
    """Find the secrets in `text`, in order and without overlaps."""
    merged: list[Found] = []
    for found in sorted(_every(text), key=lambda found: (found.start, -found.end)):
        last = merged[-1] if merged else None
        if last is None or found.start >= last.end:
            merged.append(found)
        elif found.end > last.end:
            merged[-1] = last._replace(end=found.end)
    return merged


def mask(text: str, known: Iterable[str] = ()) -> str:
    """Hide the secrets in `text`, and every value in `known`; length and lines stay the same."""
    for value in sorted(known, key=len, reverse=True):
        if len(value) >= SHORTEST_KNOWN and value in text:
            text = text.replace(value, _hidden(value))
    for _ in range(_MOST_PASSES):
        found = find(text)
        if not found:
            break
        text = _masked(text, found)
    return text


def _every(text: str) -> Iterator[Found]:
    folded = text.lower()
    for rule in RULES:
        where = folded if rule.folded else text
        if not any(hint in where for hint in rule.hints):
            continue
        for match in rule.pattern.finditer(text):
            group: int | str = "secret" if "secret" in match.re.groupindex else match.re.groups
            yield Found(rule.kind, match.start(group), match.end(group))
    for start, end in key_lines(text):
        yield Found("private_key", start, end)


def _masked(text: str, found: list[Found]) -> str:
    pieces: list[str] = []
    at = 0
    for _, start, end in found:
        pieces += (text[at:start], _hidden(text[start:end]))
        at = end
    return "".join((*pieces, text[at:]))


def _hidden(secret: str) -> str:
    return re.sub(r"[^\r\n]", MASK, secret)
