"""What is known of a rule: how grave, what kind, which CWE, and how to say it. Pure.

The tables are the text files in `tables/`, one for each tool, one rule per line; what is not in a
table is not asked for. What they say in other languages stands beside them, in a folder for each
language: `id | title | suggestion`, and no English text without its translation.
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


READS = "It reads: "
"""Before what a line that hides something really says."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a rule in another language."""

    title: str
    suggestion: str


@functools.cache
def table(name: str) -> dict[str, Rule]:
    """Read the table of the tool `name`: columns set apart by `|`, comments behind `#`."""
    rules = [_rule(line) for line in _lines(f"{name}.txt")]
    return {rule.id: rule for rule in rules}


@functools.cache
def words(name: str, language: str) -> dict[str, Words]:
    """Read what is said of the rules of the tool `name` in `language`, such as `zh-Hans`."""
    told: dict[str, Words] = {}
    for line in _lines(language, f"{name}.txt"):
        id_, title, suggestion = (cell.strip() for cell in _BARS.split(line))
        told[id_] = Words(title, suggestion)
    return told


def _lines(*names: str) -> list[str]:
    file = resources.files("bot.review.static").joinpath("tables", *names)
    lines = file.read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and line[0] != "#"]


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
