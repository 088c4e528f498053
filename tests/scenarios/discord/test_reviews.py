"""A review in Discord: in the thread of a mention, by the command, and from a message's menu."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.discord.world import World
from tests.servers.discord import Message
from tests.servers.model import says

pytestmark = pytest.mark.asyncio(loop_scope="package")


def code(mark: str) -> str:
    return f"def {mark}(x):\n    return eval(x)\n"


def found(mark: str, title: str) -> str:
    finding = {"line": 1, "quote": f"def {mark}(x):", "severity": "high", "type": "bug"}
    told = {"title": title, "message": "It is what it is.", "confidence": 0.9}
    return json.dumps({"findings": [finding | told], "summary": "One thing.", "score": 4})


def told(world: World, question: Message) -> str:
    return "\n".join(world.discord.reply_texts(question))


async def test_a_mention_with_code_is_reviewed_in_its_thread(world: World) -> None:
    world.script("alpha(x)", says(found("alpha", "Alpha is a letter")), says("{}"))
    question = await world.asks(world.channel(), f"review this\n```py\n{code('alpha')}```")
    await world.answer(question)
    text = told(world, question)
    assert "Alpha is a letter" in text
    assert "4/10" in text
    assert text.count("eval(x)") == 1
    names = [file.filename for m in world.discord.replies(question) for file in m.attachments]
    assert names == ["review.md", "review.sarif"]


async def test_the_command_reviews_its_text(world: World) -> None:
    world.script("beta(x)", says(found("beta", "Beta is a letter")), says("{}"))
    outcome = await world.discord.runs(world.channel(), "bob", "review", text=code("beta"))
    await world.until(lambda: "Beta is a letter" in outcome.text)
    assert "eval" in outcome.text


async def test_a_message_is_reviewed_from_its_menu(world: World) -> None:
    world.script("gamma(x)", says(found("gamma", "Gamma is a letter")), says("{}"))
    message = await world.discord.user_posts(
        world.channel(), "bob", f"does this work?\n```py\n{code('gamma')}```"
    )
    outcome = await world.discord.chooses(message, "Review this code", "alice")
    await world.until(lambda: "Gamma is a letter" in outcome.text)
