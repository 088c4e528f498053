"""Reviews that stand in channels: what is known of each, who dismissed what, and by which message
it can be found.

A review is one hash under a slot of its own. A dismissal, and what has changed of a reviewed
message, are fields beside the review itself, so that no process overwrites another's, and nothing
is written to a review that was purged meanwhile.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.store import keys
from bot.store.connection import Connection

MOST_BODY = 500_000
"""Characters of a review that is kept; a larger one stands as text and has no buttons."""

_DISMISSED, _CHANGED = "d:", "c:"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one review. `about` and `body` are JSON of the caller's own; the body is
    empty until the first review is finished."""

    id: str
    thread: str
    about: str
    body: str = ""
    parts: tuple[str, ...] = ()
    """Ids of the messages in which it stands, the first one first."""
    runs: int = 0
    """How often it was begun anew."""
    dismissed: Mapping[str, str] = field(default_factory=dict)
    """By the finding's id."""
    changes: Mapping[str, str] = field(default_factory=dict)
    """What has changed of the reviewed messages since `about` was written, by message."""


@dataclass(frozen=True, slots=True)
class ReviewStore:
    """Reviews by id, shared by every process; `ttl` in seconds. Each call raises
    `StoreUnavailable`."""

    connection: Connection
    ttl: int

    async def begin(
        self, id: str, thread: str, channel: str, about: str, messages: Iterable[str], *, new: bool
    ) -> None:
        """Keep what a review is about before it is made, and by which `messages` of `channel` it
        is found. What is known of it already stays; one that is not `new` may have been purged."""
        if await self._write(id, {"thread": thread, "about": about}, new=new):
            await self._find_by(id, channel, messages, thread)

    async def change(self, id: str, subject: str, change: str) -> None:
        """Keep what has changed of a message that is reviewed."""
        await self._write(id, {f"{_CHANGED}{subject}": change})

    async def save(self, id: str, body: str) -> bool:
        """Keep a finished review; False when it was purged meanwhile, or is too large."""
        if len(body) > MOST_BODY:
            return False
        return await self._write(id, {"body": await asyncio.to_thread(_packed, body)})

    async def shown(
        self, id: str, channel: str, parts: Iterable[str], threads: Iterable[str]
    ) -> None:
        """Note in which messages a review stands, and in which threads."""
        parts = list(parts)
        if await self._write(id, {"parts": json.dumps(parts)}):
            for thread in threads:
                await self._find_by(id, channel, parts, thread)

    async def load(self, id: str) -> Kept | None:
        """Return a review, None when it is not known. Gives up within 2 s."""
        found = await self.connection.quick_command("hgetall", _name(id))
        return await asyncio.to_thread(_kept, id, found) if found else None

    async def about(self, channel: str, message: str) -> Kept | None:
        """Return what is known of the newest review of a message, or in it, without its body; None
        where there is none. Gives up within 2 s."""
        id = await self.connection.quick_command("get", keys.reviewed(channel, message))
        if not id:
            return None
        names = ("thread", "about", "parts", "runs")
        values = await self.connection.quick_command("hmget", _name(id), list(names))
        return _kept(id, dict(zip(names, values, strict=True))) if values[0] else None

    async def begun_again(self, id: str) -> None:
        """Count a run: a wish that comes from now on is another one."""
        await self.connection.run("review_write", keys.review(id), self.ttl, "count")

    async def dismiss(self, id: str, finding: str, note: str) -> bool:
        """Keep that a finding was dismissed, by whoever did so first; False when the review is not
        known. Gives up within 2 s."""
        done = await self.connection.run_quick(
            "review_write", keys.review(id), self.ttl, "once", f"{_DISMISSED}{finding}", note
        )
        return bool(done)

    async def purge(self, id: str) -> None:
        """Forget a review; what is found by a message then leads nowhere."""
        await self.connection.quick_command("delete", _name(id))

    async def in_thread(self, thread: str) -> list[Kept]:
        """Return what is known of a thread's reviews, without their bodies."""
        found = []
        for id in await self.connection.quick_command("smembers", keys.reviews_of(thread)):
            names = ("thread", "about")
            values = await self.connection.quick_command("hmget", _name(id), list(names))
            if values[0]:
                found.append(_kept(id, dict(zip(names, values, strict=True))))
        return found

    async def _write(self, id: str, fields: Mapping[str, str], *, new: bool = False) -> bool:
        pairs = [part for pair in fields.items() for part in pair]
        how = "begin" if new else "known"
        done = await self.connection.run("review_write", keys.review(id), self.ttl, how, *pairs)
        return bool(done)

    async def _find_by(self, id: str, channel: str, messages: Iterable[str], thread: str) -> None:
        name = keys.reviews_of(thread)
        commands: list[tuple[Any, ...]] = [
            ("set", keys.reviewed(channel, message), id, self.ttl) for message in messages
        ]
        await self.connection.many([*commands, ("sadd", name, id), ("expire", name, self.ttl)])


def _name(id: str) -> str:
    return f"{keys.review(id)}record"


def _kept(id: str, found: Mapping[str, str | None]) -> Kept:
    return Kept(
        id,
        found.get("thread") or "",
        found.get("about") or "",
        _unpacked(found.get("body") or ""),
        tuple(json.loads(found.get("parts") or "[]")),
        int(found.get("runs") or 0),
        _fields(found, _DISMISSED),
        _fields(found, _CHANGED),
    )


def _fields(found: Mapping[str, str | None], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): value or ""
        for name, value in found.items()
        if name.startswith(prefix)
    }


def _packed(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"))).decode()


def _unpacked(text: str) -> str:
    try:
        return (
            zlib.decompress(base64.b64decode(text)).decode("utf-8", "surrogatepass") if text else ""
        )
    except (zlib.error, binascii.Error, UnicodeDecodeError):
        return ""  # as if it had never been finished: it is reviewed again when somebody wishes
