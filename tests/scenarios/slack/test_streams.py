"""Slack's native streams in the threads of direct messages, by the real bot."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.wording import say
from tests.bounds import FOREVER, PATIENCE
from tests.scenarios.slack.world import World
from tests.servers.model import calls, says
from tests.servers.slack import Message

START, APPEND, STOP = "chat.startStream", "chat.appendStream", "chat.stopStream"


@dataclass(frozen=True)
class Asked:
    """A question in the assistant's pane: its thread, and what stands there."""

    world: World
    root: Message
    question: Message

    @property
    def answers(self) -> list[Message]:
        replies = self.world.slack.replies(self.root)
        return [reply for reply in replies if reply.ts > self.question.ts]

    @property
    def session(self) -> str | None:
        return self.world.slack.sessions.get((self.root.channel, self.root.ts))

    @property
    def text(self) -> str:
        return "\n".join(self.world.slack.visible(answer) for answer in self.answers)

    async def answered(self, seconds: float = PATIENCE) -> str:
        await self.world.eventually(lambda: self.world.turns(self.question), seconds)
        return self.text


async def ask(world: World, text: str, name: str = "") -> Asked:
    name = name or world.person()
    root = await world.slack.opens_assistant(name)
    question = await world.slack.user_posts(root.channel, name, text, root.ts)
    return Asked(world, root, question)


def slowly(count: int, pause: float = 0.05, first: str = "") -> list[str | float]:
    """Say numbered words one after the other."""
    said: list[str | float] = [first] if first else []
    for number in range(count):
        said += [f"w{number} ", pause]
    return said


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"w(\d+)", text)]


def check(asked: Asked, count: int) -> Message:
    """Check that one finished message says it all, and no state of it said anything twice."""
    (reply,) = asked.answers
    assert numbers(asked.text) == list(range(count))
    assert reply.stream is None
    assert reply.metadata is not None
    for version in reply.versions:
        said = numbers(version.text)
        assert said == list(range(len(said)))
    return reply


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path, enforce_limits=True).open() as opened:
        yield opened
        assert opened.slack.limits.refused == 0, opened.slack.limits.refused_by_method


async def test_an_answer_streams_from_its_first_word_to_its_end(world: World) -> None:
    await (await ask(world, "warm up")).answered()
    first, rest = asyncio.Event(), asyncio.Event()
    world.script("stream it", says(first, "Hello", rest, " ", *slowly(40)))
    asked = await ask(world, "stream it")
    await world.request("stream it")
    await asyncio.sleep(0.3)  # until the sign of life is given
    first.set()
    await world.until(lambda: asked.text == "Hello")
    rest.set()
    await asked.answered()
    assert asked.answers[0].text.startswith("Hello ")
    check(asked, 40)
    made = [call.method for call in world.slack.calls if call.method.startswith("chat.")]
    assert {START, APPEND, STOP} <= set(made)
    assert "chat.update" not in made


async def test_the_top_of_a_direct_message_stays_one_conversation_without_streams(
    world: World,
) -> None:
    world.script("at the top", says(*slowly(20)))
    name = world.person()
    question = await world.slack.user_posts(world.slack.dm(name), name, "at the top")
    await world.answer(question)
    assert world.slack.calls_to(START) == []


async def test_tools_are_task_cards(world: World) -> None:
    world.script("what time", calls("time", {"place": "Tokyo"}), says("Late ", 0.3, "there."))
    asked = await ask(world, "what time")
    assert (await asked.answered()).startswith("Late there.")
    (reply,) = asked.answers
    cards = [block for block in reply.blocks if block["type"] == "task_card"]
    assert [card["status"] for card in cards] == ["complete"]
    assert "Tokyo" in cards[0]["title"]


async def test_slack_s_own_stop_ends_the_model(world: World) -> None:
    world.script("for ever", says(*slowly(50), FOREVER, "never said"))
    asked = await ask(world, "for ever")
    await world.until(lambda: asked.answers and len(numbers(asked.text)) >= 3)
    await world.slack.user_stops(asked.answers[0])
    await world.model.wait_for(lambda m: m.active == 0)
    await asked.answered()
    (reply,) = asked.answers
    said = numbers(asked.text)
    assert said == list(range(len(said)))
    assert 3 <= len(said) <= 50
    assert say("stopped", "") in asked.text
    assert reply.stream is None
    assert asked.session == "active"


