"""Makes proposed lines fit their place: what a model copied along is taken off, indentation that it
lost is given back. Pure; several ways may be right, the likeliest comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.review.findings.identity import squeezed

_FENCE = re.compile(r"\s*(?:```|~~~)[^`\n]*\n(?P<code>.*?)(?:\n[ \t]*(?:```|~~~))?\s*", re.DOTALL)
_NUMBERED = re.compile(r"\s*\d{1,7} ?[|│] ?(?P<rest>.*)", re.DOTALL)
_OPENS = re.compile(r"[:{(\[,]\s*(?:#.*|//.*)?$")
_WORD = re.compile(r"\w{3}")

TAB = 4
"""Spaces that a model writes for a tab."""


def cleaned(text: str, replaced: Sequence[str]) -> list[str]:
    """Return proposed lines without fences, line numbers and a diff's marks."""
    if found := _FENCE.fullmatch(text):
        text = found["code"]
    lines = [line.rstrip() for line in text.removesuffix("\n").split("\n")] if text else []
    written = [line for line in lines if line.strip()]
    if written and all(map(_NUMBERED.fullmatch, written)):
        lines = [found["rest"] if (found := _NUMBERED.fullmatch(line)) else "" for line in lines]
        written = [line for line in lines if line.strip()]
    if _is_diff(written, replaced):
        kept = [line for line in lines if line[:1] != "-"]
        has_blank = all(line[:1] in ("+", " ", "") for line in kept)
        return [line[1:] if has_blank else line.removeprefix("+") for line in kept]
    return lines


def fitted(
    lines: Sequence[str], replaced: Sequence[str], above: str, below: str
) -> list[list[str]]:
    """Return ways to put `lines` in the place of `replaced`, between two lines that stay."""
    ways = [list(lines)]
    if trimmed := _trimmed(lines, replaced, above, below):
        # A repeated line with words in it is context; a bracket may be meant.
        ways = [trimmed, *ways] if _says_something(lines, trimmed) else [*ways, trimmed]
    found = [indented for way in ways for indented in _indented(way, replaced)]
    return [way for number, way in enumerate(found) if way not in found[:number]]


def _is_diff(written: Sequence[str], replaced: Sequence[str]) -> bool:
    if any(line.lstrip()[:1] in ("+", "-") for line in replaced):
        return False
    marks = {line[:1] for line in written}
    return bool(marks & {"+", "-"}) and marks <= {"+", "-", " "}


def _indented(lines: list[str], replaced: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines at the indentation of what they replace."""
    target = _indent(next((line for line in replaced if line.strip()), ""))
    written = [line for line in lines if line.strip()]
    if not written:
        yield lines
        return
    if "\t" in target and not any("\t" in _indent(line) for line in written):
        lines = [_tabbed(line) for line in lines]
        written = [line for line in lines if line.strip()]
    first, rest = written[0], written[1:]
    if _indent(first) == target:
        yield lines
        return
    shifted = _shifted(lines, _indent(first), target)
    least = min((len(_indent(line)) for line in rest), default=0)
    if _indent(first) or not rest or least < len(target):
        yield from (shifted, lines)
        return
    # The first line alone may have lost its indentation, as when a quote is trimmed.
    at = lines.index(first)
    alone = [*lines[:at], target + first, *lines[at + 1 :]]
    opens = _OPENS.search(first) is not None
    is_body = len(_indent(rest[0])) <= len(target) if opens else False
    yield from (shifted, alone) if is_body else (alone, shifted)


def _shifted(lines: Sequence[str], now: str, target: str) -> list[str]:
    """Move all lines as far as the first has to be moved."""
    moved: list[str] = []
    for line in lines:
        if line.startswith(now):
            moved.append(target + line[len(now) :] if line.strip() else "")
        else:
            moved.append(target + line.lstrip() if line.strip() else "")
    return moved


def _tabbed(line: str) -> str:
    indent = _indent(line)
    return "\t" * (len(indent) // TAB) + " " * (len(indent) % TAB) + line[len(indent) :]


def _trimmed(
    lines: Sequence[str], replaced: Sequence[str], above: str, below: str
) -> list[str] | None:
    """Return the lines without repetitions of the lines around their place; None without such."""
    kept = list(lines)
    first = squeezed(replaced[0]) if replaced else ""
    last = squeezed(replaced[-1]) if replaced else ""
    if len(kept) > 1 and squeezed(kept[0]) == squeezed(above) != "" and squeezed(above) != first:
        kept = kept[1:]
    if len(kept) > 1 and squeezed(kept[-1]) == squeezed(below) != "" and squeezed(below) != last:
        kept = kept[:-1]
    return kept if len(kept) < len(lines) else None


def _says_something(lines: Sequence[str], trimmed: Sequence[str]) -> bool:
    rest = list(lines)
    for line in trimmed:
        rest.remove(line)
    return all(_WORD.search(line) for line in rest)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
