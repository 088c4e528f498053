"""Makes a reply stream visible on a platform of limited messages: grow, roll over, finish, adopt.

What every such platform has in common lives here; what it is to post or to edit is a `Surface`. One
reply is one delivery: a reader follows the stream, a writer shows the newest text whenever the
platform's allowance lets it. The text is never cut: it rolls over into further messages.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from adapters.pacing import Pager
from bot.errors import LostLease, PlatformGone
from bot.platform import Receipt
from bot.replies import (
    Done,
    Failed,
    File,
    Final,
    Reply,
    TextDelta,
    TextRewritten,
    ToolFinished,
    ToolStarted,
    Waiting,
)


class MessageGone(PlatformGone):
    """One visible message was deleted under us; the place itself is still there."""


@dataclass(frozen=True, slots=True)
class Found:
    """An own post that carries the reply's key."""

    index: int
    id: str


class Surface(Protocol):
    """One place of one platform that a reply is written to. Each write raises the `PlatformError`
    family only after its own short retries."""

    limit: int
    """The size of a message, as `measure` counts it."""

    def measure(self, markdown: str) -> int:
        """Return the size of a text once rendered."""

    async def may_grow(self, *, first: bool) -> bool:
        """Take a slot for growth now, if there is one: for a first post (and, prepaid, its last
        edit) or for an edit between."""

    async def post(self, index: int, markdown: str) -> str:
        """Post a message that carries the reply's key and `index`; waits for its slot."""

    async def edit(self, id: str, markdown: str, *, last: bool) -> None:
        """Let a message read `markdown`; `last` waits for a slot (or uses the prepaid one).
        Raises `MessageGone`."""

    async def remove(self, id: str) -> None:
        """Delete an own message; a missing one is no fault."""

    async def find(self) -> list[Found]:
        """Read which own posts carry the reply's key, oldest first."""

    async def status(self, text: str) -> bool:
        """Show a sign of life outside the text; False where this place has none."""

    async def attach(self, file: File) -> None:
        """Put a file beside the reply."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a visible text grows, in seconds: early at first, then calmer."""

    first: float = 0.0
    least: float = 0.7
    most: float = 3.0
    calm: float = 1.15
    """Each edit lets the next one wait this much longer."""
    placeholder_after: float = 0.7
    """Where a place has no status line, a word of life is posted after this long."""


@dataclass(slots=True)
class _Shown:
    id: str
    text: str | None
    """What it reads; None for an adopted message whose text is not known."""


@dataclass(slots=True)
class _Heard:
    """What the reader has heard and the writer has not yet shown."""

    text: str = ""
    rewritten: bool = False
    final: Final | None = None
    status: str = ""
    files: list[File] = field(default_factory=list)


