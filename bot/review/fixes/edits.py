"""Carries edits out on a source, line by line; what does not fit exactly is left undone. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias

from bot.review.material import Line, Piece, Source
from bot.review.values import Edit

Mark: TypeAlias = Literal[" ", "-", "+"]


@dataclass(frozen=True, slots=True)
class Row:
    """A line that an edit takes away or brings, or one that stays."""

    mark: Mark
    text: str
    number: int
    """Of the line before the change; of an added one, that of the line it stands before."""
    is_last: bool = False
    """Nothing stands behind it in the file."""


def lines_of(text: str) -> list[str]:
    """Return the lines of an edit's text; its last line end may be missing."""
    return text.removesuffix("\n").split("\n") if text else []


def fits(source: Source, edit: Edit) -> bool:
    """Tell whether an edit's old lines are what stands there."""
    return piece_of(source, edit) is not None


def applied(source: Source, edits: Sequence[Edit]) -> Source | None:
    """Carry edits out; lines behind them are renumbered. None where one does not fit or two
    overlap."""
    ordered = sorted(edits, key=lambda edit: (edit.start_line, edit.end_line))
    if any(_clash(a, b) for a, b in pairwise(ordered)):
        return None
    homes = [piece_of(source, edit) for edit in ordered]
    if None in homes:
        return None
    pieces: list[Piece] = []
    shift = 0
    for number, piece in enumerate(source.pieces):
        mine = [edit for edit, home in zip(ordered, homes, strict=True) if home == number]
        changed, shift = _changed(piece, mine, shift)
        pieces.append(changed)
    return replace(source, pieces=tuple(pieces))


def _clash(first: Edit, second: Edit) -> bool:
    """Tell whether of two edits in order the second begins within the first, or at its place."""
    if first.end_line < first.start_line:
        return second.start_line == first.start_line
    return second.start_line <= first.end_line


def piece_of(source: Source, edit: Edit) -> int | None:
    """Return which piece holds exactly the lines that an edit replaces."""
    wanted = range(edit.start_line, max(edit.end_line, edit.start_line - 1) + 1)
    old = [line.rstrip("\r") for line in lines_of(edit.old)]
    for number, piece in enumerate(source.pieces):
        lines = list(piece.new_side())
        if not wanted:
            numbers = {line.new for line in lines}
            if edit.start_line in numbers or edit.start_line - 1 in numbers or not lines:
                return number if not old else None
            continue
        found = [line.text.rstrip("\r") for line in lines if line.new in wanted]
        if found and len(found) == len(wanted):
            return number if found == old else None
    return 0 if not wanted and not source.pieces and not old else None


def _changed(piece: Piece, edits: Sequence[Edit], shift: int) -> tuple[Piece, int]:
    """Return a piece with its edits carried out, and how far the lines behind it have moved."""
    lines: list[Line] = []
    position = piece.lines[0].position if piece.lines else 0
    is_diff = position > 0
    for row in rows_of(piece, edits):
        if isinstance(row, Line):
            lines.append(replace(row, new=None if row.new is None else row.new + shift))
            continue
        if row.mark == "-":
            shift -= 1
        elif row.mark == "+":
            # In a diff it counts as changed, and tools look at what was changed.
            lines.append(
                Line(row.text, row.number + shift, None, max(1, position) if is_diff else 0)
            )
            shift += 1
    return Piece(tuple(lines), piece.heading), shift


def rows_of(piece: Piece, edits: Sequence[Edit]) -> Iterator[Row | Line]:
    """Yield a piece's lines as they are, and rows where edits change them."""
    waiting = sorted(edits, key=lambda edit: (edit.start_line, edit.end_line))
    last = 0
    for line in piece.lines:
        if line.new is None:
            yield line
            continue
        while waiting and waiting[0].start_line == line.new and _is_insertion(waiting[0]):
            yield from _added(waiting.pop(0), line.new, line.text)
        if waiting and waiting[0].start_line <= line.new <= waiting[0].end_line:
            yield Row("-", line.text, line.new)
            if line.new == waiting[0].end_line:
                yield from _added(waiting.pop(0), line.new + 1, line.text)
        else:
            yield line
        last = line.new
    for edit in waiting:
        yield from _added(edit, last + 1, "")


def _added(edit: Edit, number: int, beside: str) -> Iterator[Row]:
    """Yield what an edit brings, with the line end of the line beside it."""
    end = "\r" if beside.endswith("\r") else ""
    for line in lines_of(edit.new):
        yield Row("+", line.rstrip("\r") + end, number)


def _is_insertion(edit: Edit) -> bool:
    return edit.end_line < edit.start_line
