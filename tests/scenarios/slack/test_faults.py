"""Slack fails in every way it can: the answer comes in the end, once, or an operator is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.scenarios.slack.world import World
from tests.servers.model import says

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest.mark.parametrize(
    "kind",
    ["500", "503", "html", "html_ok", "not_json", "reset", "lost", "lost_500", "fatal_error"],
)
async def test_a_post_that_is_not_answered_stands_once(world: World, kind: str) -> None:
    world.slack.fail("chat.postMessage", kind)
    question = await world.asks(world.channel(), f"post {kind}")
    assert await world.answer(question) == f"You said: [alice] post {kind}"
    assert len(world.slack.replies(question)) == 1
    assert len(world.requests(f"post {kind}")) == 1


@pytest.mark.parametrize("kind", ["500", "html_ok", "reset", "lost", "ratelimited"])
async def test_an_edit_that_fails_is_made_again(world: World, kind: str) -> None:
    world.script(f"edit {kind}", says("It ", 0.1, "grows ", 1.0, "and ends."))
    world.slack.fail("chat.update", kind)
    question = await world.asks(world.channel(), f"edit {kind}")
    assert await world.answer(question) == "It grows and ends."
    assert len(world.slack.replies(question)) == 1


async def test_calls_that_hang_are_given_up_and_made_again(world: World) -> None:
    kinds = ("hang", "lost_hang")
    channels = {kind: world.channel() for kind in kinds}
    for kind, channel in channels.items():
        world.slack.fail(
            "chat.postMessage", kind, when=lambda call, here=channel: call.get("channel") == here
        )
    questions = {kind: await world.asks(channels[kind], f"patience {kind}") for kind in kinds}
    for kind, question in questions.items():
        # A write that hangs is given up and tried again within 50 s.
        await world.eventually(lambda asked=question: len(world.turns(asked)) == 1)
        assert world.slack.reply_texts(question) == [f"You said: [alice] patience {kind}"]


async def test_a_longer_outage_is_waited_out_without_asking_the_model_again(world: World) -> None:
    fault = world.slack.fail("chat.postMessage", "503", 1000)
    question = await world.asks(world.channel(), "outage")
    await world.until(lambda: fault.hits >= 4)
    fault.times = 0
    assert await world.answer(question) == "You said: [alice] outage"
    assert len(world.slack.replies(question)) == 1
    assert len(world.requests("outage")) == 1


async def test_a_message_deleted_under_the_bot_is_said_once_more_at_the_end(world: World) -> None:
    gate = asyncio.Event()
    world.script("vanishing", says("Now you ", gate, "see me."))
    question = await world.asks(world.channel(), "vanishing")
    await world.until(lambda: world.slack.replies(question))
    (reply,) = world.slack.replies(question)
    _, where = world.slack.place(question.channel)
    where.remove(reply)
    gate.set()
    assert await world.answer(question) == "Now you see me."
    assert world.slack.reply_texts(question) == ["Now you see me."]


@pytest.mark.parametrize("how", ["archive", "kick"])
async def test_a_place_that_closes_ends_the_turn_and_nothing_else(world: World, how: str) -> None:
    gate = asyncio.Event()
    world.script(f"closing {how}", says("Too ", gate, "late."))
    channel = world.channel()
    question = await world.asks(channel, f"closing {how}")
    await world.until(lambda: world.slack.replies(question))
    if how == "archive":
        await world.slack.archive(channel)
    else:
        await world.slack.kick(channel, world.slack.bot_user)
    gate.set()
    where = f"/{channel}/"
    await world.eventually(
        lambda: any(
            "no place" in r["msg"] and where in r.get("thread", "") for r in world.bots[0].records
        )
    )
    other = await world.asks(world.channel(), "still well?")
    await world.answer(other)


async def test_retry_after_is_honoured_by_every_process(tmp_path: Path) -> None:
    async with World(tmp_path).open("all", "all") as world:
        channel = world.channel()
        world.slack.fail("chat.postMessage", "ratelimited", retry_after=2)
        questions = [await world.asks(channel, "slow down 0")]
        await world.until(lambda: world.slack.limits.refused)
        questions += [await world.asks(channel, f"slow down {n}") for n in range(1, 4)]
        for question in questions:
            await world.answer(question)
        calls = world.slack.calls_to("chat.postMessage")
        (refused,) = [call for call in calls if call.status == 429]
        later = [call for call in calls if call.at > refused.at + 0.1]
        assert min(call.at for call in later) >= refused.at + 2


async def test_a_revoked_token_is_told_at_the_start(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.slack.revoke()
    async with world.slack, world.model, world.bot() as bot:
        assert await bot.exit_code() == 2
        told = "\n".join(bot.lines)
        assert "SLACK_BOT_TOKEN" in told
        assert "token_revoked" in told
        assert "Traceback" not in told
        assert world.slack.bot_token not in told


async def test_a_refused_app_token_is_told_at_the_start(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.slack.app.app_token_revoked = True
    async with world.slack, world.model, world.bot() as bot:
        assert await bot.exit_code() == 2
        told = "\n".join(bot.lines)
        assert "SLACK_APP_TOKEN" in told
        assert "connections:write" in told
        assert "Traceback" not in told


async def test_a_token_that_is_revoked_later_makes_it_unready(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        question = await world.asks(world.channel(), "before it is revoked")
        world.script("before it is revoked", says("Yes ", 1.0, "indeed"))
        await world.until(lambda: world.slack.replies(question))
        world.slack.revoke()
        body = await world.bots[0].ready(status=503)
        assert "token_revoked" in body["slack"]["detail"]


@pytest.mark.parametrize("kind", ["503", "ratelimited", "reset"])
async def test_a_slack_that_is_down_at_the_start_is_waited_for(tmp_path: Path, kind: str) -> None:
    world = World(tmp_path)
    world.slack.fail("auth.test", kind, 2)
    async with world.open():
        question = await world.asks(world.channel(), "up at last")
        await world.answer(question)


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_a_text_that_slack_finds_too_long_is_said_in_smaller_messages(
    world: World, method: str
) -> None:
    world.slack.fail(method, "msg_too_long", 4)
    words = " ".join(f"word{number}" for number in range(500))
    world.script("too long", says(words[:1000], 0.8, words[1000:]))
    question = await world.asks(world.channel(), f"too long {method}")
    await world.until(lambda: "word499" in "".join(world.slack.reply_texts(question)))
    await world.answer(question)
    assert " ".join(world.slack.reply_texts(question)).split() == words.split()
