"""The listening half on the local Discord: the real discord.py, a sink and a desk in memory.

`restored` keeps what belongs to the whole process as it was, in discord.py and here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import discord as sdk
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord import gateway
from adapters.discord.client import DiscordClient
from adapters.discord.gateway import GatewayClient
from adapters.discord.inbound import Self
from adapters.discord.listener import DiscordListener
from bot.errors import StoreUnavailable
from bot.events import (
    ControlEvent,
    Delete,
    Edit,
    Message,
    Relevance,
    TurnEvent,
    identity,
)
from bot.metrics import Metrics
from bot.platform import Controlled, Stored
from bot.store.heard import Heard
from tests.bounds import PATIENCE
from tests.servers.discord import LocalDiscord


class Free:
    """An allowance that grants everything."""

    async def reserve(self, *_: str, **__: str) -> float:
        return 0.0

    async def try_take(self, *_: str, **__: str) -> bool:
        return True

    async def hold(self, *_: str) -> bool:
        return True

    async def release(self, *_: str) -> None: ...

    async def paused(self, *_: str) -> float:
        return 0.0

    async def pause(self, *_: Any) -> None: ...


@dataclass
class MemorySink:
    """An inbox in memory, with the rules that listeners rely on; `away` lets it fail."""

    away: bool = False
    events: list[TurnEvent] = field(default_factory=list)
    """What was stored or remembered, once."""
    puts: list[TurnEvent] = field(default_factory=list)
    """All that was put, again and dropped."""
    controls: list[ControlEvent] = field(default_factory=list)
    refused: int = 0
    joined: set[str] = field(default_factory=set)

    async def put(self, event: TurnEvent) -> Stored:
        self._check()
        self.puts.append(event)
        if identity(event) in {identity(one) for one in self.events}:
            return Stored.KNOWN
        assert isinstance(event, Message)
        if event.relevance is Relevance.DIRECT:
            self.joined.add(event.thread.key)
        elif event.thread.key not in self.joined:
            return Stored.DROPPED
        self.events.append(event)
        overheard = event.relevance is Relevance.OVERHEARD
        return Stored.REMEMBERED if overheard else Stored.STORED

    async def control(self, event: ControlEvent) -> Controlled:
        self._check()
        self.controls.append(event)
        known = {one.id for one in self.events}
        hit = isinstance(event, Edit | Delete) and event.target in known
        return Controlled.DONE if hit else Controlled.NOTHING

    def _check(self) -> None:
        if self.away:
            self.refused += 1
            raise StoreUnavailable("away")

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Message)]


@dataclass
class MemoryNotes:
    """Notes in memory."""

    kept: dict[str, str] = field(default_factory=dict)

    async def keep(self, name: str, value: str, seconds: int) -> None:
        self.kept[name] = value

    async def read(self, name: str) -> str:
        return self.kept.get(name, "")

    async def claim(self, name: str, value: str, seconds: int) -> bool:
        free = name not in self.kept
        self.kept.setdefault(name, value)
        return free


@dataclass
class NotingDesk:
    """Notes what the gateway hands it."""

    prepared: int = 0
    interactions: list[sdk.Interaction] = field(default_factory=list)
    guilds: list[str] = field(default_factory=list)

    async def prepare(self, client: sdk.Client) -> None:
        self.prepared += 1

    async def interacted(self, interaction: sdk.Interaction) -> None:
        self.interactions.append(interaction)
        await interaction.response.defer()

    async def invited(self, guild: sdk.Guild) -> None:
        self.guilds.append(guild.name)


class NoTongues:
    async def of(self, user_id: str, guild_locale: str = "") -> str:
        return guild_locale


@dataclass
class Ears:
    """One listening process."""

    discord: LocalDiscord
    client: DiscordClient
    listener: DiscordListener
    sink: MemorySink
    desk: NotingDesk
    notes: MemoryNotes
    greeted: list[Message]
    told: list[str]

    @property
    def texts(self) -> list[str]:
        return self.sink.texts

    @property
    def ready(self) -> bool:
        return self.listener.health().ready

    async def hears(self) -> None:
        """Wait until every server is known."""
        await until(
            lambda: self.ready and all(s.known for s in self.listener.lifeline.shards.values())
        )


def me_of(discord: LocalDiscord) -> Self:
    return Self(discord.bot.id, discord.application.id)


async def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for a condition; fail after a deadline."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.01)


@contextmanager
def restored() -> Iterator[None]:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    with pytest.MonkeyPatch.context() as patch:
        # The local server tells of all its servers at once, and takes sessions at any pace.
        patch.setattr(gateway, "SERVERS_SECONDS", 0.1)
        patch.setattr(GatewayClient, "before_identify_hook", _at_once)
        try:
            yield
        finally:
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


async def _at_once(self: GatewayClient, shard_id: int | None, *, initial: bool = False) -> None:
    """Wait for nothing before a session."""


@asynccontextmanager
async def client_of(discord: LocalDiscord) -> AsyncIterator[DiscordClient]:
    """Open a client that is logged in."""
    client = DiscordClient(discord.token, discord.api_url, Free(), Metrics())
    try:
        await client.login()
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def listening(
    discord: LocalDiscord,
    *,
    sink: MemorySink | None = None,
    notes: MemoryNotes | None = None,
    heard: Heard | None = None,
    wait: bool = True,
    **options: Any,
) -> AsyncIterator[Ears]:
    """Listen as one process does, and end as one does."""
    sink, notes = sink or MemorySink(), notes or MemoryNotes()
    desk, greeted, told = NotingDesk(), [], []

    async def greet(message: Message) -> None:
        greeted.append(message)

    async def tell(text: str) -> None:
        told.append(text)

    with restored():
        async with client_of(discord) as client:
            listener = DiscordListener(
                client,
                desk=desk,
                tongues=NoTongues(),
                notes=notes,  # type: ignore[arg-type]
                metrics=Metrics(),
                on_stored=greet,
                heard=heard,
                tell=tell,
                **options,
            )
            ears = Ears(discord, client, listener, sink, desk, notes, greeted, told)
            running = asyncio.create_task(listener.run(sink))
            try:
                if wait:
                    await ears.hears()
                yield ears
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                await listener.close()
