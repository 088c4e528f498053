"""A hundred replies at once share what one bot may call: Discord never has to refuse anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from adapters.discord.adapter import DiscordPlatform
from adapters.discord.limits import LIMITS
from bot.metrics import Metrics
from bot.platform import Batch
from bot.replies import Done, Reply, TextDelta
from bot.store.budgets import Budgets
from bot.store.connection import Connection
from tests.adapters.discord.parts import asked, notes_of
from tests.fakes import MemoryReceipt
from tests.servers.discord import LocalDiscord

pytest_plugins = ("tests.store_fixtures",)

CROWD = 100
CHANNELS = 20
WORDS = 40
TOGETHER = 0.5
"""Seconds: so much apart were calls that a busy machine may bring at once. Discord then has to
refuse one; who keeps no pace is refused for seconds."""


async def _reply(seconds: float) -> AsyncIterator[Reply]:
    pieces = [f"word{n} " for n in range(WORDS)]
    for piece in pieces:
        await asyncio.sleep(seconds / WORDS)
        yield TextDelta(piece)
    yield Done("".join(pieces))


def _platform(discord: LocalDiscord, store: Connection) -> DiscordPlatform:
    return DiscordPlatform(
        token=discord.token,
        api_url=discord.api_url,
        allowance=Budgets(store, "discord", LIMITS),
        metrics=Metrics(),
        notes=notes_of(),
    )


async def test_a_hundred_threads_open_grow_and_end_without_a_refusal(store: Connection) -> None:
    async with LocalDiscord(enforce_limits=True) as discord:
        rooms = [discord.text_channel(f"room-{n}") for n in range(CHANNELS)]
        batches: list[Batch] = []
        for n in range(CROWD):
            room = rooms[n % CHANNELS]
            batches.append(asked(discord, await discord.user_posts(room, "alice", "@Parley?")))
        # Two processes share the bot's token and its allowance.
        halves = [_platform(discord, store), _platform(discord, store)]
        for half in halves:
            await half.start()
        answers = [
            halves[n % 2].deliver(batch, _reply(2.0), MemoryReceipt(key=f"key{n}"))
            for n, batch in enumerate(batches)
        ]
        await asyncio.gather(*answers)
        for batch in batches:
            (answer,) = discord.own(batch.thread.thread)
            assert answer.content.endswith(f"word{WORDS - 1}")
            assert len(discord.buttons(answer)) == 3
        assert max(discord.limits.early, default=0.0) < TOGETHER
        for half in halves:
            await half.close()


async def test_one_long_answer_grows_at_its_channels_pace_and_is_never_refused(
    store: Connection,
) -> None:
    async with LocalDiscord(enforce_limits=True) as discord:
        batch = asked(discord, await discord.user_posts(discord.dm("alice"), "alice", "hello"))
        platform = _platform(discord, store)
        await platform.start()
        began = asyncio.get_running_loop().time()
        await platform.deliver(batch, _reply(4.0), MemoryReceipt())
        lasted = asyncio.get_running_loop().time() - began
        (answer,) = discord.own(batch.thread.channel)
        assert answer.content.endswith(f"word{WORDS - 1}")
        assert 4 <= len(discord.edits(answer)) <= 3 + lasted
        assert max(discord.limits.early, default=0.0) < TOGETHER
        await platform.close()
