"""Answers to commands pass the contract of a platform's delivery: by the interaction's token, and
in the channel when its time is over."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.discord.adapter import DiscordPlatform
from bot.metrics import Metrics
from bot.platform import Batch
from tests.adapters.discord.rig import PACE, Rig, rigged
from tests.contracts.platform import PlatformContract
from tests.servers.discord import limits


class CommandStage:
    """A command in a channel."""

    def __init__(self, rig: Rig, where: str, patch: pytest.MonkeyPatch) -> None:
        self.rig = rig
        self._patch = patch
        self.where = where
        discord = rig.discord
        self.platform = DiscordPlatform(
            token=discord.token,
            api_url=discord.api_url,
            allowance=rig.allowance,
            metrics=Metrics(),
            notes=rig.notes,
            pace=PACE,
        )

    async def question(self) -> Batch:
        outcome = await self.rig.discord.runs("general", "alice", "time", places="Tokyo")
        if self.where == "late":
            self.rig.discord.expire(outcome)
        (command,) = self.rig.commands
        return Batch(command.thread, (command,))

    async def visible(self, batch: Batch) -> list[tuple[str, str]]:
        own = self.rig.discord.own("general")
        return [(message.id, message.content) for message in own if message.content]

    def tighten(self) -> None:
        self._patch.setattr(limits, "CONTENT", 700)


@pytest.fixture(params=["in time", "late"])
async def stage(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[CommandStage]:
    async with rigged() as rig:
        made = CommandStage(rig, request.param, monkeypatch)
        await made.platform.start()
        yield made
        await made.platform.close()


class TestAnswersToCommands(PlatformContract):
    """On the local Discord."""
