"""How an answer grows before people's eyes: soon, whole, never past a limit."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.bounds import FOREVER
from tests.scenarios.playing import squeezed
from tests.scenarios.slack.world import World
from tests.servers.model import calls, says
from tests.servers.slack import Message

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("bot")
    # Every limit is enforced: one call too many anywhere fails the whole file.
    async with World(folder, enforce_limits=True).open() as opened:
        yield opened
        assert opened.slack.limits.refused == 0, opened.slack.limits.refused_by_method


class WordByWord:
    """A model that says each of its two words when the test lets it, and no sooner."""

    def __init__(self, world: World, keyword: str) -> None:
        self._world = world
        self._first, self._last = asyncio.Event(), asyncio.Event()
        world.script(keyword, says(self._first, "Hello", self._last, " end"))

    async def first_is_seen(self, question: Message) -> None:
        """Let it say its first word, and wait until that can be read, before there is a second."""
        self._first.set()
        _, where = self._world.slack.place(question.channel)
        mine = self._world.slack.bot_user
        await self._world.until(
            lambda: any("Hello" in m.text for m in where.messages.values() if m.user == mine)
        )

    async def ends(self, question: Message) -> None:
        """Let it say the rest, and wait for the whole answer."""
        self._last.set()
        assert await self._world.answer(question) == "Hello end"


async def test_the_very_first_answer_s_first_word_is_seen_before_the_second_is_said(
    tmp_path: Path,
) -> None:
    async with World(tmp_path).open() as world:
        model = WordByWord(world, "cold")
        question = await world.asks(world.channel(), "cold")
        await world.request("cold")
        await model.first_is_seen(question)
        await model.ends(question)


@pytest.mark.parametrize("wait", [0.0, 0.75, 1.2])
@pytest.mark.parametrize("direct", [False, True])
async def test_the_first_word_is_seen_before_the_second_is_said(
    world: World, wait: float, direct: bool
) -> None:
    keyword = f"first word {wait} {direct}"
    model = WordByWord(world, keyword)
    if direct:
        name = world.person()
        question = await world.slack.user_posts(world.slack.dm(name), name, keyword)
    else:
        question = await world.asks(world.channel(), keyword)
    await world.request(keyword)
    await asyncio.sleep(wait)  # before, while and after a sign of life is given
    await model.first_is_seen(question)
    await model.ends(question)


async def test_a_sign_of_life_comes_while_the_model_is_silent(world: World) -> None:
    gate = asyncio.Event()
    world.script("silent model", says(gate, "at last"))
    channel = world.channel()
    question = await world.asks(channel, "silent model")
    await world.until(lambda: world.slack.status(channel, question.ts))
    gate.set()
    assert await world.answer(question) == "at last"
    assert world.slack.status(channel, question.ts) is None


async def test_where_no_status_is_shown_a_word_stands_in_until_the_answer(world: World) -> None:
    gate = asyncio.Event()
    world.script("silent in private", says(gate, "at last"))
    name = world.person()
    direct = world.slack.dm(name)
    question = await world.slack.user_posts(direct, name, "silent in private")
    await world.until(lambda: len(world.slack.messages(direct)) == 2)
    (reply,) = [m for m in world.slack.messages(direct) if m.bot_id]
    assert reply.text == "_Thinking…_"
    gate.set()
    assert await world.answer(question) == "at last"
    assert [m.ts for m in world.slack.messages(direct) if m.bot_id] == [reply.ts]


async def test_a_file_that_takes_its_time_does_not_hold_up_the_sign_of_life(world: World) -> None:
    fetching = world.slack.fail("files-pri", "slow", delay=FOREVER)
    name = world.person()
    direct = world.slack.dm(name)
    file = world.slack.file("slow.txt", "slowly fetched")
    question = await world.slack.user_posts(direct, name, "read it", files=[file])
    await world.until(lambda: len(world.slack.messages(direct)) == 2)
    assert not world.requests("read it")  # the model waits for the file
    fetching.release.set()
    assert "slowly fetched" in await world.answer(question)
    assert len(world.slack.messages(direct)) == 2


async def test_where_slack_refuses_the_status_a_word_stands_in(world: World) -> None:
    world.slack.fail("assistant.threads.setStatus", "not_allowed", 2)
    gate = asyncio.Event()
    world.script("refused status", says(gate, "at last"))
    question = await world.asks(world.channel(), "refused status")
    await world.until(lambda: world.slack.reply_texts(question) == ["Thinking…"])
    gate.set()
    assert await world.answer(question) == "at last"
    assert len(world.slack.replies(question)) == 1


async def test_a_tool_that_runs_is_told_in_the_status(world: World) -> None:
    world.script("what time", calls("time", {"place": "Tokyo"}), says("Late."))
    channel = world.channel()
    question = await world.asks(channel, "what time")
    assert await world.answer(question) == "Late."
    assert world.slack.status(channel, question.ts) is None


async def test_a_slow_status_does_not_hold_up_the_text_nor_stay_behind(world: World) -> None:
    status = world.slack.fail("assistant.threads.setStatus", "slow", delay=FOREVER)
    model = WordByWord(world, "slow status")
    channel = world.channel()
    question = await world.asks(channel, "slow status")
    await world.request("slow status")
    await model.first_is_seen(question)
    status.release.set()
    await model.ends(question)
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
    lasted = reply.versions[-1].at - reply.versions[0].at
    assert 3 <= len(texts) <= 2 + 2 * lasted
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
    await world.eventually(lambda: world.turns(question))
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
