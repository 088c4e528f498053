"""What a quote of code may mean: models copy numbers and marks along, fence it, shorten it. Pure.

Gives all that the quote can be read as, plainest first; which reading fits the code is decided by
`bot.review.findings.anchor`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.review.findings.identity import squeezed

Side: TypeAlias = Literal["new", "old"]


LONGEST = 20_000
"""Characters of a quote that are looked at."""

MOST_LINES = 400

_FENCE = re.compile(r"\s*(?:```|~~~)[^`\n]*\n(?P<code>.*?)(?:\n[ \t]*(?:```|~~~)\s*)?", re.DOTALL)
_TICKED = re.compile(r"\s*(`{1,3})(?P<code>[^`\n]+)\1\s*")
_NUMBERED = re.compile(
    r"\s*(?P<before>[+\-]?)\s*[L#]?(?P<number>\d{1,7})\s?(?:[|│:]|->|→|\t)(?P<rest>.*)", re.DOTALL
)
_ELLIPSIS = re.compile(r"\s*(?:(?:#|//|--|/\*|<!--)\s*)?(?:\.{3}|…)\s*(?:\*/|-->)?\s*")
_ENDS_CUT = re.compile(r"(?<=\S)\s*(?:\.{3}|…)(?:\[[a-z ]{1,40}\])?\s*$")


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning: parts of code that follow each other, with something left out between them.
    `number` is the line number that was copied along with the first line."""

    parts: tuple[tuple[str, ...], ...]
    number: int | None = None

    @property
    def first(self) -> str:
        """Return the first line with its indentation."""
        return self.parts[0][0]

    @property
    def keys(self) -> tuple[str, ...]:
        """Return each part as it is searched for, without whitespace."""
        return tuple(squeezed("".join(part)) for part in self.parts)


def readings(quote: str, side: Side = "new") -> list[Reading]:
    """Return what a quote of one side's code may mean; empty if it holds no code at all."""
    lines = _lines(quote)
    found: list[Reading] = []
    number, bare = _unnumbered(lines)
    for copied, candidate in ((None, lines), (number, bare)):
        for form in (candidate, _unmarked(candidate, side)):
            found += _with_gaps(form, copied)
    return list(dict.fromkeys(found))


def _lines(quote: str) -> list[str]:
    """Take fences off, and drop what is blank."""
    quote = quote[:LONGEST]
    if found := _FENCE.fullmatch(quote) or _TICKED.fullmatch(quote):
        quote = found["code"]
    return [line for line in quote.split("\n") if line.strip()][:MOST_LINES]


def _unnumbered(lines: Sequence[str]) -> tuple[int | None, list[str]]:
    """Take line numbers off where every line has one that is larger than the one before it."""
    bare: list[str] = []
    first = last = None
    for line in lines:
        found = _NUMBERED.fullmatch(line)
        if found is None or (last is not None and int(found["number"]) < last):
            return None, []
        last = int(found["number"])
        first = last if first is None else first
        rest = found["rest"]
        bare.append(found["before"] + rest.removeprefix(" ") if found["before"] else rest)
    # The space behind the mark belongs to it, unless nothing else stands there.
    if bare and all(line.startswith(" ") for line in bare if line.strip()):
        bare = [line[1:] for line in bare]
    return first, [line for line in bare if line.strip()]


def _unmarked(lines: Sequence[str], side: Side) -> list[str]:
    """Take a diff's marks off, and the other side's lines out, where any line has one."""
    gone, ours = ("-", "+") if side == "new" else ("+", "-")
    bare = [line.lstrip() if line.lstrip()[:1] in ("+", "-") else line for line in lines]
    if not any(line[:1] in ("+", "-") for line in bare):
        return []
    kept = [line for line in bare if line[:1] != gone]
    return [stripped for line in kept if (stripped := line.removeprefix(ours)).strip()]


def _with_gaps(lines: Sequence[str], number: int | None) -> list[Reading]:
    """Read lines as they are, and with `...` as something that was left out."""
    if not lines:
        return []
    found = [Reading((tuple(lines),), number)]
    parts: list[list[str]] = [[]]
    for line in lines:
        if _ELLIPSIS.fullmatch(line):
            parts.append([])
            continue
        cut = _ENDS_CUT.sub("", line)
        parts[-1].append(cut)
        if cut != line:
            parts.append([])
    kept = tuple(tuple(part) for part in parts if part)
    if kept and kept != found[0].parts:
        found.append(Reading(kept, number))
    return found
