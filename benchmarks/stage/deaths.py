"""Every way a socket can die, and how long it takes until the next one lives: the order `kill`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.stage.servers import LOOK_SECONDS
from benchmarks.stage.slack import SlackServers
from tests.servers.slack.sockets import Hub, Socket

TICKET_SECONDS = 30.0


def _reset(hub: Hub) -> None:
    for socket in hub.ready():
        socket.reset()


def _close(hub: Hub) -> None:
    for socket in hub.ready():
        socket.close()


def _freeze(hub: Hub) -> None:
    for socket in hub.ready():
        socket.go_deaf()


def _expire(hub: Hub) -> None:
    """Let the next ticket be worthless when it is shown."""
    hub.ticket_seconds = -1.0
    _reset(hub)


DEATHS: Mapping[str, Callable[[Hub], None]] = {
    "refresh": lambda hub: hub.disconnect("refresh_requested"),
    "close": _close,
    "reset": _reset,
    "half-open": _freeze,
    "ticket": _expire,
}


@dataclass(slots=True)
class _Watch:
    """What became of a hub's sockets since `begun`, on the monotonic clock."""

    hub: Hub
    old: list[Socket]
    begun: float = field(default_factory=time.monotonic)
    alone: float | None = None
    """Since when no socket has lived."""
    without: float = 0.0

    def back(self) -> float | None:
        """Return after how many seconds a new socket lived, once it does."""
        now = time.monotonic()
        live = [socket for socket in self.hub.ready() if not socket.deaf]
        if not live and self.alone is None:
            self.alone = now
        if live and self.alone is not None:
            self.without, self.alone = self.without + now - self.alone, None
        return now - self.begun if any(socket not in self.old for socket in live) else None


async def kill(servers: SlackServers, death: str, patience: float) -> dict[str, Any]:
    """Let the bot's socket die and wait for the next one's hello, at most `patience` seconds.

    Says how long that took (None: it did not come) and for how long there was no socket at all. An
    expired ticket is refused once; from then on tickets are good again.
    """
    hub = servers.slack.hub
    refused = hub.handshakes_refused
    watch = _Watch(hub, list(hub.sockets))
    DEATHS[death](hub)
    mend = asyncio.create_task(_mend(hub, refused))
    try:
        seconds = await servers.slack.wait_for(watch.back, patience)
    except TimeoutError:
        return {"seconds": None, "without": None}
    finally:
        mend.cancel()
        hub.ticket_seconds = TICKET_SECONDS
    return {"seconds": seconds, "without": watch.without}


async def _mend(hub: Hub, refused: int) -> None:
    while hub.handshakes_refused == refused:  # noqa: ASYNC110  a refusal is announced to nobody
        await asyncio.sleep(LOOK_SECONDS)
    hub.ticket_seconds = TICKET_SECONDS
