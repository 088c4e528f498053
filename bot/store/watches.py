"""What is looked at now and then for as long as it may change: by whom, and when next.

One sorted set a platform, its score the time of the next look. Whoever takes one has it to
themselves until then: a look that is lost with its process comes again by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.store import keys
from bot.store.connection import Connection

MOST = 10_000
"""Of a platform; what comes beyond is not watched."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Something that is watched, and what is known of it (a text of the caller's own)."""

    id: str
    record: str


@dataclass(frozen=True, slots=True)
class Watches:
    """What is watched, shared by every process; `ttl` in seconds, from the newest `put` on. Each
    call raises `StoreUnavailable`."""

    connection: Connection
    ttl: int

    async def put(self, platform: str, id: str, record: str, wait: float) -> None:
        """Watch something, or what is known of it anew; looked at in `wait` seconds."""
        await self._run(platform, "put", id, int(wait * 1000), record, self.ttl, MOST)

    async def take(self, platform: str, most: int, again: float) -> list[Watched]:
        """Take what is due; what nobody says anything of comes back after `again` seconds."""
        found = await self._run(platform, "take", int(again * 1000), most)
        return [Watched(found[at], found[at + 1]) for at in range(0, len(found), 2)]

    async def wait(self, platform: str, watched: Watched, record: str, wait: float) -> None:
        """Look again in `wait` seconds, unless something newer is known than was taken."""
        known = watched.record
        await self._run(platform, "wait", watched.id, int(wait * 1000), record, known)

    async def drop(self, platform: str, watched: Watched) -> None:
        """Watch no longer, unless something newer is known than was taken."""
        await self._run(platform, "drop", watched.id, watched.record)

    async def _run(self, platform: str, how: str, *args: object) -> list[str]:
        found = await self.connection.run("watch", keys.watch(platform), how, *args)
        return list(found or ())
