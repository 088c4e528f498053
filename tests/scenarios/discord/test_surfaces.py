"""Commands, menus and buttons, through the whole bot."""

from __future__ import annotations

import asyncio

import pytest

from tests.bounds import FOREVER
from tests.scenarios.discord.world import World
from tests.servers.discord import Message
from tests.servers.discord.interactions_modals import fields
from tests.servers.discord.interactions_records import Outcome
from tests.servers.model import says

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def finished(world: World, outcome: Outcome, text: str) -> Message:
    """Wait until an answer to an interaction holds `text` and has ended."""
    await world.until(lambda: text in outcome.text and not outcome.loading)
    return outcome.messages[-1]


def labels(world: World, message: Message) -> list[str]:
    """Return what the buttons under a message say."""
    return [b.get("label") or b["emoji"]["name"] for b in world.discord.buttons(message)]


async def test_ask_is_answered_in_public_and_names_what_was_asked(world: World) -> None:
    outcome = await world.discord.runs(world.channel(), "alice", "ask", question="is it on?")
    await finished(world, outcome, "You said:")
    assert outcome.acknowledged
    assert "is it on?" in outcome.text
    assert len(outcome.public) == 1


async def test_a_private_ask_is_seen_by_nobody_else(world: World) -> None:
    channel = world.channel()
    outcome = await world.discord.runs(channel, "bob", "ask", question="secretly", private=True)
    await finished(world, outcome, "You said:")
    assert outcome.public == []
    assert world.discord.own(channel) == []


async def test_forty_asks_at_once_are_forty_answers(world: World) -> None:
    channel = world.channel()
    asked = [
        world.discord.runs(channel, "alice", "ask", question=f"number {n} of forty")
        for n in range(40)
    ]
    outcomes = await asyncio.gather(*asked)
    for n, outcome in enumerate(outcomes):
        await world.until(lambda o=outcome, n=n: f"number {n} of forty" in o.text)
    assert all(outcome.error is None for outcome in outcomes)


async def test_time_needs_no_network_and_offers_what_was_asked_before(world: World) -> None:
    channel = world.channel()
    outcome = await world.discord.runs(channel, "carol", "time", places="Reykjavik")
    await finished(world, outcome, "Reykjavik")
    typed = await world.discord.types(channel, "carol", "time", "places", places="Rey")
    assert "Reykjavik" in [choice["value"] for choice in typed.choices]


async def test_help_names_the_commands_and_only_the_caller_sees_it(world: World) -> None:
    outcome = await world.discord.runs(world.channel(), "alice", "help", locale="zh-CN")
    await world.until(lambda: outcome.private)
    for name in ("/ask", "/weather", "/time", "/review", "/reset", "/leave"):
        assert name in outcome.text
    assert outcome.public == []


async def test_reset_forgets_and_leave_ends_the_follow_ups(world: World) -> None:
    question = await world.asks(world.channel(), "the word is banana")
    await world.answer(question)
    thread = world.discord.thread_of(question)
    assert thread is not None
    assert (await world.discord.runs(thread, "alice", "reset")).private
    await world.discord.user_posts(thread, "alice", "@parley what was the word?")
    await world.answer(question, 2)
    assert "banana" not in world.spoken(await world.request("what was the word?"))
    assert (await world.discord.runs(thread, "alice", "leave")).private
    await world.discord.user_posts(thread, "alice", "nobody listens now")
    await world.asks(thread, "come back")
    await world.answer(question, 3)
    assert not world.requests("nobody listens now")


async def test_a_message_is_asked_about_through_its_menu(world: World) -> None:
    channel = world.channel()
    message = await world.discord.user_posts(channel, "bob", "the tests fail since noon")
    opened = await world.discord.chooses(message, "Ask Parley about this", "alice")
    assert opened.modal is not None
    field = next(f for f in fields(opened.modal.components) if f["type"] == 4)
    outcome = await world.discord.submits(opened.modal, {field["custom_id"]: "why may that be?"})
    await finished(world, outcome, "why may that be?")
    assert "the tests fail since noon" in world.spoken(await world.request("why may that be?"))


async def test_stop_ends_the_answer_for_who_asked_and_for_nobody_else(world: World) -> None:
    world.script("never end", says("It begins ", FOREVER, "and ends."))
    question = await world.asks(world.channel(), "never end")
    await world.until(lambda: "It begins" in "".join(world.discord.reply_texts(question)))
    (reply,) = world.discord.replies(question)
    assert labels(world, reply) == ["Stop"]
    refused = await world.discord.presses(reply, "Stop", "bob")
    await world.until(lambda: refused.private)
    assert world.turns(question) == []
    assert (await world.discord.presses(reply, "Stop", "alice")).acknowledged
    assert (await world.answer(question)).startswith("It begins")
    await world.until(lambda: "Stop" not in labels(world, reply))
    request = world.requests("never end")[0]
    await world.model.wait_for(lambda m: request in m.cancelled)


async def test_that_a_question_is_forgotten_only_who_pressed_is_told(world: World) -> None:
    question = await world.asks(world.channel(), "soon forgotten")
    text = await world.answer(question)
    (reply,) = world.discord.replies(question)
    assert (await world.discord.runs(question.id, "alice", "reset")).private
    pressed = await world.discord.presses(reply, "Regenerate", "alice")
    await world.until(lambda: [m for m in pressed.private if "no longer know" in m.content])
    await world.answer(question, 2)
    assert world.discord.reply_texts(question) == [text]


async def test_another_answer_takes_the_place_of_the_first(world: World) -> None:
    world.script("try twice", says("The first."), says("The second."))
    question = await world.asks(world.channel(), "try twice")
    assert await world.answer(question) == "The first."
    (reply,) = world.discord.replies(question)
    assert labels(world, reply) == ["Regenerate", "👍", "👎"]
    assert (await world.discord.presses(reply, "Regenerate", "alice")).acknowledged
    assert await world.answer(question, 2) == "The second."
    assert [each.id for each in world.discord.replies(question)] == [reply.id]
    refused = await world.discord.presses(reply, "👍", "bob")
    await world.until(lambda: "Only those who asked" in refused.text)
    assert (await world.discord.presses(reply, "👍", "alice")).acknowledged
