"""The whole review: static tools, then the model, then both as one; whatever fails, what is left is
delivered and what is missing is named. The front door of this room.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.guard.masking import mask
from bot.models.port import Model
from bot.models.prices import dollars
from bot.review.asking.coverage import covered
from bot.review.asking.doubt import doubt
from bot.review.asking.judging import Judge, Judged
from bot.review.asking.numbered import Hide
from bot.review.asking.pack import Packed
from bot.review.asking.proposals import Proposed, proven
from bot.review.asking.question import Asking
from bot.review.findings.identity import identified
from bot.review.findings.merge import merge
from bot.review.findings.score import score
from bot.review.hiding import Veiled, named, veil
from bot.review.material import Material
from bot.review.static.examining import examine, unlinted
from bot.review.values import Anchor, Coverage, Finding, Review, ToolRun, Usage
from bot.tasks import ended

_log = logging.getLogger(__name__)

OnStatic: TypeAlias = Callable[[Review], Awaitable[None]]
"""Is given what the static tools found, while the model is still at work."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a review may take: `seconds` for the model's part, `questions` that are asked about the
    code at most. `locale` is the language of what the model writes."""

    seconds: float = 120.0
    questions: int = 4
    locale: str = "en"
    person: str = ""
    """A stable hash of who asks, for the model's service."""
    focus: str = ""
    """What whoever asks wants looked for, in their words (`bot.review.reading.focus`)."""
    doubts: bool = True
    """Let the model try to disprove what it found."""


async def review(
    material: Material,
    *,
    model: Model | None,
    limits: Limits | None = None,
    on_static: OnStatic | None = None,
    on_score: Callable[[float], None] | None = None,
    on_veiled: Callable[[Veiled], None] | None = None,
    hide: Hide = mask,
) -> Review:
    """Review what was read. Without a `model`, or with the offline one, the static tools alone.

    `on_static` is called once, before the end, if a model is asked; what goes wrong in it is logged
    and no more. `on_score` is given the model's own number, which goes on to hold when findings are
    dismissed, and `on_veiled` the copy of the material that may be shown. `hide` masks secrets at
    the same length. Raises nothing on purpose.
    """
    one = _Review(material, limits or Limits(), hide)
    await one.examine()
    # Whatever takes time that grows with the text is done in threads: others share the event loop.
    static = await asyncio.to_thread(one.static_only)
    if model is None or model.spec.offline or not material.sources:
        made = static
    else:
        telling = asyncio.create_task(_tell(on_static, static))
        try:
            made = await one.with_model(model, on_score)
            await telling  # so that nobody shows the part after the whole
        finally:
            await ended(telling)
    if on_veiled is not None:
        on_veiled(one.veiled)
    return made


