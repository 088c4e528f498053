"""One reply as Slack's native stream, where the place suits it and the budget has room.

A `SlackSurface` whose newest part may be an open stream: begun by startStream, grown by the new
text alone, ended by stopStream with our key. Whatever does not fit into that is repaired: the
stream is stopped and the message updated to the whole text. What may stand already is never sent
again. Sources: https://docs.slack.dev/reference/methods/chat.startStream and its two companions.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.blocks import Block
from adapters.slack.client import AnswerLost, CallRefused, SlackClient
from adapters.slack.deltas import Told, weight, written
from adapters.slack.inbound import Self
from adapters.slack.limits import APPEND, START, STOP, STREAM_BYTES, STREAM_SECONDS, UPDATE
from adapters.slack.outbound import GONE, NOTHING, SlackSurface, gone
from adapters.slack.status import StatusLines
from adapters.slack.tasks import Chunk, Tasks
from adapters.streaming import Found, Stage
from bot.errors import ParleyError, PlatformTemporary
from bot.events import ThreadRef
from bot.platform import Part
from bot.replies import ToolFinished, ToolStarted

_log = logging.getLogger(__name__)

STILL_STREAMING = "streaming_state_conflict"
STOPPED_BY_USER = "stopped_by_user"

ASKED_AGAIN_SECONDS = 600.0
"""Where Slack has refused a stream, it is not asked for another one for so long."""

MOST_REFUSED = 2_000
"""Places that are remembered as such."""


def suits(thread: ThreadRef) -> bool:
    """Tell whether a thread is a place for streams: one in a direct message, the assistant's and
    the agent's panes included. A stream is a reply and needs a thread; in a channel only one person
    would see it grow."""
    return thread.channel.startswith("D") and bool(thread.thread)


@dataclass(slots=True)
class _Open:
    """A stream that takes text; `ends` ends it before Slack does."""

    id: str
    told: Told
    ends: asyncio.Task[None] | None = None


@dataclass(slots=True)
class Refusals:
    """Where Slack has refused a stream lately."""

    clock: Callable[[], float] = time.monotonic
    _until: MutableMapping[str, float] = field(default_factory=dict)

    def note(self, channel: str) -> None:
        """Remember a refusal."""
        if len(self._until) >= MOST_REFUSED:
            self._until.clear()
        self._until[channel] = self.clock() + ASKED_AGAIN_SECONDS

    def stand(self, channel: str) -> bool:
        """Tell whether it is too early to ask again."""
        return self._until.get(channel, 0.0) > self.clock()


class SlackStreams(SlackSurface):
    """Where one batch is answered, by streams if they can be had.

    `me` is the bot, `parts` what the receipt knows; `end` is called when a person has pressed
    Slack's own stop; `lasts` is how long a stream may stay open, in seconds.
    """

    def __init__(
        self,
        client: SlackClient,
        lines: StatusLines,
        thread: ThreadRef,
        key: str,
        stamp: str,
        check: Callable[[], None] = lambda: None,
        *,
        buttons: Callable[[Stage], list[Block]] = lambda _: [],
        me: Self,
        parts: Sequence[Part] = (),
        end: Callable[[], None] = lambda: None,
        refusals: Refusals | None = None,
        lasts: float = STREAM_SECONDS,
    ) -> None:
        super().__init__(client, lines, thread, key, stamp, check, buttons=buttons)
        self._me = me
        self._end = end
        self._refusals = refusals or Refusals()
        self._lasts = lasts
        self._native = not self._refusals.stand(thread.channel)
        self._tasks = Tasks()
        self._open: _Open | None = None
        self._lock = asyncio.Lock()
        """Held by who writes to the open stream: the delivery, or its age."""
        self._stop_hold = ""
        self._may_begin = False
        """The slot that was taken last is one of a start; `_appends`: of an append."""
        self._appends = False
        self._index = {part.id: part.index for part in parts if part.id}
        self._known = set(self._index)
        self._unposted = {part.index for part in parts if not part.id}
        self._unsettled: set[str] = set()
        """Messages that may still stream and do not carry our key."""

    # -- slots --------------------------------------------------------------------------------

    async def may_grow(self, *, first: bool) -> bool:
        """Take a slot now: of a stream where one is open or can be had, else as the others do."""
        if first:
            return await self._may_start() or await super().may_grow(first=True)
        self._appends = self._open is not None
        if not self._appends:
            return await super().may_grow(first=False)
        allowance, workspace = self._client.allowance, self._client.workspace
        await allowance.hold(workspace, STOP, self._key)  # it is kept longer
        return await allowance.try_take(workspace, APPEND)

    async def _may_start(self) -> bool:
        """Take a slot of a start if that of its stop can be kept too."""
        allowance, workspace = self._client.allowance, self._client.workspace
        if not self._native:
            return False
        if not self._stop_hold and not await allowance.hold(workspace, STOP, self._key):
            return False
        self._stop_hold = self._key
        self._may_begin = await allowance.try_take(workspace, START)
        if not self._may_begin:
            await self._give_hold_back()
        return self._may_begin

    async def _give_hold_back(self) -> None:
        hold, self._stop_hold = self._stop_hold, ""
        if hold:
            await self._client.allowance.release(self._client.workspace, STOP, hold)

    # -- tools --------------------------------------------------------------------------------

    def tool(self, reply: ToolStarted | ToolFinished) -> None:
        """Take note of a tool; the next write to a stream shows it."""
        if self._native:
            self._tasks.note(reply)

    @property
    def owes(self) -> bool:
        """Tell whether the open stream does not show yet what a tool does."""
        return self._open is not None and self._tasks.untold

    async def may_begin(self) -> bool:
        """Take a slot for a stream that shows tools alone."""
        return self._tasks.untold and await self._may_start()

    @property
    def alive(self) -> bool:
        """Tell whether a status is known to stand, or a stream is open."""
        return self._open is not None or super().alive

    async def status(self, text: str) -> bool:
        """Show what the bot does: an open stream shows it by itself."""
        if text and self._open is not None:
            return True
        shown = await super().status(text)
        # A word will stand in for it, and what is taken back again is not for a stream.
        self._native = self._native and shown
        return shown

    # -- writing ------------------------------------------------------------------------------

    async def post(self, index: int, markdown: str, stage: Stage = Stage.ANSWERED) -> str:
        """Begin a stream if its slot was taken, else post. Returns the ts."""
        starts, self._may_begin = self._may_begin, False
        id = await self._left_over(index) if index in self._lost else None
        if id is None and starts and stage is Stage.GROWING:
            id = await self._start(index, markdown)
        elif id is not None and stage is not Stage.GROWING:
            await self.edit(id, markdown, stage)
        if id is None:
            await self._give_hold_back()
            id = await super().post(index, markdown, stage)
        self._index[id] = index
        self._known.add(id)
        self._unposted.discard(index)
        return id

    async def edit(self, id: str, markdown: str, stage: Stage = Stage.ANSWERED) -> bool:
        """Append what is new to an open stream, or end it; any other message is updated."""
        async with self._lock:
            stream = self._open
            if stream is not None and stream.id == id:
                if stage is Stage.GROWING:
                    return await self._append(stream, markdown)
                if await self._finish(stream, markdown, stage):
                    return True
        if stage is Stage.GROWING and self._appends:
            return False  # its age has ended the stream meanwhile: the slot was not an update's
        return await super().edit(id, markdown, stage)

    async def _start(self, index: int, markdown: str) -> str | None:
        """Begin a stream; None where there is none."""
        self._leave()
        told = Told()
        delta = told.further(markdown, self._fill(markdown)) or written(markdown)
        chunks = self._tasks.chunks() + _text(delta)
        self._check()
        try:
            answer = await self._client.call(
                START, channel=self._thread.channel, thread_ts=self._thread.thread, chunks=chunks
            )
        except AnswerLost:
            self._lost.add(index)
            return await self._left_over(index)
        except PlatformTemporary:
            return None  # nothing was done
        except CallRefused as error:
            # Posting may still be possible, and if not, says why.
            _log.info("no stream here: %s", error)
            self._native = False
            self._refusals.note(self._thread.channel)
            return None
        stream = self._open = _Open(str(answer["ts"]), told)
        stream.ends = asyncio.create_task(self._age(stream))
        self._note(stream, delta, chunks)
        self._lines.posted(self._thread)
        return stream.id

    async def _append(self, stream: _Open, markdown: str) -> bool:
        """Append what is new; False when it is not shown, for this time or by this stream."""
        delta = stream.told.further(markdown, self._fill(markdown))
        chunks = self._tasks.chunks() + _text(delta or "")
        if delta is None or stream.told.size + weight(chunks) > STREAM_BYTES:
            self._leave()
            return False
        if not chunks:
            return True
        self._check()
        try:
            await self._client.call(
                APPEND, channel=self._thread.channel, ts=stream.id, chunks=chunks
            )
        except AnswerLost:
            self._leave()  # it may stand: this stream is told nothing more
            return False
        except PlatformTemporary:
            return False
        except CallRefused as error:
            self._leave()
            if error.code == STOPPED_BY_USER:
                self._end()
            if error.code in GONE:
                raise gone(error) from error
            return False
        self._note(stream, delta, chunks)
        return True

    async def _finish(self, stream: _Open, markdown: str, stage: Stage) -> bool:
        """End a stream with what is missing; False when its message needs an update."""
        self._tasks.end()
        delta = stream.told.rest(markdown)
        if delta is not None and not (stream.told.text + delta).strip():
            delta = NOTHING
        chunks = self._tasks.chunks() + _text(delta or "")
        self._leave()
        if delta is None or stream.told.size + weight(chunks) > STREAM_BYTES:
            return False
        content: dict[str, Any] = {"chunks": chunks} if chunks else {}
        if blocks := self._buttons(stage):
            content["blocks"] = blocks

        async def once() -> bool:
            try:
                await self._call_stop(stream.id, **content)
            except AnswerLost:
                return False  # what it was to add may stand
            return True

        try:
            done = await self._client.persist(once)
        except CallRefused as error:
            if error.code in GONE:
                raise gone(error) from error
            return False
        if done:
            self._unsettled.discard(stream.id)
        return done

    async def _age(self, stream: _Open) -> None:
        await asyncio.sleep(self._lasts)
        async with self._lock:
            if self._open is stream:
                self._leave()
                try:
                    await self._stop(stream.id)
                except ParleyError as error:
                    _log.info("a stream is left to end by itself: %s", error)

    def _note(self, stream: _Open, delta: str, chunks: list[Chunk]) -> None:
        stream.told.add(delta, chunks)
        self._tasks.told(chunks)

    def _leave(self) -> None:
        """Tell the open stream nothing more; its message is now like one of another attempt."""
        stream, self._open = self._open, None
        if stream is None:
            return
        self._unsettled.add(stream.id)
        if stream.ends is not None and stream.ends is not asyncio.current_task():
            stream.ends.cancel()

    def _fill(self, markdown: str) -> float:
        return self.measure(markdown) / self.limit

    # -- repairing ----------------------------------------------------------------------------

    async def _write(
        self, method: str, markdown: str, stage: Stage, **where: Any
    ) -> Mapping[str, Any]:
        """Post or update; what may still stream is stopped before, and then carries our key."""
        if method != UPDATE:
            return await super()._write(method, markdown, stage, **where)
        id = str(where["ts"])
        if id in self._unsettled:
            await self._stop(id)
        try:
            answer = await super()._write(method, markdown, stage, **where, **self._claim(id))
        except CallRefused as error:
            if error.code != STILL_STREAMING:
                raise
            self._unsettled.add(id)
            await self._stop(id)
            await self._client.slot(UPDATE)
            self._check()
            answer = await super()._write(method, markdown, stage, **where, **self._claim(id))
        self._unsettled.discard(id)
        return answer

    def _reads(self, shown: str, markdown: str) -> bool:
        return shown == written(markdown) or super()._reads(shown, markdown)

    def _claim(self, id: str) -> dict[str, Any]:
        """Return what lets a message that was a stream carry our key."""
        index = self._index.get(id)
        claims = id in self._unsettled and index is not None
        return {"metadata": self._metadata(index)} if claims and index is not None else {}

    async def _stop(self, id: str) -> None:
        """End a stream as it is; one that has ended, or is gone, is no fault."""
        try:
            await self._call_stop(id)
        except CallRefused as error:
            _log.info("not a stream any more: %s", error)
        else:
            self._unsettled.discard(id)

    async def _call_stop(self, id: str, *, checked: bool = True, **content: Any) -> None:
        hold, self._stop_hold = self._stop_hold, ""
        await self._client.slot(STOP, hold=hold)
        if checked:
            self._check()
        index = self._index.get(id)
        if index is not None:
            content["metadata"] = self._metadata(index)
        await self._client.call(STOP, channel=self._thread.channel, ts=id, **content)

    async def remove(self, id: str) -> None:
        """Delete an own message, also one that streams."""
        if self._open is not None and self._open.id == id:
            self._leave()
        try:
            await super().remove(id)
        except CallRefused as error:
            if error.code != STILL_STREAMING:
                raise
            await self._client.persist(lambda: self._call_stop(id, checked=False))
            await super().remove(id)

    # -- finding ------------------------------------------------------------------------------

    async def find(self) -> list[Found]:
        """Read which messages are this reply's. Where one was begun and not answered for, a stream
        of it carries no key yet: then own messages without one count, as they are newer than the
        batch and the thread is ours."""
        messages = await self._messages()
        found = [one for one, _ in self._keyed(messages)]
        missing = self._unposted | self._lost
        for message in messages if missing else ():
            id = str(message.get("ts") or "")
            if id > self._stamp and id not in self._known and self._is_unclaimed(message):
                self._index[id] = min(missing)
                self._unsettled.add(id)
                found.append(Found(min(missing), id, str(message.get("text") or "")))
        return sorted(found, key=lambda one: one.id)

    def _keyed(self, messages: Sequence[Mapping[str, Any]]) -> list[tuple[Found, bool]]:
        """Add what is known to be a part and carries no key: a stream that was not ended."""
        standing = super()._keyed(messages)
        for message in messages:
            id = str(message.get("ts") or "")
            if id in self._known and self._is_unclaimed(message):
                self._unsettled.add(id)
                found = Found(self._index[id], id, str(message.get("text") or ""))
                standing.append((found, True))
        return sorted(standing, key=lambda one: one[0].id)

    async def repair(self, parts: Sequence[str], texts: Sequence[str]) -> None:
        """Mend the parts of a finished turn; see `SlackSurface`."""
        self._index |= {id: index for index, id in enumerate(parts)}
        self._known |= set(parts)
        await super().repair(parts, texts)

    def _is_unclaimed(self, message: Mapping[str, Any]) -> bool:
        own = message.get("bot_id") == self._me.bot or message.get("user") == self._me.user
        return own and not message.get("metadata") and not message.get("subtype")

    async def _left_over(self, index: int) -> str | None:
        """Look for the oldest message of a part whose posting was not answered."""
        return next((one.id for one in await self.find() if one.index == index), None)

    async def close(self) -> None:
        """Give back what was kept. A stream that is still open is left to whoever goes on."""
        ends = self._open.ends if self._open is not None else None
        self._open = None
        if ends is not None:
            ends.cancel()
            await asyncio.gather(ends, return_exceptions=True)
        await self._give_hold_back()
        await super().close()


def _text(delta: str) -> list[Chunk]:
    return [{"type": "markdown_text", "text": delta}] if delta else []
