"""One leased turn from end to end, where the core's answer meets the platform that shows it.

It has the question prepared, asks the conversations, lets the platform deliver, and records each
step. Faults end in one of three ways: tried again later, answered with an honest sentence, or set
aside for an operator.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from bot.conversations import Conversations
from bot.errors import (
    LostLease,
    NewerVersion,
    ParleyError,
    PlatformGone,
    PlatformRefused,
    PlatformRejected,
    PlatformTemporary,
    StoreUnavailable,
)
from bot.events import Regenerate
from bot.lease import LEASE_SECONDS, RENEW_SECONDS, Lease
from bot.logs import fields
from bot.metrics import Metrics
from bot.openings import begin
from bot.platform import Batch, Platform, Sink
from bot.preferences import preferred
from bot.questioning import Questioning
from bot.questions import Question, Response
from bot.repeating import aimed
from bot.replies import Done, Failed, Reply, TextDelta
from bot.second_looks import SecondLook, look_again
from bot.setbacks import (
    MOST_ATTEMPTS,
    apologise,
    disown,
    now_ms,
    put_off,
    said,
    show,
    try_again,
)
from bot.store.histories import Histories, to_stored
from bot.store.preferences import PreferenceBook
from bot.tasks import ended

_log = logging.getLogger(__name__)

STORE_RETRY_SECONDS = 0.5

NEWER_DELAY = 30.0
"""Seconds for which an event of a newer release is left to a newer worker."""


@dataclass(slots=True)
class _Turn:
    """What a batch asks, once it is prepared."""

    question: Question | None = None


class Worker:
    """Answers leased batches; one object serves all turns of a process."""

    def __init__(
        self,
        conversations: Conversations,
        histories: Histories,
        platforms: Mapping[str, Platform],
        sink: Sink,
        *,
        metrics: Metrics,
        sees_images: bool = False,
        preferences: PreferenceBook | None = None,
    ) -> None:
        self._conversations = conversations
        self._reviews = conversations.reviews
        self._histories = histories
        self._platforms = platforms
        self._questioning = Questioning(conversations, histories, sink, sees_images=sees_images)
        self._metrics = metrics
        self._preferences = preferences

    async def work(self, lease: Lease) -> None:
        """Bring a leased turn to its end, or give it back. Raises nothing but cancellation."""
        heart = asyncio.create_task(_keep(lease))
        turn = asyncio.create_task(self._turn(lease))
        try:
            await self._watch(lease, turn)
        except asyncio.CancelledError:
            await ended(turn)
            await _give_back(lease, 0.0)
            raise
        except LostLease as error:
            _log.info("turn handed on: %s", error, extra=fields(thread=lease.thread.key))
        except StoreUnavailable as error:
            # Whoever takes the thread next finds what was recorded.
            _log.warning("turn left: %s", error, extra=fields(thread=lease.thread.key))
            await ended(turn)
            await _give_back_soon(lease)
        finally:
            await ended(turn)
            await ended(heart)  # after the turn: while that clears up, the lease is held

    async def _watch(self, lease: Lease, turn: asyncio.Task[None]) -> None:
        """Wait for the turn; end it early when the lease is lost or its question has changed."""
        lost = asyncio.create_task(lease.lost.wait())
        amended = asyncio.create_task(lease.amended.wait())
        try:
            while True:
                await asyncio.wait({turn, lost, amended}, return_when=asyncio.FIRST_COMPLETED)
                if turn.done():
                    return turn.result()
                if lost.done():
                    raise LostLease(f"another worker owns {lease.thread.key} now")
                lease.amended.clear()
                amended = asyncio.create_task(lease.amended.wait())
                # A question that was edited before anything of its answer could be seen is answered
                # in its new form (a word that stands in is nothing of it); one that was deleted is
                # not answered.
                if not (lease.parts and lease.spoken) or await lease.all_deleted():
                    await ended(turn)
                    await lease.release(0.0, counted=False)
                    return None
        finally:
            await ended(lost, amended)

    async def _turn(self, lease: Lease) -> None:
        try:
            batch, place = lease.batch(), lease.place()
        except NewerVersion as error:
            _log.warning("left to a newer release: %s", error)
            return await lease.release(NEWER_DELAY, counted=False)
        platform = self._platforms[lease.thread.platform]
        try:
            if lease.attempt > MOST_ATTEMPTS:
                await apologise(platform, place, lease, "too many attempts")
            elif batch.events:
                await self._answer(platform, batch, lease)
            elif lease.unreadable:
                await apologise(platform, place, lease, "unreadable")
            else:  # all of it was deleted: what is visible of an answer goes too
                await show(platform, place, lease, Done(""))
                await lease.finish([])
        except PlatformTemporary as error:
            await put_off(platform, place, lease, error, error.retry_after)
        except PlatformRefused as error:
            await put_off(platform, place, lease, error)
        except (PlatformGone, PlatformRejected) as error:
            # Nobody can be answered there any more.
            _log.warning("no place to answer: %s", error, extra=fields(thread=lease.thread.key))
            await lease.finish([], at_ms=now_ms())
        except (LostLease, StoreUnavailable):
            raise
        except Exception:
            _log.exception("attempt failed", extra=fields(thread=lease.thread.key))
            await try_again(lease)
        return None

    async def _answer(self, platform: Platform, batch: Batch, lease: Lease) -> None:
        started = time.monotonic()
        if self._preferences is not None:
            batch = await preferred(batch, self._preferences)
        response, turn = Response(), _Turn()
        if isinstance(batch.first, Regenerate):  # the delivery must know which answer it replaces
            standing = await self._reviews.standing(batch)
            batch = aimed(batch, standing)
            questioning = self._questioning
            if batch.is_unasked and await questioning.is_idle(platform, batch, standing, lease):
                await lease.finish([], at_ms=now_ms())
                return
            turn.question = await questioning.question(platform, batch, lease, standing)
            admission = turn.question.admission
            if batch.is_unasked and admission is not None and admission.place is not None:
                await lease.finish([], at_ms=now_ms())  # nobody waits to be told
                return
        replies = self._replies(platform, batch, lease, turn, response)
        try:
            async with aclosing(replies):
                await platform.deliver(batch, replies, lease)
        except PlatformRejected as error:
            if batch.is_unasked:
                raise
            response.final = await disown(platform, batch, lease, error)
        question = turn.question
        if question is None:
            raise RuntimeError("a platform has delivered without asking for the reply")
        parts = [part.id for part in lease.parts if part.id]
        entries = self._conversations.remember(question, response, parts)
        await begin(lease, question.batch, entries, self._histories)
        opened = lease.opening[0] if lease.opening is not None else None
        await self._reviews.shown(question, response, parts, opened)
        final, look = response.final, ""
        whole = isinstance(final, Done) and not final.stopped
        if lease.takes > 1 and final is not None:
            # Only a plain answer reads exactly as its text; a review may stand as a card.
            plain = whole and not (response.reviewed or question.standing is not None)
            text = final.text if plain else ""
            look = SecondLook(lease.key, batch.first, tuple(parts), text).write()
        await lease.finish(
            [to_stored(entry) for entry in entries],
            look=look,
            overflow_told=lease.overflow if whole else 0,
            at_ms=now_ms(),
        )
        self._note(batch, lease, response, time.monotonic() - started)

    async def _replies(
        self, platform: Platform, batch: Batch, lease: Lease, turn: _Turn, response: Response
    ) -> AsyncGenerator[Reply, None]:
        """Prepare and answer. Preparing is part of the stream: files and names may take their time,
        and a sign of life must not wait for them."""
        if turn.question is None:
            turn.question = await self._questioning.question(platform, batch, lease)
        if lease.answer is not None:
            response.final = lease.answer
            response.run.steps += [step for steps in lease.rounds for step in steps]
            beside: Sequence[Reply] = ()
            if isinstance(lease.answer, Done) and not lease.answer.stopped:
                beside = await self._reviews.told(turn.question, response)
            replies = said(lease.answer, beside)
        else:
            replies = _recorded(self._conversations.respond(turn.question, response), lease)
        async with aclosing(replies):
            async for reply in replies:
                yield reply

    async def look_again(self, record: str) -> bool:
        """Take a second look at a finished turn that had changed hands; see `bot.second_looks`."""
        return await look_again(record, self._histories, self._platforms)

    def _note(self, batch: Batch, lease: Lease, response: Response, seconds: float) -> None:
        final, run = response.final, response.run
        outcome = final.code if isinstance(final, Failed) else "answered"
        if stopped(response):
            outcome = "stopped"
        self._metrics.turn_finished(batch.thread.platform, outcome, seconds)
        _log.info(
            "turn",
            extra=fields(
                thread=batch.thread.key,
                event=batch.first.id,
                batch=len(batch.events),
                attempt=lease.attempt,
                outcome=outcome,
                seconds=round(seconds, 3),
                waited=round(time.time() - seconds - batch.first.at / 1_000_000, 3),
                first_text=response.first_text,
                tokens_in=run.usage.input,
                tokens_out=run.usage.output,
                tokens_cached=run.usage.cached,
                requests=run.requests,
                rounds=len(run.rounds),
                tools=len(run.steps),
                parts=len(lease.parts),
            ),
        )


def stopped(response: Response) -> bool:
    """Tell whether a person ended the answer early."""
    return isinstance(response.final, Done) and response.final.stopped


async def _recorded(
    replies: AsyncGenerator[Reply, None], lease: Lease
) -> AsyncGenerator[Reply, None]:
    """Record the end of a reply before the platform hears of it, and that it has begun."""
    async with aclosing(replies):
        async for reply in replies:
            lease.spoken = lease.spoken or isinstance(reply, TextDelta)
            if isinstance(reply, Done | Failed):
                await lease.answered(reply)
            yield reply


async def _keep(lease: Lease) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        try:
            await lease.renew()
        except ParleyError as error:
            _log.warning("lease not renewed: %s", error)


async def _give_back(lease: Lease, delay: float) -> None:
    try:
        await lease.release(delay, counted=False)
    except ParleyError as error:
        _log.warning("lease not released: %s", error)


async def _give_back_soon(lease: Lease) -> None:
    """Give a turn back when the store is there again: the turn is not to blame, and nobody has to
    wait for the lease to run out."""
    for _ in range(int(LEASE_SECONDS / STORE_RETRY_SECONDS)):
        try:
            return await lease.release(0.0, counted=False)
        except ParleyError:
            await asyncio.sleep(STORE_RETRY_SECONDS)
    return None
