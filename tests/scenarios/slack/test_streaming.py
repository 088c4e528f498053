"""How an answer grows before people's eyes: soon, whole, never past a limit."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.scenarios.playing import squeezed
from tests.scenarios.slack.world import World
from tests.servers.model import calls, says
from tests.servers.slack import Message

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOON = 0.1
"""First text after the model's first token, with nothing else going on."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("bot")
    # Every limit is enforced: one call too many anywhere fails the whole file.
    async with World(folder, enforce_limits=True).open() as opened:
        yield opened
        assert opened.slack.limits.refused == 0, opened.slack.limits.refused_by_method


async def _first_text_after(world: World, question: Message, gate: asyncio.Event) -> float:
    """Open the gate of the model's first word; return the seconds until it can be read."""
    started = time.time()
    gate.set()
    bot = world.slack.bot_user

    def seen() -> list[float]:
        _, where = world.slack.place(question.channel)
        return [
            version.at
            for message in where.messages.values()
            if message.user == bot
            for version in message.versions
            if "Hello" in version.text and version.at >= started
        ]

    await world.until(seen)
    return min(seen()) - started


async def test_the_very_first_answer_s_first_word_is_seen_at_once(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        gate = asyncio.Event()
        world.script("cold", says(gate, "Hello", 0.5, " end"))
        question = await world.asks(world.channel(), "cold")
        await world.request("cold")
        assert await _first_text_after(world, question, gate) < SOON


@pytest.mark.parametrize("wait", [0.0, 0.75, 1.2])
@pytest.mark.parametrize("direct", [False, True])
async def test_the_first_word_is_seen_at_once(world: World, wait: float, direct: bool) -> None:
    gate = asyncio.Event()
    keyword = f"first word {wait} {direct}"
    world.script(keyword, says(gate, "Hello", 0.5, " end"))
    if direct:
        name = world.person()
        question = await world.slack.user_posts(world.slack.dm(name), name, keyword)
    else:
        question = await world.asks(world.channel(), keyword)
    await world.request(keyword)
    await asyncio.sleep(wait)
    assert await _first_text_after(world, question, gate) < SOON


async def test_a_sign_of_life_comes_within_a_second(world: World) -> None:
    world.script("silent model", says(1.5, "at last"))
    channel = world.channel()
    question = await world.asks(channel, "silent model")
    await world.until(lambda: world.slack.status(channel, question.ts), 1.0)
    assert await world.answer(question) == "at last"
    assert world.slack.status(channel, question.ts) is None


async def test_where_no_status_is_shown_a_word_stands_in_until_the_answer(world: World) -> None:
    world.script("silent in private", says(1.5, "at last"))
    name = world.person()
    direct = world.slack.dm(name)
    question = await world.slack.user_posts(direct, name, "silent in private")
    await world.until(lambda: len(world.slack.messages(direct)) == 2, 1.0)
    (reply,) = [m for m in world.slack.messages(direct) if m.bot_id]
    assert reply.text == "_Thinking…_"
    assert await world.answer(question) == "at last"
    assert [m.ts for m in world.slack.messages(direct) if m.bot_id] == [reply.ts]


async def test_a_file_that_takes_its_time_does_not_hold_up_the_sign_of_life(world: World) -> None:
    world.slack.fail("files-pri", "slow", delay=1.5)
    name = world.person()
    direct = world.slack.dm(name)
    file = world.slack.file("slow.txt", "slowly fetched")
    question = await world.slack.user_posts(direct, name, "read it", files=[file])
    await world.until(lambda: len(world.slack.messages(direct)) == 2, 1.0)
    assert "slowly fetched" in await world.answer(question)
    assert len(world.slack.messages(direct)) == 2


async def test_where_slack_refuses_the_status_a_word_stands_in(world: World) -> None:
    world.slack.fail("assistant.threads.setStatus", "not_allowed", 2)
    world.script("refused status", says(1.5, "at last"))
    question = await world.asks(world.channel(), "refused status")
    await world.until(lambda: world.slack.reply_texts(question) == ["Thinking…"], 1.2)
    assert await world.answer(question) == "at last"
    assert len(world.slack.replies(question)) == 1


async def test_a_tool_that_runs_is_told_in_the_status(world: World) -> None:
    world.script("what time", calls("time", {"place": "Tokyo"}), says("Late."))
    channel = world.channel()
    question = await world.asks(channel, "what time")
    assert await world.answer(question) == "Late."
    assert world.slack.status(channel, question.ts) is None


async def test_a_slow_status_does_not_hold_up_the_text_nor_stay_behind(world: World) -> None:
    world.slack.fail("assistant.threads.setStatus", "slow", 1, delay=1.0)
    gate = asyncio.Event()
    world.script("slow status", says(gate, "Hello", 1.5, " end"))
    channel = world.channel()
    question = await world.asks(channel, "slow status")
    await world.request("slow status")
    assert await _first_text_after(world, question, gate) < SOON
    await world.answer(question)
    await world.until(lambda: world.slack.status(channel, question.ts) is None)


async def test_an_answer_grows_by_edits_and_never_shrinks(world: World) -> None:
    words = [f"word{number} " for number in range(60)]
    pieces: list[str | float] = []
    for word in words:
        pieces += [word, 0.05]
    world.script("growing", says(*pieces))
    question = await world.asks(world.channel(), "growing")
    await world.answer(question)
    (reply,) = world.slack.replies(question)
    texts = world.slack.edits(reply)
    assert texts[-1] == "".join(words).strip()
    assert 3 <= len(texts) <= 8
    assert all(longer.startswith(shorter) for shorter, longer in itertools.pairwise(texts))


async def test_a_hundred_thousand_characters_roll_over_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    async with World(tmp_path, {"WRITE_BUDGET": "0"}).open() as world:
        replies = await _all_of(world, 100_000)
        assert 25 <= len(replies) <= 40
        assert not [call for call in world.slack.calls if call.error]


async def test_several_messages_in_a_row_keep_to_slack_s_pace(world: World) -> None:
    assert len(await _all_of(world, 18_000)) >= 5


async def _all_of(world: World, size: int) -> list[Message]:
    """Let the model say so many characters; returns the messages, in which all of them stand."""
    text = _long(size)
    world.script("long one", says(*[text[at : at + 400] for at in range(0, len(text), 400)]))
    question = await world.asks(world.channel(), "long one")
    await world.eventually(lambda: world.turns(question), 40.0)
    replies = world.slack.replies(question)
    shown = squeezed("".join(world.slack.visible(reply) for reply in replies))
    assert _numbers(shown) == _numbers(squeezed(text))
    assert all(len(v.text.encode()) <= 4_000 for reply in replies for v in reply.versions)
    return replies


def _long(size: int) -> str:
    """Prose, lists and code of that many characters, in which every word is numbered."""
    chance, parts, length, number = random.Random(7), [], 0, 0
    while length < size:
        words = [f"w{number + step}" for step in range(chance.randrange(20, 120))]
        number += len(words)
        kind = chance.choice(["prose", "list", "code"])
        if kind == "code":
            part = "```python\n" + "\n".join(words) + "\n```\n\n"
        elif kind == "list":
            part = "\n".join(f"- {word}" for word in words) + "\n\n"
        else:
            part = " ".join(words) + "\n\n"
        parts.append(part)
        length += len(part)
    return "".join(parts)


def _numbers(text: str) -> list[str]:
    return re.findall(r"w\d+", text)
