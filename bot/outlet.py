"""What a turn has to show: filled by whoever answers, emptied by whoever delivers.

The filling side never waits, so that a slow platform does not hold up a model; what has not been
taken yet is joined. All text passes the veil here, so that no secret of ours leaves the core; some
adapters mask once more at the wire, as a second line.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from typing import Any

from bot.guard.veil import Veil
from bot.replies import Growing, TextDelta, TextRewritten
from bot.tasks import ended

GATHER_SECONDS = 0.05
"""After its first text a reply is looked at this often: models send fifty pieces a second, and each
look wakes everybody down to the platform (`docs/performance.md`)."""


class Outlet:
    """A growing reply between its two sides. `secrets` are those of the process itself."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(secrets)
        self._veil = Veil(self._secrets)
        self._fresh: list[str] = []
        self._shown: list[str] = []
        self._waiting: deque[Growing] = deque()
        self.awake = asyncio.Event()
        """Set when there may be something to take."""
        self.shown_at: float | None = None
        """When the first text was taken, on the event loop's clock."""

    @property
    def text(self) -> str:
        """All visible text, secrets hidden; whatever was held back is let out."""
        self._settle()
        if len(self._shown) > 1:
            self._shown = ["".join(self._shown)]
        return self._shown[0] if self._shown else ""

    def write(self, text: str) -> None:
        """Let the answer grow by `text`."""
        self._fresh.append(text)
        self.awake.set()

    def show(self, reply: Growing) -> None:
        """Show something else, behind all text so far."""
        self._settle()
        self._waiting.append(reply)
        self.awake.set()

    def mark(self) -> int:
        """Return a place to which `rewind` can go back: the end of the text so far."""
        return len(self.text)

    def rewind(self, mark: int) -> None:
        """Take back all text behind `mark`."""
        kept = self.text[:mark]
        self._shown = [kept]
        self._veil = Veil(self._secrets)
        self._waiting.append(TextRewritten(kept))
        self.awake.set()

    def take(self) -> list[Growing]:
        """Return what came since the last call, text in one piece."""
        self._grow()
        taken = list(self._waiting) if len(self._waiting) < 2 else _joined(self._waiting)
        self._waiting.clear()
        if self.shown_at is None and any(isinstance(reply, TextDelta) for reply in taken):
            self.shown_at = asyncio.get_running_loop().time()
        return taken

    def _grow(self) -> None:
        """Put what came through the veil; the end of it may be held back."""
        if self._fresh:
            text = "".join(self._fresh)
            self._fresh.clear()
            self._let_out(self._veil.feed(text))

    def _settle(self) -> None:
        """Let out everything: no text follows directly."""
        self._grow()
        self._let_out(self._veil.finish())

    def _let_out(self, text: str) -> None:
        if text:
            self._shown.append(text)
            self._waiting.append(TextDelta(text))


async def follow(
    outlet: Outlet, work: asyncio.Task[Any], stop: asyncio.Event
) -> AsyncGenerator[Growing, None]:
    """Yield what `work` puts into the outlet until it ends, or until `stop` has ended it."""
    stopper, over = asyncio.create_task(stop.wait()), asyncio.Event()

    def end(_: asyncio.Task[Any]) -> None:
        over.set()
        outlet.awake.set()

    for task in (work, stopper):
        task.add_done_callback(end)
    try:
        while not (work.done() or stop.is_set()):
            await outlet.awake.wait()
            outlet.awake.clear()
            for reply in outlet.take():
                yield reply
            if outlet.shown_at is not None:
                await _pause(over)
        await ended(work)
        outlet.mark()
        for reply in outlet.take():
            yield reply
    finally:
        await ended(work, stopper)


async def _pause(over: asyncio.Event) -> None:
    """Let some text gather, unless all is said."""
    with suppress(TimeoutError):
        async with asyncio.timeout(GATHER_SECONDS):
            await over.wait()


def _joined(replies: Iterable[Growing]) -> list[Growing]:
    joined: list[Growing] = []
    texts: list[str] = []
    for reply in replies:
        if isinstance(reply, TextDelta):
            texts.append(reply.text)
            continue
        if texts:
            joined.append(TextDelta("".join(texts)))
            texts.clear()
        joined.append(reply)
    if texts:
        joined.append(TextDelta("".join(texts)))
    return joined
