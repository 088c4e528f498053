"""When a platform's listeners heard last, and the threads that they follow: what somebody who was
away has to read.

Listeners note themselves every few seconds; where nobody did for a while, one of them is handed
the absence. The threads are noted by the inbox's `put`, in the same step as the message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.events import ThreadRef
from bot.store import keys
from bot.store.connection import Connection
from bot.store.mailboxes import Clock

CLAIM_SECONDS = 9.0
"""For so long nobody else reads what was missed; each note of the reader makes it longer. Whoever
is killed meanwhile is followed by another after this."""

KEPT_SECONDS = 60 * 24 * 3600
"""A bot that comes back after this is a new one."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which nobody listened, from `since` (microseconds) on."""

    number: str
    since: int
    workspaces: Mapping[str, int]
    """Since when each is known (microseconds): what was said there before is old history."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the listeners of one platform share. `clock` (ms) replaces the server's in tests."""

    connection: Connection
    platform: str
    clock: Clock | None = None

    async def note(self, owner: str, workspaces: Iterable[str], quiet: float) -> Absence | None:
        """Note that `owner` hears these workspaces; returns an absence that is now its to read.

        Longer than `quiet` seconds without any note is an absence. Raises `StoreUnavailable`.
        """
        found = await self.connection.run(
            "heard",
            keys.heard(self.platform),
            owner,
            int(quiet * 1000),
            int(CLAIM_SECONDS * 1000),
            KEPT_SECONDS,
            *workspaces,
            now=None if self.clock is None else self.clock(),
        )
        if not found:
            return None
        since, number, known = found
        return Absence(
            number, int(since) * 1000, {team: int(at) * 1000 for team, at in _pairs(known)}
        )

    async def caught_up(self, owner: str, absence: Absence, *, done: bool) -> None:
        """Give an absence back: done with, or to be handed out again."""
        number = absence.number if done else ""
        await self.connection.run("caught_up", keys.heard(self.platform), owner, number)

    async def followed(self, workspace: str, most: int) -> list[ThreadRef]:
        """Return the joined threads in which something was said last, newest first."""
        names = (
            f"{keys.base(number)}followed:{keys.workspace(self.platform, workspace)}"
            for number in range(keys.PARTITIONS)
        )
        found = await self.connection.many(("zrevrange", name, 0, most - 1, True) for name in names)
        newest = sorted((pair for one in found for pair in one), key=lambda p: -float(p[1]))
        return [ThreadRef.from_key(thread) for thread, _ in newest[:most]]


def _pairs(flat: list[str]) -> Iterable[tuple[str, str]]:
    return zip(flat[::2], flat[1::2], strict=True)