async def test_slack_shows_its_stop_button_before_the_first_word_and_takes_it_away(
    world: World,
) -> None:
    gate = asyncio.Event()
    world.script("think first", says(gate, *slowly(5)))
    asked = await ask(world, "think first", "alice")
    await world.until(lambda: asked.session == "processing")
    await world.request("think first")
    await world.slack.user_stops(asked.question)
    await asked.answered()
    assert asked.text == say("stopped", "")
    assert asked.session == "active"
    gate.set()


async def test_a_stop_button_that_was_left_behind_goes_away_when_pressed(world: World) -> None:
    asked = await ask(world, "warm up", "alice")
    await asked.answered()
    world.slack.sessions[asked.root.channel, asked.root.ts] = "processing"
    await world.slack.user_stops(asked.question)
    await world.until(lambda: asked.session == "active")


async def test_a_hundred_thousand_characters_are_all_there(tmp_path: Path) -> None:
    chance, pieces, number, size = random.Random(7), [], 0, 0
    while size < 100_000:
        words = [f"w{number + step}" for step in range(chance.randrange(20, 120))]
        number += len(words)
        kind = chance.choice([" ", "\n- ", "\n"])
        piece = kind.join(words) if kind != "\n" else "```\n" + "\n".join(words) + "\n```"
        pieces.append(piece + "\n\n")
        size += len(pieces[-1])
    text = "".join(pieces)
    said: list[str | float] = []
    for at in range(0, len(text), 300):
        said += [text[at : at + 300], 0.02]
    async with World(tmp_path, {"WRITE_BUDGET": "0"}).open() as world:
        world.script("long one", says(*said))
        asked = await ask(world, "long one")
        assert numbers(await asked.answered()) == list(range(number))
        assert not [call for call in world.slack.calls if call.error]
        assert all(reply.stream is None and reply.metadata for reply in asked.answers)
        assert world.slack.calls_to(START)


MOMENTS = [(START, "hang"), (START, "lost_hang"), (APPEND, "lost_hang"), (STOP, "hang")]


@pytest.mark.parametrize(("method", "kind"), MOMENTS)
async def test_killed_in_the_middle_it_is_finished_in_place(
    tmp_path: Path, method: str, kind: str
) -> None:
    async with World(tmp_path).open() as world:
        world.script("kill me", says(*slowly(25)), says(*slowly(25, 0.01)))
        world.slack.fail(method, kind)
        asked = await ask(world, "kill me")
        await world.until(lambda: any(c.fault == kind for c in world.slack.calls_to(method)))
        left = [reply.ts for reply in asked.answers]
        await world.bots[0].kill()
        async with world.bot() as successor:
            await successor.ready()
            await asked.answered()
            await asyncio.sleep(0.2)  # nothing more may appear
        reply = check(asked, 25)
        assert not left or reply.ts == left[0]
        assert asked.session == "active"


@pytest.mark.parametrize("kind", ["500", "lost", "reset", "message_not_in_streaming_state"])
@pytest.mark.parametrize("method", [START, APPEND, STOP])
async def test_a_call_that_fails_leaves_one_whole_answer(
    world: World, method: str, kind: str
) -> None:
    world.script("faulty", says(*slowly(25)))
    world.slack.fail(method, kind)
    asked = await ask(world, "faulty")
    await asked.answered()
    check(asked, 25)


async def test_a_crowd_gets_streams_while_there_is_room_and_posts_then(tmp_path: Path) -> None:
    """Two processes share the bucket: Slack never has to refuse anything."""
    async with World(tmp_path, enforce_limits=True).open("all", "work") as world:
        world.script("crowd", says(*slowly(15, 0.1)))
        asked = await asyncio.gather(*(ask(world, f"crowd {n}") for n in range(30)))
        await asyncio.gather(*(one.answered() for one in asked))
        for one in asked:
            check(one, 15)
        assert world.slack.limits.refused == 0, world.slack.limits.refused_by_method
        assert 5 <= len(world.slack.calls_to(START)) <= 20
        assert world.slack.calls_to("chat.postMessage")
        turns = lambda: [r for bot in world.bots for r in bot.records if r.get("msg") == "turn"]  # noqa: E731  a name for the error
        await world.eventually(lambda: len(turns()) == 30)
