"""Discord fails in every way it can: the answer comes in the end, once, or somebody is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.scenarios.discord.test_recovery import EDIT, POST
from tests.scenarios.discord.world import World
from tests.servers.discord import Call
from tests.servers.model import says

pytestmark = pytest.mark.asyncio(loop_scope="package")

KINDS = (
    "500",
    "502",
    "503",
    "504",
    "500_json",
    "reset",
    "lost",
    "lost_500",
    "half",
    "429",
)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_post_that_is_not_answered_stands_once(world: World, kind: str) -> None:
    world.discord.fail(POST, kind)
    question = await world.asks(world.channel(), f"post {kind}")
    assert await world.answer(question) == f"You said: [Alice] post {kind}"
    assert len(world.discord.replies(question)) == 1
    assert len(world.requests(f"post {kind}")) == 1


@pytest.mark.parametrize("kind", ["500", "503", "reset", "lost", "429"])
async def test_an_edit_that_fails_is_made_again(world: World, kind: str) -> None:
    world.script(f"edit {kind}", says("It ", 0.1, "grows ", 1.0, "and ends."))
    world.discord.fail(EDIT, kind)
    question = await world.asks(world.channel(), f"edit {kind}")
    assert await world.answer(question) == "It grows and ends."
    assert len(world.discord.replies(question)) == 1


async def test_calls_that_hang_are_given_up_and_made_again(world: World) -> None:
    channels = {kind: world.channel() for kind in ("hang", "lost_hang")}
    for kind, channel in channels.items():

        def inside(call: Call, parent: str = channel.id) -> bool:
            return world.discord.channels[call.params["channel_id"]].parent_id == parent

        world.discord.fail(POST, kind, when=inside)
    asked = {kind: await world.asks(channels[kind], f"patience {kind}") for kind in channels}
    for kind, question in asked.items():
        # A write that hangs is given up and tried again within 50 s.
        await world.eventually(lambda asked=question: len(world.turns(asked)) == 1)
        assert world.discord.reply_texts(question) == [f"You said: [Alice] patience {kind}"]


async def test_turned_away_by_cloudflare_it_waits_and_goes_on(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        world.discord.fail(POST, "banned")
        question = await world.asks(world.channel(), "patience")
        await world.eventually(lambda: len(world.turns(question)) == 1)
        assert world.discord.reply_texts(question) == ["You said: [Alice] patience"]
        assert world.discord.too_many == 1


async def test_a_message_deleted_under_the_bot_is_said_once_more_at_the_end(world: World) -> None:
    gate = asyncio.Event()
    world.script("vanishing", says("Now you ", gate, "see me."))
    question = await world.asks(world.channel(), "vanishing")
    await world.until(lambda: world.discord.replies(question))
    world.discord.retract(world.discord.replies(question)[0])
    gate.set()
    assert await world.answer(question) == "Now you see me."


async def test_a_refused_token_is_a_clear_end(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with world.discord, world.model:
        async with world.bot(DISCORD_TOKEN="MTIz.wrong.token") as bot:
            assert await bot.exit_code() == 2
        assert "DISCORD_TOKEN" in "".join(bot.lines)


async def test_without_the_message_content_intent_it_still_answers_mentions(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.discord.application.flags = 0
    async with world.open():
        question = await world.asks(world.channel(), "do you hear me?")
        assert await world.answer(question) == "You said: [Alice] do you hear me?"
        thread = world.discord.thread_of(question)
        assert thread is not None
        await world.discord.user_posts(thread, "bob", "no mention")
        await world.asks(thread, "and now?", "bob")
        await world.answer(question, 2)
        told = [r for r in world.bots[0].records if "Message Content" in str(r.get("msg"))]
        assert len(told) == 1
        await world.discord.user_posts(world.discord.dm("carol"), "carol", "in private")
        await world.until(lambda: world.discord.own(world.discord.dm("carol")))
