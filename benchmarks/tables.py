"""Numbers into Markdown tables: medians, ratios, aims. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

MET, MISSED = "met", "missed"


@dataclass(frozen=True, slots=True)
class Table:
    """A table under its own heading; `note` says what was measured and how."""

    title: str
    note: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """Spell the table, the first column left and the others right."""
        wide = [max(len(row[i]) for row in (self.header, *self.rows)) for i in self._columns]
        rule = ["-" * wide[i] if i == 0 else "-" * (wide[i] - 1) + ":" for i in self._columns]
        lines = [self._line(self.header, wide), "| " + " | ".join(rule) + " |"]
        lines += [self._line(row, wide) for row in self.rows]
        return f"### {self.title}\n\n{self.note}\n\n" + "\n".join(lines) + "\n"

    @property
    def _columns(self) -> range:
        return range(len(self.header))

    def _line(self, row: Sequence[str], wide: Sequence[int]) -> str:
        cells = [row[0].ljust(wide[0]), *(row[i].rjust(wide[i]) for i in self._columns[1:])]
        return "| " + " | ".join(cells) + " |"


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def ms(seconds: float) -> str:
    """Spell a time in milliseconds."""
    value = seconds * 1000
    return f"{value:.2f} ms" if value < 10 else f"{value:.0f} ms"


def secs(seconds: float | None) -> str:
    """Spell a time that is counted in seconds; None is one that did not come."""
    if seconds is None:
        return "never"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"


def mb(value: float) -> str:
    """Spell a size in MB."""
    return f"{value:.0f} MB"


def ratio(ours: float, theirs: float) -> str:
    """Spell how many times as much as the floor's ours is."""
    return f"{ours / theirs:.2f}" if theirs else "-"


def aim(text: str, *, met: bool) -> str:
    """Spell an aim and whether this run met it."""
    return f"{text}: {MET if met else MISSED}"
