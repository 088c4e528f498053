"""What became of earlier findings when the same was reviewed again: new, open, fixed, dismissed.
Pure.

What could not be looked at again stays open with a reason and is never called fixed, and what
somebody dismissed stays dismissed wherever its lines have gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.review.findings.identity import squeezed
from bot.review.findings.merge import LLM, is_models_alone, is_same, ordered
from bot.review.findings.score import score
from bot.review.material import Material
from bot.review.values import Coverage, Finding, Review

MOST_PAST = 100
"""Dismissed findings that are remembered after they are gone, the newest ones."""

_MODELS_ALONE = frozenset({"lines", "static_only", "no_answer", "long_lines"})
"""Reasons for reading a file in part that do not touch the tools (`bot.review.asking.coverage`)."""

_EDGES = "without their edges"
"""How the note of a linter ends that has read every part, as is usual in a diff."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """How things stood before: the findings with what became of them, those that were dismissed
    and gone by then, and the digests of what was read, by path."""

    findings: Sequence[Finding] = ()
    past: Sequence[Finding] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """How things stand now. `unseen` tells by id why an open finding was not looked at again:
    `not_read`, `partly_read`, `model_missing`, `tool_missing`, or `unchanged` code in which it was
    not found this time."""

    findings: tuple[Finding, ...]
    past: tuple[Finding, ...] = ()
    unseen: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    """The id by which people know a finding, by the one that the new review gave it."""


def compare(earlier: Earlier, review: Review, texts: Mapping[str, str]) -> Compared:
    """Hold a review of the same against what was found before; `texts` are its digests.

    A finding that is known keeps the id by which people know it. What was fixed before is told no
    more. Living findings come first, then dismissed ones, then those that are fixed now.
    """
    pairs = _pairs((*earlier.findings, *earlier.past), review.findings)
    living: list[Finding] = []
    dismissed: list[Finding] = []
    for finding in review.findings:
        before = pairs.get(finding.id)
        if before is None:
            living.append(_as(finding, "new"))
        elif before.status == "dismissed":
            dismissed.append(_as(finding, "dismissed", before.id))
        else:
            came_back = before.status == "fixed"
            living.append(_as(finding, "new" if came_back else "open", before.id))
    met = {before.id for before in pairs.values()}
    fixed: list[Finding] = []
    past = [each for each in earlier.past if each.id not in met]
    unseen: dict[str, str] = {}
    for before in earlier.findings:
        if before.id in met or before.status == "fixed":
            continue
        why = _why_unseen(before, review.coverage, earlier.texts, texts)
        if before.status == "dismissed":
            (dismissed if why else past).append(before)
        elif why:
            living.append(_as(before, "open"))
            unseen[before.id] = why
        else:
            fixed.append(_as(before, "fixed"))
    in_order = (*ordered(living), *ordered(dismissed), *ordered(fixed))
    ids = {id: before.id for id, before in pairs.items()}
    return Compared(in_order, tuple(past[-MOST_PAST:]), unseen, ids)


def rescored(review: Review, findings: Iterable[Finding], model_score: float | None) -> Review:
    """Return a review with other findings, its number and verdict computed from them. `model_score`
    is the model's own number, which can only lower it."""
    findings = tuple(findings)
    made = score(findings, review.coverage, model_score)
    return review.model_copy(
        update={
            "findings": findings,
            "score": made.value,
            "score_basis": made.basis,
            "verdict": made.verdict,
        }
    )


def dismissed(review: Review, ids: Collection[str], model_score: float | None) -> Review:
    """Return a review in which the living findings `ids` count no more."""
    if not any(each.id in ids and is_living(each) for each in review.findings):
        return review
    findings = (
        _as(each, "dismissed") if each.id in ids and is_living(each) else each
        for each in review.findings
    )
    return rescored(review, findings, model_score)


def is_living(finding: Finding) -> bool:
    """Tell whether a finding still counts."""
    return finding.status in ("new", "open")


def digests(material: Material) -> dict[str, str]:
    """Name what was read, by path, so that it can be told whether it has changed."""
    made: dict[str, str] = {}
    for source in material.sources:
        said = hashlib.sha256(made.get(source.path, "").encode())
        for piece in source.pieces:
            for line in piece.lines:
                mark = "+" if line.is_added else "-" if line.is_removed else " "
                said.update(f"{mark}{line.text}\n".encode("utf-8", "surrogatepass"))
        made[source.path] = said.hexdigest()[:16]
    return made


def _as(finding: Finding, status: str, id: str = "") -> Finding:
    return finding.model_copy(update={"status": status, "id": id or finding.id})


def _pairs(known: Sequence[Finding], found: Sequence[Finding]) -> dict[str, Finding]:
    """Find what is known already: the earlier finding by the id of the new one, each at most once.

    By id first; then what stands in the same code, wherever its lines have gone; then what says the
    same of the same lines.
    """
    left = {before.id: before for before in reversed(known)}
    pairs = {each.id: left.pop(each.id) for each in found if each.id in left}
    for is_it in (_is_same_code, is_same):
        for finding in found:
            if finding.id in pairs:
                continue
            before = next((one for one in left.values() if is_it(one, finding)), None)
            if before is not None:
                pairs[finding.id] = left.pop(before.id)
    return pairs


def _is_same_code(before: Finding, now: Finding) -> bool:
    """Compare two findings as if the earlier one had gone along with its code."""
    quote = squeezed(before.anchor.quote)
    if not quote or quote != squeezed(now.anchor.quote) or before.anchor.path != now.anchor.path:
        return False
    return is_same(before.model_copy(update={"anchor": now.anchor}), now)


def _why_unseen(
    finding: Finding, coverage: Coverage, before: Mapping[str, str], now: Mapping[str, str]
) -> str:
    """Tell why a finding that was not found again is not known to be fixed; empty if it is."""
    path = finding.anchor.path
    if path in coverage.skipped or coverage.missing:
        return "not_read"
    if path not in coverage.full and path not in coverage.partial:
        return ""  # the file is gone, and its fault with it
    reasons = coverage.partial.get(path, "").split("; ")
    words = {reason.partition(":")[0] for reason in reasons if reason}
    if is_models_alone(finding):
        if coverage.llm != "ok":
            return "model_missing"
        if words:
            return "partly_read"
    elif words - _MODELS_ALONE:
        return "partly_read"
    elif not _looked(finding, coverage):
        return "tool_missing"
    return "unchanged" if path in before and before[path] == now.get(path) else ""


def _looked(finding: Finding, coverage: Coverage) -> bool:
    """Tell whether a tool that found it has looked again."""
    tools = {source.partition(":")[0] for source in finding.sources if source != LLM}
    return any(
        run.state == "ok" or (run.state == "partial" and run.detail.endswith(_EDGES))
        for run in coverage.tools
        if run.name in tools
    )
