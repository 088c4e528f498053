"""What is known of a rule: how grave, what kind, which CWE, and how to say it. Pure.

The tables are the text files in `tables/`, one for each tool, one rule per line; what is not in a
table is not asked for.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from importlib import resources
from typing import cast, get_args

from bot.review.values import FindingType, Severity

_BARS = re.compile(r"(?<!\|)\|(?!\|)")
"""`||` belongs to a cell."""

CONFIDENCE: dict[str, float] = {"sure": 0.95, "likely": 0.8, "maybe": 0.6}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of one tool. `whole`: it needs to see the whole file to be right."""

    id: str
    severity: Severity
    type: FindingType
    cwe: tuple[int, ...]
    confidence: float
    title: str
    suggestion: str = ""
    whole: bool = False


@functools.cache
def table(name: str) -> dict[str, Rule]:
    """Read the table of the tool `name`: columns set apart by `|`, comments behind `#`."""
    text = resources.files("bot.review.static").joinpath("tables", f"{name}.txt").read_text("utf-8")
    rules = [_rule(line) for line in text.splitlines() if line.strip() and line[0] != "#"]
    return {rule.id: rule for rule in rules}


def _rule(line: str) -> Rule:
    """Read `id | severity | type | CWEs | confidence[, whole] | title | suggestion`."""
    id_, severity, kind, cwe, certainty, title, suggestion = (
        cell.strip() for cell in _BARS.split(line)
    )
    if severity not in get_args(Severity) or kind not in get_args(FindingType):
        raise ValueError(f"rule {id_}: {severity}, {kind}")
    sure, *flags = certainty.split()
    return Rule(
        id=id_,
        severity=cast(Severity, severity),
        type=cast(FindingType, kind),
        cwe=tuple(int(number) for number in cwe.split()),
        confidence=CONFIDENCE[sure],
        title=title,
        suggestion=suggestion,
        whole="whole" in flags,
    )
