"""The model's part of a review: asks about every bundle at once, takes out of the answers whatever
is whole, and says what is missing. Called by `bot.review.pipeline`; raises nothing of the model's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot import tokens
from bot.review.asking.answers import finding
from bot.review.asking.instructions import (
    MOST_FACTS,
    MOST_FOCUS,
    Nonce,
    nonce,
    shown,
    stated,
    task,
    wished,
)
from bot.review.asking.numbered import Hide
from bot.review.asking.pack import Bundle, Packed, pack, room
from bot.review.asking.question import Asking, Unanswered
from bot.review.findings.anchor import Places
from bot.review.material import Material
from bot.review.salvage.pieces import Salvaged, salvage
from bot.review.salvage.raw import RawFix
from bot.review.values import SEVERITIES, Finding, Part

_log = logging.getLogger(__name__)

TRIES = 2
"""An answer that cannot be read may have cost a model's whole output: once more is enough."""

MOST_RECOMMENDATIONS = 5

_HARMLESS = frozenset({"too_many_findings"})
"""What salvage notes although nothing of weight is missing."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the model said about one bundle; `word` tells why there is nothing, or not all."""

    bundle: Bundle
    answer: Salvaged | None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The model's part. `findings` go with the fix that was proposed for each, if any."""

    packed: Packed
    answered: tuple[Bundle, ...] = ()
    findings: tuple[tuple[Finding, RawFix | None], ...] = ()
    summary: str = ""
    recommendations: tuple[str, ...] = ()
    score: float | None = None
    language: str = ""
    state: Part = "failed"
    detail: str = ""


class Judge:
    """Asks about one material; `facts` are what the tools found in it."""

    def __init__(
        self,
        asking: Asking,
        material: Material,
        facts: Sequence[Finding],
        *,
        hide: Hide,
        locale: str = "en",
        focus: str = "",
        make: Nonce = nonce,
    ) -> None:
        self._asking = asking
        self._material = material
        self._facts = sorted(facts, key=lambda fact: SEVERITIES.index(fact.severity))
        self._hide = hide
        self._locale = locale
        self._focus = hide(focus.strip())[:MOST_FOCUS]
        self._make = make

    async def judge(self, *, most: int) -> Judged:
        """Ask at most `most` questions, side by side, and gather the answers."""
        await tokens.load()
        packed = await asyncio.to_thread(
            pack,
            self._material,
            self._facts,
            budget=room(self._asking.model.spec),
            most=most,
            hide=self._hide,
        )
        if not packed.bundles:
            return Judged(packed, detail="nothing")
        said = await asyncio.gather(*(self._about(bundle) for bundle in packed.bundles))
        return await asyncio.to_thread(
            self._gathered, packed, [one for each in said for one in each]
        )

    async def _about(self, bundle: Bundle) -> list[Said]:
        """Ask about a bundle, in two halves if the model reads less than it was said to."""
        try:
            return [await self._understood(bundle)]
        except Unanswered as error:
            if error.word == "too_long" and (halves := bundle.halves()):
                both = await asyncio.gather(*(self._about(half) for half in halves))
                return [one for each in both for one in each]
            _log.warning("the model's part of a review is missing: %s", self._hide(str(error)))
            return [Said(bundle, None, f"{error.word}:{self._hide(error.told)}".rstrip(":"))]

    async def _understood(self, bundle: Bundle) -> Said:
        """Ask until an answer holds a list of findings, be it an empty one. Raises `Unanswered`."""
        facts = [fact for fact in self._facts if fact.anchor.path in bundle.paths][:MOST_FACTS]
        instructions = task(
            self._material,
            bundle.sections,
            self._locale,
            facts=bool(facts),
            wish=bool(self._focus),
        )
        data = shown(bundle.sections, self._make)
        if facts:
            data += f"\n\n{stated(facts, self._make)}"
        if self._focus:
            data += f"\n\n{wished(self._focus, self._make)}"
        for _ in range(TRIES):
            reply = await self._asking.ask(instructions, data)
            answer = await asyncio.to_thread(salvage, reply.text, ended=not reply.is_cut)
            if answer.state != "none" and "no_findings_list" not in answer.missing:
                return Said(bundle, answer, _missing(answer))
        raise Unanswered("cut" if reply.is_cut else "unreadable")

    def _gathered(self, packed: Packed, said: Sequence[Said]) -> Judged:
        """Put the answers together."""
        heard = [(one.bundle, one.answer) for one in said if one.answer is not None]
        words = [one.word for one in said if one.word]
        answers = [answer for _, answer in heard]
        scores = [answer.score for answer in answers if answer.score is not None]
        places = Places(self._material)
        return Judged(
            packed=Packed(tuple(one.bundle for one in said), packed.left_out),
            answered=tuple(bundle for bundle, _ in heard),
            findings=tuple(
                (finding(raw, places, self._hide), raw.fix)
                for answer in answers
                for raw in answer.findings
            ),
            # Praise that broke off may have gone on with a "but".
            summary=self._summary(answers) if not words else "",
            recommendations=self._advice(answers),
            score=min(scores, default=None),
            language=answers[0].language if answers else "",
            state=("partial" if words else "ok") if heard else "failed",
            detail=words[0] if words else "",
        )

    def _summary(self, answers: Iterable[Salvaged]) -> str:
        return self._hide(" ".join(answer.summary for answer in answers if answer.summary))

    def _advice(self, answers: Iterable[Salvaged]) -> tuple[str, ...]:
        told = (self._hide(line) for answer in answers for line in answer.recommendations)
        return tuple(dict.fromkeys(told))[:MOST_RECOMMENDATIONS]


def _missing(answer: Salvaged) -> str:
    """Return the word for what an answer lacks; empty if it is whole."""
    words = set(answer.missing) - _HARMLESS
    return "" if not words else "cut" if "cut" in words else "unreadable"
