"""Discord passes the contract of a platform's delivery: in a thread that the answer opens, in place
where it may not open one, inside of a thread, and in a direct message."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.discord.adapter import DiscordPlatform
from adapters.streaming import Pace
from bot.metrics import Metrics
from bot.platform import Batch
from tests.adapters.discord.parts import Counted, asked, notes_of
from tests.contracts.platform import PlatformContract
from tests.servers.discord import LocalDiscord, limits
from tests.servers.discord.permissions import Permission


class DiscordStage:
    """A question in one of Discord's places."""

    def __init__(self, discord: LocalDiscord, where: str, patch: pytest.MonkeyPatch) -> None:
        self.discord = discord
        self._patch = patch
        self.where = where
        self.platform = DiscordPlatform(
            token=discord.token,
            api_url=discord.api_url,
            allowance=Counted(),
            metrics=Metrics(),
            notes=notes_of(),
            pace=Pace(least=0.01, most=0.05, life_after=0.05),
        )

    async def question(self) -> Batch:
        discord = self.discord
        if self.where == "direct":
            return asked(discord, await discord.user_posts(discord.dm("alice"), "alice", "hello"))
        posted = await discord.user_posts("general", "alice", "@Parley hello")
        if self.where == "thread":
            thread = await discord.user_opens_thread("general", "alice", "talk")
            posted = await discord.user_posts(thread, "alice", "@Parley hello")
        if self.where == "refused":
            bot = discord.bot
            await discord.permit("general", bot, deny=Permission.CREATE_PUBLIC_THREADS)
        return asked(discord, posted, can_thread=self.where != "chain")

    async def visible(self, batch: Batch) -> list[tuple[str, str]]:
        thread = batch.thread
        in_channel = self.where in ("chain", "refused", "direct")
        channel = thread.channel if in_channel else thread.thread
        if channel not in self.discord.channels:
            return []
        return [
            (message.id, message.content)
            for message in self.discord.messages(channel)
            if message.author_id == self.discord.bot.id and message.content
        ]

    def tighten(self) -> None:
        self._patch.setattr(limits, "CONTENT", 700)


@pytest.fixture(params=["channel", "chain", "refused", "thread", "direct"])
async def stage(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[DiscordStage]:
    async with LocalDiscord() as discord:
        made = DiscordStage(discord, request.param, monkeypatch)
        await made.platform.start()
        yield made
        await made.platform.close()


class TestDiscordPlatform(PlatformContract):
    """On the local Discord."""
