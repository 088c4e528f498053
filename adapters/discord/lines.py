"""What was heard and is not stored yet: in order, channel by channel.

A gateway sends nothing again, so that what the store does not take is kept here, within bounds, and
tried until it does. Knows nothing of what it carries; called by the listener.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.errors import PlatformTemporary, StoreUnavailable
from bot.tasks import ended

_log = logging.getLogger(__name__)

MOST_WAITING = 5_000
"""Events in memory; a busy bot hears so many in a minute. What comes then is read afterwards."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0

MOST_TRIES = 20
"""Of what Discord itself has to tell first, such as where a thread belongs: half a minute."""

END_SECONDS = 1.5

T = TypeVar("T")


class Lines(Generic[T]):
    """One waiting line per channel. `lost` counts what there was no room for."""

    def __init__(
        self,
        handle: Callable[[T], Awaitable[None]],
        *,
        most: int = MOST_WAITING,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._handle = handle
        self._most = most
        self._sleep = sleep
        self._lines: dict[str, deque[T]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stuck: set[str] = set()
        self.waiting = 0
        self.lost = 0

    @property
    def stuck(self) -> bool:
        """Tell whether something waits that the store did not take."""
        return bool(self._stuck)

    def take(self, channel: str, item: T) -> None:
        """Let `item` wait for its turn behind what was heard before in its channel."""
        if self.waiting >= self._most:
            if not self.lost:
                _log.warning("more is heard than can be stored: the rest is read afterwards")
            self.lost += 1
            return
        self.waiting += 1
        line = self._lines.get(channel)
        if line is not None:
            line.append(item)
            return
        self._lines[channel] = deque((item,))
        task = asyncio.create_task(self._drain(channel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End, after a moment for what is on its way. What still waits was not noted as heard, and
        is read after the next start."""
        if self._tasks and not self.stuck:
            await asyncio.wait(self._tasks, timeout=END_SECONDS)
        if self.waiting:
            _log.warning("%d events were not stored: they are read after the start", self.waiting)
        await ended(*self._tasks)

    async def _drain(self, channel: str) -> None:
        line = self._lines[channel]
        try:
            while line:
                await self._persist(channel, line[0])
                line.popleft()
                self.waiting -= 1
        finally:
            self._stuck.discard(channel)
            del self._lines[channel]

    async def _persist(self, channel: str, item: T) -> None:
        """Handle one until it is done."""
        pause, tries = FIRST_PAUSE, 0
        while True:
            try:
                await self._handle(item)
            except StoreUnavailable as error:
                if channel not in self._stuck:
                    _log.warning("not stored yet, tried again: %s", error)
                self._stuck.add(channel)
            except PlatformTemporary as error:
                if (tries := tries + 1) >= MOST_TRIES:
                    _log.error("an event is given up: %s", error)
                    return
            except Exception:
                # It would be as unreadable the next time; it is somebody's words: not logged.
                _log.exception("an event that cannot be read")
                return
            else:
                self._stuck.discard(channel)
                return
            await self._sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
