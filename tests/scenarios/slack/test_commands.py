"""`/parley …`, from the keyboard to what everybody sees, or only one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from adapters.slack.surfaces.buttons import AGAIN
from tests.bounds import FOREVER
from tests.scenarios.slack.world import World
from tests.servers.model import says
from tests.servers.slack import Message

pytestmark = pytest.mark.asyncio(loop_scope="package")

COMMAND = "/parley"


def posted(world: World, channel: str) -> list[Message]:
    """Return the bot's messages that stand in the channel itself."""
    _, where = world.slack.place(channel)
    standing = [m for m in where.messages.values() if m.bot_id and not m.deleted]
    return [m for m in standing if m.thread_ts in (None, m.ts)]


def told(world: World, channel: str, user: str = "alice") -> list[str]:
    """Return what only one person sees in a channel, in its newest form."""
    id = world.slack.user(user)
    _, where = world.slack.place(channel)
    return [e.text for e in world.slack.ephemerals if (e.channel, e.user) == (where.id, id)]


async def test_a_question_is_answered_in_the_channel_for_everybody(world: World) -> None:
    channel = world.channel()
    world.script("how deep is", says("Eleven kilometres at most."))
    outcome = await world.slack.slash(COMMAND, "ask how deep is the *sea*?", channel=channel)
    assert outcome.acked
    assert "Thinking" in told(world, channel)[0]
    await world.until(lambda: any("at most." in m.text for m in posted(world, channel)))
    (answer,) = posted(world, channel)
    first, *rest = world.slack.visible(answer).split("\n")
    assert "alice" in first.lower()
    assert "how deep is the *sea*?" in first
    assert rest[-1] == "Eleven kilometres at most."


async def test_nobody_is_pinged_by_the_quoted_question(world: World) -> None:
    channel = world.channel()
    bob = world.slack.user("bob")
    await world.slack.slash(COMMAND, f"ask tell <@{bob}|bob> and <!channel> @here", channel=channel)
    await world.until(lambda: any("You said" in m.text for m in posted(world, channel)))
    (answer,) = posted(world, channel)
    assert "<@" not in answer.text
    assert "<!" not in answer.text
    assert not [ping for ping in world.slack.pings if ping.channel == channel]


async def test_who_is_named_in_a_question_is_known_by_name(world: World) -> None:
    channel, bob = world.channel(), world.slack.user("bob")
    await world.slack.slash(COMMAND, "ask what would @bob say", channel=channel)
    await world.until(lambda: any("You said" in m.text for m in posted(world, channel)))
    (answer,) = posted(world, channel)
    first, *rest = world.slack.visible(answer).split("\n")
    for line in (first, rest[-1]):
        assert "what would @bob say" in line.lower().replace("\u2060", "")  # nobody is pinged
        assert bob not in line


async def test_what_is_written_under_the_answer_needs_no_mention(world: World) -> None:
    channel = world.channel()
    world.script("capital of France", says("Paris."))
    world.script("how many people", says("Two million."))
    await world.slack.slash(COMMAND, "ask the capital of France?", channel=channel)
    await world.until(lambda: any("Paris." in m.text for m in posted(world, channel)))
    (answer,) = posted(world, channel)
    await world.eventually(lambda: world.turns_in(f"/{channel}/ask"))
    await world.slack.user_posts(channel, "bob", "how many people live there?", answer.ts)
    await world.until(lambda: "Two million." in world.slack.reply_texts(answer))
    shown = world.spoken(await world.request("how many people"))
    assert "the capital of France?" in shown
    assert "Paris." in shown


async def test_an_answer_given_anew_keeps_its_place_and_its_question(world: World) -> None:
    channel = world.channel()
    world.script("a number please", says("One."), says("Two."))
    await world.slack.slash(COMMAND, "ask a number please", channel=channel)
    await world.until(lambda: any("One." in m.text for m in posted(world, channel)))
    await world.eventually(lambda: world.turns_in(f"/{channel}/ask"))
    (answer,) = posted(world, channel)
    await world.slack.click(answer, AGAIN)
    await world.until(lambda: "Two." in answer.text)
    assert [m.ts for m in posted(world, channel)] == [answer.ts]
    assert "a number please" in answer.text
    assert "One." not in answer.text


async def test_a_private_answer_is_seen_by_one_person_alone(world: World) -> None:
    channel = world.channel()
    world.script("my secret plan", says("It is a good plan."))
    await world.slack.slash(COMMAND, "ask private is my secret plan good?", channel=channel)
    await world.until(lambda: told(world, channel)[-1:] == ["It is a good plan."])
    assert posted(world, channel) == []
    assert not told(world, channel, "bob")


