"""Where an answer goes: into the thread that it opens from the question, or beneath the question.

A mention in a channel opens a thread named after its words; where that is refused, the answer and
all that follows stand in the channel as replies, which is remembered. Called by outbound.
Source: https://docs.discord.com/developers/topics/threads.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from adapters.common.retries import persist
from adapters.discord.chains import is_in_place, keep_in_place
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.limits import CHANNEL, THREAD
from adapters.discord.places import OPENED
from adapters.discord.text.titles import UNNAMED, title
from bot.errors import PlatformTemporary
from bot.events import Message
from bot.platform import Batch
from bot.store.notes import Notes
from bot.tasks import ended

_log = logging.getLogger(__name__)

THERE_ALREADY = 160004
"""A thread was opened from this message before."""

CHANNEL_GONE = frozenset({10003, 10004})

ELSEWHERE = frozenset({10008, 50024})
"""No such message here, or a channel of this kind: of a forum's post, the thread is there and has
the id of its first message."""

LONGEST_WAIT = 10.0
"""Seconds: a server in which no thread may be opened for longer is answered in place, as nobody
waits for minutes to see an answer in a better spot."""

UNFIT_NAMES = frozenset({50035, 200000, 200001})
"""The name is refused, by Discord or by the server's moderation."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A channel or thread to write to; `in_place` where a conversation has no thread of its own:
    its first message then answers the message `question`."""

    channel: str
    in_place: bool = False
    question: str = ""


class Opening:
    """Finds out where a batch is answered. `begun` tells that parts of the answer stand there, and
    `check` raises when nothing more may be written."""

    def __init__(
        self,
        client: DiscordClient,
        notes: Notes,
        batch: Batch,
        check: Callable[[], None] = lambda: None,
        *,
        begun: bool = False,
    ) -> None:
        self._client = client
        self._notes = notes
        self._batch = batch
        self._check = check
        self._begun = begun
        self._ground: Ground | None = None
        self._opened = False
        self._settling: asyncio.Task[Ground] | None = None

    @property
    def seen(self) -> str:
        """The channel in which people look while nothing stands there yet: a thread that is not
        open has nobody in it."""
        if self._ground is not None:
            return self._ground.channel
        thread = self._batch.thread
        new = self._starter() is not None and not self._begun
        return thread.channel if new or not thread.thread else thread.thread

    def begin(self) -> None:
        """Open the thread while the model still thinks."""
        if self._settling is None:
            self._settling = asyncio.create_task(self._settle())

    async def settle(self) -> Ground:
        """Return where to write, opened where it had to be. Raises the `PlatformError` family."""
        if self._ground is not None:
            return self._ground
        if self._settling is None or (self._settling.done() and self._failed(self._settling)):
            self._settling = asyncio.create_task(self._settle())
        return await asyncio.shield(self._settling)

    async def known(self) -> Ground:
        """Return where the answer would stand, without opening anything."""
        if self._ground is not None:
            return self._ground
        return await self._standing() or Ground(self._batch.thread.thread)

    async def stay(self) -> Ground | None:
        """Answer in place from now on, where the thread has just been opened in vain; None where it
        was there before."""
        if not self._opened:
            return None
        self._opened = False
        self._ground = await self._in_place()
        return self._ground

    async def close(self) -> None:
        """Wait for nothing any more."""
        await ended(self._settling)

    # -- deciding ----------------------------------------------------------------------------

    async def _settle(self) -> Ground:
        ground = await self._standing()
        if ground is None:
            starter = self._starter()
            if starter is None or self._begun:
                ground = Ground(self._batch.thread.thread)
            else:
                ground = await self._opened_from(starter)
        elif ground.in_place:
            await keep_in_place(self._notes, self._batch.thread)
        self._ground = ground
        return ground

    async def _standing(self) -> Ground | None:
        """Return a place that needs no thread of its own; None for all others."""
        thread = self._batch.thread
        if not thread.thread:
            return Ground(thread.channel)
        places = [event.place for event in self._batch.events]
        apart = all(place.can_thread for place in places)
        if apart and not await is_in_place(self._notes, thread):
            return None
        return self._beneath()

    async def _in_place(self) -> Ground:
        await keep_in_place(self._notes, self._batch.thread)
        return self._beneath()

    def _beneath(self) -> Ground:
        """Return the channel itself; what was given anew may stand in any thread of it."""
        address = self._batch.first.place.address
        channel = address.get("channel") or self._batch.thread.channel
        return Ground(channel, in_place=True, question=self._question())

    def _starter(self) -> Message | None:
        """Return the message from which the thread is to be opened, if it is answered now."""
        thread = self._batch.thread.thread
        for event in self._batch.events:
            if isinstance(event, Message) and event.id == thread:
                return None if OPENED in event.place.address else event
        return None

    def _question(self) -> str:
        last = self._batch.last
        return last.id if isinstance(last, Message) else ""

    # -- opening -----------------------------------------------------------------------------

    async def _opened_from(self, starter: Message) -> Ground:
        thread = self._batch.thread.thread
        names = [file.name for file in starter.attachments]
        name = title(starter.text, starter.mentions, names)
        try:
            await self._open(name)
        except CallRefused as error:
            if error.code in CHANNEL_GONE:
                raise
            if error.code in UNFIT_NAMES and name != UNNAMED:
                with suppress(CallRefused):
                    await self._open(UNNAMED)
                    return self._mine(thread)
            if error.code != THERE_ALREADY and not await self._exists(error):
                _log.info("answered in place: %s", error)
                return await self._in_place()
            return Ground(thread)
        except PlatformTemporary as error:
            if (error.retry_after or 0.0) <= LONGEST_WAIT:
                raise
            _log.info("answered in place: %s", error)
            return await self._in_place()
        return self._mine(thread)

    def _mine(self, thread: str) -> Ground:
        self._opened = True
        return Ground(thread)

    async def _open(self, name: str) -> None:
        thread = self._batch.thread

        async def once() -> None:
            client = self._client
            wait = await client.allowance.paused(client.workspace, THREAD, thread.channel)
            if wait > LONGEST_WAIT:
                raise PlatformTemporary("no thread may be opened for now", retry_after=wait)
            await self._client.slot(THREAD, thread.channel)
            self._check()
            await self._client.call(
                THREAD, json={"name": name}, channel_id=thread.channel, message_id=thread.thread
            )

        await persist(once, self._client.sleep, LONGEST_WAIT)

    async def _exists(self, error: CallRefused) -> bool:
        if error.code not in ELSEWHERE:
            return False
        try:
            await self._client.read(CHANNEL, channel_id=self._batch.thread.thread)
        except CallRefused:
            return False
        return True

    @staticmethod
    def _failed(task: asyncio.Task[Ground]) -> bool:
        return task.cancelled() or isinstance(task.exception(), PlatformTemporary)
