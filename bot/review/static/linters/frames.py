"""Makes a fragment readable for a parser: what stands around it is put around it. Pure.

A frame never changes a row of the fragment; it puts rows before it and behind it, or leaves rows
at the edges out, so that every place it hands back is a place in what was posted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from bot.review.static.linters.hits import Hit
from bot.review.static.units import Unit


@dataclass(frozen=True, slots=True)
class Frame:
    """The text to parse: rows `first` to `last` (behind it) of a unit, with `before` above them."""

    text: str
    first: int
    last: int
    before: int
    is_cut: bool

    def holds(self, row: int) -> bool:
        """Tell whether a row of the text is one of the unit's."""
        return self.before <= row < self.before + self.last - self.first

    def placed(self, hit: Hit, rows: int) -> Hit:
        """Return the hit with its rows counted as the unit counts them, kept inside of it."""
        shift = self.first - self.before
        row = min(max(hit.row + shift, 0), rows - 1)
        end = hit.end_row
        end_row = None if end is None else min(max(end + shift, row), rows - 1)
        return dataclasses.replace(hit, row=row, end_row=end_row)


def around(
    unit: Unit,
    first: int = 0,
    last: int | None = None,
    before: Sequence[str] = (),
    behind: Sequence[str] = (),
) -> Frame:
    """Put rows around a part of the unit."""
    last = len(unit.rows) if last is None else last
    rows = unit.text.split("\n")[first:last]
    text = "".join(f"{row}\n" for row in (*before, *rows, *behind))
    is_cut = any(row.text.strip() for row in (*unit.rows[:first], *unit.rows[last:]))
    return Frame(text, first, last, len(before), is_cut)


def trimmed(rows: int, first: int, last: int, broken: int | None) -> tuple[int, int] | None:
    """Leave out the edge that is nearer to the broken row; None when too little would be left."""
    if broken is None or not first <= broken < last:
        return None
    if broken - first < last - broken - 1:
        first = broken + 1
    else:
        last = broken
    return (first, last) if last - first >= max(1, rows // 3) else None