class Delivery:
    """Delivers one reply."""

    def __init__(
        self,
        surface: Surface,
        receipt: Receipt,
        *,
        pace: Pace,
        words: Callable[[str], str],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._surface = surface
        self._receipt = receipt
        self._pace = pace
        self._words = words
        self._clock = clock
        self._sleep = sleep
        self._pager = Pager(surface.limit, surface.measure)
        self._shown: dict[int, _Shown] = {}
        self._heard = _Heard()
        self._news = asyncio.Event()
        self._has_status = True
        # The listener has shown one; a platform clears it when a message is posted.
        self._status_stands = True
        self._interval = pace.least
        self._written_at = float("-inf")

    async def run(self, replies: AsyncIterator[Reply]) -> None:
        """Follow `replies` to the end and leave exactly its text visible."""
        await self._adopt()
        reader = asyncio.create_task(self._read(replies))
        reader.add_done_callback(lambda _: self._news.set())
        try:
            started = self._clock()
            while self._heard.final is None:
                if reader.done():
                    reader.result()  # raises what went wrong inside
                    return
                await self._wait(started)
                if self._heard.final is None:
                    await self._grow(started)
            await self._finish(self._heard.final)
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    # -- reading -----------------------------------------------------------------------------

    async def _read(self, replies: AsyncIterator[Reply]) -> None:
        async for reply in replies:
            match reply:
                case TextDelta(text):
                    self._heard.text += text
                case TextRewritten(text):
                    self._heard.text, self._heard.rewritten = text, True
                case File():
                    self._heard.files.append(reply)
                case ToolStarted(title=title):
                    self._heard.status = title
                case ToolFinished():
                    self._heard.status = self._words("thinking")
                case Waiting(text):
                    self._heard.status = text
                case Done() | Failed():
                    self._heard.final = reply
                case _:
                    pass  # cards repeat in another form what the text says
            self._news.set()

    async def _wait(self, started: float) -> None:
        """Sleep until there is news and the pace allows to show it."""
        timeout = None
        if not self._shown and not self._has_status:
            timeout = max(0.0, started + self._pace.placeholder_after - self._clock())
        try:
            async with asyncio.timeout(timeout):
                await self._news.wait()
        except TimeoutError:
            return
        due = self._written_at + self._interval
        # The end does not wait for the pace.
        while self._heard.final is None and (rest := due - self._clock()) > 0:
            self._news.clear()
            try:
                async with asyncio.timeout(rest):
                    await self._news.wait()
            except TimeoutError:
                break
        self._news.clear()

    # -- growing -----------------------------------------------------------------------------

    async def _grow(self, started: float) -> None:
        heard = self._heard
        self._take_text()
        parts = [part.text for part in self._pager.parts()]
        if heard.status and len(parts) <= len(self._shown):
            text, heard.status = heard.status, ""
            self._has_status = self._status_stands = await self._surface.status(text)
        if not parts:
            late = self._clock() - started >= self._pace.placeholder_after
            if late and not self._shown and not self._has_status:
                await self._write(0, f"_{self._words('thinking')}_", growing=True)
            return
        for index, text in enumerate(parts):
            closed = index < len(parts) - 1
            if not await self._write(index, text, growing=not closed):
                break

    async def _write(self, index: int, text: str, *, growing: bool) -> bool:
        """Let part `index` read `text`; False when a growing one must wait for its slot."""
        shown = self._shown.get(index)
        if shown is not None and shown.text == text:
            return True
        if growing and not await self._surface.may_grow(first=shown is None):
            self._calm()
            return False
        if shown is None:
            await self._post(index, text)
        else:
            try:
                await self._surface.edit(shown.id, text, last=not growing)
                shown.text = text
            except MessageGone:
                # Somebody deleted it: what is still to be said is said once, at the end.
                del self._shown[index]
                await self._receipt.removed(index)
                if not growing:
                    await self._post(index, text)
        self._calm()
        return True

    async def _post(self, index: int, text: str) -> None:
        self._receipt.check()
        await self._receipt.posting(index)
        id = await self._surface.post(index, text)
        try:
            await self._receipt.posted(index, id)
        except LostLease:
            # Another worker owns the thread now and shows its own: this one is surplus.
            await self._surface.remove(id)
            raise
        self._shown[index] = _Shown(id, text)
        self._status_stands = False

    def _calm(self) -> None:
        self._written_at = self._clock()
        self._interval = min(self._pace.most, self._interval * self._pace.calm)

    def _take_text(self) -> None:
        heard = self._heard
        if heard.rewritten:
            self._pager = Pager(self._surface.limit, self._surface.measure)
            heard.rewritten = False
        text, heard.text = heard.text, ""
        if text:
            self._pager.feed(text)

    # -- the end -----------------------------------------------------------------------------

    async def _finish(self, final: Final) -> None:
        self._take_text()
        if isinstance(final, Failed):
            self._tail(final.text, alone=not final.partial.strip())
        elif final.stopped:
            self._tail(f"_{self._words('stopped')}_", alone=not final.text.strip())
        texts = [part.text for part in self._pager.parts(final=True)]
        for index, text in enumerate(texts):
            await self._write(index, text, growing=False)
        for index in sorted(self._shown):
            if index >= len(texts):
                await self._surface.remove(self._shown.pop(index).id)
                await self._receipt.removed(index)
        for file in self._heard.files:
            await self._surface.attach(file)
        if self._status_stands:
            await self._surface.status("")

    def _tail(self, text: str, *, alone: bool) -> None:
        self._pager.feed(text if alone else f"\n\n{text}")

    # -- after a crash -----------------------------------------------------------------------

    async def _adopt(self) -> None:
        """Take over what earlier attempts made visible; of several posts of one part keep the
        oldest."""
        for part in self._receipt.parts:
            if part.id:
                self._shown[part.index] = _Shown(part.id, None)
        if not any(not part.id for part in self._receipt.parts):
            return
        for found in await self._surface.find():
            mine = self._shown.get(found.index)
            if mine is None:
                self._shown[found.index] = _Shown(found.id, None)
                await self._receipt.posted(found.index, found.id)
            elif mine.id != found.id:
                await self._surface.remove(found.id)
