"""Killed at any moment, the bot finishes what it began: one visible, complete answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import redis

from tests.bounds import FOREVER
from tests.scenarios.slack.world import World
from tests.servers.model import says
from tests.store_servers import HERE, StoreServer

KILLS = {
    "while the model thinks": (None, None),
    "while it posts": ("chat.postMessage", "lost_hang"),
    "before it posts": ("chat.postMessage", "hang"),
    "while it edits": ("chat.update", "lost_hang"),
    "when it has posted": ("chat.update", "hang"),
}


@pytest.mark.parametrize("moment", KILLS)
async def test_killed_in_the_middle_it_finishes_the_answer_once(
    tmp_path: Path, moment: str
) -> None:
    method, kind = KILLS[moment]
    async with World(tmp_path).open() as world:
        channel = world.channel()
        if method and kind:
            world.slack.fail(method, kind)
        waits = FOREVER if method is None else 1.0
        world.script("kill me", says("One ", waits, "two."), says("One and only."))
        question = await world.asks(channel, "kill me")
        if method is None:
            await world.request("kill me")
        else:
            await world.until(
                lambda: any(c.fault == kind for c in world.slack.calls_to(method or ""))
            )
        await world.bots[0].kill()
        async with world.bot() as successor:
            await successor.ready()
            await world.answer(question)
            await asyncio.sleep(0.2)  # nothing more may appear
        texts = world.slack.reply_texts(question)
        assert len(texts) == 1
        assert texts[0] in ("One two.", "One and only.")


@pytest.fixture
def store() -> Iterator[StoreServer]:
    """A store that can be asked what is recorded in it."""
    server = StoreServer(next(iter(HERE.values())))
    server.start()
    yield server
    server.close()


def _is_answer_recorded(store: StoreServer) -> bool:
    with redis.Redis.from_url(store.url, decode_responses=True) as client:
        return any(client.hexists(name, "answer") for name in client.scan_iter("*turn:*"))


async def test_killed_after_the_answer_the_model_is_not_asked_again(
    tmp_path: Path, store: StoreServer
) -> None:
    async with World(tmp_path, {"REDIS_URL": store.url}).open() as world:
        hung = world.slack.fail("chat.update", "hang")
        world.script("answered", says("All ", 0.2, "said."))
        question = await world.asks(world.channel(), "answered")
        await world.eventually(lambda: hung.hits and _is_answer_recorded(store))
        await world.bots[0].kill()
        async with world.bot() as successor:
            await successor.ready()
            await world.answer(question)
        assert world.slack.reply_texts(question) == ["All said."]
        assert len(world.requests("answered")) == 1


async def test_of_two_posts_of_one_part_the_oldest_is_kept(tmp_path: Path) -> None:
    """A post that hung, was given up, and appears late: it is taken away when the turn ends."""
    async with World(tmp_path).open() as world:
        channel = world.channel()
        world.script("late twin", says("Here ", 1.5, "it is."))
        question = await world.asks(channel, "late twin")
        await world.until(lambda: world.slack.replies(question))
        (first,) = world.slack.replies(question)
        await world.bots[0].kill()
        # What a worker frozen in the middle of its call leaves behind.
        _, where = world.slack.place(channel)
        second = replace(first, ts=world.slack.new_ts())
        where.put(second)
        async with world.bot() as successor:
            await successor.ready()
            await world.answer(question)
            await world.until(lambda: len(world.slack.replies(question)) == 1)
        assert world.slack.replies(question)[0].ts == first.ts
        assert world.slack.reply_texts(question) == ["Here it is."]


async def test_listening_and_working_processes_share_one_store(tmp_path: Path) -> None:
    async with World(tmp_path).open("listen", "work") as world:
        question = await world.asks(world.channel(), "halves")
        assert await world.answer(question) == "You said: [alice] halves"
        listener, worker = world.bots
        assert not any(r.get("msg") == "turn" for r in listener.records)
        await worker.kill()
        second = await world.asks(world.channel(), "nobody works")
        await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
        assert world.slack.replies(second) == []
        async with world.bot("work") as fresh:
            await fresh.ready()
            assert await world.answer(second) == "You said: [alice] nobody works"
        assert len(world.slack.hub.ready()) == 1
