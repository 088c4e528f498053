"""How the parts hear of each other: events for the gateway, wake-ups for tests. Knows no state."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Event:
    """What happened, before the gateway decides who hears of it."""

    name: str
    data: dict[str, Any]
    guild_id: str | None
    channel_id: str | None
    author_id: str | None


class Subscriber(Protocol):
    def __call__(
        self,
        event: str,
        data: dict[str, Any],
        *,
        guild_id: str | None,
        channel_id: str | None,
        author_id: str | None,
    ) -> None: ...


class Bus:
    """Subscribers to events, and waiters for conditions."""

    def __init__(self) -> None:
        super().__init__()
        self._subscribers: list[Subscriber] = []
        self._waiters: set[asyncio.Future[None]] = set()

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call back with every event from now on; return what ends that."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def emit(
        self,
        event: str,
        data: dict[str, Any],
        *,
        guild_id: str | None = None,
        channel_id: str | None = None,
        author_id: str | None = None,
    ) -> None:
        """Hand an event to every subscriber; they filter by intents, shard and permission."""
        for callback in list(self._subscribers):
            callback(event, data, guild_id=guild_id, channel_id=channel_id, author_id=author_id)
        self.changed()

    def changed(self) -> None:
        """Wake everybody who waits for a condition."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait_for(self, condition: Callable[[], T], seconds: float = 5.0) -> T:
        """Return the first truthy result of `condition`, asked again after every change.

        Raises TimeoutError with the condition's name when the real-time deadline passes.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not (result := condition()):
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiters.add(waiter)
            try:
                await asyncio.wait_for(waiter, max(0.0, deadline - loop.time()))
            except TimeoutError:
                if late := condition():
                    return late
                name = getattr(condition, "__qualname__", repr(condition))
                raise TimeoutError(f"{name} did not come true in {seconds} s") from None
            finally:
                self._waiters.discard(waiter)
        return result
