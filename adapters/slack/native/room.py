"""Whether there is room for a native stream: the place must suit it, and the budget have its slots.

A start is taken only together with a hold on its stop, so that no stream is left open. Used by
`streams`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.slack.client import SlackClient
from adapters.slack.limits import APPEND, START, STOP
from bot.events import ThreadRef

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
class Refusals:
    """Where Slack has refused a stream lately."""

    clock: Callable[[], float] = time.monotonic
    _until: dict[str, float] = field(default_factory=dict)

    def note(self, channel: str) -> None:
        """Remember a refusal."""
        if len(self._until) >= MOST_REFUSED:
            self._until.clear()
        self._until[channel] = self.clock() + ASKED_AGAIN_SECONDS

    def stand(self, channel: str) -> bool:
        """Tell whether it is too early to ask again."""
        return self._until.get(channel, 0.0) > self.clock()


class Room:
    """The slots of one reply's streams, one stream at a time; its hold is named `key`."""

    def __init__(self, client: SlackClient, key: str) -> None:
        self._client = client
        self._key = key
        self._hold = ""

    async def for_start(self) -> bool:
        """Take a slot of a start now, if that of its stop can be kept too."""
        allowance, workspace = self._client.allowance, self._client.workspace
        if not self._hold and not await allowance.hold(workspace, STOP, self._key):
            return False
        self._hold = self._key
        if await allowance.try_take(workspace, START):
            return True
        await self.give_back()
        return False

    async def for_append(self) -> bool:
        """Take a slot of an append now, if there is one; the stop is kept longer."""
        allowance, workspace = self._client.allowance, self._client.workspace
        await allowance.hold(workspace, STOP, self._key)
        return await allowance.try_take(workspace, APPEND)

    async def for_stop(self) -> None:
        """Wait for the slot of a stop: the one that was kept, by an attempt before this one too,
        else the next one."""
        self._hold = ""
        await self._client.slot(STOP, hold=self._key)

    async def give_back(self) -> None:
        """Give up the hold, if it was not spent."""
        hold, self._hold = self._hold, ""
        if hold:
            await self._client.allowance.release(self._client.workspace, STOP, hold)