class _Review:
    """One review on its way."""

    def __init__(self, material: Material, limits: Limits, hide: Hide) -> None:
        self._material = named(material, hide)
        self._limits = limits
        self._hide = hide
        self.veiled = Veiled()
        """What others may see. Empty until it is made, so that nothing is shown without it."""
        self._began = time.monotonic()
        self._found: list[Finding] = []
        self._facts: list[Finding] = []
        """What was found, and the same said once."""
        self._tools: tuple[ToolRun, ...] = ()

    async def examine(self) -> None:
        """Let the static tools read, and hide what they call a secret."""
        try:
            self.veiled = await asyncio.to_thread(veil, self._material, self._hide)
            secrets: list[Anchor] = []
            found, self._tools = await examine(self._material, secrets.append)
            await asyncio.to_thread(self._take, found, secrets)
        except Exception:  # a bug in one tool's room must not cost the whole review
            _log.exception("the static part of a review failed")
            self._tools = (ToolRun(name="static", state="failed", detail="internal error"),)

    def _take(self, found: Sequence[Finding], secrets: Sequence[Anchor]) -> None:
        self._found = self._shown(found, secrets)
        self._facts = identified(self._material, merge(self._found))

    def _shown(self, findings: Sequence[Finding], secrets: Sequence[Anchor] = ()) -> list[Finding]:
        """Return findings as they may be shown, with what any of them calls a secret hidden."""
        self.veiled = self.veiled.with_named(findings, secrets)
        return [self.veiled.over(each) for each in findings]

    def static_only(self) -> Review:
        """Return what is known without a model."""
        coverage = covered(self._material, self._tools, unlinted=unlinted(self._material))
        return self._made(self._facts, coverage)

    async def with_model(
        self, model: Model, on_score: Callable[[float], None] | None = None
    ) -> Review:
        """Ask the model, and put both parts together."""
        deadline = asyncio.get_running_loop().time() + self._limits.seconds
        asking = Asking(model, deadline, self._limits.person)
        judged = await self._judged(asking)
        if on_score is not None and judged.score is not None:
            on_score(judged.score)
        left, dropped = await self._doubted(asking, judged)
        found = await self._proven(left)
        cost = await dollars(asking.model.spec, asking.spent)
        usage = self._usage(asking, cost)
        return await asyncio.to_thread(self._together, judged, found, dropped, usage)

    def _together(
        self, judged: Judged, found: Sequence[Finding], dropped: int, usage: Usage
    ) -> Review:
        """Make one review of what the tools and the model found."""
        coverage = covered(
            self._material,
            self._tools,
            judged.packed if judged.answered else None,
            judged.answered,
            llm=judged.state,
            detail=judged.detail,
            dropped=dropped,
            unlinted=unlinted(self._material),
        )
        return self._made(self._merged(found), coverage, judged, usage)

    def _merged(self, found: Sequence[Finding]) -> list[Finding]:
        """Say once what tools and model found; no quote or fix is older than the last veil."""
        return self._shown(identified(self._material, merge([*self._facts, *found])))

    async def _judged(self, asking: Asking) -> Judged:
        judge = Judge(
            asking,
            self.veiled.shown,
            self._facts,
            hide=self.veiled.hide,
            locale=self._limits.locale,
            focus=self._limits.focus,
        )
        try:
            return await judge.judge(most=self._limits.questions)
        except Exception:  # as in `examine`: what the tools found is delivered all the same
            _log.exception("the model's part of a review failed")
            return Judged(Packed(()), detail="broken")

    async def _doubted(self, asking: Asking, judged: Judged) -> tuple[Proposed, int]:
        """Leave out what is disproved; return the rest, and how many went."""
        found = [finding for finding, _ in judged.findings]
        if not found or not self._limits.doubts:
            return judged.findings, 0
        try:
            doubted = await doubt(
                asking, self.veiled.shown, found, self._facts, hide=self.veiled.hide
            )
        except Exception:  # as above, and a doubt that fails keeps everything
            _log.exception("the model's findings could not be checked again")
            return judged.findings, 0
        left = {id(finding) for finding in doubted.findings}
        return [pair for pair in judged.findings if id(pair[0]) in left], doubted.dropped

    async def _proven(self, proposed: Proposed) -> list[Finding]:
        """Prove the fixes; without proof the findings stand all the same."""
        try:
            return await proven(
                self._material,
                proposed,
                self._facts,
                lint=examine,
                before=self._found,
                hide=self.veiled.hide,
            )
        except Exception:  # as above
            _log.exception("the proposed fixes could not be proven")
            return [finding for finding, _ in proposed]

    def _made(
        self,
        findings: Sequence[Finding],
        coverage: Coverage,
        judged: Judged | None = None,
        usage: Usage | None = None,
    ) -> Review:
        told = score(findings, coverage, judged.score if judged else None)
        return Review(
            kind=self._material.kind,
            language=language_of(self._material)
            or (judged.language.lower() if judged else "")
            or None,
            score=told.value,
            score_basis=told.basis,
            verdict=told.verdict,
            summary=self.veiled.hide(judged.summary) if judged else "",
            findings=tuple(findings),
            recommendations=tuple(map(self.veiled.hide, judged.recommendations)) if judged else (),
            coverage=coverage,
            usage=usage or Usage(seconds=self._seconds()),
        )

    def _usage(self, asking: Asking, cost: float | None) -> Usage:
        return Usage(
            model=asking.model.spec.name,
            input_tokens=asking.usage.input,
            output_tokens=asking.usage.output,
            calls=asking.calls,
            seconds=self._seconds(),
            cost_usd=round(cost, 6) if cost is not None else None,
        )

    def _seconds(self) -> float:
        return round(time.monotonic() - self._began, 3)


def language_of(material: Material) -> str:
    """Return the language of most lines; empty if it is unknown."""
    lines: Counter[str] = Counter()
    for source in material.sources:
        if source.language:
            lines[source.language] += sum(len(piece.lines) for piece in source.pieces)
    return lines.most_common(1)[0][0] if lines else ""


async def _tell(on_static: OnStatic | None, static: Review) -> None:
    if on_static is None:
        return
    try:
        await on_static(static)
    except Exception:  # whoever is told early fails: the whole review is still to come
        _log.exception("what the static tools found could not be shown early")
