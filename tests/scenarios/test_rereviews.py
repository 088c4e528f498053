"""A review over its whole life, with real processes: dismissed, edited, made anew in its place, and
killed between its record and its delivery."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.cards import Dismissal, Dismissed, ReviewCard
from bot.events import Author, ThreadRef
from bot.reviews.desk import Desk
from bot.reviews.records import review_id
from bot.store.connection import Connection
from bot.store.keys import watch
from bot.store.reviews import ReviewStore
from tests.bot.review.reading.test_pulls import ABOUT, DIFF, forge
from tests.bounds import PATIENCE
from tests.processes import BotProcess
from tests.scenarios.slack.world import World
from tests.servers.model import ModelRequest, ModelServer, says
from tests.servers.model.parts import Answer
from tests.store_servers import HERE, StoreServer

CODE = "import os\n\n\ndef f(x):\n    return eval(x)\n\n\ndef g(x):\n    return exec(x)\n"
EDITED = "import pickle\n\n" + CODE.replace("return exec(x)", "return pickle.loads(x)")


@pytest.fixture
def server() -> Iterator[StoreServer]:
    server = StoreServer(next(iter(HERE.values())))
    server.start()
    yield server
    server.close()


def wish(code: str) -> str:
    return f"@parley review this\n```python\n{code}```"


def judged(request: ModelRequest) -> Answer:
    """Find one thing in any code, and hold to it."""
    if "disproved" in json.dumps(request.messages):
        return says('{"disproved": []}')
    finding = {
        "line": 5,
        "quote": "    return eval(x)",
        "severity": "medium",
        "type": "reliability",
        "title": "The caller is not told of an error",
        "message": "It is what it is.",
        "confidence": 0.9,
    }
    return says(json.dumps({"findings": [finding], "summary": "One thing.", "score": 9}))


class Page:
    """What a browser asks of a playground."""

    def __init__(self, bot: BotProcess, session: aiohttp.ClientSession) -> None:
        self._bot = bot
        self._session = session

    async def send(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        url, headers = self._bot.url + path, {"Origin": self._bot.url}
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self._session.request(method, url, json=body, headers=headers) as made:
                    found: dict[str, Any] = await made.json()
                if made.status != 503:  # it is just starting: a browser tries again, too
                    assert made.status < 400, found
                    return found
                await asyncio.sleep(0.05)

    async def say(self, text: str) -> str:
        body = {"id": secrets.token_hex(16), "as": "ana", "channel": "general", "text": text}
        return str((await self.send("POST", "/api/messages", body))["message"]["id"])

    async def answer(self, root: str, fits: Callable[[str], bool]) -> dict[str, Any]:
        """Wait for the one answer of a thread to be finished and to fit."""
        async with asyncio.timeout(PATIENCE):
            while True:
                page = await self.send("GET", f"/api/messages?thread={root}")
                answers = [m for m in page["messages"] if m["bot"]]
                if answers and answers[0]["state"] == "done" and fits(answers[0]["text"]):
                    assert len(answers) == 1
                    return dict(answers[0])
                await asyncio.sleep(0.05)


def status(card: ReviewCard, word: str) -> str:
    return next(each.status for each in card.findings if word in each.title)


async def test_reviewed_dismissed_edited_and_reviewed_again(
    tmp_path: Path, server: StoreServer
) -> None:
    connection = await Connection.open(server.url)
    desk = Desk(ReviewStore(connection, 3_600))
    async with ModelServer(judged) as model, aiohttp.ClientSession() as session:
        env = {**model.env, "OPENAI_API": "chat", "REDIS_URL": server.url}
        async with BotProcess(env, tmp_path) as bot:
            await bot.ready()
            page = Page(bot, session)
            root = await page.say(wish(CODE))
            first = await page.answer(root, lambda text: "exec" in text)
            thread = _thread(root)
            id = review_id(thread, root)
            card = await desk.card(id, thread)
            assert card is not None
            assert card.text == first["text"]
            one = next(each for each in card.findings if "eval" in each.title)
            ana = Author("ana", "Ana")
            press = Dismissal(id, one.id, thread, ana, "intended")
            assert await desk.dismiss(press) is Dismissed.DONE
            await bot.kill()

        async with BotProcess(env, tmp_path) as bot:
            await bot.ready()
            page = Page(bot, session)
            body = {"as": "ana", "text": wish(EDITED)}
            await page.send("PATCH", f"/api/messages/{root}", body)
            second = await page.answer(root, lambda text: "pickle" in text)
            assert second["id"] == first["id"]
            assert [file["name"] for file in second["files"]] == ["review-2.md", "review-2.sarif"]
            card = await desk.card(id, thread)
            assert card is not None
            assert card.text == second["text"]
            assert status(card, "eval") == "dismissed"
            assert status(card, "exec") == "fixed"
            assert status(card, "caller is not told") == "open"
            assert [e.status for e in card.findings if "pickle" in e.text] == ["new"]

            again = {"id": secrets.token_hex(16), "as": "ana", "message": first["id"]}
            await page.send("POST", "/api/regenerate", again)
            third = await page.answer(root, lambda text: "fixed" not in text)
            assert third["id"] == first["id"]
            assert third["files"][0]["name"] == "review-3.md"
            card = await desk.card(id, thread)
            assert card is not None
            assert status(card, "eval") == "dismissed"
            assert status(card, "caller is not told") == "open"

            await page.send("DELETE", f"/api/messages/{root}", {"as": "ana"})
            assert await desk.card(id, thread) is None
    await connection.close()


async def test_a_push_while_the_bot_is_away_is_reviewed_in_the_same_message(
    tmp_path: Path, server: StoreServer
) -> None:
    connection = await Connection.open(server.url)
    async with forge() as (stage, _, forges), aiohttp.ClientSession() as session:
        stage.diff = DIFF.replace("+b = 2", "+b = eval(a)")
        env = {"REDIS_URL": server.url, "GITHUB_API_URL": forges.github_api}
        async with BotProcess(env, tmp_path) as bot:
            await bot.ready()
            page = Page(bot, session)
            root = await page.say("@parley review https://github.com/owner/app/pull/7")
            first = await page.answer(root, lambda text: "eval" in text)
            await bot.kill()
        stage.about, stage.diff = {**ABOUT, "head": {"sha": "e" * 40}}, DIFF
        await connection.command("zadd", watch("web") + "due", {review_id(_thread(root), root): 0})
        async with BotProcess(env, tmp_path) as bot:
            await bot.ready()
            second = await Page(bot, session).answer(root, lambda text: "fixed" in text)
    assert second["id"] == first["id"]
    assert "review-2.md" in [file["name"] for file in second["files"]]
    await connection.close()


def _thread(root: str) -> ThreadRef:
    return ThreadRef("web", "playground", "general", root)


async def test_killed_between_record_and_delivery_the_same_review_is_told(
    tmp_path: Path, server: StoreServer
) -> None:
    world = World(tmp_path, {"REDIS_URL": server.url})
    gate = asyncio.Event()
    finding = {"line": 1, "quote": "def killed(x):", "severity": "high", "type": "bug"}
    finding |= {"title": "Killed is a sad name", "message": "It is.", "confidence": 0.9}
    found = json.dumps({"findings": [finding], "score": 4})
    world.script("killed(x)", says(gate, found), says("{}"), says("never asked"))
    async with world.open():
        code = "def killed(x):\n    return eval(x)\n"
        question = await world.asks(world.channel(), f"review this\n```\n{code}```")

        def text() -> str:
            shown = [m for m in world.slack.replies(question) if not m.files]
            return "\n".join(map(world.slack.visible, shown))

        await world.until(lambda: "eval" in text())
        lost = world.slack.fail("chat.update", "hang")
        gate.set()
        await world.until(lambda: lost.hits)
        await world.bots[0].kill()
        lost.release.set()
        successor = await world.bot().__aenter__()
        await successor.ready()
        await world.until(lambda: "sad name" in text(), PATIENCE)
        await world.answer(question)
        assert len([m for m in world.slack.replies(question) if not m.files]) == 1
        names = [file["name"] for m in world.slack.replies(question) for file in m.files]
        assert names == ["review.md", "review.sarif"]
        assert len(world.requests("killed(x)")) == 2
        connection = await Connection.open(server.url)
        thread = ThreadRef("slack", world.slack.workspace.team_id, question.channel, question.ts)
        desk = Desk(ReviewStore(connection, 3_600))
        card = await desk.card(review_id(thread, question.ts), thread)
        assert card is not None
        assert [each.is_living for each in card.findings] == [True, True]
        await connection.close()
        await successor.terminate()
