"""A batch of events in, one reply stream out: guards, history, engine, and what is remembered.

The worker calls `respond` and consumes the stream; whatever happens inside, it ends with exactly
one `Done` or `Failed`. A person may stop it at any instant.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import secrets as random_bytes
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot import endings, entries
from bot.allowances import Admission, Allowances, Limits, Refusal
from bot.asking import Run
from bot.engine import Answer, Engine, Task
from bot.errors import ContextTooLong, ModelError, StoreError
from bot.events import Message, Regenerate, ThreadRef, TurnEvent
from bot.guard.masking import mask
from bot.logs import fields
from bot.metrics import Metrics
from bot.outlet import Outlet, follow
from bot.platform import Batch
from bot.preparation import Prepared
from bot.prompt import Asked
from bot.questions import Question, Response, digest
from bot.recall import Recall, Recalled
from bot.replies import Done, Failed, Final, Reply, TextDelta, TextRewritten
from bot.reviews import Reviews, files, is_explaining, is_review, remembered
from bot.store.histories import Histories
from bot.store.usage import Usage
from bot.tools.port import ToolContext
from bot.turns import Entry
from bot.wording import say

if TYPE_CHECKING:
    from bot.review_turn import Told
    from bot.reviewed import Standing

__all__ = ["Conversations", "Limits", "Question", "Response", "locale_of"]

_log = logging.getLogger(__name__)

MOST_TIGHTENINGS = 3
"""How often a question is asked with less after the model said that it is too long."""

LEAST_RESULT = 2_000
"""Characters of each tool result that are shown again to a model that had to read less."""


class Conversations:
    """Answers questions of every thread with one engine, and wishes for a review with `reviews`.

    `secrets` are the process's own, hidden wherever they turn up; `leave` makes the bot follow a
    thread (by its key) no more.
    """

    def __init__(
        self,
        engine: Engine,
        histories: Histories,
        usage: Usage,
        *,
        reviews: Reviews | None = None,
        bot_name: str = "Parley",
        instructions: str = "",
        limits: Limits | None = None,
        secrets: Iterable[str] = (),
        leave: Callable[[str], Awaitable[object]] | None = None,
        metrics: Metrics | None = None,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._engine = engine
        self._reviews = reviews
        self._allowances = Allowances(usage, limits or Limits())
        self._bot_name = bot_name
        self._secrets = tuple(secrets)
        self._leave = leave
        self._metrics = metrics
        self._clock = clock
        self.hide: Callable[[str], str] = partial(mask, known=self._secrets)
        self._recall = Recall(
            engine.model,
            histories,
            hide=self.hide,
            bot_name=bot_name,
            instructions=instructions,
        )

    async def respond(self, question: Question, response: Response) -> AsyncGenerator[Reply, None]:
        """Yield the reply to a batch; `response` follows along.

        Raises `StoreError` when the store fails or the thread is lost.
        """
        locale = locale_of(question.batch.first)
        response.run.begin()
        admission = question.admission or await self.admit(question.batch, question.attempt)
        refusal = admission.refusal or self._unanswerable(question, locale)
        if refusal is not None and question.standing is not None:
            # What stands is worth more than a sentence in its place.
            is_theirs = refusal.code != "not_yours_to_repeat"
            async for reply in self._stands(question, response, refusal.text if is_theirs else ""):
                yield reply
            return
        if refusal is not None:
            response.silent = admission.place is not None
            response.final = Failed(refusal.text, refusal.code)
            yield response.final
            return
        outlet = Outlet(self._secrets)
        # The model is read by a task of its own, so that a slow platform never holds it up and a
        # stop ends it wherever it is.
        work = asyncio.create_task(self._answer(question, admission, response, outlet, locale))
        try:
            async with aclosing(follow(outlet, work, question.stop)) as growing:
                async for reply in growing:
                    yield reply
            stopped = work.cancelled()
            if question.standing is not None and (stopped or not response.reviewed):
                why = say("review_kept_stopped", locale) if stopped else work.result().text
                async for reply in self._stands(question, response, why, again=outlet.text != ""):
                    yield reply
                return
            response.final = Done(outlet.text, stopped=True) if stopped else work.result()
            yield response.final
        finally:
            self._note(question, response, outlet)
            used = response.run.usage
            total = used.input + used.output
            await self._allowances.charge(question.batch.thread, admission.payers, total)

    async def _stands(
        self, question: Question, response: Response, why: str, *, again: bool = False
    ) -> AsyncGenerator[Reply, None]:
        """Let the review stay that was to be made anew, and say why; `again` in the place of what
        was said meanwhile."""
        if self._reviews is None or question.standing is None:
            raise RuntimeError("no review stands here")
        card = await self._reviews.card(question.standing, why)
        response.silent = True
        response.final = Done(card.text)
        yield TextRewritten(card.text) if again else TextDelta(card.text)
        yield card
        yield response.final

    def remember(self, question: Question, response: Response, parts: Sequence[str]) -> list[Entry]:
        """Return what history keeps of a finished turn; `parts` are the visible messages."""
        if response.silent:
            return []
        batch, prepared, final = question.batch, question.prepared, response.final
        kept = entries.questions(batch, prepared)
        if final is not None and parts:
            steps = remembered(response.run.steps)
            kept.append(
                entries.answer(
                    batch, prepared, final, steps=steps, parts=parts, author=self._bot_name
                )
            )
        return kept

    def _note(self, question: Question, response: Response, outlet: Outlet) -> None:
        if outlet.shown_at is None:
            return
        response.first_text = outlet.shown_at - response.run.began_at
        if self._metrics is not None:
            platform = question.batch.thread.platform
            self._metrics.first_text(platform, response.first_text)

    async def standing(self, batch: Batch) -> Standing | None:
        """Return the review that a batch wants made anew. Raises `StoreUnavailable`."""
        return await self._reviews.standing(batch.first) if self._reviews is not None else None

    async def is_idle(self, question: Question, *, begun: bool) -> bool:
        """Tell whether an edit wishes for a review that is not there, or not in such a place, or
        has seen the newest text already; what was `begun` is finished."""
        event, admission = question.batch.first, question.admission
        if not isinstance(event, Regenerate) or not event.review:
            return False
        if question.standing is None or self._reviews is None:
            return True
        if admission is not None and admission.refusal is not None:
            return admission.place is not None
        return not begun and await self._reviews.is_idle(question)

    async def understood(self, question: Question) -> Question:
        """Return a question with what is known of the finding that it wants explained. Raises
        `StoreUnavailable`."""
        event, prepared = question.batch.first, question.prepared
        if self._reviews is None or not is_explaining(event):
            return question
        found = await self._reviews.explanation(event, locale_of(event))
        if found is None:
            return question
        asked = (Asked(event.author.name, found.task),)
        prepared = replace(prepared, asked=asked, words={event.id: found.words})
        return replace(question, prepared=prepared, explanation=found)

    async def told(self, question: Question, response: Response) -> Sequence[Reply]:
        """Return what belongs to an answer whose end was recorded before: files, and a card."""
        place, steps = question.batch.first.place, response.run.steps
        beside: list[Reply] = list(files(steps, place, self.hide))
        response.reviewed = is_review(steps)
        if self._reviews is not None and (response.reviewed or question.standing is not None):
            card = await self._reviews.told(question)
            beside += [card] if card is not None else []
        return beside

    async def shown(
        self, question: Question, response: Response, parts: Sequence[str], opened: ThreadRef | None
    ) -> None:
        """Note in which messages a review stands. Raises `StoreUnavailable`."""
        if self._reviews is not None and response.reviewed:
            threads = [question.batch.thread, *([opened] if opened is not None else [])]
            await self._reviews.shown(question, parts, threads)

    async def admit(self, batch: Batch, attempt: int) -> Admission:
        """Ask whether the bot answers, before anything of the batch is read.

        Where it does not answer, it follows the thread no more.
        """
        locale = locale_of(batch.first)
        admission = await self._allowances.admit(batch, locale, counted=attempt > 1)
        if admission.place is not None and self._leave is not None:
            await self._leave(batch.thread.key)
        return admission

    def _unanswerable(self, question: Question, locale: str) -> Refusal | None:
        """Return why there is nothing to ask the model, None when there is."""
        event, prepared = question.batch.first, question.prepared
        if isinstance(event, Regenerate):
            return _unrepeatable(event, prepared, locale, of_review=question.standing is not None)
        asked = any(one.text.strip() or one.excerpts for one in prepared.asked)
        if asked or prepared.history.entries or self._engine.model.spec.offline:
            return None
        mention = f"@{self._bot_name}"
        return Refusal("empty_question", say("empty_question", locale, mention=mention))

    async def _answer(
        self,
        question: Question,
        admission: Admission,
        response: Response,
        outlet: Outlet,
        locale: str,
    ) -> Final:
        """Ask the engine, and turn every fault into an honest sentence."""
        answered, recalled = question.without(admission.refused), Recalled(())
        run = response.run
        try:
            told = await self._reviewed(answered, run, outlet, locale)
            if told is not None:
                beside = self._beside(question, answered, admission, locale)
                return await self._told(told, question, beside, response, outlet)
            if is_explaining(question.batch.first):
                answer = await self._explain(answered, run, outlet, locale)
            else:
                answer, recalled = await self._ask(answered, run, outlet, locale)
        except StoreError:
            raise
        except ModelError as error:
            partial = outlet.text
            code, text = endings.sentence(error, locale, partial=bool(partial))
            _log.warning("model failed", extra=fields(code=code, status=error.status))
            return Failed(text, code, partial=partial)
        except Exception:
            reference = random_bytes.token_hex(4)
            _log.exception("turn failed", extra=fields(id=reference))
            text = say("internal_error", locale, id=reference)
            return Failed(text, "internal_error", partial=outlet.text)
        if answer.limit == "rounds" and not outlet.text.strip():
            return Failed(say("rounds_exhausted", locale), "rounds_exhausted")
        notes = endings.notes(
            answer,
            locale,
            asked=answered.prepared.asked if recalled.messages else (),
            cut=recalled.cut,
            overflow=question.overflow,
        )
        for note in (*notes, *self._beside(question, answered, admission, locale)):
            outlet.write(f"\n\n{note}")
        return Done(outlet.text)

    def _beside(
        self, question: Question, answered: Question, admission: Admission, locale: str
    ) -> list[str]:
        """Return what people have to know whatever the answer is."""
        hidden = endings.hidden(answered.batch.events, locale)
        return [*hidden, *endings.refusals(admission, question.batch.events)]

    async def _reviewed(
        self, question: Question, run: Run, outlet: Outlet, locale: str
    ) -> Told | None:
        """Answer with a review if that is what is wanted."""
        if self._reviews is None:
            return None
        wanted = await self._reviews.sought(question)
        if wanted is None:
            return None
        return await self._reviews.answer(wanted, question, run, outlet, locale)

    async def _told(
        self, told: Told, question: Question, notes: list[str], response: Response, outlet: Outlet
    ) -> Final:
        """End a review: its notes, and its card."""
        if told.reviewed is None and question.standing is not None:
            return Done(told.why)  # what stands stays
        if told.reviewed is None:
            outlet.write(told.why)
        locale, overflow = locale_of(question.batch.first), question.overflow
        notes = [*endings.notes(Answer(), locale, asked=(), cut=(), overflow=overflow), *notes]
        for note in notes:
            outlet.write(f"\n\n{note}")
        if told.reviewed is not None and self._reviews is not None:
            card = await self._reviews.finish(told.reviewed, question, notes)
            response.reviewed = True
            if card is not None:
                outlet.show(card)
        return Done(outlet.text)

    async def _explain(self, question: Question, run: Run, outlet: Outlet, locale: str) -> Answer:
        """Explain a finding of a review, beginning with its name."""
        found = question.explanation
        if found is None:
            outlet.write(say("card_forgotten", locale))
            return Answer()
        outlet.write(f"{found.heading}\n\n")
        if self._engine.model.spec.offline:
            outlet.write(found.known)
            return Answer()
        answer, _ = await self._ask(question, run, outlet, locale)
        return answer

    async def _ask(
        self, question: Question, run: Run, outlet: Outlet, locale: str
    ) -> tuple[Answer, Recalled]:
        batch, now = question.batch, self._clock()
        task = Task(
            (),
            _context(batch, locale, now),
            recorded=question.rounds,
            record=question.record,
            person=question.person,
            cache_key=digest(batch.thread.key),
        )
        for tightened in range(MOST_TIGHTENINGS + 1):
            budget = self._recall.budget(self._engine.tools.specs)
            for _ in range(tightened):
                budget = budget.tightened()
            recalled = await self._recall.messages(batch, question.prepared, budget, run, now)
            task = replace(task, messages=recalled.messages)
            try:
                return await self._engine.run(task, run, outlet), recalled
            except ContextTooLong:
                # The table of models may be wrong about this one: again with far less. What the
                # tools have returned by now is kept; they do not run again.
                if tightened == MOST_TIGHTENINGS:
                    raise
                task = replace(task, recorded=tuple(run.rounds), most_result=LEAST_RESULT)
                run.rounds, run.steps = [], []
        raise AssertionError("the loop returns or raises")


def locale_of(event: TurnEvent) -> str:
    """Tell in which language the bot's own sentences reach who asked."""
    return event.author.locale or event.place.locale or "en"


def _unrepeatable(
    event: Regenerate, prepared: Prepared, locale: str, *, of_review: bool
) -> Refusal | None:
    """Return why an answer cannot be given anew: its question is gone, or it is another's. Of a
    review that is known, what was reviewed is there or not, and the review says so."""
    if not prepared.asked and not of_review:
        return Refusal("nothing_to_repeat", say("nothing_to_repeat", locale))
    before = entries.replaced(prepared)
    if before and before.asked_by and event.author.id not in before.asked_by:
        return Refusal("not_yours_to_repeat", say("not_yours_to_repeat", locale))
    return None


def _context(batch: Batch, locale: str, now: dt.datetime) -> ToolContext:
    first = batch.first
    attachments = (e.attachments for e in batch.events if isinstance(e, Message))
    return ToolContext(
        author=first.author,
        thread=batch.thread,
        place=first.place,
        locale=locale,
        timezone=first.author.timezone,
        now=now,
        attachments=tuple(one for each in attachments for one in each),
    )
