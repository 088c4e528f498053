"""Catches up: what was said while nobody listened is read, and put as events would have been.

A resumed session is told what it missed, a new one is not. So each process notes for its shards,
every few seconds, that they hear; where none did for a while, one process reads what was written
since then. Ids hold their time, so that nothing has to be kept for each channel. The inbox knows
what it has heard before.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import discord

from adapters.common.absences import (
    NOTE_SECONDS,
    QUIET_SECONDS,
    STARTED_SECONDS,
    Budget,
    Watch,
    beginning,
)
from adapters.discord import reading
from adapters.discord.client import DiscordClient
from adapters.discord.places import DIRECT
from adapters.discord.reading import Reader
from bot.errors import PlatformError
from bot.store.heard import Absence, Heard

if TYPE_CHECKING:
    from adapters.discord.listener import DiscordListener

_log = logging.getLogger(__name__)

SOON_SECONDS = 0.5
"""How often that is tried at the beginning of a session, until the store has taken it."""

LOOK_SECONDS = 0.1
"""How often is looked whether a session has begun."""

SKEW_SECONDS = 30.0
"""How far the store's clock may be from ours."""

MOST_CALLS = 300
"""Of one absence."""

MOST_DIRECT = 100
"""Direct messages of one absence, the newest first: each costs a call, new or not."""

BEHIND_SECONDS = 5.0
"""So long what is said now waits for what was missed in its channel."""

ARCHIVED_SECONDS = 3600.0
"""The shortest time after which Discord puts a silent thread away: its messages may be new then."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A shard's time without a gap: one session, of which nothing was lost."""

    session: int = -1
    lost: int = 0
    noted_from: float = 0.0
    """Since when that is noted (seconds since 1970); 0 before that."""


@dataclass(slots=True)
class _Part:
    """One shard's part in it."""

    watch: Watch
    stretch: _Stretch = field(default_factory=_Stretch)
    noted_at: float = float("-inf")
    """When that was tried last (the loop's seconds)."""
    told: set[str] = field(default_factory=set)
    """The workspaces that the store knows."""
    awaited: tuple[int, float] = (-1, 0.0)
    """Of which session the first note is waited for, and up to when (the loop's seconds)."""
    reads: bool = False
    """An absence is being read."""
    reader: Reader | None = None
    """What reads it, once it is known what was missed."""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self) -> None:
        """Wake up whoever waits for one of these to change."""
        self.news.set()
        self.news = asyncio.Event()


