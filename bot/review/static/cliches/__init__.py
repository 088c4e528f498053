"""Our own small rules for mistakes that the linters miss: clichés, told by their looks.

They read text, not a program, and so they are few, narrow and quiet: a rule that cannot tell says
nothing. Called for every unit by `bot.review.static.examining`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.review.reading import lexing
from bot.review.static.cliches import (
    containers,
    databases,
    flows,
    infrastructure,
    native,
    others,
    python,
    scripts,
    shells,
)
from bot.review.static.cliches.pattern import Pattern, Spot, found
from bot.review.static.findings import Seen
from bot.review.static.rules import table
from bot.review.static.units import Unit

NAME = "cliches"

_PATTERNS: tuple[Pattern, ...] = (
    *python.PATTERNS,
    *scripts.PATTERNS,
    *shells.PATTERNS,
    *containers.PATTERNS,
    *infrastructure.PATTERNS,
    *databases.PATTERNS,
    *native.PATTERNS,
    *others.PATTERNS,
)
_SPECIAL = (flows.spots, containers.spots, databases.spots)


def seen(unit: Unit) -> Iterator[Seen]:
    """Find the clichés in one unit, each once a row."""
    kind = containers.kind(unit)
    code = lexing.read(unit.text, kind)
    spots: set[Spot] = {spot for pattern in _PATTERNS for spot in found(pattern, kind, code)}
    for special in _SPECIAL:
        spots.update(special(unit, kind, code))
    rules = table(NAME)
    said: set[tuple[str, int]] = set()
    for spot in sorted(spots):
        if (spot.rule, spot.row) not in said and spot.row < len(unit.rows):
            said.add((spot.rule, spot.row))
            yield Seen(unit, NAME, rules[spot.rule], spot.row, spot.row, spot.column, spot.end)
