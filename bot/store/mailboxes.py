"""The inbox's half of the store: one mailbox per thread, one sorted set of due threads a partition.

A thread with waiting messages stands in the `due` set of its partition and platform; the score is
the time in ms at which somebody may take it. Taking moves the score forward by the lease and draws
a fencing token; renewing moves it again; finishing removes it. So there is nothing to claim, no
wake to lose, and the invariant "a mailbox that is not empty is due at some time" is one line of
each script.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.store import keys
from bot.store.connection import Connection

IDENTITY_TTL = 24 * 3600
"""Seconds an identity is kept: replays come minutes late, after an outage hours."""

EARLY_SECONDS = 600
"""For so long an edit waits for its message: Slack sends one that was not acknowledged again after
at most five minutes (docs.slack.dev/apis/events-api#retries)."""

OVERTAKEN_TTL = 3600
"""Seconds in which a mention may come behind what was said under it: Slack sends an event again for
about six minutes."""

FOLLOWED_TTL = 7 * 24 * 3600
"""Seconds after which nobody asks any more what a silent thread may have missed."""

FOLLOWED_CAP = 100
"""Threads of a workspace and partition that count as lately followed."""

MAILBOX_CAP = 50
"""Waiting messages of one thread; beyond it a burst gets one honest sentence."""

BATCH_CAP = 20
"""Messages that one reply answers together."""

STORM_PAUSES = (5_000, 15_000)
"""Milliseconds between the third attempt and the fourth, and between later ones."""

HISTORY_CAP = 2000
"""Remembered entries of one thread; far more than any model's budget reads back."""

Clock = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Item:
    """A waiting event as stored: its id in the mailbox, its JSON, and what was laid over it."""

    id: str
    value: str
    overlay: str = ""

    @property
    def deleted(self) -> bool:
        """Tell whether its author deleted it meanwhile."""
        return self.overlay.startswith("D")

    @property
    def change(self) -> str:
        """The JSON of the newest edit, empty without one."""
        return self.overlay.partition("|")[2] if self.overlay.startswith("E") else ""


class Files(StrEnum):
    """What an event says of its files, as `lua/put.lua` reads it: one message may come as two
    events of which only one knows."""

    UNKNOWN = "0"
    NONE = "1"
    SOME = "2"


@dataclass(frozen=True, slots=True)
class Taken:
    """A leased thread: its fencing token, its frozen batch and the turn's recorded fields."""

    thread: str
    fence: str
    items: tuple[Item, ...]
    turn: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Takings:
    """What one look at a partition gave, and in how many ms something else is due, if anything."""

    threads: tuple[Taken, ...] = ()
    next_in: int | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """A history entry as stored: message id, platform time in microseconds, JSON."""

    id: str
    at: int
    value: str


@dataclass(frozen=True, slots=True)
class Ending:
    """What `finish` writes beside clearing the mailbox."""

    entries: tuple[Remembered, ...] = ()
    look_in_ms: int | None = None
    look: str = ""
    """The record of the second look, which is due `look_in_ms` later; empty for none."""
    set_aside: str = ""
    overflow_told: int = 0
    """Of how many messages that found no room the answer has spoken."""


@dataclass(frozen=True, slots=True)
class Again:
    """A set-aside event that shall wait again."""

    item: str
    at: int
    value: str
    alone: bool
    author: str


@dataclass(slots=True)
class Mailboxes:
    """The scripts of the inbox, typed. `clock` (ms) replaces the server's clock in tests only."""

    connection: Connection
    history_ttl: int
    """Seconds."""
    clock: Clock | None = None
    cap: int = MAILBOX_CAP
    batch_cap: int = BATCH_CAP
    storm_pauses: tuple[int, int] = STORM_PAUSES

    async def put(
        self,
        thread: str,
        item: str,
        at: int,
        value: str,
        *,
        alone: bool,
        author: str,
        relevance: str,
        entry: str = "",
        files: Files = Files.NONE,
        begins: bool = False,
    ) -> str:
        """Append once; returns `stored`, `known`, `remembered`, `dropped` or `full`.

        `begins` says that nothing older can stand in the thread.
        """
        outcome: str = await self.connection.run_quick(
            "put",
            _base(thread),
            thread,
            item,
            at,
            _flagged(value, alone, files, author),
            relevance,
            self.cap,
            IDENTITY_TTL,
            self.history_ttl,
            HISTORY_CAP,
            entry,
            files,
            "1" if begins else "0",
            OVERTAKEN_TTL,
            FOLLOWED_CAP,
            FOLLOWED_TTL,
            now=self._now(),
        )
        return outcome

    async def take(
        self, partition: int, platforms: Iterable[str], owner: str, lease_ms: int, most: int
    ) -> Takings:
        """Lease up to `most` due threads of a partition, the longest waiting first."""
        rows, next_in = await self.connection.run(
            "take",
            keys.base(partition),
            owner,
            lease_ms,
            most,
            self.batch_cap,
            *self.storm_pauses,
            *platforms,
            now=self._now(),
        )
        return Takings(tuple(map(_taken, rows)), int(float(next_in)) if next_in else None)

    async def renew(self, thread: str, fence: str, lease_ms: int) -> tuple[bool, int] | None:
        """Hold the lease longer: (stop wanted, number of amendments), None when it is lost."""
        flags = await self.connection.run(
            "renew", _base(thread), thread, fence, lease_ms, now=self._now()
        )
        return None if flags is None else (flags[0] != "0", int(flags[1]))

    async def record(
        self, thread: str, fence: str, fields: Mapping[str, str], remove: Iterable[str] = ()
    ) -> bool:
        """Write fields of the running turn; False when the lease is lost."""
        pairs = [part for pair in fields.items() for part in pair]
        done = await self.connection.run(
            "record", _base(thread), thread, fence, *pairs, "", *remove, now=self._now()
        )
        return bool(done)

    async def finish(self, thread: str, fence: str, ending: Ending) -> bool:
        """End the turn: history, mailbox and lease in one step; False when the lease is lost."""
        triples = [part for e in ending.entries for part in (e.id, e.at, e.value)]
        done = await self.connection.run(
            "finish",
            _base(thread),
            thread,
            fence,
            IDENTITY_TTL,
            self.history_ttl,
            HISTORY_CAP,
            "" if ending.look_in_ms is None else ending.look_in_ms,
            ending.look,
            ending.set_aside,
            ending.overflow_told,
            *triples,
            now=self._now(),
        )
        return bool(done)

    async def release(self, thread: str, fence: str, delay_ms: int, *, counted: bool) -> bool:
        """Give the thread back, due again after `delay_ms`; False when the lease is lost."""
        done = await self.connection.run(
            "release",
            _base(thread),
            thread,
            fence,
            delay_ms,
            "0" if counted else "1",
            now=self._now(),
        )
        return bool(done)

    async def owners(self, partition: int) -> set[str]:
        """Tell who holds leases in a partition."""
        return set(await self.connection.run("free", keys.base(partition), now=self._now()))

    async def free(self, partition: int, owners: Iterable[str]) -> int:
        """Make the threads of dead owners due at once; returns how many."""
        freed: int = await self.connection.run(
            "free", keys.base(partition), *owners, now=self._now()
        )
        return freed

    async def reread(self, thread: str, items: Iterable[str]) -> list[Item]:
        """Read what has become of a batch's items meanwhile."""
        wanted = list(items)
        fields = [field for item in wanted for field in (item, f"{item}~")]
        name = f"{_base(thread)}items:{thread}"
        values = await self.connection.command("hmget", name, fields)
        return [
            Item(item, (value or "").partition("\n")[2], overlay or ("" if value else "D"))
            for item, value, overlay in zip(wanted, values[::2], values[1::2], strict=True)
        ]

    async def stop(self, thread: str, author: str, *, anyone: bool) -> str:
        """Flag the running turn: `done`, `nothing` runs, or `not_allowed`."""
        return await self._control("stop", thread, author, "1" if anyone else "0")

    async def edit(
        self, thread: str, message: str, at: int, change: str, *, direct: bool = False
    ) -> str:
        """Lay an edit (JSON) over a waiting or remembered message: `done` or `nothing`. One that
        comes before its message is kept for it: in joined threads, and where it is `direct`."""
        kept = EARLY_SECONDS
        return await self._control("edit", thread, message, at, change, int(direct), kept)

    async def delete(self, thread: str, message: str) -> str:
        """Purge a message: `done` or `nothing`."""
        return await self._control("delete", thread, message, IDENTITY_TTL)

    async def join(self, thread: str, entries: Iterable[Remembered] = ()) -> None:
        """Follow a thread that an answer has opened; later, with `entries`, remember them there and
        that nothing older needs to be read."""
        triples = [part for e in entries for part in (e.id, e.at, e.value)]
        await self.connection.run(
            "join",
            _base(thread),
            thread,
            self.history_ttl,
            HISTORY_CAP,
            *triples,
            now=self._now(),
        )

    async def leave(self, thread: str) -> bool:
        """Follow a thread no more; tells whether it was followed."""
        name = f"{_base(thread)}meta:{thread}"
        return bool(await self.connection.command("hdel", name, "joined"))

    async def second_looks(
        self, partition: int, platforms: Iterable[str], most: int = 10
    ) -> list[str]:
        """Take the second looks that are due: thread, a newline and the record of each.

        One that is not struck comes back after a minute.
        """
        looks: list[str] = await self.connection.run(
            "second_looks", keys.base(partition), most, *platforms, now=self._now()
        )
        return looks

    async def strike(self, partition: int, platforms: Iterable[str], look: str) -> None:
        """Let a second look be over."""
        base = keys.base(partition)
        await self.connection.many(("zrem", f"{base}checks:{name}", look) for name in platforms)

    async def set_aside(self) -> AsyncIterator[str]:
        """Yield the set-aside records, newest first by partition."""
        for number in range(keys.PARTITIONS):
            name = f"{keys.base(number)}aside"
            for record in await self.connection.command("lrange", name, 0, -1):
                yield record

    async def replay(self, thread: str, record: str, again: Iterable[Again]) -> bool:
        """Let a set-aside batch wait again and strike its record, in one step; False when somebody
        else was quicker."""
        triples: list[str | int] = []
        for one in again:
            triples += [one.item, one.at, _flagged(one.value, one.alone, Files.NONE, one.author)]
        done = await self.connection.run(
            "replay", _base(thread), thread, record, IDENTITY_TTL, *triples, now=self._now()
        )
        return bool(done)

    async def depth(self, platforms: Iterable[str]) -> int:
        """Count the threads that wait or run."""
        bases = [keys.base(number) for number in range(keys.PARTITIONS)]
        names = [f"{base}due:{platform}" for base in bases for platform in platforms]
        return sum(await self.connection.many(("zcard", name) for name in names))

    async def _control(self, script: str, thread: str, *args: Any) -> str:
        outcome: str = await self.connection.run_quick(
            script, _base(thread), thread, *args, now=self._now()
        )
        return outcome

    def _now(self) -> int | None:
        return None if self.clock is None else self.clock()


def _base(thread: str) -> str:
    return keys.base(keys.partition(thread))


def _flagged(value: str, alone: bool, files: Files, author: str) -> str:
    """Write in front of an event what the scripts must know of it: whether it stands alone, what it
    says of its files, and who asks."""
    return f"{'a' if alone else 'm'}{files}{author.replace(chr(10), ' ')}\n{value}"


def _taken(row: list[Any]) -> Taken:
    thread, fence, fields, values = row
    items = tuple(
        Item(item, value.partition("\n")[2], overlay)
        for item, value, overlay in zip(values[::3], values[1::3], values[2::3], strict=True)
    )
    turn = dict(zip(fields[::2], fields[1::2], strict=True))
    return Taken(thread, fence, items, turn)
