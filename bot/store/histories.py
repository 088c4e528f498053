"""Per-thread history: entries in the platform's order, a running summary, and forgetting.

Reading costs what is returned, not what is stored; edits lie over entries until they are read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import turns
from bot.errors import MalformedValue, NewerVersion
from bot.store import keys
from bot.store.connection import Connection
from bot.store.mailboxes import HISTORY_CAP, Remembered

_MISSED = "missed:"


@dataclass(frozen=True, slots=True)
class History:
    """The newest entries of a thread, oldest first, and how it stands."""

    entries: tuple[turns.Entry, ...] = ()
    summary: str = ""
    summary_upto: int = 0
    """Microseconds; every entry up to this time is in the summary."""
    primed: bool = False
    """What was written before the bot was called has been read."""
    total: int = 0
    """Entries stored, the unread older ones included."""
    epoch: str = "0"
    """Moves whenever something remembered is edited, deleted or forgotten."""
    missed: tuple[int, ...] = ()
    """Times (microseconds) of mentions that came behind what was said under them: that was dropped,
    and is to be read."""


@dataclass(slots=True)
class Histories:
    """Load, prime, fold and forget. Turns themselves are written by the inbox's `finish`."""

    connection: Connection
    ttl: int
    """Seconds after which an untouched history is gone."""

    async def load(self, thread: str, most_bytes: int, most_entries: int = 400) -> History:
        """Read the newest entries that fit into `most_bytes`, in one round trip."""
        meta, joined, total = await self.connection.run(
            "load", _base(thread), thread, most_bytes, most_entries
        )
        fields = dict(zip(meta[::2], meta[1::2], strict=True))
        rows = joined.split("\x1e") if joined else []
        entries = []
        for value, overlay in zip(rows[::2], rows[1::2], strict=True):
            entry = _read(value, overlay)
            if entry is not None:
                entries.append(entry)
        return History(
            entries=tuple(reversed(entries)),
            summary=fields.get("summary", ""),
            summary_upto=int(fields.get("summary_upto", "0")),
            primed=fields.get("primed") == "1",
            total=total,
            epoch=fields.get("epoch", "0"),
            missed=tuple(int(f.removeprefix(_MISSED)) for f in fields if f.startswith(_MISSED)),
        )

    async def entry(self, thread: str, id: str) -> turns.Entry | None:
        """Read one entry as it reads now."""
        name = f"{_base(thread)}said:{thread}"
        value, overlay = await self.connection.command("hmget", name, [id, f"{id}~"])
        return _read(value, overlay or "") if value else None

    async def prime(self, thread: str, entries: Sequence[turns.Entry]) -> None:
        """Remember what was written in the thread before the bot was called there."""
        triples = [part for e in entries for part in (e.id, e.at, turns.encode(e))]
        await self.connection.run("prime", _base(thread), thread, self.ttl, HISTORY_CAP, *triples)

    async def caught_up(self, thread: str, missed: Sequence[int]) -> None:
        """Note that what was said under these late mentions has been read."""
        name = f"{_base(thread)}meta:{thread}"
        await self.connection.command("hdel", name, *(f"{_MISSED}{at}" for at in missed))

    async def fold(self, thread: str, read: History, upto: int, summary: str) -> bool:
        """Keep a summary of what was `read`, up to the time `upto`; False when something in it was
        edited, deleted, forgotten or summarised meanwhile."""
        known = (read.epoch, str(read.summary_upto))
        done = await self.connection.run("fold", _base(thread), thread, *known, str(upto), summary)
        return bool(done)

    async def forget(self, thread: str, author: str = "") -> int:
        """Forget a thread, or one person's part of it; returns how many entries went."""
        gone: int = await self.connection.run("forget", _base(thread), thread, author)
        return gone

    async def rate(self, thread: str, answer: str, reply: str, person: str, value: int) -> bool:
        """Keep what a person thinks of an answer: 1, -1, or 0 for nothing; tells whether that is
        new. `reply` tells an answer from the one that it has replaced. Gives up within 2 s."""
        name = f"{keys.quoted(answer)}/{keys.quoted(reply)}"
        base = _base(thread)
        changed = await self.connection.run_quick(
            "rate", base, thread, name, person, value, self.ttl
        )
        return bool(changed)

    async def note_asker(self, thread: str, channel: str, person: str) -> None:
        """Remember that `person` asked in `thread`, so that their part can be found by channel."""
        base, name = keys.asked(channel), keys.quoted(person)
        await self.connection.run("note", base, name, thread, self.ttl)

    async def note_channel(self, person: str, channel: str) -> None:
        """Remember that a person (`platform/workspace/id`) has asked in a channel."""
        await self.connection.run("note", keys.asked_anywhere(person), "", channel, self.ttl)

    async def channels_of(self, person: str) -> set[str]:
        """Tell in which channels a person (`platform/workspace/id`) has asked."""
        found: set[str] = await self.connection.command("smembers", keys.asked_anywhere(person))
        return found

    async def asked_in(self, channel: str, person: str) -> set[str]:
        """Tell in which threads of a channel a person has asked."""
        name = keys.asked(channel) + keys.quoted(person)
        found: set[str] = await self.connection.command("smembers", name)
        return found


def to_stored(entry: turns.Entry) -> Remembered:
    """Turn an entry into what the inbox's `finish` writes."""
    return Remembered(entry.id, entry.at, turns.encode(entry))


def _read(value: str, overlay: str) -> turns.Entry | None:
    try:
        entry = turns.decode(value)
    except (MalformedValue, NewerVersion):
        return None  # one unreadable entry must not silence its whole thread
    if overlay.startswith("E"):
        change = json.loads(overlay.partition("|")[2])
        mentions = dict.fromkeys((*entry.mentions, *change.get("mentions", ())))
        entry = replace(entry, text=change["text"], mentions=tuple(mentions))
    return entry


def _base(thread: str) -> str:
    return keys.base(keys.partition(thread))
