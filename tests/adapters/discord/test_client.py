"""Every call of Discord's API ends in an answer or in one of our errors, after one try."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from adapters.common.retries import AnswerLost
from adapters.discord import client as module
from adapters.discord.client import CallRefused, DiscordClient, Upload
from adapters.discord.limits import (
    ALL,
    CALLBACK,
    LIMITS,
    ME,
    MESSAGES,
    POST,
    RESPONSE_EDIT,
    ROUTES,
)
from bot.errors import ConfigError, PlatformRefused, PlatformTemporary
from bot.metrics import Metrics
from tests.adapters.discord.parts import Counted, client_of
from tests.bounds import PATIENCE
from tests.servers.discord import LocalDiscord

SEND = "POST /channels/{channel_id}/messages"


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - health is asked, it does not tell
            await asyncio.sleep(0.01)


def _text(content: str = "hello") -> dict[str, object]:
    return {"content": content, "allowed_mentions": {"parse": []}}


def test_every_method_has_its_allowance() -> None:
    at_start = {"users.me", "applications.me"}
    assert set(LIMITS) | at_start | {CALLBACK} == set(ROUTES)  # a callback is one, at once


@pytest.mark.parametrize("kind", ["500", "502", "503", "504", "500_json", "reset", "lost", "half"])
async def test_a_fault_is_a_lost_answer_after_one_try(kind: str) -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        channel = discord.place("general").id
        discord.fail(SEND, kind)
        with pytest.raises(AnswerLost):
            await client.call(POST, json=_text(), channel_id=channel)
        assert len(discord.calls_to(SEND)) == 1


async def test_a_call_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CALL_SECONDS", 0.2)
    async with LocalDiscord() as discord, client_of(discord) as client:
        discord.fail(SEND, "hang")
        with pytest.raises(AnswerLost):
            await client.call(POST, json=_text(), channel_id=discord.place("general").id)


async def test_a_refusal_tells_its_number_and_the_field_and_is_never_tried_again() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        channel = discord.place("general").id

        async def once() -> object:
            return await client.call(POST, json=_text("x" * 2001), channel_id=channel)

        with pytest.raises(CallRefused) as refused:
            await client.persist(once)
        assert refused.value.code == 50035
        assert "content:BASE_TYPE_MAX_LENGTH" in refused.value.words
        assert len(discord.calls_to(SEND)) == 1


async def test_a_limit_pauses_the_method_in_its_channel_for_all_processes() -> None:
    allowance = Counted()
    async with LocalDiscord() as discord, client_of(discord, allowance) as client:
        channel = discord.place("general").id
        discord.fail(SEND, "429", retry_after=0.7)
        with pytest.raises(PlatformTemporary) as told:
            await client.call(POST, json=_text(), channel_id=channel)
        assert told.value.retry_after == pytest.approx(0.7)
        assert allowance.pauses == [(POST, pytest.approx(0.7), channel)]


@pytest.mark.parametrize("kind", ["429_global", "banned"])
async def test_a_limit_of_the_whole_bot_or_of_cloudflare_pauses_everything(kind: str) -> None:
    allowance = Counted()
    async with LocalDiscord() as discord, client_of(discord, allowance) as client:
        discord.fail(SEND, kind, retry_after=3)
        with pytest.raises(PlatformTemporary) as told:
            await client.call(POST, json=_text(), channel_id=discord.place("general").id)
        assert told.value.retry_after is not None
        assert [(method, place) for method, _, place in allowance.pauses] == [(ALL, "")]


async def test_what_discord_says_is_used_up_is_paused_before_it_refuses() -> None:
    allowance = Counted()
    limited = LocalDiscord(enforce_limits=True)
    async with limited as discord, client_of(discord, allowance) as client:
        channel = discord.place("general").id
        for _ in range(5):
            await client.call(POST, json=_text(), channel_id=channel)
        ((method, seconds, place),) = allowance.pauses
        assert (method, place) == (POST, channel)
        assert 0 < seconds <= 5


async def test_a_refused_token_is_told_and_not_used_again_until_it_is_taken() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        channel = discord.place("general").id
        assert client.health().ready
        good, client.token = client.token, "bad"
        with pytest.raises(PlatformRefused):
            await client.call(MESSAGES, channel_id=channel)
        assert not client.health().ready
        calls = len(discord.calls)
        with pytest.raises(PlatformRefused):
            await client.call(POST, json=_text(), channel_id=channel)
        assert len(discord.calls) == calls
        client.token = good
        await client.call(ME)
        assert client.health().ready


async def test_an_interactions_token_says_nothing_about_the_bots_own() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        with pytest.raises(CallRefused):
            await client.call(
                RESPONSE_EDIT,
                json=_text(),
                application_id=client.application,
                token="stale",
                message_id="@original",
            )
        assert client.health().ready
        assert not discord.calls[-1].headers.get("Authorization")


async def test_a_start_waits_out_what_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def at_once(seconds: float) -> None:
        slept.append(seconds)

    async with LocalDiscord() as discord:
        for kind in ("503", "500_json", "429"):
            discord.fail("GET /users/@me", kind)
        client = DiscordClient(discord.token, discord.api_url, Counted(), Metrics(), at_once)
        await client.login()
        assert (client.user, client.application) == (discord.bot.id, discord.application.id)
        assert len(slept) == 3
        await client.close()


async def test_a_start_with_a_refused_token_names_the_setting() -> None:
    async with LocalDiscord() as discord:
        client = DiscordClient("bad", discord.api_url, Counted(), Metrics())
        with pytest.raises(ConfigError, match="DISCORD_TOKEN"):
            await client.login()
        await client.close()


async def test_a_token_that_is_refused_later_makes_the_working_half_unready() -> None:
    async with LocalDiscord() as discord:
        client = DiscordClient(
            discord.token, discord.api_url, Counted(), Metrics(), token_seconds=0.02
        )
        await client.login()
        discord.application.token = "another"
        await _until(lambda: not client.health().ready)
        discord.application.token = client.token
        await _until(lambda: client.health().ready)
        await client.close()


async def test_a_file_goes_with_its_name_and_type() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        channel = discord.place("general").id
        file = Upload("notes [1].txt", "text/plain", b"text")
        await client.call(POST, json=_text(""), files=[file], channel_id=channel)
        (posted,) = discord.own("general")
        assert [one.filename for one in posted.attachments] == ["notes [1].txt"]
