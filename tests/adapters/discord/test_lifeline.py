"""A gateway is there as long as Discord is, and says truly whether it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp._websocket.writer import WebSocketWriter

from adapters.discord import inbound, lifeline
from adapters.discord.lifeline import WITHOUT_CONTENT
from bot.events import Relevance
from tests.adapters.discord.ears import Ears, MemorySink, listening, until
from tests.bounds import PATIENCE
from tests.servers.discord import LocalDiscord
from tests.servers.discord.sockets import Connection


@pytest.fixture
async def discord() -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord() as server:
        yield server


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds takes tenths of them."""
    monkeypatch.setattr(lifeline, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(lifeline, "ASK_SECONDS", 0.2)
    monkeypatch.setattr(lifeline, "SILENT_SECONDS", 0.8)
    monkeypatch.setattr(lifeline, "FIRST_PAUSE", 0.05)


async def asks(ears: Ears, text: str) -> None:
    """Somebody asks, and is heard once."""
    await ears.discord.user_posts("general", "alice", f"@parley {text}")
    await until(lambda: ears.texts.count(text) == 1)


def beats(discord: LocalDiscord) -> int:
    return sum(connection.heartbeats for connection in discord.gateway.connections)


async def test_it_is_ready_from_the_beginning_of_a_session_on(discord: LocalDiscord) -> None:
    async with listening(discord, wait=False) as ears:
        assert ears.listener.health().detail == "not connected yet"
        await until(lambda: ears.ready)
        await asks(ears, "hello")


async def test_a_silent_connection_is_asked_for_a_sign_of_life_and_stays(
    discord: LocalDiscord,
) -> None:
    async with listening(discord) as ears:
        before = beats(discord)
        await until(lambda: beats(discord) >= before + 5)
        assert ears.ready
        assert discord.gateway.handshakes == 1


async def test_a_half_open_connection_is_told_and_replaced(discord: LocalDiscord) -> None:
    async with listening(discord) as ears:
        discord.gateway.freeze()
        await discord.user_posts("general", "alice", "@parley anybody?")
        await until(lambda: not ears.ready)
        await until(lambda: ears.ready)
        await until(lambda: ears.texts == ["anybody?"])
        assert (discord.gateway.identifies, discord.gateway.resumes) == (1, 1)


@pytest.mark.parametrize("end", ["drop", "reconnect", "4000"])
async def test_a_lost_connection_is_resumed_and_nothing_is_lost(
    discord: LocalDiscord, end: str
) -> None:
    async with listening(discord) as ears:
        discord.gateway.close(4000) if end == "4000" else getattr(discord.gateway, end)()
        await discord.user_posts("general", "alice", "@parley between")
        await until(lambda: ears.texts == ["between"])
        await until(lambda: ears.ready)
        assert (discord.gateway.identifies, discord.gateway.resumes) == (1, 1)
        await asks(ears, "afterwards")


async def test_a_connection_that_fails_at_first_still_resumes(discord: LocalDiscord) -> None:
    async with listening(discord) as ears:
        discord.gateway.refuse_handshakes = 2
        discord.gateway.drop()
        await discord.user_posts("general", "alice", "@parley meanwhile")
        await until(lambda: ears.texts == ["meanwhile"])
        await until(lambda: ears.ready)
        assert discord.gateway.handshakes_refused == 2
        assert (discord.gateway.identifies, discord.gateway.resumes) == (1, 1)


async def test_an_invalid_session_is_begun_anew(discord: LocalDiscord) -> None:
    async with listening(discord) as ears:
        discord.gateway.invalidate()
        await until(lambda: discord.gateway.identifies == 2)
        await ears.hears()
        assert ears.listener.lifeline.shards[0].sessions == 2
        await asks(ears, "afterwards")


async def test_a_session_that_is_over_is_not_resumed(discord: LocalDiscord) -> None:
    async with listening(discord) as ears:
        discord.gateway.refuse_handshakes = 1
        discord.gateway.invalidate()
        await until(lambda: discord.gateway.identifies == 2)
        await asks(ears, "afterwards")
        assert discord.gateway.resumes == 0
        assert discord.gateway.invalid_sessions == 1


async def test_without_the_content_intent_it_goes_on_and_says_so_once(
    discord: LocalDiscord,
) -> None:
    discord.application.flags = 0
    async with listening(discord) as ears:
        assert ears.told == [WITHOUT_CONTENT]
        assert "Message Content" in WITHOUT_CONTENT
        assert ears.listener.health().ready
        assert "Message Content" in ears.listener.health().detail
        await asks(ears, "hello")
        thread = await discord.user_opens_thread("general", "alice", "new")
        await discord.user_posts(thread, "alice", "@parley in a thread")
        await discord.user_posts(thread, "alice", "unreadable")
        await discord.user_posts(discord.dm("bob"), "bob", "direct")
        await until(lambda: len(ears.sink.puts) == 3)
        assert ears.texts == ["hello", "in a thread", "direct"]
        assert all(event.relevance is Relevance.DIRECT for event in ears.sink.events)
    async with listening(discord, notes=ears.notes) as again:
        assert not again.listener.lifeline.reads_all
        await asks(again, "hello again")
        assert again.told == []


async def test_a_reason_is_heard_also_where_no_goodbye_can_be_sent(
    discord: LocalDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = WebSocketWriter.close

    async def gone(writer: WebSocketWriter, code: int = 1000, message: bytes | str = b"") -> None:
        if writer.use_mask:  # the bot's side
            raise aiohttp.ClientConnectionResetError("Cannot write to closing transport")
        await close(writer, code, message)

    discord.application.flags = 0
    monkeypatch.setattr(WebSocketWriter, "close", gone)
    async with listening(discord) as ears:
        assert ears.told == [WITHOUT_CONTENT]
        assert discord.gateway.resumes == 0


async def test_a_gateway_that_closes_at_once_is_not_stormed(
    discord: LocalDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(discord) as ears:

        def close(connection: Connection, version: str) -> None:
            connection.close(4000, "try again")

        monkeypatch.setattr(discord.gateway, "_greet", close)
        before = discord.gateway.handshakes
        discord.gateway.drop()
        await asyncio.sleep(3.0)
        assert 2 <= discord.gateway.handshakes - before <= 5
        monkeypatch.undo()
        await until(lambda: ears.ready)


@pytest.mark.parametrize(
    ("code", "word"), [(4004, "DISCORD_TOKEN"), (4010, "DISCORD_SHARD"), (4013, "intents")]
)
async def test_what_discord_refuses_is_never_ready_and_is_told(
    discord: LocalDiscord, code: int, word: str
) -> None:
    async with listening(discord) as ears:
        handshakes = discord.gateway.handshakes
        discord.gateway.close(code)
        await until(lambda: word in ears.listener.health().detail)
        assert not ears.ready
        await asyncio.sleep(0.3)
        assert discord.gateway.handshakes == handshakes  # no storm


async def test_a_token_that_is_refused_at_the_login_is_told(discord: LocalDiscord) -> None:
    async with listening(discord) as ears:
        discord.application.token += "-reset"
        discord.gateway.close(4004)
        await until(lambda: "DISCORD_TOKEN" in ears.listener.health().detail)


async def test_a_gateway_that_died_is_made_anew(
    discord: LocalDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifeline, "DEAD_SECONDS", 0.5)
    async with listening(discord) as ears:
        discord.gateway.refuse_handshakes = 4
        discord.gateway.drop()
        await until(lambda: not ears.ready)
        await until(lambda: discord.gateway.identifies == 2)
        await ears.hears()
        await asks(ears, "again")


async def test_faults_of_discord_at_the_start_are_waited_out(discord: LocalDiscord) -> None:
    discord.fail("GET /gateway/bot", "503", times=3)
    async with listening(discord) as ears:
        await asks(ears, "hello")


async def test_when_no_sessions_are_left_it_waits(
    discord: LocalDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def status(now: float) -> dict[str, Any]:
        return {"total": 1000, "remaining": 0, "reset_after": 60_000, "max_concurrency": 1}

    monkeypatch.setattr(discord.gateway.starts, "status", status)
    async with listening(discord, wait=False) as ears:
        await until(lambda: "no more sessions" in ears.listener.health().detail)
        assert discord.gateway.identifies == 0


async def test_shards_are_split_among_processes(discord: LocalDiscord) -> None:
    for n in range(6):
        guild = discord.open_guild(f"guild {n}", "alice")
        discord.text_channel(f"channel-{n}", guild=guild)
    left, right = MemorySink(), MemorySink()
    async with (
        listening(discord, sink=left, shard_ids=(0,), shard_count=2),
        listening(discord, sink=right, shard_ids=(1,), shard_count=2),
    ):
        for n in range(6):
            await discord.user_posts(f"channel-{n}", "alice", f"@parley {n}")
        await discord.user_posts(discord.dm("alice"), "alice", "direct")
        await until(lambda: len(left.texts + right.texts) == 7)
        assert sorted(left.texts + right.texts) == ["0", "1", "2", "3", "4", "5", "direct"]
        assert "direct" in left.texts


async def test_discord_says_how_many_shards_there_are_to_be(discord: LocalDiscord) -> None:
    discord.gateway.recommended_shards = 2
    async with listening(discord, wait=False) as ears:
        await until(lambda: len(ears.listener.lifeline.shards) == 2)
        await ears.hears()
        assert discord.gateway.identifies == 2
        await asks(ears, "hello")


async def test_a_bot_that_outgrows_its_shards_begins_with_more(discord: LocalDiscord) -> None:
    async with listening(discord) as ears:
        assert list(ears.listener.lifeline.shards) == [0]
        discord.gateway.recommended_shards = 2
        discord.gateway.close(4011)
        await until(lambda: list(ears.listener.lifeline.shards) == [0, 1])
        await ears.hears()


async def test_too_few_configured_shards_are_told(discord: LocalDiscord) -> None:
    async with listening(discord, shard_ids=(0,), shard_count=1) as ears:
        discord.gateway.close(4011)
        await until(lambda: "DISCORD_SHARD_COUNT" in ears.listener.health().detail)


async def test_an_event_that_cannot_be_taken_ends_no_connection(
    discord: LocalDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(discord) as ears:
        with monkeypatch.context() as patch:
            patch.setattr(inbound, "is_own", lambda *_: 1 / 0)
            await discord.user_posts("general", "alice", "@parley one")
            await asyncio.sleep(0.1)
        await asks(ears, "two")
        assert discord.gateway.handshakes == 1


async def test_it_ends_at_once_also_while_the_connection_is_half_open(
    discord: LocalDiscord,
) -> None:
    async with asyncio.timeout(PATIENCE):
        async with listening(discord):
            discord.gateway.freeze()
