"""Killed at any moment, or cut off, the bot finishes what it began: one visible, whole answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.bounds import FOREVER
from tests.scenarios.discord.world import World
from tests.servers.model import says

POST = "POST /channels/{channel_id}/messages"
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"
KILLS = {
    "while the model thinks": (None, None),
    "while it posts": (POST, "lost_hang"),
    "before it posts": (POST, "hang"),
    "while it edits": (EDIT, "lost_hang"),
    "when it has posted": (EDIT, "hang"),
    "while it opens the thread": (
        "POST /channels/{channel_id}/messages/{message_id}/threads",
        "lost_hang",
    ),
}


@pytest.mark.parametrize("moment", KILLS)
async def test_killed_in_the_middle_it_finishes_the_answer_once(
    tmp_path: Path, moment: str
) -> None:
    route, kind = KILLS[moment]
    async with World(tmp_path).open() as world:
        channel = world.channel()
        fault = world.discord.fail(route, kind) if route and kind else None
        waits = FOREVER if fault is None else 1.0
        world.script("kill me", says("One ", waits, "two."), says("One and only."))
        question = await world.asks(channel, "kill me")
        if fault is None:
            await world.request("kill me")
        else:
            await world.until(lambda: fault.hits)
        await world.bots[0].kill()
        async with world.bot() as successor:
            await successor.ready()
            await world.answer(question)
            await asyncio.sleep(0.2)  # nothing more may appear
        (text,) = world.discord.reply_texts(question)
        assert text in ("One two.", "One and only.")


async def test_what_was_written_while_it_was_stopped_is_answered_once(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        channel, other = world.channel(), world.channel()
        question = await world.asks(channel, "a thread begins")
        await world.answer(question)
        thread, direct = world.discord.thread_of(question), world.discord.dm("bob")
        assert thread is not None
        await world.discord.user_posts(direct, "bob", "hello")
        await world.until(lambda: world.discord.own(direct))
        assert await world.bots[0].terminate() == 0
        await world.discord.user_posts(channel, "bob", "chatter among people")
        mention = await world.asks(other, "a mention")
        await world.discord.user_posts(thread, "bob", "a follow-up")
        await world.discord.user_posts(direct, "bob", "a direct word")
        async with world.bot() as second:
            await second.ready()
            await world.until(lambda: len(world.discord.replies(mention)) == 1)
            await world.until(lambda: len(world.discord.own(thread)) == 2)
            await world.until(lambda: len(world.discord.own(direct)) == 2)
            await asyncio.sleep(1.0)  # nothing more may appear
        assert len(world.discord.replies(mention)) == 1
        assert len(world.discord.own(thread)) == 2
        assert len(world.discord.own(direct)) == 2
        assert not world.requests("chatter among people")


@pytest.mark.parametrize("how", ["dropped", "reconnect", "invalid", "frozen"])
async def test_what_is_written_while_the_gateway_is_gone_is_answered_once(
    tmp_path: Path, how: str
) -> None:
    async with World(tmp_path).open() as world:
        await world.answer(await world.asks(world.channel(), "hello"))
        if how == "frozen":
            world.discord.gateway.heartbeat_seconds = 2.0
            world.discord.gateway.close(1001)
            await world.eventually(lambda: world.discord.gateway.ready())
        match how:
            case "dropped":
                world.discord.gateway.drop()
            case "reconnect":
                world.discord.gateway.reconnect()
            case "invalid":
                world.discord.gateway.forget_sessions()
                world.discord.gateway.drop()
            case "frozen":
                world.discord.gateway.freeze()
        question = await world.asks(world.channel(), f"are you there, {how}?")
        await world.eventually(lambda: len(world.turns(question)) >= 1)
        await asyncio.sleep(1.0)  # nothing more may appear
        assert len(world.discord.replies(question)) == 1
        assert len(world.requests(f"are you there, {how}?")) == 1


async def test_listening_and_working_processes_share_one_store(tmp_path: Path) -> None:
    async with World(tmp_path).open("listen", "work") as world:
        question = await world.asks(world.channel(), "halves")
        assert await world.answer(question) == "You said: [Alice] halves"
        listener, worker = world.bots
        assert not any(r.get("msg") == "turn" for r in listener.records)
        await worker.kill()
        second = await world.asks(world.channel(), "nobody works")
        async with world.bot("work") as fresh:
            await fresh.ready()
            assert await world.answer(second) == "You said: [Alice] nobody works"
        assert len(world.discord.gateway.ready()) == 1


async def test_two_processes_take_a_share_of_the_shards_each(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with world.open("work"):
        shares = [
            world.bot("listen", DISCORD_SHARD_IDS=str(n), DISCORD_SHARD_COUNT="2") for n in (0, 1)
        ]
        async with shares[0], shares[1]:
            await shares[0].ready()
            await shares[1].ready()
            second = world.discord.open_guild("Beta", "bob")
            question = await world.asks(world.channel(), "from the first server")
            await world.answer(question)
            there = world.discord.open_channel("den", guild=second)
            other = await world.asks(there, "from the second server", "bob")
            await world.answer(other)
            assert len(world.discord.gateway.ready()) == 2
