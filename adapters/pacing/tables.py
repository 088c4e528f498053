"""Tables as aligned monospaced lines, for platforms that have none. Called by renderers."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

# A column is padded up to this width; a longer cell sticks out instead of widening every row.
_WIDEST = 40


def width(text: str) -> int:
    """Return how many monospaced columns `text` takes; wide East Asian characters take two."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def aligned(rows: Sequence[list[str]], delimiters: Sequence[str]) -> list[str]:
    """Lay out `rows` (the first is the header) as lines; `delimiters` say how columns align."""
    columns = len(delimiters)
    rows = [[*row[:columns], *[""] * (columns - len(row))] for row in rows]
    sizes = [[width(cell) for cell in row] for row in rows]
    widths = [min(_WIDEST, max(column)) for column in zip_longest(*sizes, fillvalue=0)]
    lines = [
        " | ".join(map(_pad, row, taken, widths, delimiters)).rstrip()
        for row, taken in zip(rows, sizes, strict=True)
    ]
    return [lines[0], "-+-".join("-" * width for width in widths), *lines[1:]]


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _pad(cell: str, taken: int, width: int, delimiter: str) -> str:
    room = max(0, width - taken)
    if delimiter.endswith(":"):
        left = room // 2 if delimiter.startswith(":") else room
        return " " * left + cell + " " * (room - left)
    return cell + " " * room
