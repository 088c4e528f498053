"""Reads what was written in servers and direct messages while nobody listened, the newest
conversations first and within a budget. Called by missed; what is found goes to the listener.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import discord

from adapters.common.absences import Budget, Spent
from adapters.common.payloads import Payload
from adapters.common.retries import persist
from adapters.discord.client import DiscordClient
from adapters.discord.payloads import id_of, microseconds, moment
from adapters.discord.places import Spot
from adapters.discord.threads import PAGE, Ask, messages
from bot.errors import PlatformError, PlatformTemporary
from bot.events import ThreadRef
from bot.tasks import ended

_log = logging.getLogger(__name__)

MOST_PAGES = 5
"""Of one channel, the newest first."""

MOST_ARCHIVED = 20
"""Of one server's followed threads that may have been put away: each costs a call to find out."""

SIDE_BY_SIDE = 4
"""Reads at once: whoever asks now has their allowance."""


_FOLLOWED, _DIRECT, _OTHER = 2, 1, 0
"""What is read first: where somebody surely waits. Whether a direct message is new is only known
when it is read."""


class Hears(Protocol):
    """What takes messages that were read as if they had been delivered."""

    async def spot(self, guild: str, channel: str) -> Spot | None:
        """Tell what place a channel is. Raises `PlatformTemporary`."""

    async def hear(self, raw: Payload, spot: Spot) -> bool:
        """Store a message; tells whether it was new. Raises `StoreUnavailable`."""

    async def hear_edit(self, raw: Payload, spot: Spot) -> None:
        """Follow an edit. Raises `StoreUnavailable`."""


@dataclass(frozen=True, slots=True, order=True)
class _Wanted:
    """A channel or thread that is to be read from a time on. What sorts first is read last."""

    rank: int
    newest: int
    id: str
    guild: str
    since: int


class Reader:
    """Reads one absence. `archived`: it lasted so long that threads may have been put away."""

    def __init__(
        self, client: DiscordClient, listener: Hears, budget: Budget, *, archived: bool = False
    ) -> None:
        self._listener = listener
        self._archived = archived
        self._unhurried = _unhurried(client, budget)
        self._at_once = _at_once(client, budget)
        self._wanted: dict[str, _Wanted] = {}
        self._begun: dict[str, asyncio.Task[None]] = {}
        self._whole = True
        self._spent = False

    def add_direct(self, followed: Iterable[ThreadRef], since: int) -> None:
        """Want the direct messages that the inbox knows; Discord lists none."""
        for order, thread in enumerate(followed):
            self._want(_Wanted(_DIRECT, -order, thread.channel, "", since))

    def add_guild(self, guild: discord.Guild, followed: Iterable[ThreadRef], since: int) -> None:
        """Want what has a new message among the channels and threads of a server, and followed
        threads that it does not tell of: they have been archived since."""
        followed = list(followed)
        urgent = {thread.thread for thread in followed}
        for channel, newest in _news(guild, since):
            id = str(channel.id)
            if _is_readable(guild, channel):
                rank = _FOLLOWED if id in urgent else _OTHER
                self._want(_Wanted(rank, newest, id, str(guild.id), since))
        for thread in followed[:MOST_ARCHIVED] if self._archived else ():
            if thread.thread.isdigit() and guild.get_thread(int(thread.thread)) is None:
                self._want(_Wanted(_OTHER, 0, thread.thread, str(guild.id), since))

    async def read(self) -> bool:
        """Read all that is wanted; tells whether all of it could be."""
        waiting = sorted(self._wanted.values())
        try:
            while waiting and not self._spent:
                batch, waiting = waiting[-SIDE_BY_SIDE:], waiting[:-SIDE_BY_SIDE]
                tasks = [self._begin(wanted, self._unhurried) for wanted in reversed(batch)]
                await asyncio.gather(*tasks)
        finally:
            await ended(*self._begun.values())
        if self._spent:
            _log.warning("more was missed than is read")
        return self._whole

    async def first(self, channel: str) -> None:
        """Read a channel now, if it is wanted: something is said there that must stand behind what
        was missed. Raises `StoreUnavailable`."""
        wanted, task = self._wanted.get(channel), self._begun.get(channel)
        if wanted is None or (task.done() if task is not None else self._spent):
            return
        task = self._begin(wanted, self._at_once)
        await asyncio.wait((task,))
        if not task.cancelled():
            task.result()

    def _begin(self, wanted: _Wanted, ask: Ask) -> asyncio.Task[None]:
        if wanted.id not in self._begun:
            self._begun[wanted.id] = asyncio.create_task(self._try(wanted, ask))
        return self._begun[wanted.id]

    def _want(self, wanted: _Wanted) -> None:
        self._wanted.setdefault(wanted.id, wanted)

    async def _try(self, wanted: _Wanted, ask: Ask) -> None:
        """Do what can be done: one place that is gone keeps nobody from the others."""
        try:
            await self._read(wanted, ask)
        except PlatformTemporary as error:
            _log.info("not read yet what was missed: %s", error)
            self._whole = False
        except Spent:
            self._spent = True
        except PlatformError as error:
            _log.debug("nothing to read there: %s", error)

    async def _read(self, wanted: _Wanted, ask: Ask) -> None:
        spot = await self._listener.spot(wanted.guild, wanted.id)
        if spot is None:
            return
        found: list[Payload] = []
        beside: Mapping[str, str] = {}
        for _ in range(MOST_PAGES):
            page = await messages(ask, wanted.id, **beside)
            found = [*page, *found]
            if len(page) < PAGE or microseconds(id_of(page[0])) <= wanted.since:
                break
            beside = {"before": id_of(page[0])}
        for raw in found:
            # Messages that are read lack what their events say of the server.
            raw = {**raw, "guild_id": wanted.guild} if wanted.guild else raw
            new = microseconds(id_of(raw)) > wanted.since and await self._listener.hear(raw, spot)
            if not new and moment(raw.get("edited_timestamp")) > wanted.since:
                await self._listener.hear_edit(raw, spot)


def has_news(guild: discord.Guild, since: int) -> bool:
    """Tell whether anything was written in a server after a time (microseconds)."""
    return any(True for _ in _news(guild, since))


def _news(guild: discord.Guild, since: int) -> Iterator[tuple[Any, int]]:
    """Yield the channels and threads with a message after `since`, and the time of the newest."""
    for channel in (*guild.channels, *guild.threads):
        newest = microseconds(str(getattr(channel, "last_message_id", None) or ""))
        if newest > since:
            yield channel, newest


def _is_readable(guild: discord.Guild, channel: Any) -> bool:
    """Tell whether the bot may read what stands in a channel: a forum has nothing but threads."""
    if isinstance(channel, discord.ForumChannel | discord.CategoryChannel) or guild.me is None:
        return False
    may = channel.permissions_for(guild.me)
    return bool(may.view_channel and may.read_message_history)


def _at_once(client: DiscordClient, budget: Budget) -> Ask:
    """Return a way to read what somebody waits for."""

    async def ask(method: str, query: Mapping[str, str | int] | None = None, **where: Any) -> Any:
        budget.spend()
        return await client.read(method, query=query, **where)

    return ask


def _unhurried(client: DiscordClient, budget: Budget) -> Ask:
    """Return a way to read that leaves the allowance to those who wait for an answer now."""

    async def ask(method: str, query: Mapping[str, str | int] | None = None, **where: Any) -> Any:
        async def once() -> Any:
            budget.spend()
            while not await client.may(method, where.get("channel_id", "")):
                await client.sleep(0.5)
            return await client.call(method, query=query, **where)

        return await persist(once, client.sleep, math.inf)

    return ask
