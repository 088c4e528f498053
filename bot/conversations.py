"""A batch of events in, one reply stream out: guards, history, engine, and what is remembered.

The worker calls `respond` and consumes the stream; whatever happens inside, it ends with exactly
one `Done` or `Failed`. A person may stop it at any instant.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot import prompt, tokens
from bot.engine import Answer, Engine, Run
from bot.errors import (
    ContextTooLong,
    ModelError,
    ModelRefused,
    ModelRejected,
    ModelTemporary,
    StoreError,
    StoreUnavailable,
)
from bot.events import Author, Message, Regenerate, ThreadRef, TurnEvent
from bot.logs import fields
from bot.models.port import Completion, Request, Said
from bot.platform import Batch
from bot.preparation import Prepared
from bot.replies import Done, Failed, Final, Growing, Reply, TextDelta
from bot.store.histories import Histories, History
from bot.store.usage import Usage
from bot.tools.port import ToolContext
from bot.turns import Entry, Step
from bot.wording import say, span

_log = logging.getLogger(__name__)

SUMMARY_SECONDS = 20.0
"""How long an answer waits for a summary of what no longer fits; then it does without."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one person may use, and where the bot answers; 0 and empty mean no limit."""

    turns_per_hour: int = 0
    tokens_per_day: int = 0
    channels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """A prepared batch and what earlier attempts have recorded of its answer."""

    batch: Batch
    prepared: Prepared
    stop: asyncio.Event
    attempt: int = 1
    overflow: int = 0
    rounds: Sequence[Sequence[Step]] = ()
    record: Callable[[int, Sequence[Step]], Awaitable[None]] | None = None


@dataclass(slots=True)
class Response:
    """What came of a question; complete once its stream has ended."""

    run: Run = field(default_factory=Run)
    final: Final | None = None


