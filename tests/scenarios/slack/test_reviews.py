"""A review in a channel: what the tools found at once, completed in place, with files beside it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.scenarios.slack.world import World
from tests.servers.model import says
from tests.servers.slack import Message

pytestmark = pytest.mark.asyncio(loop_scope="package")


def code(mark: str) -> str:
    return f"def {mark}(x):\n    return eval(x)\n"


def found(mark: str, title: str) -> str:
    finding = {
        "line": 1,
        "quote": f"def {mark}(x):",
        "severity": "high",
        "type": "bug",
        "title": title,
        "message": "It is what it is.",
        "confidence": 0.9,
    }
    return json.dumps({"findings": [finding], "summary": "One thing.", "score": 4})


def told(world: World, question: Message) -> str:
    """Return what the answer's message reads now."""
    replies = [m for m in world.slack.replies(question) if not m.files]
    return "\n".join(world.slack.visible(message) for message in replies)


def attached(world: World, question: Message) -> list[str]:
    return [file["name"] for m in world.slack.replies(question) for file in m.files]


async def test_the_static_part_comes_first_and_the_model_completes_it(
    world: World,
) -> None:
    gate = asyncio.Event()
    world.script("alpha(x)", says(gate, found("alpha", "Alpha is a letter")), says("{}"))
    question = await world.asks(world.channel(), f"review this\n```\n{code('alpha')}```")
    await world.until(lambda: "eval" in told(world, question))
    assert "Alpha is a letter" not in told(world, question)
    gate.set()
    await world.answer(question)
    text = told(world, question)
    assert "Alpha is a letter" in text
    assert "4/10" in text
    assert text.count("eval(x)") == 1
    await world.until(lambda: attached(world, question) == ["review.md", "review.sarif"])
    assert len([m for m in world.slack.replies(question) if not m.files]) == 1


async def test_the_second_finding_can_be_asked_about(world: World) -> None:
    world.script("beta(x)", says(found("beta", "Beta is a letter")), says("{}"))
    question = await world.asks(world.channel(), f"please review\n```\n{code('beta')}```")
    await world.answer(question)
    world.script("explain the second", says("Because of eval."))
    await world.slack.user_posts(
        question.channel, "alice", "@parley explain the second one", thread_ts=question.ts
    )
    shown = world.spoken(await world.request("explain the second"))
    assert "1. 🔴" in shown
    assert "2. 🔴" in shown
    assert "Beta is a letter" in shown


async def test_a_file_is_reviewed_as_it_is(world: World) -> None:
    world.script("gamma(x)", says('{"findings": []}'))
    file = world.slack.file("app.py", code("gamma"), mimetype="text/x-python")
    question = await world.asks(world.channel(), "帮我看看这段代码", files=[file])
    await world.answer(question)
    assert "app.py" in told(world, question)
    assert "第 2 行" in told(world, question)


async def test_review_under_somebody_else_s_code_is_about_that_code(world: World) -> None:
    world.script("delta(x)", says('{"findings": []}'))
    channel = world.channel()
    root = await world.slack.user_posts(channel, "bob", f"look:\n```\n{code('delta')}```")
    await world.slack.user_posts(channel, "alice", "@parley review", thread_ts=root.ts)
    await world.answer(root)
    assert "eval" in told(world, root)


async def test_the_film_is_not_for_review(world: World) -> None:
    question = await world.asks(world.channel(), "review of the film")
    assert await world.answer(question) == "You said: [alice] review of the film"


async def test_it_works_without_a_key(tmp_path: Path) -> None:
    env = {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": ""}
    async with World(tmp_path, env).open() as world:
        question = await world.asks(world.channel(), f"review\n```\n{code('omega')}```")
        await world.answer(question)
        assert "Static checks only, logic not reviewed." in told(world, question)
        assert "eval" in told(world, question)


async def test_a_question_by_the_command_may_be_a_wish_for_a_review(world: World) -> None:
    world.script("epsilon(x)", says('{"findings": []}'))
    channel = world.channel()
    wish = f"ask review this code\n```\n{code('epsilon')}```"
    await world.slack.slash("/parley", wish, channel=channel)
    texts = lambda: [world.slack.visible(m) for m in world.slack.messages(channel)]  # noqa: E731
    await world.until(lambda: any("Needs" in text or "/10" in text for text in texts()))
    (text,) = (text for text in texts() if "/10" in text)
    assert "eval" in text
    assert "could not" not in text
