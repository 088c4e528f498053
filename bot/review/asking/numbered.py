"""Writes a source down for a model: one view with the line numbers in it, secrets hidden. Pure.

A line reads `12 | code`, in a diff `12 | +code`, `12 | -code` or `12 |  code`; behind `-` stands
the number of the old side. That costs two per cent more than the bare diff and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.guard.masking import MASK
from bot.review.findings.identity import number_on
from bot.review.material import Line, Piece, Source

LONGEST_LINE = 1_000
"""Characters of one line that are written; nobody reviews what stands behind them."""

CUT = " …[the line goes on]"

_LONGEST_HEADING = 160

Hide = Callable[[str], str]
"""Masks secrets at the same length, line ends unmoved."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it is written. `opens` tells that a piece begins here; `is_cut`, that its end is
    left out."""

    text: str
    line: Line
    opens: str = ""
    is_cut: bool = False


def rows(source: Source, hide: Hide) -> Iterator[Row]:
    """Yield every line of a source, numbered and without its secrets."""
    for number, piece in enumerate(source.pieces):
        opens = _opening(source, piece, number, hide)
        for line, text in zip(piece.lines, veiled(piece.lines, hide), strict=True):
            shown = _one_line(text)
            is_cut = len(shown) > LONGEST_LINE
            if is_cut:
                shown = shown[:LONGEST_LINE] + CUT
            yield Row(f"{_number(line)} | {_mark(source, line)}{shown}", line, opens, is_cut)
            opens = ""


def veiled(lines: Sequence[Line], hide: Hide) -> list[str]:
    """Return the texts of lines without their secrets.

    A secret may go over several lines of one side between which those of the other stand; what is
    hidden in any of the three readings is hidden.
    """
    texts = _hidden([line.text for line in lines], hide)
    if not any(line.is_removed for line in lines):
        return texts
    for side in ("new", "old"):
        at = [index for index, line in enumerate(lines) if number_on(line, side) is not None]
        hidden = _hidden([lines[index].text for index in at], hide)
        for index, text in zip(at, hidden, strict=True):
            if text != texts[index]:
                both = zip(text, texts[index], strict=True)
                texts[index] = "".join(a if b != MASK else b for a, b in both)
    return texts


def _hidden(texts: Sequence[str], hide: Hide) -> list[str]:
    # A line holds no \n; masking keeps every line end where it is.
    return hide("\n".join(texts)).split("\n") if texts else []


def _one_line(text: str) -> str:
    """Keep what only looks like a line end from beginning a line of its own."""
    return " ".join(text.splitlines()) if len(text.splitlines()) > 1 else text.rstrip("\r")


def _number(line: Line) -> int:
    number = line.new if line.new is not None else line.old
    return number or 0


def _mark(source: Source, line: Line) -> str:
    if not source.is_diff:
        return ""
    return "+" if line.is_added else "-" if line.is_removed else " "


def _opening(source: Source, piece: Piece, number: int, hide: Hide) -> str:
    """Say that lines are left out before a hunk, and in what it stands."""
    if not source.is_diff or (number == 0 and not piece.heading):
        return ""
    heading = _one_line(hide(piece.heading))[:_LONGEST_HEADING]
    return f"@@ {heading}".rstrip()
