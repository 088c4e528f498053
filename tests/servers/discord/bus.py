"""How the parts hear of each other: events for the gateway, wake-ups for tests. Knows no state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from tests.servers.waiting import Waiting


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


class Bus(Waiting):
    """Subscribers to events, and waiters for conditions."""

    def __init__(self) -> None:
        super().__init__()
        self._subscribers: list[Subscriber] = []

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
