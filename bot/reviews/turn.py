"""One review on its way to people: what the static tools found at once, the model's part when it is
there, files at the end. Called by `bot.reviews.door`.

It may be cancelled at any instant, as the engine may: what people see stands in the `Outlet`. Of
a review that is made anew people see nothing before its end, for the one before it still stands.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.asking import Run
from bot.errors import StoreError, ToolFailed
from bot.metered import Metered
from bot.metrics import Metrics
from bot.models.offline_words import language_of
from bot.models.port import Model
from bot.outlet import Outlet
from bot.questions import Question
from bot.replies import File, ToolFinished, ToolStarted, Waiting
from bot.review.findings import comparing
from bot.review.fixes.patch import Ends, combined
from bot.review.hiding import Veiled
from bot.review.material import Material
from bot.review.pipeline import Limits, review
from bot.review.reading.failing import PullFailed
from bot.review.reading.links import Link
from bot.review.reading.wishes import STEP, read_wish
from bot.review.rendering import chat
from bot.review.values import Finding, Review
from bot.reviews import reviewed as kept
from bot.reviews.cards import text, told_decisions
from bot.reviews.postings import Sought, joined
from bot.reviews.records import decisions
from bot.reviews.reviewed import Reviewed, Standing
from bot.wording import language, say

if TYPE_CHECKING:
    from bot.review.reading.pulls import Pulled


@dataclass(frozen=True, slots=True)
class Means:
    """What all reviews of a process share. `pulled` raises `ToolFailed` with a sentence for people;
    `hide` hides secrets."""

    model: Model
    pulled: Callable[[Link], Awaitable[Pulled]]
    hide: Callable[[str], str]
    metrics: Metrics | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a wish: a review, secrets hidden, or the sentence why there is none."""

    reviewed: Reviewed | None = None
    why: str = ""