class Missed:
    """One process's part in it."""

    def __init__(
        self,
        heard: Heard,
        client: DiscordClient,
        listener: DiscordListener,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._heard = heard
        self._client = client
        self._listener = listener
        self._clock = clock
        self._parts: dict[tuple[int, int], _Part] = {}
        self._let_by: set[str] = set()
        """Channels whose reading takes too long to be waited for."""

    async def run(self) -> None:
        """Note and catch up until cancelled."""
        try:
            while True:
                for shard in list(self._listener.lifeline.shards):
                    if self._hears(shard):
                        await self._look(shard)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await asyncio.gather(*(part.watch.close() for part in self._parts.values()))

    async def before(self, guild: str, channel: str) -> None:
        """Wait until what was missed in a channel is read: what is said there now stands behind it.
        Not longer than `BEHIND_SECONDS`. Raises `StoreUnavailable`."""
        shard = (int(guild) >> 22) % self._count() if guild.isdigit() else 0
        if channel in self._let_by or shard not in self._listener.lifeline.shards:
            return
        try:
            await self._first_note(shard)
            async with asyncio.timeout(BEHIND_SECONDS):
                await self._read_first(self._part(shard), channel)
        except TimeoutError:
            _log.info("what was missed is read behind what is said now")
            self._let_by.add(channel)

    async def _first_note(self, shard: int) -> None:
        """Wait until it is known whether anything was missed before a shard's session."""
        part, session = self._part(shard), self._listener.lifeline.shards[shard].sessions
        if part.awaited[0] != session:
            part.awaited = (session, asyncio.get_running_loop().time() + BEHIND_SECONDS)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(part.awaited[1]):
                while part.stretch.session < session:
                    await part.news.wait()

    async def _read_first(self, part: _Part, channel: str) -> None:
        while part.reads:
            if part.reader is not None:
                await part.reader.first(channel)
                return
            await part.news.wait()

    def _hears(self, shard: int) -> bool:
        """Tell whether all that a shard was told is stored, and what is said now will be."""
        lifeline = self._listener.lifeline
        state = lifeline.shards.get(shard)
        known = state is not None and state.known
        return known and lifeline.hears(shard) and not self._listener.lines.stuck

    async def _look(self, shard: int) -> None:
        """Note that a shard hears, when it is time to."""
        part, lines = self._part(shard), self._listener.lines
        session = self._listener.lifeline.shards[shard].sessions
        overrun = lines.lost != part.stretch.lost
        fresh = overrun or session != part.stretch.session
        if overrun and lines.waiting:
            return  # until that is stored nothing more is noted: it is read from here on
        now = asyncio.get_running_loop().time()
        if now - part.noted_at < (SOON_SECONDS if fresh else NOTE_SECONDS):
            return
        part.noted_at = now
        quiet = STARTED_SECONDS if fresh else QUIET_SECONDS
        begun = _Stretch(session, lines.lost, self._clock()) if fresh else part.stretch
        await self._note(shard, part, begun, 0.0 if overrun else quiet)

    async def _note(self, shard: int, part: _Part, stretch: _Stretch, quiet: float) -> None:
        """Note it, and begin to read what was missed if this process is to."""
        places, before = self._workspaces(shard), part.watch.reading
        if await part.watch.note(places - part.told, quiet):
            part.told |= places
            part.stretch = stretch
            part.reads = part.reads or part.watch.reading is not before
            part.tell()

    def _part(self, shard: int) -> _Part:
        count = max(len(self._listener.lifeline.shards), self._count())
        part = self._parts.get((shard, count))
        if part is None:
            # Shards are heard by different processes, each of which may be away alone.
            name = f"{self._heard.platform}/{shard} of {count}" if count > 1 else ""
            heard = replace(self._heard, platform=name) if name else self._heard
            watch = Watch(heard, partial(self._read, shard, count))
            part = self._parts[shard, count] = _Part(watch)
        return part

    def _count(self) -> int:
        client = self._listener.lifeline.client
        return (client.shard_count or 1) if client is not None else 1

    def _workspaces(self, shard: int) -> set[str]:
        client = self._listener.lifeline.client
        guilds = {str(g.id) for g in client.guilds_of(shard)} if client is not None else set()
        return guilds | {DIRECT} if shard == 0 else guilds

    def _was_told_again(self, part: _Part, absence: Absence) -> bool:
        """Tell whether the session went on over the absence: then Discord has sent all again."""
        began = part.stretch.noted_from
        return began > 0 and absence.since / 1_000_000 > began + SKEW_SECONDS

    async def _read(self, shard: int, count: int, absence: Absence) -> bool:
        """Read what was missed; tells whether all of it could be."""
        part = self._parts[shard, count]
        try:
            return self._was_told_again(part, absence) or await self._search(shard, part, absence)
        finally:
            part.reads, part.reader = False, None
            part.tell()
            self._let_by.clear()

    async def _search(self, shard: int, part: _Part, absence: Absence) -> bool:
        """Read every server and the direct messages; tells whether all of it could be."""
        now = self._clock()
        _log.info("nobody listened for %.0f s: reading", now - absence.since / 1_000_000)
        since = beginning(absence, now)
        archived = now - absence.since / 1_000_000 > ARCHIVED_SECONDS
        reader = Reader(self._client, self._listener, Budget(MOST_CALLS), archived=archived)
        places = self._workspaces(shard)
        client = self._listener.lifeline.client
        guilds = list(client.guilds_of(shard)) if client is not None else []
        try:
            if DIRECT in places:
                known = absence.workspaces.get(DIRECT, since)
                reader.add_direct(
                    await self._heard.followed(DIRECT, MOST_DIRECT), max(since, known)
                )
            for guild in guilds:
                begun = _from_then(guild, absence, since)
                if archived or reading.has_news(guild, begun):
                    followed = await self._heard.followed(str(guild.id), MOST_CALLS)
                    reader.add_guild(guild, followed, begun)
            part.reader = reader
            part.tell()
            return await reader.read()
        except PlatformError as error:
            _log.info("what was missed cannot be read: %s", error)
            return False


def _from_then(guild: discord.Guild, absence: Absence, since: int) -> int:
    """Tell from when on a server is read: what was said there before the bot came, or before this
    store knew it, is old history."""
    joined_at = guild.me.joined_at if guild.me is not None else None
    joined = int(joined_at.timestamp() * 1_000_000) if joined_at is not None else 0
    if joined > absence.since:
        return max(since, joined)
    return max(since, absence.workspaces.get(str(guild.id), since))
