"""What a linter says of one file that it read. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found: rows and columns from 0, the end behind the last character."""

    rule: str
    message: str
    row: int
    column: int = 0
    end_row: int | None = None
    end_column: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said of one file; `broken` is where and why it cannot be parsed."""

    hits: tuple[Hit, ...] = ()
    broken: Hit | None = None