class Reviewing:
    """One review on its way to people. `standing` is the one that it replaces."""

    def __init__(
        self,
        means: Means,
        question: Question,
        run: Run,
        outlet: Outlet,
        locale: str,
        standing: Standing | None = None,
    ) -> None:
        self._with = means
        self._question = question
        self._place = question.batch.first.place
        self._run = run
        self._outlet = outlet
        self._earlier = standing.reviewed if standing is not None else None
        self._decisions = decisions(standing.kept) if standing is not None else {}
        self._locale = self._earlier.locale if self._earlier is not None else locale
        self._why = ""
        """Why there is nothing to review."""
        self._pull: kept.PullRead | None = None
        self._part: Reviewed | None = None
        """What stands when there is no model's part."""

    async def answer(self, wanted: Sought) -> Told:
        """Review what is wanted, or tell again what an earlier attempt has come to. However it
        ends, what people see says what it lacks."""
        self._locale = spoken(wanted.words, self._locale)
        try:
            return await self._answered(wanted)
        except asyncio.CancelledError:
            await self._leave("stopped")
            raise
        except StoreError:
            raise  # it is made once more
        except Exception:
            await self._leave("broken")
            raise

    async def _leave(self, why: str) -> None:
        """Let stand what is known at the end of a review that did not come to its own."""
        if self._earlier is not None:
            return  # the one before it stands
        done = kept.read(self._run.steps)
        if done is None and self._part is not None:
            part = self._part
            done = replace(part, review=kept.without_model(part.review, why))
            step = await asyncio.to_thread(kept.step, done, self._with.hide)
            self._run.keep((step,))
            done = await asyncio.to_thread(kept.read, (step,)) or done
        if done is not None:
            await self._show(done)

    async def _answered(self, wanted: Sought) -> Told:
        done = self._recorded()
        if done is None:
            if wanted.is_empty:
                return Told(why=self._nothing(wanted))
            done = await self._watched(wanted)
        if done is not None:
            await self._show(done)
        return Told(done, self._why)

    def _nothing(self, wanted: Sought) -> str:
        """Say that there is nothing to review, and of a link that it is no pull request's."""
        if self._earlier is not None:
            return say("review_kept_nothing", self._locale)
        linked = "http://" in wanted.words or "https://" in wanted.words
        return say("review_link_unknown" if linked else "review_nothing_here", self._locale)

    def _recorded(self) -> Reviewed | None:
        rounds = self._question.rounds
        done = kept.read(step for steps in rounds for step in steps)
        if done is not None:
            for steps in rounds:
                self._run.keep(tuple(steps))
        return done

    async def _watched(self, wanted: Sought) -> Reviewed | None:
        """Review under the eyes of people and of metrics; None when there was nothing to read."""
        began, metrics = time.monotonic(), self._with.metrics
        self._outlet.show(ToolStarted(STEP, STEP, say("review_tool_title", self._locale)))
        done, outcome = None, "stopped"
        try:
            material = await self._material(wanted)
            if material is not None:
                done = await self._record(await self._reviewed(material, wanted))
            is_whole = done is not None and done.review.coverage.llm != "failed"
            outcome = "ok" if is_whole else "failed"
        finally:
            if metrics is not None:
                metrics.tool_called(STEP, outcome, time.monotonic() - began)
        told = kept.summary(done) if done is not None else ""
        self._outlet.show(ToolFinished(STEP, STEP, ok=done is not None, summary=told))
        return done

    async def _material(self, wanted: Sought) -> Material | None:
        """Fetch the pull request, if there is one; None when it cannot be read."""
        if not wanted.links:
            return wanted.material
        link, others = wanted.links[0], wanted.links[1:]
        self._outlet.show(Waiting(say("review_fetching", self._locale, name=_name(link))))
        try:
            pulled = await self._with.pulled(link)
        except ToolFailed as error:
            # What a pull request lacks is told in the language of whoever asks.
            told = error.said(self._locale) if isinstance(error, PullFailed) else str(error)
            reason = self._with.hide(told).rstrip(".")
            self._why = say("review_cannot_read", self._locale, name=_name(link), reason=reason)
            return None
        self._pull = kept.PullRead(link, pulled.head)
        material = joined(wanted.material, pulled.material)
        skipped = {_name(other): "one_at_a_time" for other in others}
        return replace(material, skipped={**material.skipped, **skipped})

    async def _reviewed(self, material: Material, wanted: Sought) -> Reviewed:
        hide = self._with.hide
        scores: list[float] = []
        copies: list[Veiled] = []
        wish = read_wish(wanted.words)
        focus = wish.focus if wish is not None else ""
        pull = self._pull

        async def first(static: Review) -> None:
            part = Reviewed(static, locale=self._locale, pull=pull, focus=focus)
            self._part = part
            await self._static(static)
            texts = await asyncio.to_thread(comparing.digests, material)
            self._part = replace(part, texts=texts)

        made = await review(
            material,
            model=Metered(self._with.model, self._run, self._with.metrics),
            limits=Limits(
                locale=self._locale,
                person=self._question.person,
                focus=focus,
            ),
            on_static=first,
            on_score=scores.append,
            on_veiled=copies.append,
            hide=hide,
        )
        new = Reviewed(
            made,
            locale=self._locale,
            model_score=scores[0] if scores else None,
            pull=pull,
            focus=focus,
        )
        return await asyncio.to_thread(self._kept, copies[-1], new, wanted.ends)

    def _kept(self, veiled: Veiled, made: Reviewed, ends: Mapping[str, Ends]) -> Reviewed:
        """Put together what is kept of a review, held against the one before it if there is one."""
        hide = self._with.hide
        new = replace(
            made,
            texts=comparing.digests(veiled.plain),
            around=kept.around(veiled.shown, made.review.findings, veiled.hide),
        )
        if self._earlier is not None:
            new = kept.compared(self._earlier, new)
        found = [
            each
            for each in new.review.findings
            if comparing.is_living(each) and each.id not in new.unseen
        ]
        return replace(new, patch=_patch(veiled.shown, found, ends, hide))

    async def _static(self, static: Review) -> None:
        """Show what the tools found, where it can be completed in place and nothing stands yet."""
        if self._place.can_edit and self._earlier is None:
            pending = say("review_asking", self._locale, model=self._with.model.spec.name)
            self._outlet.write(chat.render(static, self._locale, pending=pending))

    async def _record(self, done: Reviewed) -> Reviewed:
        """Record a review; returns it as it is recorded, secrets hidden."""
        step = await asyncio.to_thread(kept.step, done, self._with.hide)
        number = len(self._run.rounds)
        self._run.keep((step,))
        record = self._question.record
        if record is not None and len(step.result) <= kept.MOST_RECORDED:
            await record(number, (step,))
        return await asyncio.to_thread(kept.read, (step,)) or done

    async def _show(self, done: Reviewed) -> None:
        """Let the whole review take the place of its first part; the files follow."""
        can_attach = self._place.can_attach
        files = await asyncio.to_thread(self._files, done) if can_attach else []
        if self._outlet.text:
            self._outlet.rewind(0)
        notes = {**kept.told_notes(done), **told_decisions(self._decisions, done.locale)}
        self._outlet.write(text(done, notes, has_file=can_attach))
        for file in files:
            self._outlet.show(file)

    def _files(self, done: Reviewed) -> list[File]:
        return list(kept.files(done, self._with.hide))


def is_unchanged(wanted: Sought, earlier: Reviewed, head: str = "") -> bool:
    """Tell whether what is wanted is what was reviewed already; a pull request is taken for so
    while its link stays the same: whoever edits a message has not pushed anything. Of who has,
    `head` is the newest commit."""
    if wanted.is_empty or (head and (earlier.pull is None or earlier.pull.head != head)):
        return False
    texts, wish = comparing.digests(wanted.material), read_wish(wanted.words)
    if (wish.focus if wish is not None else "") != earlier.focus:
        return False
    if wanted.links:
        same = earlier.pull is not None and earlier.pull.link == wanted.links[0]
        return same and texts.items() <= earlier.texts.items()
    skipped = set(wanted.material.skipped) == set(earlier.review.coverage.skipped)
    return earlier.pull is None and texts == dict(earlier.texts) and skipped


def spoken(words: str, locale: str) -> str:
    """Choose the language of a review: Chinese for who asks in it, else that of their platform."""
    asked = language_of(words)
    return asked if asked != "en" and language(locale) == "en" else locale


def _patch(
    material: Material,
    findings: Sequence[Finding],
    ends: Mapping[str, Ends],
    hide: Callable[[str], str],
) -> str:
    """Write the checked fixes as one patch on what may be shown. What is beside a secret is left
    out: hidden, it would not apply."""
    clean = [each for each in findings if each.fix is not None and each.fix.patch]
    text = combined(material, clean, ends).text
    return text if hide(text) == text else ""


def _name(link: Link) -> str:
    mark = "#" if link.forge == "github" else "!"
    return f"{link.project}{mark}{link.number}"
