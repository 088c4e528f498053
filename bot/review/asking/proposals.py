"""What becomes of the fixes that the model proposed: each is proven by the static tools, and shown
as proven, as unproven, or not at all. Called by `bot.review.pipeline`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from bot.review.asking.numbered import Hide
from bot.review.findings.merge import is_same, joined
from bot.review.fixes.proving import Lint, verify
from bot.review.material import Material
from bot.review.salvage.raw import RawFix
from bot.review.values import Finding, Fix

_log = logging.getLogger(__name__)

SECONDS = 20.0
"""For all of them; what is not proven by then stays words."""

AT_ONCE = 2
"""Each lets all tools read the file again; more side by side are no faster."""

Proposed = Sequence[tuple[Finding, RawFix | None]]


async def proven(
    material: Material,
    proposed: Proposed,
    facts: Sequence[Finding],
    *,
    lint: Lint,
    before: Sequence[Finding],
    hide: Hide,
) -> list[Finding]:
    """Return the findings with the fixes that found their place. `facts` are the tools' findings,
    `before` all that `lint` said of the material."""
    gate = asyncio.Semaphore(AT_ONCE)
    fixes: dict[int, Fix] = {}

    async def prove(at: int, finding: Finding, raw: RawFix) -> None:
        async with gate:
            fix = await verify(
                material,
                _together(finding, facts),
                raw,
                quote=finding.anchor.quote,
                lint=lint,
                before=before,
            )
        if fix is not None and not _tells_secrets(fix, hide):
            fixes[at] = fix

    try:
        async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as tasks:
            for at, (finding, raw) in enumerate(proposed):
                if raw is not None:
                    tasks.create_task(prove(at, finding, raw))
    except TimeoutError:
        _log.warning("there was no time to prove every fix of a review")
    return [_with(finding, raw, fixes.get(at), hide) for at, (finding, raw) in enumerate(proposed)]


def _together(finding: Finding, facts: Sequence[Finding]) -> Finding:
    """Return a finding with the tool's that it repeats, whose rule has to fall silent."""
    return next((joined(fact, finding) for fact in facts if is_same(fact, finding)), finding)


def _with(finding: Finding, raw: RawFix | None, fix: Fix | None, hide: Hide) -> Finding:
    if fix is not None:
        told = fix.model_copy(update={"description": hide(fix.description)})
        return finding.model_copy(update={"fix": told})
    if raw is not None and not finding.suggestion:
        return finding.model_copy(update={"suggestion": hide(raw.description)})
    return finding


def _tells_secrets(fix: Fix, hide: Hide) -> bool:
    """A patch needs its lines as they are; one with a secret in them is not shown to anybody."""
    texts = (fix.patch, *(edit.old for edit in fix.edits), *(edit.new for edit in fix.edits))
    return any(hide(text) != text for text in texts)
