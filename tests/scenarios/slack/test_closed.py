"""A place in which the bot may not write: who asked and the operator learn of it elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.scenarios.slack.world import World
from tests.servers.model import says

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    world = World(tmp_path_factory.mktemp("bot"))
    world._env["OPERATOR_CHANNEL"] = world.slack.open_channel("operators").id
    async with world.open("all", "all") as opened:
        yield opened


def notices(world: World, channel: str) -> list[str]:
    """Return what the bot has posted in a conversation itself."""
    _, where = world.slack.place(channel)
    return [m.text for m in where.messages.values() if m.bot_id and not m.deleted]


def operators(world: World, about: str) -> list[str]:
    return [t for t in notices(world, world._env["OPERATOR_CHANNEL"]) if f"<#{about}>" in t]


async def ended(world: World, channel: str, count: int = 1) -> None:
    """Wait until so many turns in a channel have ended without a place."""
    await world.eventually(
        lambda: (
            sum(
                "no place" in r["msg"] and f"/{channel}/" in r.get("thread", "")
                for bot in world.bots
                for r in bot.records
            )
            >= count
        )
    )


def refuse(world: World, channel: str, code: str) -> None:
    """Let Slack refuse every post in a channel."""
    here = lambda call: call.get("channel") == channel  # noqa: E731  a predicate
    world.slack.fail("chat.postMessage", code, 1_000, when=here)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("restricted_action", "not allowed to write"),
        ("restricted_action_read_only_channel", "not allowed to write"),
        ("not_in_channel", "`/invite @Parley`"),
        ("channel_not_found", "`/invite @Parley`"),
        ("is_archived", "archived"),
    ],
)
async def test_who_asked_is_told_in_a_direct_message_and_the_operator_once(
    world: World, code: str, words: str
) -> None:
    channel, person = world.channel(), world.person()
    refuse(world, channel, code)
    await world.asks(channel, "my secret question", person)
    await ended(world, channel)
    (told,) = notices(world, world.slack.dm(person))
    assert words in told
    assert f"<#{channel}>" in told
    assert "secret" not in told
    assert not world.slack.pings or world.slack.pings[-1].channel != world.slack.dm(person)
    (line,) = operators(world, channel)
    assert code in line
    await world.asks(channel, "another question", person)
    await ended(world, channel, 2)
    assert len(notices(world, world.slack.dm(person))) == 2  # each question gets its word
    assert len(operators(world, channel)) == 1


@pytest.mark.parametrize("how", ["archive", "kick"])
async def test_a_place_that_closes_in_the_middle_is_told_too(world: World, how: str) -> None:
    gate, channel, person = asyncio.Event(), world.channel(), world.person()
    world.script(f"closing {how}", says("Too ", gate, "late."))
    question = await world.asks(channel, f"closing {how}", person)
    await world.until(lambda: world.slack.replies(question))
    if how == "archive":
        await world.slack.archive(channel)
    else:
        await world.slack.kick(channel, world.slack.bot_user)
    gate.set()
    await ended(world, channel)
    (told,) = notices(world, world.slack.dm(person))
    assert ("archived" if how == "archive" else "not a member") in told
    assert "Too" not in told


async def test_it_is_told_in_the_persons_language(world: World) -> None:
    channel, person = world.channel(), world.person()
    world.slack.workspace.user(person).locale = "zh-CN"
    refuse(world, channel, "is_archived")
    await world.asks(channel, "海有多深？", person)
    await ended(world, channel)
    (told,) = notices(world, world.slack.dm(person))
    assert "已归档" in told


async def test_who_cannot_be_told_either_leaves_a_line_in_the_log(world: World) -> None:
    channel, person = world.channel(), world.person()
    refuse(world, channel, "is_archived")
    refuse(world, world.slack.dm(person), "restricted_action")
    await world.asks(channel, "anybody?", person)
    await ended(world, channel)
    assert notices(world, world.slack.dm(person)) == []
    assert len(operators(world, channel)) == 1


async def test_without_an_operators_channel_only_the_person_is_told(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        channel, person = world.channel(), world.person()
        refuse(world, channel, "restricted_action")
        await world.asks(channel, "hello?", person)
        await ended(world, channel)
        assert len(notices(world, world.slack.dm(person))) == 1
