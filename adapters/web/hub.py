"""Carry what changes in the store to every browser that looks.

One reader per process follows the store's log; each browser has a bounded queue. Who cannot keep
up is let go, and comes back with the id of the last event that it saw.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.errors import StoreUnavailable
from bot.store.messages import Change, ChannelMessages

_LONGEST_QUEUE = 2000
"""Events that a browser may lag behind: some seconds of many answers at once."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Frame:
    """One event as it goes over the wire, spelled once for all browsers."""

    id: tuple[int, int]
    channel: str
    wire: bytes


def to_frame(change: Change) -> Frame:
    """Spell a change as a server-sent event (HTML standard, section 9.2)."""
    data = json.dumps(change.data, ensure_ascii=False)
    return Frame(order(change.id), change.channel, f"id: {change.id}\ndata: {data}\n\n".encode())


def order(id: str) -> tuple[int, int]:
    """Return an event id in a form that compares."""
    time, _, number = id.partition("-")
    return int(time), int(number)


class Subscription:
    """One browser's queue."""

    def __init__(self) -> None:
        self.closed = False
        self._frames: deque[Frame] = deque()
        self._news = asyncio.Event()

    def push(self, frame: Frame) -> None:
        """Add a frame, or give up on a browser that lags too far behind."""
        if len(self._frames) >= _LONGEST_QUEUE:
            self.close()
        elif not self.closed:
            self._frames.append(frame)
            self._news.set()

    def close(self) -> None:
        """End the browser's stream."""
        self.closed = True
        self._news.set()

    async def take(self, seconds: float) -> list[Frame]:
        """Return what has come in, waiting up to `seconds` for the first."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return []
        self._news.clear()
        frames = list(self._frames)
        self._frames.clear()
        return frames


class Hub:
    """The fan-out of one process. `healthy` tells whether the log can be read."""

    def __init__(self, messages: ChannelMessages) -> None:
        self.healthy = False
        self._messages = messages
        self._subscriptions: set[Subscription] = set()

    async def run(self) -> None:
        """Follow the log until cancelled; a store that is away is waited for."""
        after, pause = "", 0.1
        while True:
            try:
                after = after or await self._messages.newest()
                self.healthy, pause = True, 0.1
                async for changes in self._messages.follow(after):
                    for change in changes:
                        after = change.id
                        self._publish(to_frame(change))
            except StoreUnavailable as error:
                if self.healthy:
                    _log.warning("playground: %s; trying again", error)
                self.healthy = False
                await asyncio.sleep(pause)
                pause = min(2 * pause, 2.0)

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """Hear every change from now on."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    def close(self) -> None:
        """End every stream, so that the server can end."""
        self.healthy = False
        for subscription in self._subscriptions:
            subscription.close()

    def _publish(self, frame: Frame) -> None:
        for subscription in self._subscriptions:
            subscription.push(frame)
