"""Many at once: no limit of Slack is ever exceeded, and everybody is answered."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bounds import PATIENCE
from tests.scenarios.slack.world import World
from tests.servers.model import says, tokens
from tests.servers.slack import Message

WINDOW = 10.0
"""Seconds, in which one channel gets about ten posts while they are paced."""


async def _all_end(world: World, questions: list[Message]) -> None:
    """Wait until each has one whole answer."""
    ended = {question.ts for question in questions}

    def count() -> int:
        lines = [record for bot in world.bots for record in bot.records]
        return sum(line.get("msg") == "turn" and line["event"] in ended for line in lines)

    # A hundred take what Slack allows in twenty seconds, and a busy machine needs a while more.
    await world.eventually(lambda: count() == len(questions), 3 * PATIENCE)
    for question in questions:
        (reply,) = world.slack.replies(question)
        assert len(world.slack.visible(reply).split()) == 40


def _most_posts(world: World) -> int:
    """Return how many posts fell into one window."""
    times = sorted(call.at for call in world.slack.calls_to("chat.postMessage"))
    return max(sum(at <= other < at + WINDOW for other in times) for at in times)


async def test_a_hundred_channels_at_once_on_two_processes(tmp_path: Path) -> None:
    async with World(tmp_path, enforce_limits=True).open("all", "all") as world:
        world.script("crowd", tokens(40, 20.0))
        questions = [await world.asks(world.channel(), f"crowd {n}") for n in range(100)]
        await _all_end(world, questions)
        assert world.slack.limits.refused_by_method == {}
        assert len(world.slack.calls_to("chat.postMessage")) == 100


async def test_many_threads_of_one_channel_at_once(tmp_path: Path) -> None:
    async with World(tmp_path, enforce_limits=True).open() as world:
        world.script("crowd", tokens(40, 20.0))
        channel = world.channel()
        questions = [await world.asks(channel, f"crowd {n}") for n in range(8)]
        await _all_end(world, questions)
        assert world.slack.limits.refused_by_method == {}
        assert len(world.slack.calls_to("chat.postMessage")) == 8


async def test_pacing_can_be_turned_off(tmp_path: Path) -> None:
    async with World(tmp_path, {"WRITE_BUDGET": "0"}).open() as world:
        gate = asyncio.Event()
        world.script("crowd", says(gate) + tokens(40, 20.0))
        channel = world.channel()
        questions = [await world.asks(channel, f"crowd {n}") for n in range(30)]
        await world.request("crowd", 30)
        gate.set()
        await _all_end(world, questions)
        assert _most_posts(world) > 1.3 * WINDOW


async def test_follow_ups_can_be_turned_off(tmp_path: Path) -> None:
    async with World(tmp_path, {"FOLLOW_UPS": "0"}).open() as world:
        channel = world.channel()
        question = await world.asks(channel, "first")
        await world.answer(question)
        await world.slack.user_posts(channel, "bob", "no answer to this", question.ts)
        await world.asks(channel, "second", thread_ts=question.ts)
        await world.answer(question, 2)
        assert len(world.slack.replies(question)) == 2
        assert "no answer to this" in world.spoken(await world.request("second"))


async def test_two_calls_lie_between_its_start_and_its_connection(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with world.slack, world.model, world.bot() as bot:
        await world.until(world.slack.hub.ready)
        made = [call.method for call in world.slack.calls]
        print(made)
        assert made[:2] == ["auth.test", "apps.connections.open"]
        await bot.ready()
