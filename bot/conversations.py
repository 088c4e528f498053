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

from bot import endings, entries
from bot.allowances import Admission, Allowances, Limits, Refusal
from bot.asking import Run
from bot.engine import Answer, Engine, Task
from bot.errors import ContextTooLong, ModelError, StoreError
from bot.events import Message, Regenerate, TurnEvent
from bot.guard.masking import mask
from bot.logs import fields
from bot.metrics import Metrics
from bot.outlet import Outlet, follow
from bot.platform import Batch
from bot.preparation import Prepared
from bot.questions import Question, Response, digest
from bot.recall import Recall, Recalled
from bot.replies import Done, Failed, Final, Reply
from bot.reviews.door import Reviews, brief_steps, is_explaining
from bot.reviews.replies import ReviewReplies
from bot.store.histories import Histories
from bot.store.usage import Usage
from bot.tools.port import ToolContext
from bot.turns import Entry
from bot.wording import say

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
        self._allowances = Allowances(usage, limits or Limits())
        self._bot_name = bot_name
        self._secrets = tuple(secrets)
        self._leave = leave
        self._metrics = metrics
        self._clock = clock
        self.hide: Callable[[str], str] = partial(mask, known=self._secrets)
        self.reviews = ReviewReplies(reviews, self.hide)
        self._recall = Recall(
            engine.model,
            histories,
            hide=self.hide,
            bot_name=bot_name,
            instructions=instructions,
            metrics=metrics,
        )

    async def respond(self, question: Question, response: Response) -> AsyncGenerator[Reply, None]:
        """Yield the reply to a batch; `response` follows along.

        Raises `StoreError` when the store fails or the thread is lost.
        """
        locale = locale_of(question.batch.first)
        response.run.begin()
        admission = question.admission
        if admission is None:
            admission = await self.admit(question.batch, counted=question.counted)
        refusal = admission.refusal or self._unanswerable(question, locale)
        if refusal is not None and question.standing is not None and admission.place is None:
            # What stands is worth more than a sentence in its place.
            why = refusal.text if refusal.code != "not_yours_to_repeat" else ""
            async for reply in self.reviews.stands(question, response, why):
                yield reply
            return
        if refusal is not None:
            response.silent = admission.place is not None
            response.final = Failed(refusal.text, refusal.code, retryable=refusal.retryable)
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
                again = outlet.text != ""
                async for reply in self.reviews.stands(question, response, why, again=again):
                    yield reply
                return
            card = await self.reviews.left(question, response) if stopped else None
            if card is not None:
                yield card
            response.final = Done(outlet.text, stopped=True) if stopped else work.result()
            yield response.final
        finally:
            self._note(question, response, outlet)
            used = response.run.usage
            total = used.input + used.output
            await self._allowances.charge(question.batch.thread, admission.payers, total)

    def remember(self, question: Question, response: Response, parts: Sequence[str]) -> list[Entry]:
        """Return what history keeps of a finished turn; `parts` are the visible messages."""
        if response.silent:
            return []
        batch, prepared, final = question.batch, question.prepared, response.final
        kept = entries.questions(batch, prepared)
        if final is not None and parts:
            steps = brief_steps(response.run.steps)
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

    async def admit(self, batch: Batch, *, counted: bool) -> Admission:
        """Ask whether the bot answers, before anything of the batch is read; `counted` says that an
        earlier attempt has counted the turn.

        Where it does not answer, it follows the thread no more.
        """
        locale = locale_of(batch.first)
        admission = await self._allowances.admit(batch, locale, counted=counted)
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
            told = await self.reviews.review(answered, run, outlet, locale)
            if told is not None:
                notes = self._notes(question, answered, admission, Answer(), Recalled(()), locale)
                return await self.reviews.end(told, question, response, outlet, notes)
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
        for note in self._notes(question, answered, admission, answer, recalled, locale):
            outlet.write(f"\n\n{note}")
        return Done(outlet.text)

    def _notes(
        self,
        question: Question,
        answered: Question,
        admission: Admission,
        answer: Answer,
        recalled: Recalled,
        locale: str,
    ) -> list[str]:
        """Return what people have to know besides the answer."""
        notes = endings.notes(
            answer,
            locale,
            asked=answered.prepared.asked if recalled.messages else (),  # a review tells itself
            cut=recalled.cut,
            overflow=question.overflow,
        )
        hidden = endings.hidden(answered.batch.events, locale)
        return [*notes, *hidden, *endings.refusals(admission, question.batch.events)]

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
