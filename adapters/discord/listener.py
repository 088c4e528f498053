"""Receives from Discord: messages, edits and deletions go to the inbox, in order.

A gateway knows no acknowledgement. What the inbox does not take waits in `lines`; that it was heard
is noted only afterwards, so that a restart reads it again (`missed`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol, TypeVar
from zlib import crc32

import discord

from adapters.common.beside import Beside
from adapters.common.payloads import Payload, mapping
from adapters.discord import chains, inbound
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.gateway import Desk
from adapters.discord.inbound import Ear, Self
from adapters.discord.lifeline import Lifeline
from adapters.discord.limits import CHANNEL, MESSAGE
from adapters.discord.lines import Lines
from adapters.discord.missed import Missed
from adapters.discord.payloads import id_of
from adapters.discord.people import name_in
from adapters.discord.places import Spot, direct, inside, of_cache, of_payload
from bot.errors import PlatformError, StoreUnavailable
from bot.events import Edit, Message, Relevance, ThreadRef
from bot.metrics import Metrics
from bot.platform import Controlled, Health, Sink, Stored
from bot.store.heard import Heard
from bot.store.notes import Notes
from bot.tasks import ended

_log = logging.getLogger(__name__)

LATE_SECONDS = 3600.0
"""An edit makes a question of a message that was none no later than this: the inbox knows for a day
what it has answered, and who mends an old text wants no answer."""

MOST_REMEMBERED = 10_000
"""Edits and places that are remembered; a forgotten one is only looked at again."""

PLACE_SECONDS = 600.0

ANSWERED_SECONDS = 4.0
"""A message waits no longer for the one that it answers, and others wait behind it."""

TOLD_SECONDS = 7 * 24 * 3600
"""How often an operator is told the same; the log has it at each start."""

T = TypeVar("T")


class Tongues(Protocol):
    """In which language people speak."""

    async def of(self, user_id: str, guild_locale: str = "") -> str:
        """Return a person's locale, else the server's, else nothing."""


@dataclass(frozen=True, slots=True)
class _Event:
    name: str
    payload: Payload


class DiscordListener:
    """What one process does with what Discord sends it."""

    def __init__(
        self,
        client: DiscordClient,
        *,
        desk: Desk,
        tongues: Tongues,
        notes: Notes,
        metrics: Metrics,
        on_stored: Callable[[Message], Coroutine[Any, Any, object]],
        heard: Heard | None = None,
        follow_ups: bool = True,
        shard_ids: Sequence[int] = (),
        shard_count: int | None = None,
        tell: Callable[[str], Awaitable[object]] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._tongues = tongues
        self._notes = notes
        self._metrics = metrics
        self._on_stored = on_stored
        self._follow_ups = follow_ups
        self._clock = clock
        self._sink: Sink | None = None
        self._edits: OrderedDict[str, int] = OrderedDict()
        self._places: OrderedDict[str, tuple[float, Spot | None]] = OrderedDict()
        self._beside = Beside(_log)
        self.lines: Lines[_Event] = Lines(self._handle)
        self.lifeline = Lifeline(
            client.token,
            client.base_url,
            desk=desk,
            hear=self._hear,
            shard_ids=shard_ids,
            shard_count=shard_count,
            tell=self._tell_once,
        )
        self._tell = tell
        self._missed = None if heard is None else Missed(heard, client, self)

    async def run(self, sink: Sink) -> None:
        """Receive until cancelled."""
        self._sink = sink
        beside = asyncio.create_task(self._catch_up())
        try:
            await self.lifeline.run()
        finally:
            await ended(beside)

    def health(self) -> Health:
        """Tell whether what is said now comes in, without any call."""
        return self.lifeline.health()

    async def close(self) -> None:
        """End what runs beside the gateway."""
        await self.lines.close()
        await self._beside.close()

    def ear(self, guild: str = "") -> Ear:
        """Return how the bot listens in a server."""
        me = Self(self._client.user, self._client.application)
        found, follow = self.guild(guild), self._follow_ups
        if found is None:
            return Ear(me, follow, self.lifeline.reads_all)
        return Ear(me, follow, self.lifeline.reads_all, partial(name_in, found))

    def guild(self, id: str) -> discord.Guild | None:
        """Return what the gateway knows of a server."""
        client = self.lifeline.client
        return client.get_guild(int(id)) if client is not None and id.isdigit() else None

    async def spot(self, guild: str, channel: str) -> Spot | None:
        """Tell what place a channel is; asked for once where the gateway does not know it. None for
        a place that the bot may not see. Raises `PlatformTemporary`."""
        if not guild:
            return direct(channel)
        known = self.guild(guild)
        if known is not None and (spot := of_cache(known, channel)) is not None:
            return spot
        until, place = self._places.get(channel, (0.0, None))
        if until > self._clock():
            return place
        place = await self._ask_for(guild, channel)
        _remember(self._places, channel, (self._clock() + PLACE_SECONDS, place))
        return place

    async def hear(self, raw: Payload, spot: Spot) -> bool:
        """Store a message that was read instead of delivered; tells whether it was new. Raises
        `StoreUnavailable`."""
        return await self._created(raw, spot)

    async def hear_edit(self, raw: Payload, spot: Spot) -> None:
        """Follow an edit that was read instead of delivered. Raises `StoreUnavailable`."""
        await self._updated(raw, spot)

    async def _tell_once(self, text: str) -> None:
        """Tell the operator, once for all processes and starts of a while."""
        name = f"discord/told/{self._client.application}/{crc32(text.encode())}"
        if self._tell is not None and await self._notes.claim(name, "1", TOLD_SECONDS):
            await self._tell(text)

    async def _catch_up(self) -> None:
        if self._missed is not None:
            await self._missed.run()

    async def _ask_for(self, guild: str, channel: str) -> Spot | None:
        try:
            found = mapping(await self._client.read(CHANNEL, channel_id=channel))
        except CallRefused:
            return None
        known, parent = self.guild(guild), id_of(found, "parent_id")
        around = of_cache(known, parent) if known is not None and parent else None
        asked = of_payload({**found, "guild_id": guild}, around)
        if asked.thread and around is not None:
            return inside(around, asked.thread, private=asked.kind == "private")
        return asked

    # -- events --------------------------------------------------------------------------------

    def _hear(self, name: str, payload: Payload) -> None:
        """Take an event of the gateway, at once."""
        if inbound.is_own(payload, self.ear().me):
            return
        self.lines.take(id_of(payload, "channel_id"), _Event(name, payload))

    async def _handle(self, event: _Event) -> None:
        """Store one event. Raises `StoreUnavailable` and `PlatformTemporary`: to be tried again."""
        payload = event.payload
        guild, channel = id_of(payload, "guild_id"), id_of(payload, "channel_id")
        if self._missed is not None:
            await self._missed.before(guild, channel)
        spot = await self.spot(guild, channel)
        if spot is None:
            return
        if event.name == "MESSAGE_CREATE":
            await self._created(payload, spot)
        elif event.name == "MESSAGE_UPDATE":
            await self._updated(payload, spot)
        elif event.name == "MESSAGE_DELETE":
            await self._deleted((id_of(payload),), spot)
        else:
            ids = payload.get("ids")
            await self._deleted(map(str, ids if isinstance(ids, list) else ()), spot)

    async def _created(self, payload: Payload, spot: Spot) -> bool:
        ear = self.ear(spot.guild)
        payload = await self._with_answered(payload, spot, ear)
        message = inbound.spoken(payload, spot, ear, await self._chain(payload, spot, ear))
        return message is not None and await self._put(message, spot) is Stored.STORED

    async def _updated(self, payload: Payload, spot: Spot) -> None:
        ear = self.ear(spot.guild)
        payload = await self._with_answered(payload, spot, ear)
        heard = inbound.changed(payload, spot, ear, await self._chain(payload, spot, ear))
        outcome = Controlled.NOTHING
        for event in heard:
            if isinstance(event, Edit):
                if self._edits.get(event.target) == event.at:
                    return  # a preview of its links, a pin: it was edited before
                outcome = await self._ready_sink().control(event)
                _remember(self._edits, event.target, event.at)
            elif outcome is Controlled.NOTHING and self._is_recent(event):
                await self._put(event, spot)

    async def _deleted(self, ids: Iterable[str], spot: Spot) -> None:
        for id in filter(str.isdigit, ids):
            chain = None
            if not (spot.is_direct or spot.thread):
                chain = await chains.thread_of(self._notes, id)
            await self._ready_sink().control(inbound.gone(id, spot, chain))

    async def _with_answered(self, payload: Payload, spot: Spot, ear: Ear) -> Payload:
        """Return a reply with the message that it answers, where Discord has not sent that along:
        from it only can be told that the bot is meant."""
        other = inbound.refers_to(payload)
        if not (other and ear.reads_all) or spot.is_direct or inbound.is_bot(payload):
            return payload
        if mapping(payload.get("referenced_message")) or inbound.is_named(payload, spot, ear.me):
            return payload
        if await chains.thread_of(self._notes, other) is not None:
            return {**payload, "referenced_message": {"id": other, "author": {"id": ear.me.user}}}
        where = {"channel_id": id_of(payload, "channel_id"), "message_id": other}
        try:
            async with asyncio.timeout(ANSWERED_SECONDS):
                found = mapping(await self._client.read(MESSAGE, query=None, **where))
        except (PlatformError, TimeoutError) as error:
            _log.info("what a reply answers is not known: %s", error)
            return payload
        return {**payload, "referenced_message": found}

    async def _chain(self, payload: Payload, spot: Spot, ear: Ear) -> ThreadRef | None:
        """Find the conversation of the bot's message that one in a channel answers."""
        if spot.is_direct or spot.thread or not (ours := inbound.answered(payload, ear.me)):
            return None
        return await chains.thread_of(self._notes, ours)

    async def _put(self, message: Message, spot: Spot) -> Stored:
        if message.relevance is not Relevance.OVERHEARD:
            locale = await self._tongues.of(message.author.id, spot.locale)
            message = replace(message, author=replace(message.author, locale=locale))
        if not (spot.is_direct or spot.thread) and message.thread.thread != message.id:
            # Its deletion will not tell what it answered.
            await chains.remember(self._notes, message.id, message.thread)
        try:
            stored = await self._ready_sink().put(message)
        except StoreUnavailable:
            self._metrics.event_received("discord", "refused")
            raise
        self._metrics.event_received("discord", stored.value)
        if stored is Stored.STORED:
            self._beside.start(self._on_stored(message))
        return stored

    def _is_recent(self, message: Message) -> bool:
        return self._clock() - message.at / 1_000_000 < LATE_SECONDS

    def _ready_sink(self) -> Sink:
        if self._sink is None:
            raise StoreUnavailable("nothing is heard yet")
        return self._sink


def _remember(kept: OrderedDict[str, T], key: str, value: T) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > MOST_REMEMBERED:
        kept.popitem(last=False)
