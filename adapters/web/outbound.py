"""Make an answer visible in the playground's store: one message that grows, whoever writes it.

The message's id follows from the reply's key, so that an attempt after a crash finds its own
message and cannot post a second one. Runs where the worker runs, which may be another process than
the one that browsers are connected to.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from adapters.web.overlong import as_files, beginning
from adapters.web.people import BOT_ID, BOT_NAME
from adapters.web.render import Draft, Write
from bot.errors import PlatformGone, PlatformTemporary, StoreUnavailable
from bot.events import Regenerate
from bot.platform import Batch, Receipt
from bot.replies import Done, Failed, File, Reply
from bot.store.channel_message import ChannelMessage, FileRef, Meta
from bot.store.files import LARGEST, Files
from bot.store.messages import ChannelMessages
from bot.tasks import ended

PACE = 0.06
"""Seconds between two snapshots of a growing answer: smooth to the eye, and 16 writes a second."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """Writes answers. `clock` tells the time in seconds since the epoch."""

    messages: ChannelMessages
    files: Files
    clock: Callable[[], float] = time.time

    async def deliver(self, batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        """Show `replies` as they come, under the rules of `Platform.deliver`."""
        message = await self._open(batch, receipt)
        draft = Draft(message, batch.first.place.locale)
        async with _Growth(lambda: self._grow(draft, receipt)) as growth:
            async for reply in replies:
                if isinstance(reply, File):
                    await self._attach(draft, reply)
                draft.take(reply)
                if isinstance(reply, Done) and not (reply.text or reply.stopped):
                    await growth.end()
                    await self._withdraw(message, receipt)
                elif isinstance(reply, Done | Failed):
                    await growth.end()
                    await self._attach_whole(draft)
                    await self._write(draft, receipt)
                else:
                    growth.due()

    async def _withdraw(self, message: ChannelMessage, receipt: Receipt) -> None:
        """Take back an answer whose question was deleted."""
        receipt.check()
        with _as_platform_fault():
            await self.messages.remove(message)
        await receipt.removed(0)

    async def tidy(self, parts: Sequence[str], text: str, locale: str = "") -> None:
        """Mend an answer that a former worker left growing, or wrote on after its end. There cannot
        be a second one: its id follows from the reply's key."""
        with _as_platform_fault():
            message = await self.messages.get(parts[0]) if parts else None
        if message is None:
            return
        state = message.meta.state
        if state in _GROWING or (state == "done" and message.text != beginning(text)):
            again = {file.name for file in as_files(text)}
            files = tuple(file for file in message.meta.files if file.name not in again)
            draft = Draft(replace(message, meta=replace(message.meta, files=files)), locale)
            draft.take(Done(text))
            await self._attach_whole(draft)
            if (write := draft.pending()) is not None:
                with _as_platform_fault():
                    await self._store(write)

    async def _open(self, batch: Batch, receipt: Receipt) -> ChannelMessage:
        """Post the reply's message, or find the one that an earlier attempt posted."""
        id = _message_id(batch, receipt)
        with _as_platform_fault():
            found = await self.messages.get(id)
        receipt.check()
        known = any(part.index == 0 and part.id for part in receipt.parts)
        if not known:
            await receipt.posting(0)
            receipt.check()
        message = self._blank(id, batch, found)
        with _as_platform_fault():
            await self._post(message, found)
        if not known:
            await receipt.posted(0, id)
        with _as_platform_fault():
            await self._mark_taken(batch)
        return message

    async def _post(self, message: ChannelMessage, found: ChannelMessage | None) -> None:
        if found is not None:
            await self.messages.rewrite(message)
            for person in (person for person, value in found.feedback.items() if value):
                await self.messages.rate(message, person, 0)  # it was about the old answer
        elif await self.messages.add(message) == "no_thread":
            raise PlatformGone("the message that was to be answered is gone")

    async def _mark_taken(self, batch: Batch) -> None:
        for event in batch.events:
            target = event.target if isinstance(event, Regenerate) else event.id
            asked = await self.messages.get(target)
            if asked is not None:
                await self.messages.mark_taken(asked, event.id)

    def _blank(self, id: str, batch: Batch, found: ChannelMessage | None) -> ChannelMessage:
        newest = max(event.at for event in batch.events)
        meta = Meta(
            channel=batch.thread.channel,
            thread=batch.thread.thread,
            author=BOT_ID,
            name=BOT_NAME,
            # A worker's clock may be behind the listener's: an answer still follows its question.
            at=found.meta.at if found else max(int(self.clock() * 1e6), newest + 1),
            bot=True,
            state="thinking",
            asked=tuple(dict.fromkeys(event.author.id for event in batch.events)),
            answers=found.meta.answers if found else batch.last.id,
        )
        return ChannelMessage(id, meta, found.text if found else "")

    async def _attach(self, draft: Draft, file: File) -> None:
        content = file.content[:LARGEST]
        with _as_platform_fault():
            kept = await self.files.save(file.name, file.media_type, BOT_ID, content)
        draft.attach(FileRef(kept.id, kept.name, kept.media_type, len(content)))

    async def _attach_whole(self, draft: Draft) -> None:
        for file in as_files(draft.whole):
            await self._attach(draft, file)

    async def _grow(self, draft: Draft, receipt: Receipt) -> None:
        # The next snapshot holds all that this one could not bring.
        with suppress(PlatformTemporary):
            await self._write(draft, receipt)

    async def _write(self, draft: Draft, receipt: Receipt) -> None:
        write = draft.pending()
        if write is None:
            return
        try:
            receipt.check()
            with _as_platform_fault():
                await self._store(write)
        except BaseException:
            draft.distrust()
            raise

    async def _store(self, write: Write) -> None:
        if write.rewritten:
            stored = await self.messages.rewrite(write.message)
        else:
            stored = await self.messages.grow(write.message, write.appended, meta=write.meta)
        if not stored and await self.messages.add(write.message) == "no_thread":
            raise PlatformGone("the thread is gone")


class _Growth:
    """Calls `write` after each `due`, at most once per `PACE`, in a task of its own."""

    def __init__(self, write: Callable[[], Awaitable[None]]) -> None:
        self._write = write
        self._due = asyncio.Event()
        self._ending = asyncio.Event()

    async def __aenter__(self) -> _Growth:
        self._task = asyncio.create_task(self._run(), name="growth")
        return self

    async def __aexit__(self, *_: object) -> None:
        await ended(self._task)  # what it raised was raised where somebody listens

    def due(self) -> None:
        """Something is new. Raises what the last write raised."""
        if self._task.done():
            self._task.result()
        self._due.set()

    async def end(self) -> None:
        """Let a running write finish, and write no more."""
        self._ending.set()
        self._due.set()
        await self._task

    async def _run(self) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            if self._ending.is_set():
                return
            await self._write()
            with suppress(TimeoutError):
                async with asyncio.timeout(PACE):
                    await self._ending.wait()


_GROWING = ("thinking", "streaming")


def _message_id(batch: Batch, receipt: Receipt) -> str:
    if isinstance(batch.first, Regenerate):
        return batch.first.target
    for part in receipt.parts:
        if part.index == 0 and part.id:
            return part.id
    return f"b{hashlib.sha256(receipt.key.encode()).hexdigest()[:32]}"


@contextmanager
def _as_platform_fault() -> Iterator[None]:
    # Here the store is the platform; the core waits and tries the delivery again.
    try:
        yield
    except StoreUnavailable as error:
        raise PlatformTemporary(str(error)) from error
