"""One reply as Slack's native stream, where the place suits it and the budget has room.

A `SlackSurface` whose newest part may be an open stream: begun by startStream, grown by the new
text alone, ended by stopStream with our key. Whatever does not fit into that is repaired: the
stream is stopped and the message updated to the whole text. What may stand already is never sent
again. Used by `adapter`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.common.retries import AnswerLost
from adapters.slack.carded import Cards
from adapters.slack.client import CallRefused
from adapters.slack.inbound import Self
from adapters.slack.limits import STREAM_SECONDS
from adapters.slack.native.mending import MendingSurface
from adapters.slack.native.room import Refusals
from adapters.slack.native.sessions import Session
from adapters.slack.native.stream import Outcome, Stream
from adapters.slack.native.tasks import Tasks
from adapters.slack.outbound import GONE, gone
from adapters.slack.standing import Spot
from adapters.slack.text.blocks import Block
from adapters.streaming import Stage
from bot.cards import ReviewCard
from bot.errors import ParleyError, PlatformTemporary
from bot.platform import Part
from bot.replies import ToolFinished, ToolStarted
from bot.tasks import ended

_log = logging.getLogger(__name__)


class SlackStreams(MendingSurface):
    """Where one batch is answered, by streams if they can be had.

    `me` is the bot, `parts` what the receipt knows; `end` is called when a person has pressed
    Slack's own stop; `lasts` is how long a stream may stay open, in seconds.
    """

    def __init__(
        self,
        spot: Spot,
        *,
        buttons: Callable[[Stage], list[Block]] = lambda _: [],
        cards: Cards | None = None,
        me: Self,
        parts: Sequence[Part] = (),
        end: Callable[[], None] = lambda: None,
        refusals: Refusals | None = None,
        lasts: float = STREAM_SECONDS,
    ) -> None:
        super().__init__(spot, buttons=buttons, cards=cards, me=me, parts=parts)
        self._end = end
        self._refusals = refusals or Refusals()
        self._lasts = lasts
        self._native = not self._refusals.stand(spot.thread.channel)
        self._tasks = Tasks()
        self._session = Session(spot.lines.sessions, spot.thread, spot.key, left=bool(parts))
        self._open: Stream | None = None
        self._ends: asyncio.Task[None] | None = None
        """Ends the open stream before Slack does by itself."""
        self._lock = asyncio.Lock()
        """Held by who writes to the open stream: the delivery, or its age."""
        self._starts = False
        """The slot that was taken last is one of a start; `_appends`: of an append."""
        self._appends = False
        self._over = False
        """A person has pressed Slack's own stop: nothing grows any more."""

    def begin(self) -> None:
        """Let Slack show its own stop button, from now to the end of the reply."""
        self._session.begin()

    async def may_grow(self, *, first: bool) -> bool:
        """Take a slot now: of a stream where one is open or can be had, else as the others do."""
        if self._over:
            return False
        if first:
            return await self._may_start() or await super().may_grow(first=True)
        self._appends = self._open is not None
        return await (self._room.for_append() if self._appends else super().may_grow(first=False))

    async def _may_start(self) -> bool:
        self._starts = self._native and await self._room.for_start()
        return self._starts

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
        if not text:
            await self._session.end()
        # A word will stand in for it, and what is taken back again is not for a stream.
        self._native = self._native and shown
        return shown

    # -- writing ------------------------------------------------------------------------------

    async def post(self, index: int, markdown: str, stage: Stage = Stage.ANSWERED) -> str:
        """Begin a stream if its slot was taken, else post. Returns the ts."""
        starts, self._starts = self._starts, False
        id = await self.left_over(index) if index in self._lost else None
        if id is None and starts and stage is Stage.GROWING:
            id = await self._start(index, markdown)
        elif id is not None and stage is not Stage.GROWING:
            await self.edit(id, markdown, stage)
        if id is None:
            await self._room.give_back()
            id = await super().post(index, markdown, stage)
        self._stands(id, index)
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

    async def post_card(self, index: int, card: ReviewCard) -> str:
        """Post a card; a message that was lost on its way becomes it."""
        self._starts = False
        id = await self.left_over(index) if index in self._lost else None
        if id is not None:
            self._stands(id, index)
            await self.edit_card(id, card)
            return id
        await self._room.give_back()
        id = await super().post_card(index, card)
        self._stands(id, index)
        return id

    async def edit_card(self, id: str, card: ReviewCard) -> None:
        """Let a message show a card; one that streams is ended before."""
        async with self._lock:
            if self._open is not None and self._open.id == id:
                self._leave()
        await super().edit_card(id, card)

    async def _start(self, index: int, markdown: str) -> str | None:
        """Begin a stream; None where there is none."""
        self._leave()
        self._check()
        fill = self._fill(markdown)
        try:
            stream = await Stream.begin(self._client, self._thread, markdown, fill, self._tasks)
        except AnswerLost:
            self._lost.add(index)
            return await self.left_over(index)
        except PlatformTemporary:
            return None  # nothing was done
        except CallRefused as error:
            # Posting may still be possible, and if not, says why.
            _log.info("no stream here: %s", error)
            self._native = False
            self._refusals.note(self._thread.channel)
            return None
        self._open = stream
        self._ends = asyncio.create_task(self._age(stream))
        self._lines.posted(self._thread)
        return stream.id

    async def _append(self, stream: Stream, markdown: str) -> bool:
        """Append what is new; False when it is not shown, for this time or by this stream."""
        self._check()
        try:
            outcome = await stream.append(markdown, self._fill(markdown), self._tasks)
        except CallRefused as error:
            self._leave()
            raise gone(error) from error
        if outcome in (Outcome.BROKEN, Outcome.STOPPED):
            self._leave()
        if outcome is Outcome.STOPPED:
            self._stop_growing()
        return outcome is Outcome.SHOWN

    async def _finish(self, stream: Stream, markdown: str, stage: Stage) -> bool:
        """End a stream with what is missing; False when its message needs an update."""
        content = stream.last(markdown, self._tasks)
        self._leave()
        if content is None:
            return False
        buttons = self._buttons(stage)
        content = {**content, "blocks": buttons} if buttons else content
        content = {**content, **self._session.in_a_stop(last=stage is not Stage.CLOSED)}

        async def once() -> bool:
            try:
                await self._stop(stream.id, content)
            except AnswerLost:
                return False  # what it was to add may stand
            return True

        try:
            return await self._client.persist(once)
        except CallRefused as error:
            if error.code in GONE:
                raise gone(error) from error
            if self._note_halt(stream.id, error):
                self._stop_growing()
            return False

    async def _stop(self, id: str, content: Mapping[str, Any], *, checked: bool = True) -> None:
        """End a stream, and say what becomes of the session."""
        told = {**self._session.in_a_stop(last=False), **content}
        try:
            await super()._stop(id, told, checked=checked)
        except CallRefused as error:
            if not self._session.refuses(told, error):
                raise
            told.pop("session_status")
            await super()._stop(id, told, checked=checked)
        self._session.stopped(told)

    def _stop_growing(self) -> None:
        self._over = True
        self._end()

    async def remove(self, id: str) -> None:
        """Delete an own message; one that is the open stream is told nothing more."""
        if self._open is not None and self._open.id == id:
            self._leave()
        await super().remove(id)

    async def _age(self, stream: Stream) -> None:
        await asyncio.sleep(self._lasts)
        async with self._lock:
            if self._open is stream:
                self._leave()
                try:
                    await self._settle(stream.id)
                except ParleyError as error:
                    _log.info("a stream is left to end by itself: %s", error)

    def _leave(self) -> None:
        """Tell the open stream nothing more; its message is now like one of another attempt."""
        stream, self._open = self._open, None
        if stream is None:
            return
        self._unsettled.add(stream.id)
        if self._ends is not None and self._ends is not asyncio.current_task():
            self._ends.cancel()

    def _fill(self, markdown: str) -> float:
        return self.measure(markdown) / self.limit

    async def close(self) -> None:
        """Give back what was kept. A stream that is still open is left to whoever goes on."""
        self._open = None
        await ended(self._ends)
        await self._session.close()
        await super().close()
