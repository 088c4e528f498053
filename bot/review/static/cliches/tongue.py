"""What has to be known of a language to follow strangers' words through it. Values only."""

from __future__ import annotations

import re
from dataclasses import dataclass

NEVER = r"(?!)"


@dataclass(frozen=True, slots=True)
class Danger:
    """A call that does harm with strangers' words: in any argument, or in the `first` alone."""

    rule: str
    sink: re.Pattern[str]
    first: bool
    needs: re.Pattern[str] | None
    excuse: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Tongue:
    """What has to be known of a language to follow words through it."""

    hints: tuple[str, ...]
    source: re.Pattern[str]
    cleaner: re.Pattern[str]
    assignment: re.Pattern[str]
    function: re.Pattern[str]
    handler: re.Pattern[str]
    innocent: frozenset[str]
    dangers: tuple[Danger, ...]


def danger(
    rule: str, sink: str, *, every: bool = False, needs: str = "", excuse: str = NEVER
) -> Danger:
    """Make a danger out of expressions; `every` argument counts, or the first alone."""
    return Danger(
        rule,
        re.compile(sink),
        not every,
        re.compile(needs) if needs else None,
        re.compile(excuse),
    )