async def test_where_the_bot_is_no_member_it_answers_all_the_same(world: World) -> None:
    channel = world.channel()
    await world.slack.kick(channel, world.slack.bot_user)
    world.script("why is the sky blue", says("Because of the air."))
    await world.slack.slash(COMMAND, "ask why is the sky blue?", channel=channel)
    await world.until(lambda: any("Because of the air." in m.text for m in posted(world, channel)))
    (answer,) = posted(world, channel)
    assert "why is the sky blue?" in answer.text
    assert "/invite" in answer.text


async def test_help_is_for_the_caller_alone_and_names_the_others(world: World) -> None:
    channel = world.channel()
    for text in ("", "help", "frobnicate"):
        await world.slack.slash(COMMAND, text, channel=channel)
        text = told(world, channel)[-1]
        assert all(f"/parley {word}" in text for word in ("ask", "ask private", "reset", "leave"))
    assert posted(world, channel) == []


async def test_a_restart_between_the_command_and_its_answer_loses_nothing(tmp_path: Path) -> None:
    async with World(tmp_path).open("listen") as world:
        channel = world.channel()
        assert (await world.slack.slash(COMMAND, "ask private hello?", channel=channel)).acked
        assert (await world.slack.slash(COMMAND, "ask hello everybody?", channel=channel)).acked
        async with world.bot("work") as worker:
            await worker.ready()
            await world.until(lambda: told(world, channel)[-1:] == ["You said: [alice] hello?"])
            await world.until(lambda: any("You said" in m.text for m in posted(world, channel)))
        await asyncio.sleep(0)
        assert len(posted(world, channel)) == 1


@pytest.mark.parametrize("moment", ["while the model thinks", "when it has posted"])
async def test_killed_in_the_middle_it_gives_one_answer(tmp_path: Path, moment: str) -> None:
    posts = moment == "when it has posted"
    async with World(tmp_path).open() as world:
        channel = world.channel()
        begun = says("Eleven ", FOREVER, "never") if posts else says(FOREVER, "never")
        world.script("how deep", begun, says("Eleven kilometres."))
        await world.slack.slash(COMMAND, "ask how deep?", channel=channel)
        await world.request("how deep")
        if posts:
            await world.until(lambda: any("Eleven" in m.text for m in posted(world, channel)))
        await world.bots[0].kill()
        async with world.bot() as successor:
            await successor.ready()
            await world.until(
                lambda: any("Eleven kilometres." in m.text for m in posted(world, channel))
            )
            (answer,) = posted(world, channel)
            assert "how deep?" in answer.text
            await world.eventually(lambda: world.turns_in(f"/{channel}/ask"))
            await world.slack.user_posts(channel, "bob", "and how wide?", answer.ts)
            assert "Eleven kilometres." in world.spoken(await world.request("and how wide?"))


async def test_an_expired_response_url_ends_in_a_direct_message(tmp_path: Path) -> None:
    async with World(tmp_path).open("listen") as world:
        channel = world.channel()
        await world.slack.slash(COMMAND, "ask private are you late?", channel=channel)
        world.slack.clock.advance(1900)
        async with world.bot("work") as worker:
            await worker.ready()
            direct = world.slack.dm("alice")
            await world.until(
                lambda: any(
                    "You said: [alice] are you late?" in m.text for m in posted(world, direct)
                )
            )
        assert posted(world, channel) == []


async def test_a_person_may_send_the_bot_out_of_a_thread(world: World) -> None:
    for words in ("leave", "离开。", "離開"):
        channel = world.channel()
        question = await world.asks(channel, f"first {channel}")
        await world.answer(question)
        await world.slack.user_posts(channel, "alice", f"@parley {words}", question.ts)
        await world.until(lambda: len(world.slack.replies(question)) == 2)  # noqa: B023  at once
        await world.slack.user_posts(channel, "alice", f"and now? {channel}", question.ts)
        await world.asks(channel, f"still there {channel}?", thread_ts=question.ts)
        await world.until(lambda: len(world.slack.replies(question)) == 3)  # noqa: B023  as above
        assert not world.requests(f"and now? {channel}")


async def test_leave_in_a_channel_ends_the_callers_threads_there(world: World) -> None:
    channel = world.channel()
    question = await world.asks(channel, f"first {channel}")
    await world.answer(question)
    await world.slack.slash(COMMAND, "leave", channel=channel)
    assert "leave” in it" in told(world, channel)[-1]
    await world.slack.user_posts(channel, "alice", f"and now? {channel}", question.ts)
    await world.asks(channel, f"still there {channel}?", thread_ts=question.ts)
    await world.answer(question, 2)
    assert not world.requests(f"and now? {channel}")


async def test_code_behind_review_is_reviewed(world: World) -> None:
    channel = world.channel()
    outcome = await world.slack.slash("/parley", "review ```eval(input())```", "alice", channel)
    assert outcome.acked
    await world.eventually(lambda: world.turns_in(f"/{channel}/"))
    (answer,) = [m for m in world.slack.messages(channel) if m.bot_id]
    assert "eval" in world.slack.visible(answer)
    assert "/10" in world.slack.visible(answer) or "static" in world.slack.visible(answer).lower()
