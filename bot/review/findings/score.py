"""The number and the verdict, computed from the findings and from what was read. Pure.

No model's praise raises them, and nothing that is missing passes for good: without the model's part
there is no number, and without all files there is no `ok`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.review.values import SEVERITIES, Coverage, Finding, Severity

BEST, WORST = 10, 1

WEIGHTS: Mapping[Severity, float] = {"critical": 4, "high": 2, "medium": 1, "low": 0.3, "nit": 0}
CAPS: Mapping[Severity, int] = {"critical": 3, "high": 6}
"""The best score beside a finding of that severity."""

LEAST_SURE = 0.5
"""Confidence from which on a critical or high finding asks for changes."""

CHANGES_UP_TO, COMMENTS_UP_TO = 3, 7
"""Scores up to which the verdict asks for changes, or at least for a look: whoever says "1 of 10",
by findings or as a model, does not say "nothing to object to"."""

HARMLESS = frozenset({"binary", "generated", "lock", "minified"})
"""Reasons for not reading a file that leave no doubt about the rest."""

Verdict: TypeAlias = Literal["ok", "comments", "changes", "incomplete"]


@dataclass(frozen=True, slots=True)
class Score:
    """`value` is None when it can not be known; `basis` says how it came about."""

    value: int | None
    basis: str
    verdict: Verdict


def score(
    findings: Iterable[Finding], coverage: Coverage, model_score: float | None = None
) -> Score:
    """Compute score and verdict. `model_score` is the model's own number, which can only lower it.

    Fixed and dismissed findings do not count, and of a change not what stood there before it: that
    is shown, and asks for a look, but nobody's change is worse for it.
    """
    living = [each for each in findings if each.status in ("new", "open")]
    counting = [each for each in living if each.in_change]
    if coverage.llm != "ok":
        why = "no model was asked" if coverage.llm == "off" else f"the model's part: {coverage.llm}"
        return Score(None, f"not computed: {why}", "incomplete")
    lost = sum(WEIGHTS[each.severity] * each.confidence for each in counting)
    caps = [CAPS[each.severity] for each in counting if each.severity in CAPS]
    # A hair is added so that 10 - 1.0 is 9 in floating point, too.
    value = min([math.floor(BEST - lost + 1e-9), *caps])
    parts = [f"{BEST} - {lost:.1f} ({_counted(counting)})" if counting else f"{BEST}, no findings"]
    if caps and min(caps) == value < BEST - lost:
        parts.append(f"at most {min(caps)} beside one so grave")
    if model_score is not None and math.isfinite(model_score) and model_score < value:
        value = math.floor(model_score)
        parts.append(f"lowered by the model to {max(WORST, value)}")
    if len(counting) < len(living):
        parts.append(f"{len(living) - len(counting)} outside of the change not counted")
    unread = is_partly_unread(coverage)
    if unread:
        parts.append("partial: not everything was read")
    value = max(WORST, value)
    return Score(value, "; ".join(parts), _verdict(living, value, unread=unread))


def is_partly_unread(coverage: Coverage) -> bool:
    """Tell whether something was not read that may hold a fault."""
    tools = any(run.state == "failed" for run in coverage.tools)
    reasons = (reason.partition(":")[0] for reason in coverage.skipped.values())
    gaps = bool(coverage.partial or coverage.missing)
    return tools or gaps or any(each not in HARMLESS for each in reasons)


def _verdict(findings: Sequence[Finding], value: int, *, unread: bool) -> Verdict:
    grave = (
        each.in_change and each.severity in CAPS and each.confidence >= LEAST_SURE
        for each in findings
    )
    if any(grave) or value <= CHANGES_UP_TO:
        return "changes"
    if any(each.severity != "nit" for each in findings) or value <= COMMENTS_UP_TO:
        return "comments"
    return "incomplete" if unread else "ok"


def _counted(findings: Iterable[Finding]) -> str:
    counts = Counter(each.severity for each in findings)
    return ", ".join(f"{counts[name]} {name}" for name in SEVERITIES if counts[name])