class Conversations:
    """Answers questions of every thread with one engine."""

    def __init__(
        self,
        engine: Engine,
        histories: Histories,
        usage: Usage,
        *,
        bot_name: str = "Parley",
        instructions: str = "",
        limits: Limits | None = None,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._engine = engine
        self._histories = histories
        self._usage = usage
        self._bot_name = bot_name
        self._instructions = instructions
        self._limits = limits or Limits()
        self._clock = clock

    async def respond(self, question: Question, response: Response) -> AsyncGenerator[Reply, None]:
        """Yield the reply to a batch; `response` follows along."""
        locale = locale_of(question.batch.first)
        refused = await self._guard(question, locale)
        if refused is not None:
            response.final = refused
            yield refused
            return
        pending: deque[Growing] = deque()
        awake = asyncio.Event()

        def emit(reply: Growing) -> None:
            pending.append(reply)
            awake.set()

        # The model is read by a task of its own, so that a slow platform never holds it up and a
        # stop ends it wherever it is.
        reader = asyncio.create_task(self._answer(question, response, locale, emit))
        stopper = asyncio.create_task(question.stop.wait())
        for task in (reader, stopper):
            task.add_done_callback(lambda _: awake.set())
        try:
            while not (reader.done() or question.stop.is_set()):
                await awake.wait()
                awake.clear()
                while pending:
                    yield pending.popleft()
            if reader.done():
                while pending:
                    yield pending.popleft()
                response.final = reader.result()
            else:
                await _end(reader)
                response.final = Done(response.run.text, stopped=True)
            yield response.final
        finally:
            await _end(reader)
            await _end(stopper)
            await self._count(question, response)

    def remember(self, question: Question, response: Response, parts: Sequence[str]) -> list[Entry]:
        """Return what history keeps of a finished turn; `parts` are the visible messages."""
        batch, final = question.batch, response.final
        entries = [
            _question_entry(event, question.prepared)
            for event in batch.events
            if not isinstance(event, Regenerate)
        ]
        if final is not None and parts:
            text = final.text if isinstance(final, Done) else final.partial
            entries.append(
                Entry(
                    id=parts[0],
                    role="bot",
                    text=text or (final.text if isinstance(final, Failed) else ""),
                    # Right behind what it answers, before whatever was written meanwhile.
                    at=question.prepared.answered_at or batch.last.at + 1,
                    author=self._bot_name,
                    steps=tuple(response.run.steps),
                    asked_by=tuple(dict.fromkeys(e.author.id for e in batch.events)),
                    parts=tuple(parts),
                )
            )
        return entries

    async def _guard(self, question: Question, locale: str) -> Failed | None:
        """Refuse kindly where the bot does not answer or an allowance is used up."""
        first = question.batch.first
        allowed = self._limits.channels
        names = {first.thread.channel, first.place.name, first.place.name.lstrip("#")}
        if allowed and first.place.kind != "direct" and not names & allowed:
            return Failed(say("channel_not_allowed", locale), "channel_not_allowed")
        if question.attempt > 1:
            return None  # counted before
        verdict = await self._usage.begin_turn(
            person_key(first.thread, first.author),
            self._limits.turns_per_hour,
            self._limits.tokens_per_day,
        )
        if verdict.refused == "turns":
            minutes = max(1, round(verdict.seconds / 60))
            return Failed(say("turns_limit", locale, minutes=minutes), "turns_limit")
        if verdict.refused == "tokens":
            hours = max(1, round(verdict.seconds / 3600))
            return Failed(say("tokens_limit", locale, hours=hours), "tokens_limit")
        return None

    async def _answer(
        self,
        question: Question,
        response: Response,
        locale: str,
        emit: Callable[[Growing], None],
    ) -> Final:
        """Ask the engine, and turn every fault into an honest sentence."""
        run = response.run
        try:
            answer = await self._ask(question, run, locale, emit)
        except (asyncio.CancelledError, StoreError):
            raise
        except ModelError as error:
            key, values = _sentence(error, locale)
            _log.warning("model failed", extra=fields(code=key, status=error.status))
            return Failed(say(key, locale, **values), key, partial=run.text)
        except Exception:
            reference = hashlib.sha256(f"{time.time_ns()}".encode()).hexdigest()[:8]
            _log.exception("turn failed", extra=fields(id=reference))
            text = say("internal_error", locale, id=reference)
            return Failed(text, "internal_error", partial=run.text)
        text = answer.text
        if question.overflow:
            note = "\n\n" + say("too_much_at_once", locale, count=question.overflow)
            emit(TextDelta(note))
            text += note
        return Done(text)

    async def _ask(
        self, question: Question, run: Run, locale: str, emit: Callable[[Growing], None]
    ) -> Answer:
        spec = self._engine.model.spec
        budget, batch_most = prompt.history_budget(spec), prompt.batch_budget(spec)
        first = question.batch.first
        context = ToolContext(
            author=first.author,
            thread=first.thread,
            place=first.place,
            locale=locale,
            timezone=first.author.timezone,
            now=self._clock(),
            attachments=tuple(
                a for e in question.batch.events if isinstance(e, Message) for a in e.attachments
            ),
        )
        asked_again = False
        while True:
            messages = await self._messages(question, locale, budget, batch_most)
            try:
                stream = self._engine.run(
                    messages,
                    context,
                    run,
                    recorded=question.rounds,
                    record=question.record,
                    person=_digest(person_key(first.thread, first.author)),
                    cache_key=_digest(first.thread.key),
                )
                async for event in stream:
                    if isinstance(event, Answer):
                        return event
                    emit(event)
            except ContextTooLong:
                # The table of models may be wrong about this one: once more with far less.
                if asked_again or run.text:
                    raise
                asked_again = True
                budget, batch_most = budget // 4, batch_most // 4
                run.steps.clear()

    async def _messages(
        self, question: Question, locale: str, budget: int, batch_most: int
    ) -> tuple[Said, ...]:
        prepared, batch = question.prepared, question.batch
        history = prepared.history
        asked = {item.id for item in batch.events} | {prepared.replaces}
        shown = [
            entry
            for entry in history.entries
            if entry.id not in asked
            and entry.at > history.summary_upto
            and (not prepared.before or entry.at < prepared.before)
        ]
        summary = history.summary
        fits, older = prompt.fit(shown, budget, tokens.count) if shown else ([], [])
        unread = history.total > len(history.entries) and not summary
        if older:
            summary = await self._fold(batch.thread.key, history, older, budget)
            unread = not summary
        scene = prompt.Scene(
            bot_name=self._bot_name,
            now=self._clock(),
            platform=batch.thread.platform,
            place=batch.first.place.name,
            place_kind=batch.first.place.kind,
            locale=batch.first.author.locale or batch.first.place.locale,
            instructions=self._instructions,
        )
        built = prompt.build(
            scene,
            fits,
            prepared.asked,
            summary=summary,
            unread=unread,
            budget=budget,
            batch_most=batch_most,
        )
        return built.messages

    async def _fold(
        self, thread: str, history: History, older: Sequence[Entry], budget: int
    ) -> str:
        """Fold what no longer fits into the running summary; an empty text when that fails."""
        request = Request(
            prompt.summary_request(history.summary, older, budget, tokens.count),
            tool_choice="none",
            max_output_tokens=1_000,
        )
        model = self._engine.model
        if model.spec.offline:
            return ""
        summary = ""
        try:
            async with asyncio.timeout(SUMMARY_SECONDS):
                async for piece in model.stream(request):
                    if isinstance(piece, Completion):
                        summary = piece.text.strip()
        except (ModelError, TimeoutError) as error:
            _log.warning("summary failed", extra=fields(code=type(error).__name__))
        if summary:
            await self._histories.fold(thread, history, older[-1].at, summary)
        return summary

    async def _count(self, question: Question, response: Response) -> None:
        """Charge the tokens of a turn to who asked; nothing is refused in the middle of one."""
        used = response.run.usage
        first = question.batch.first
        person = person_key(first.thread, first.author)
        try:
            await self._usage.add_tokens(person, used.input + used.output)
        except StoreUnavailable as error:
            _log.warning("tokens not counted: %s", error)  # no reason to answer once more


def locale_of(event: TurnEvent) -> str:
    """Tell in which language the bot's own sentences reach who asked."""
    return event.author.locale or event.place.locale or "en"


def person_key(thread: ThreadRef, author: Author) -> str:
    """Name a person across the threads of a workspace."""
    return f"{thread.platform}/{thread.workspace}/{author.id}"


def _question_entry(event: TurnEvent, prepared: Prepared) -> Entry:
    return Entry(
        id=event.id,
        role="person",
        text="" if isinstance(event, Regenerate) else event.text,
        at=event.at,
        author_id=event.author.id,
        author=event.author.name,
        excerpts=prepared.excerpts.get(event.id, ()),
    )


def _sentence(error: ModelError, locale: str) -> tuple[str, dict[str, object]]:
    """Choose the sentence for a model's fault: (key, values)."""
    match error:
        case ModelTemporary(busy=True):
            return "model_busy", {"wait": span(error.retry_after or 60.0, locale)}
        case ModelTemporary():
            return "model_unreachable", {}
        case ModelRejected():
            return "model_rejected", {}
        case ModelRefused():
            return "model_refused", {}
        case ContextTooLong():
            return "context_too_long", {}
        case _:
            return "model_unreachable", {}


async def _end(task: asyncio.Task[object]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
