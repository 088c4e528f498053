"""Which findings are the known faults, and what that comes to: precision and recall. Pure.

A finding is a fault when it names its file, stands at most `within` lines away from it, and is of
the same kind: a CWE in common, or else a type of the same family. Each fault is found once and each
finding counts once: what says it again is one finding too many, for somebody reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.review_cases import Expected
from bot.review.values import Finding, Review

WITHIN = 2
"""Lines, unless told otherwise."""

_FAMILIES = (frozenset({"bug", "reliability"}), frozenset({"maintainability", "style", "docs"}))


@dataclass(frozen=True, slots=True)
class Counted:
    """Faults that were found, faults there are, and findings there are; of those found, how many
    the model and the tools had a part in."""

    right: int = 0
    expected: int = 0
    told: int = 0
    by_model: int = 0
    by_tools: int = 0

    def __add__(self, other: Counted) -> Counted:
        return Counted(
            self.right + other.right,
            self.expected + other.expected,
            self.told + other.told,
            self.by_model + other.by_model,
            self.by_tools + other.by_tools,
        )

    @property
    def precision(self) -> float | None:
        """The share of findings that are right; None without any."""
        return self.right / self.told if self.told else None

    @property
    def recall(self) -> float | None:
        """The share of faults that were found; None without any."""
        return self.right / self.expected if self.expected else None

    @property
    def f1(self) -> float | None:
        """Their harmonic mean; None where one of them is missing."""
        if self.precision is None or self.recall is None:
            return None
        return 2 * self.right / (self.told + self.expected)


def counting(review: Review) -> list[Finding]:
    """Return the findings that count: above a nit, and of a change what it brings."""
    return [each for each in review.findings if each.severity != "nit" and each.in_change]


def count(findings: Sequence[Finding], expected: Sequence[Expected], within: int) -> Counted:
    """Hold findings against the known faults; of several pairs the closest are taken first."""
    pairs = sorted(
        (distance, at, number)
        for at, finding in enumerate(findings)
        for number, fault in enumerate(expected)
        if (distance := matched(finding, fault, within)) is not None
    )
    used: set[int] = set()
    found: set[int] = set()
    for _, at, number in pairs:
        if at not in used and number not in found:
            used.add(at)
            found.add(number)
    sources = [findings[at].sources for at in used]
    return Counted(
        right=len(used),
        expected=len(expected),
        told=len(findings),
        by_model=sum("llm" in each for each in sources),
        by_tools=sum(any(one != "llm" for one in each) for each in sources),
    )


def matched(finding: Finding, fault: Expected, within: int) -> int | None:
    """Return how many lines lie between a finding and a fault that it names; None if it does not.

    A finding that could not be placed for sure names nothing, even where one of its lines is right.
    """
    anchor = finding.anchor
    if anchor.start_line is None or anchor.side != "new" or anchor.path != fault.path:
        return None
    end = anchor.end_line or anchor.start_line
    distance = max(0, anchor.start_line - fault.end_line, fault.line - end)
    return distance if distance <= within and is_same_kind(finding, fault) else None


def is_same_kind(finding: Finding, fault: Expected) -> bool:
    """Judge whether a finding is of a fault's kind."""
    if fault.kind in ("any", finding.type) or set(finding.cwe) & set(fault.cwe):
        return True
    return any({fault.kind, finding.type} <= family for family in _FAMILIES)


def spread(values: Iterable[float | None]) -> str:
    """Spell the mean of several runs in per cent, and its spread from the least to the most."""
    known = [value * 100 for value in values if value is not None]
    if not known:
        return "-"
    mean = sum(known) / len(known)
    return (
        f"{mean:.0f} % ({min(known):.0f}–{max(known):.0f})" if len(known) > 1 else f"{mean:.0f} %"
    )
