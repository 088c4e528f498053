"""Makes findings of what static tools saw: on the exact line, with every secret masked. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.guard import masking
from bot.review.static.rules import Rule
from bot.review.static.units import Row, Unit
from bot.review.values import LONGEST_TITLE, Anchor, Finding

_LONGEST_QUOTE = 400
"""Characters of one quote; nobody needs more to find the place."""

_MOST_LINES = 12
"""Lines of one finding; what is longer is shown by where it begins."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What `source` saw: a rule, and where in the unit: rows and columns from 0, ends behind."""

    unit: Unit
    source: str
    rule: Rule
    row: int
    end_row: int | None = None
    column: int | None = None
    end_column: int | None = None
    message: str = ""
    more: int = 0
    """Places of the same rule that are not told."""


def finding(seen: Seen) -> Finding:
    """Say what was seen, on lines of the new side; `identity` gives it its id."""
    rule, rows = seen.rule, _rows(seen)
    anchor = _anchor(seen, rows)
    return Finding(
        id="",
        severity=rule.severity,
        type=rule.type,
        rule_id=rule.id,
        cwe=rule.cwe,
        sources=(f"{seen.source}:{rule.id}",),
        confidence=rule.confidence,
        title=rule.title[:LONGEST_TITLE],
        message=masking.mask(seen.message or f"{rule.title}."),
        suggestion=rule.suggestion,
        anchor=anchor,
        more=seen.more,
        in_change=not seen.unit.source.is_diff or any(row.line.is_added for row in rows),
    )


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by place, and leave out what was said twice."""
    once = {(each.anchor.path, each.anchor.start_line, each.sources): each for each in findings}
    return sorted(
        once.values(),
        key=lambda each: (each.anchor.path, each.anchor.start_line or 0, each.sources),
    )


def _rows(seen: Seen) -> tuple[Row, ...]:
    rows = seen.unit.rows
    end = seen.row if seen.end_row is None else seen.end_row
    if end > seen.row and seen.end_column == 0:
        end -= 1  # the tool means the end of the row above
    if end - seen.row >= _MOST_LINES:
        end = seen.row
    return rows[seen.row : end + 1]


def _anchor(seen: Seen, rows: tuple[Row, ...]) -> Anchor:
    lines = list(dict.fromkeys(row.line for row in rows))
    ends_here = seen.end_row is None or seen.end_row == seen.row + len(rows) - 1
    return Anchor(
        path=seen.unit.source.path,
        start_line=lines[0].new,
        end_line=lines[-1].new,
        start_col=None if seen.column is None else rows[0].column + seen.column + 1,
        end_col=_last_column(seen, rows[-1]) if ends_here else None,
        quote=masking.mask("\n".join(line.text for line in lines))[:_LONGEST_QUOTE],
        status="exact",
    )


def _last_column(seen: Seen, row: Row) -> int | None:
    """Both ends belong to the finding, and a place without width is one character."""
    if seen.column is None or not seen.end_column:
        return None
    is_one_row = seen.end_row in (None, seen.row)
    least = seen.column + 1 if is_one_row else 1
    return row.column + max(least, seen.end_column)
