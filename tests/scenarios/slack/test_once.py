"""Acknowledged only when stored, and answered once however often Slack says it."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.scenarios.playing import store_process
from tests.scenarios.slack.world import World
from tests.servers.model import says

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_an_event_that_slack_repeats_is_answered_once(world: World) -> None:
    question = await world.asks(world.channel(), "say it once")
    await world.answer(question)
    for _ in range(3):
        assert await world.slack.redeliver(question) == 2
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    follow_up = await world.slack.user_posts(question.channel, "alice", "go on", question.ts)
    await world.slack.redeliver(follow_up)
    await world.answer(question, 2)
    assert len(world.slack.replies(question)) == 2
    assert len(world.requests("say it once")) == 1


@pytest.mark.parametrize(("first", "delay"), [(True, 0.0), (False, 0.3), (True, 0.3)])
async def test_the_two_events_of_a_mention_are_one_question(
    world: World, first: bool, delay: float
) -> None:
    world.slack.mention_first, world.slack.mention_delay = first, delay
    try:
        keyword = f"twins {first} {delay}"
        question = await world.asks(world.channel(), keyword)
        await world.answer(question)
        await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    finally:
        world.slack.mention_first, world.slack.mention_delay = False, 0.0
    assert len(world.slack.replies(question)) == 1
    assert len(world.requests(keyword)) == 1


async def test_an_edited_mention_is_not_asked_again(world: World) -> None:
    question = await world.asks(world.channel(), "tpyo")
    await world.answer(question)
    await world.slack.user_edits(question, "@parley typo")
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    await world.asks(question.channel, "later", thread_ts=question.ts)
    await world.answer(question, 2)
    assert len(world.slack.replies(question)) == 2


async def test_every_event_is_acknowledged_before_slack_repeats_it(world: World) -> None:
    channel = world.channel()
    for number in range(100):
        await world.slack.user_posts(channel, "bob", f"chatter {number}")
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    sent = [d for d in world.slack.deliveries() if d.event.get("channel") == channel]
    assert all(len(d.attempts) == 1 for d in sent)


async def test_what_cannot_be_stored_is_not_acknowledged_and_comes_again(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        bot = world.bots[0]
        world.slack.postmen[world.slack.app.id].schedule = (0.2, 2.0, 4.0)
        store = await store_process(bot.data_dir)
        os.kill(store, signal.SIGSTOP)
        question = await world.asks(world.channel(), "while the store is away")
        await asyncio.sleep(1.0)  # nothing may happen in this time
        assert not any(d.acked for d in world.slack.deliveries())
        os.kill(store, signal.SIGCONT)
        await world.answer(question)
        await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
        assert world.slack.reply_texts(question) == ["You said: [alice] while the store is away"]
        assert len(world.requests("while the store")) == 1


async def test_a_burst_in_one_thread_is_answered_together(world: World) -> None:
    gate = asyncio.Event()
    world.script("open the burst", says("first ", gate, "done"))
    channel = world.channel()
    question = await world.asks(channel, "open the burst")
    await world.request("open the burst")
    for name in ("bob", "carol"):
        await world.slack.user_posts(channel, name, f"{name} says burst", question.ts)
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    gate.set()
    await world.answer(question, 2)
    shown = world.spoken(world.model.requests[-1])
    assert "[bob] bob says burst" in shown
    assert "[carol] carol says burst" in shown
    assert len(world.slack.replies(question)) == 2
