"""Stop, Regenerate and thumbs: who may press them, and what becomes of it, in whatever process."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from adapters.slack.surfaces.buttons import AGAIN, STOP
from tests.bounds import FOREVER
from tests.scenarios.playing import store_process
from tests.scenarios.slack.pressing import counted, growing, offered, offers, thumbs, told
from tests.scenarios.slack.world import World
from tests.servers.model import fails, says
from tests.servers.slack import Message

pytestmark = pytest.mark.asyncio(loop_scope="package")

LONG = "\n\n".join(f"Paragraph {n} says something about number {n}." * 5 for n in range(30))
"""Two messages."""


# -- what is offered -----------------------------------------------------------------------------


async def test_stop_stands_under_the_newest_part_while_it_grows_and_goes_at_the_end(
    world: World,
) -> None:
    gate = asyncio.Event()
    world.script("grow on", says(LONG, 1.5, " On.", 1.5, " On.", gate, " The end."))
    question = await world.asks(world.channel(), "grow on")
    await growing(world, question, "On.")
    assert offers(world, question) == [[], ["stop"]]
    gate.set()
    await world.answer(question)
    assert offers(world, question) == [[], ["feedback", "again"]]


async def test_an_answer_that_comes_whole_is_one_call_with_its_buttons(world: World) -> None:
    world.script("in one piece", says("All of it."))
    before = len(world.slack.calls_to("chat.update"))
    question = await world.asks(world.channel(), "in one piece")
    await world.answer(question)
    assert offers(world, question) == [["feedback", "again"]]
    assert len(world.slack.calls_to("chat.update")) - before <= 1


async def test_a_failed_answer_offers_another_try_which_takes_its_place(world: World) -> None:
    world.script("fail first", fails(401), says("Now it works."))
    question = await world.asks(world.channel(), "fail first")
    await world.answer(question)
    (reply,) = world.slack.replies(question)
    assert offered(world, reply) == ["again"]
    assert (await world.slack.click(reply, AGAIN)).acked
    assert await world.answer(question, 2) == "Now it works."
    assert [r.ts for r in world.slack.replies(question)] == [reply.ts]


async def test_blocks_that_slack_refuses_lose_no_answer(world: World) -> None:
    world.slack.fail("chat.postMessage", "invalid_blocks")
    question = await world.asks(world.channel(), "no blocks today")
    assert await world.answer(question) == "You said: [alice] no blocks today"
    assert offers(world, question) == [[]]


# -- stop ----------------------------------------------------------------------------------------


async def _stoppable(world: World, keyword: str, channel: str = "") -> tuple[Message, Message]:
    world.script(keyword, says("So far ", 0.05, "so good ", FOREVER, "never said"))
    question = await world.asks(channel or world.channel(), keyword)
    return question, await growing(world, question, "so good")


async def test_stop_closes_the_model_and_keeps_what_was_said(world: World) -> None:
    question, reply = await _stoppable(world, "stop me")
    request = await world.request("stop me")
    assert (await world.slack.click(reply, STOP)).acked
    await world.model.wait_for(lambda _: request.cancelled is not None)
    assert await world.answer(question) == "So far so good\n\nStopped."
    assert offers(world, question) == [["feedback", "again"]]


async def test_stop_works_in_a_direct_message(world: World) -> None:
    name = world.person()
    direct = world.slack.dm(name)
    world.script("stop in private", says("So far ", FOREVER, "never"))
    question = await world.slack.user_posts(direct, name, "stop in private")
    reply = (await world.until(lambda: [m for m in world.slack.messages(direct) if m.bot_id]))[0]
    await world.until(lambda: "So far" in reply.text)
    assert (await world.slack.click(reply, STOP, name)).acked
    await world.answer(question)
    assert world.slack.visible(reply) == "So far\n\nStopped."


async def test_a_stranger_cannot_stop_it_and_is_told_and_an_admin_can(world: World) -> None:
    admin = world.person()
    world.slack.workspace.user(admin).is_admin = True
    channel = world.channel()
    question, reply = await _stoppable(world, "not yours", channel)
    assert (await world.slack.click(reply, STOP, "bob")).acked
    (ephemeral,) = await told(world, "bob", "Only those who asked")
    assert ephemeral.thread_ts == question.ts
    assert offered(world, reply) == ["stop"]
    assert (await world.slack.click(reply, STOP, admin)).acked
    assert "Stopped." in await world.answer(question)


async def test_to_press_it_twice_or_too_late_is_told_kindly(world: World) -> None:
    question, reply = await _stoppable(world, "twice please")
    blocks = reply.blocks
    first, second = await asyncio.gather(
        world.slack.click(reply, STOP), world.slack.click(reply, STOP)
    )
    assert first.acked
    assert second.acked
    await world.answer(question)
    reply.blocks = blocks  # whoever has not seen the edit yet
    assert (await world.slack.click(reply, STOP)).acked
    await told(world, "alice", "already ended")
    assert world.slack.visible(reply).count("Stopped.") <= 1


async def test_stop_reaches_another_process(tmp_path: Path) -> None:
    async with World(tmp_path).open("listen", "work", "work") as world:
        question, reply = await _stoppable(world, "far away")
        request = await world.request("far away")
        assert (await world.slack.click(reply, STOP)).acked
        await world.model.wait_for(lambda _: request.cancelled is not None)
        assert "Stopped." in await world.answer(question)


async def test_stop_works_after_a_restart(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        question, reply = await _stoppable(world, "restarted")
        await world.bots[0].kill()
        async with world.bot() as successor:
            await successor.ready()
            await world.request("restarted", 2)
            assert (await world.slack.click(reply, STOP)).acked
            assert "Stopped." in await world.answer(question)
        assert len(world.slack.replies(question)) == 1


async def test_a_press_while_the_store_is_away_is_told_honestly(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        question, reply = await _stoppable(world, "no memory")
        store = await store_process(tmp_path)
        os.kill(store, signal.SIGSTOP)
        try:
            assert (await world.slack.click(reply, STOP)).acked
            await told(world, "alice", "press again")
        finally:
            os.kill(store, signal.SIGCONT)
        assert (await world.slack.click(reply, STOP)).acked
        assert "Stopped." in await world.answer(question)


async def test_slack_s_own_stop_button_does_the_same(world: World) -> None:
    channel = world.channel()
    question, _ = await _stoppable(world, "session stop", channel)
    _, where = world.slack.place(channel)
    event = {
        "type": "agent_session_stopped",
        "channel": channel,
        "thread_ts": question.ts,
        "user": world.slack.user("alice"),
        "streaming_message_ts": [],
        "event_ts": world.slack.new_ts(),
    }
    world.slack.tell(where, event, "agent_session_stopped")
    assert "Stopped." in await world.answer(question)


# -- regenerate ----------------------------------------------------------------------------------


async def test_regenerate_replaces_an_answer_of_two_messages_by_one(world: World) -> None:
    world.script("again please", says(LONG), says("Short."), says("Shorter."))
    question = await world.asks(world.channel(), "again please")
    await world.answer(question)
    first, second = world.slack.replies(question)
    assert (await world.slack.click(second, AGAIN)).acked
    assert await world.answer(question, 2) == "Short."
    (reply,) = world.slack.replies(question)
    assert reply.ts == first.ts
    assert offered(world, reply) == ["feedback", "again"]
    assert (await world.slack.click(reply, AGAIN)).acked
    assert await world.answer(question, 3) == "Shorter."
    assert "again please" in world.requests("again please")[-1].last_user_text


async def test_regenerate_works_after_a_restart(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        world.script("later again", says("One."), says("Two."))
        question = await world.asks(world.channel(), "later again")
        await world.answer(question)
        await world.bots[0].terminate()
        (reply,) = world.slack.replies(question)
        async with world.bot() as successor:
            await successor.ready()
            assert (await world.slack.click(reply, AGAIN)).acked
            assert await world.answer(question, 2) == "Two."
        assert len(world.slack.replies(question)) == 1


async def test_a_regeneration_that_is_killed_in_the_middle_is_finished_in_place(
    tmp_path: Path,
) -> None:
    async with World(tmp_path).open() as world:
        world.script("cut again", says("One."), says("Two ", FOREVER, "never"), says("Two, whole."))
        question = await world.asks(world.channel(), "cut again")
        await world.answer(question)
        (reply,) = world.slack.replies(question)
        await world.slack.click(reply, AGAIN)
        await growing(world, question, "Two")
        assert offered(world, reply) == ["stop"]
        await world.bots[0].kill()
        async with world.bot() as successor:
            await successor.ready()
            assert await world.answer(question, 2) == "Two, whole."
        assert [r.ts for r in world.slack.replies(question)] == [reply.ts]
        assert offered(world, reply) == ["feedback", "again"]


async def test_a_stranger_cannot_have_it_answered_again(world: World) -> None:
    question = await world.asks(world.channel(), "mine alone")
    await world.answer(question)
    (reply,) = world.slack.replies(question)
    assert (await world.slack.click(reply, AGAIN, "bob")).acked
    await told(world, "bob", "Only those who asked")
    assert len(world.requests("mine alone")) == 1


async def test_pressed_twice_it_is_answered_once_more(world: World) -> None:
    world.script("hasty", says("One."), says("Two."), says("Three."))
    question = await world.asks(world.channel(), "hasty")
    await world.answer(question)
    (reply,) = world.slack.replies(question)
    presses = await asyncio.gather(*(world.slack.click(reply, AGAIN) for _ in range(2)))
    assert all(press.acked for press in presses)
    assert await world.answer(question, 2) == "Two."
    await asyncio.sleep(0.2)  # nothing more may come
    assert world.slack.visible(reply) == "Two."


async def test_everybody_who_asked_may_have_it_again_also_the_second_time(world: World) -> None:
    gate = asyncio.Event()
    world.script("first of all", says("first ", gate, "done"))
    channel = world.channel()
    question = await world.asks(channel, "first of all")
    await world.request("first of all")
    for name in ("alice", "bob"):
        await world.slack.user_posts(channel, name, f"{name} asks too", question.ts)
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    gate.set()
    await world.answer(question, 2)
    reply = world.slack.replies(question)[-1]
    for count, name in ((3, "bob"), (4, "alice")):
        assert (await world.slack.click(reply, AGAIN, name)).acked
        await world.answer(question, count)
    assert not [e for e in world.slack.ephemerals if e.thread_ts == question.ts]
    assert len(world.slack.replies(question)) == 2


# -- thumbs --------------------------------------------------------------------------------------


async def test_a_thumb_is_thanked_for_counted_once_and_may_be_changed(tmp_path: Path) -> None:
    async with World(tmp_path).open() as world:
        world.script("rate me", says("Good."), says("Better."))
        question = await world.asks(world.channel(), "rate me")
        await world.answer(question)
        (reply,) = world.slack.replies(question)
        for user, side in (("bob", "positive"), ("bob", "positive"), ("alice", "negative")):
            assert (await thumbs(world, reply, user, side)).acked
        await told(world, "bob", "Thank you")
        await told(world, "alice", "Thank you")
        assert await counted(world) == {"up": 1, "down": 1}
        await thumbs(world, reply, "alice", "positive")
        assert await counted(world) == {"up": 2, "down": 1}
        assert len(world.slack.ephemerals_for("bob")) == 1
        await world.slack.click(reply, AGAIN)
        assert await world.answer(question, 2) == "Better."
        await thumbs(world, reply, "bob", "positive")  # it is another answer
        assert await counted(world) == {"up": 3, "down": 1}
