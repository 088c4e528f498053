"""The desk between the real discord.py and the local Discord, with a store in memory.

`Rig` runs one gateway with its desk; what is put into the inbox is answered by `deliver`, as the
worker does. `again` makes another process of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from adapters.discord.answers import answering
from adapters.discord.answers.answering import Means
from adapters.discord.client import DiscordClient
from adapters.discord.gateway import GatewayClient
from adapters.discord.status import Typing
from adapters.discord.surfaces.desk import Desk
from adapters.discord.surfaces.tongues import Tongues
from adapters.streaming import Pace
from bot.errors import StoreUnavailable
from bot.events import Command, Regenerate
from bot.metrics import Metrics
from bot.platform import Batch, Controlled, Stored
from bot.replies import Reply
from bot.wording import say
from tests.adapters.discord.parts import Counted, Memory, notes_of
from tests.fakes import MemoryReceipt
from tests.servers.discord import LocalDiscord
from tests.servers.discord.sockets_client import pointed_at, until

PACE = Pace(least=0.02, most=0.05, life_after=0.3)


@dataclass
class Sinking:
    """An inbox that keeps what it is given; `away` refuses, `hangs` never answers."""

    put_in: list[Any] = field(default_factory=list)
    controlled: list[Any] = field(default_factory=list)
    outcome: Controlled = Controlled.DONE
    away: bool = False
    hangs: bool = False

    async def put(self, event: Any) -> Stored:
        await self._suffer()
        if any(type(one) is type(event) and one.id == event.id for one in self.put_in):
            return Stored.KNOWN
        self.put_in.append(event)
        return Stored.STORED

    async def control(self, event: Any) -> Controlled:
        await self._suffer()
        self.controlled.append(event)
        return self.outcome

    async def _suffer(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.away:
            raise StoreUnavailable("the store is away")


@dataclass
class Process:
    """One listening process."""

    desk: Desk
    gateway: GatewayClient
    running: asyncio.Task[None]

    async def stop(self) -> None:
        await self.desk.close()
        await self.gateway.close()
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


class Rig:
    """A local Discord, and the bot's half that this room has."""

    def __init__(self, discord: LocalDiscord, **how: Any) -> None:
        self.discord = discord
        self.memory = Memory()
        self.notes = notes_of(self.memory)
        self.sink = Sinking()
        self.allowance = Counted()
        self.rest = DiscordClient(discord.token, discord.api_url, self.allowance, Metrics())
        self.how = how
        self.processes: list[Process] = []

    @property
    def commands(self) -> list[Command]:
        return [one for one in self.sink.put_in if isinstance(one, Command)]

    async def begin(self) -> Process:
        """Start a process, and wait until it is connected and the commands are there."""
        desk = Desk(
            self.rest,
            self.notes,
            Tongues(self.notes),
            **{"history_ttl": 30 * 86_400.0, **self.how},
        )
        desk.open(self.sink)
        gateway = GatewayClient(
            desk=desk,
            hear=lambda *_: None,
            reads_all=True,
            shard_ids=(),
            shard_count=None,
            shards_known={},
        )
        process = Process(desk, gateway, asyncio.create_task(gateway.start(self.discord.token)))
        self.processes.append(process)
        await until(lambda: gateway.is_ready() or process.running.done())
        if process.running.done():
            process.running.result()
        await desk.settle()
        return process

    async def again(self) -> None:
        """End all processes, and start another one."""
        await self._stop()
        await self.begin()

    async def settle(self) -> None:
        for process in self.processes:
            await process.desk.settle()

    async def deliver(
        self,
        event: Command | Regenerate,
        *replies: Reply,
        receipt: MemoryReceipt | None = None,
        stream: AsyncIterator[Reply] | None = None,
        pace: Pace = PACE,
    ) -> MemoryReceipt:
        """Answer an event as the adapter does."""
        receipt = receipt or MemoryReceipt()
        batch = Batch(event.thread, (event,))
        asked = answering.asked_in(batch)
        assert asked is not None
        means = Means(self.rest, Typing(self.rest), self.notes, pace)

        def words(key: str, **values: object) -> str:
            return say(key, event.author.locale, **values)

        await answering.deliver(asked, means, batch, stream or said(*replies), receipt, words=words)
        return receipt

    async def close(self) -> None:
        await self._stop()
        await self.rest.close()

    async def _stop(self) -> None:
        for process in self.processes:
            await process.stop()
        self.processes.clear()


async def said(*replies: Reply) -> AsyncIterator[Reply]:
    for reply in replies:
        await asyncio.sleep(0)
        yield reply


@asynccontextmanager
async def rigged(*, greeted: bool = True, **how: Any) -> AsyncIterator[Rig]:
    """Open a local Discord with one process of the bot; `greeted`: it has said hello before."""
    async with LocalDiscord() as discord:
        with pointed_at(discord):
            rig = Rig(discord, **how)
            try:
                await rig.rest.login()
                if greeted:
                    await rig.notes.keep(f"discord/hello/{discord.guild.id}", "1", 60)
                await rig.begin()
                yield rig
            finally:
                await rig.close()
