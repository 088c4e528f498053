"""The adapter as a whole: it connects, hears, answers where it was asked, and knows its health."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from adapters.discord.adapter import DiscordPlatform
from adapters.discord.chains import thread_of
from adapters.discord.faults import CallRefused
from adapters.streaming import Pace
from bot.errors import ConfigError
from bot.events import Message
from bot.metrics import Metrics
from bot.platform import Batch
from bot.replies import Done, TextDelta
from tests.adapters.discord.ears import MemorySink, restored
from tests.adapters.discord.parts import Counted, asked, notes_of
from tests.bounds import PATIENCE
from tests.contracts.platform import stream
from tests.fakes import MemoryReceipt
from tests.servers.discord import LocalDiscord
from tests.servers.discord.permissions import Permission

REPLIES = (TextDelta("The whole "), TextDelta("answer."), Done("The whole answer."))


def platform_of(discord: LocalDiscord, **how: str) -> DiscordPlatform:
    return DiscordPlatform(
        token=how.pop("token", discord.token),
        api_url=discord.api_url,
        allowance=Counted(),
        metrics=Metrics(),
        notes=notes_of(),
        pace=Pace(least=0.01, most=0.05, life_after=0.05),
        **how,
    )


@asynccontextmanager
async def started(discord: LocalDiscord, **how: str) -> AsyncIterator[DiscordPlatform]:
    platform = platform_of(discord, **how)
    await platform.start()
    try:
        yield platform
    finally:
        await platform.close()


async def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for does not tell
            await asyncio.sleep(0.01)


async def test_a_mention_is_heard_greeted_and_answered_in_a_thread_of_its_own() -> None:
    with restored():
        async with LocalDiscord() as discord:
            platform, sink = platform_of(discord), MemorySink()
            await platform.start()
            listening = asyncio.create_task(platform.listen(sink))
            await asyncio.sleep(0)  # from here on its health is the gateway's
            try:
                await until(lambda: platform.health().ready)
                asking = await discord.user_posts("general", "alice", "@Parley how deep?")
                await until(lambda: bool(discord.typing_in("general")))
                (event,) = sink.events
                assert isinstance(event, Message)
                batch = Batch(event.thread, (event,))
                await platform.deliver(batch, stream(*REPLIES), MemoryReceipt())
                assert discord.reply_texts(asking) == ["The whole answer."]
                (thread,) = discord.threads("general")
                assert (thread.id, thread.name) == (asking.id, "how deep?")
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
                await platform.close()


async def test_the_working_half_is_ready_without_a_gateway_until_its_token_is_refused() -> None:
    async with LocalDiscord() as discord:
        platform = platform_of(discord)
        assert not platform.health().ready
        await platform.start()
        assert platform.health().ready
        discord.application.token = "another"
        batch = asked(discord, await discord.user_posts(discord.dm("alice"), "alice", "hello"))
        with pytest.raises(Exception, match="token"):
            await platform.deliver(batch, stream(*REPLIES), MemoryReceipt())
        health = platform.health()
        assert (health.ready, "token" in health.detail) == (False, True)
        await platform.close()


async def test_a_refused_token_does_not_start() -> None:
    async with LocalDiscord() as discord:
        platform = platform_of(discord, token="bad")
        with pytest.raises(ConfigError, match="DISCORD_TOKEN"):
            await platform.start()
        await platform.close()


@pytest.mark.parametrize("closed", ["locked", "deleted", "silenced", "moderated"])
async def test_where_the_bot_may_not_write_who_asked_is_told_directly_and_once(closed: str) -> None:
    async with LocalDiscord() as discord, started(discord) as platform:
        thread = await discord.user_opens_thread("general", "alice", "talk")
        batch = asked(discord, await discord.user_posts(thread, "alice", "@Parley hello"))
        if closed == "locked":
            await discord.lock(thread)
        elif closed == "deleted":
            await discord.delete_channel(thread)
        elif closed == "silenced":
            await discord.permit("general", deny=Permission.SEND_IN_THREADS)
        else:
            discord.fail("POST /channels/{channel_id}/messages", "400:200000")
        for _ in range(2):
            with pytest.raises(CallRefused):
                await platform.deliver(batch, stream(*REPLIES), MemoryReceipt())
            if closed == "moderated":
                break
        (told,) = discord.own(discord.dm("alice"))
        assert "here" in told.content
        assert discord.pinged_by_bot() == []


async def test_the_operator_is_told_of_a_closed_place_once_an_hour() -> None:
    async with LocalDiscord() as discord:
        channel = discord.place("engineering").id
        async with started(discord, operator_channels=[channel]) as platform:
            thread = await discord.user_opens_thread("general", "alice", "talk")
            batches = [
                asked(discord, await discord.user_posts(thread, "carol", f"@Parley {n}"))
                for n in range(2)
            ]
            await discord.lock(thread)
            for n, batch in enumerate(batches):
                receipt = MemoryReceipt(key=f"key{n}")
                with pytest.raises(CallRefused):
                    await platform.deliver(batch, stream(*REPLIES), receipt)
            (told,) = discord.own(channel)
            assert "160005" in told.content
            assert len(discord.own(discord.dm("carol"))) == 2


async def test_who_takes_no_direct_messages_is_told_nothing_and_nothing_is_doubled() -> None:
    async with LocalDiscord() as discord, started(discord) as platform:
        batch = asked(discord, await discord.user_posts(discord.dm("alice"), "alice", "hello"))
        await discord.closes_direct("alice")
        with pytest.raises(CallRefused):
            await platform.deliver(batch, stream(*REPLIES), MemoryReceipt())
        assert discord.own(discord.dm("alice")) == []
        assert len(discord.calls_to("POST /channels/{channel_id}/messages")) == 1


async def test_in_a_chain_each_answer_belongs_to_its_conversation() -> None:
    async with LocalDiscord() as discord:
        await discord.permit("general", deny=Permission.CREATE_PUBLIC_THREADS)
        async with started(discord) as platform:
            asking = await discord.user_posts("general", "alice", "@Parley hello")
            batch = asked(discord, asking)
            await platform.deliver(batch, stream(*REPLIES), MemoryReceipt())
            (answer,) = discord.own("general")
            assert (answer.reference or {})["message_id"] == asking.id
            assert await thread_of(platform._notes, answer.id) == batch.thread
