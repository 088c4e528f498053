"""An interaction's token: when it counts as closed, and when only as early."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from adapters.discord.answers.responding import (
    ACKNOWLEDGED_SECONDS,
    ORIGINAL,
    Response,
    TokenClosed,
)
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from bot.metrics import Metrics
from tests.adapters.discord.parts import Counted
from tests.servers.discord import LocalDiscord

ANSWER = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@asynccontextmanager
async def response(discord: LocalDiscord, token: str = "unknown") -> AsyncIterator[Response]:
    clock = Clock()
    client = DiscordClient(discord.token, discord.api_url, Counted(), Metrics(), clock.sleep)
    try:
        yield Response(client, discord.application.id, token, clock)
    finally:
        await client.close()


async def test_a_token_that_discord_does_not_know_yet_is_waited_for_only_so_long() -> None:
    async with LocalDiscord() as discord, response(discord) as made:
        with pytest.raises(TokenClosed):
            await made.edit(ORIGINAL, {"content": "x"})
        tries = len(discord.calls_to(f"PATCH {ANSWER}"))
        assert 5 < tries < 60
        assert not made.open
        with pytest.raises(TokenClosed):
            await made.follow({"content": "x"})
        assert len(discord.calls_to(f"PATCH {ANSWER}")) == tries
        assert ACKNOWLEDGED_SECONDS < 5


async def test_that_a_tokens_time_is_over_is_asked_of_discord_once() -> None:
    async with LocalDiscord() as discord, response(discord) as made:
        discord.fail(f"PATCH {ANSWER}", "401:50027", times=9)
        for _ in range(2):
            with pytest.raises(TokenClosed):
                await made.edit(ORIGINAL, {"content": "x"})
        assert len(discord.calls_to(f"PATCH {ANSWER}")) == 1


async def test_no_token_is_closed_from_the_beginning() -> None:
    async with LocalDiscord() as discord, response(discord) as made:
        assert made.open
        client = made._client
        assert not Response(client, "1", "", Clock()).open


async def test_any_other_refusal_is_told_at_once() -> None:
    async with LocalDiscord() as discord, response(discord) as made:
        discord.fail(f"PATCH {ANSWER}", "400:50035")
        with pytest.raises(CallRefused) as raised:
            await made.edit(ORIGINAL, {"content": "x"})
        assert raised.value.code == 50035
        assert len(discord.calls_to(f"PATCH {ANSWER}")) == 1
        assert made.open


async def test_the_place_of_its_allowance_does_not_tell_the_token() -> None:
    async with LocalDiscord() as discord, response(discord) as made:
        assert "unknown" not in made.place
