"""People change their minds: edits and deletions, and what is neither."""

from __future__ import annotations

import pytest

from tests.bounds import FOREVER
from tests.scenarios.discord.world import World
from tests.servers.discord import Channel, Message
from tests.servers.model import says

pytestmark = pytest.mark.asyncio(loop_scope="package")


def thread_on(world: World, question: Message) -> Channel:
    """Return the thread that was opened on a question."""
    thread = world.discord.thread_of(question)
    assert thread is not None
    return thread


async def test_a_question_edited_before_its_answer_is_answered_in_its_new_form(
    world: World,
) -> None:
    world.script("old form", says(FOREVER, "never"))
    question = await world.asks(world.channel(), "old form")
    await world.request("old form")
    await world.discord.user_edits(question, "@parley new form")
    assert await world.answer(question) == "You said: [Alice] new form"
    assert len(world.discord.replies(question)) == 1


async def test_a_link_preview_is_no_edit(world: World) -> None:
    question = await world.asks(world.channel(), "see https://example.com/page")
    await world.answer(question)
    await world.discord.unfurls(question, "https://example.com/page", "Surprise")
    await world.discord.user_posts(thread_on(world, question), "alice", "so what?")
    await world.answer(question, 2)
    assert "Surprise" not in world.spoken(await world.request("so what?"))
    assert len(world.requests("see https://example.com/page")) == 1


async def test_a_deleted_message_is_forgotten(world: World) -> None:
    question = await world.asks(world.channel(), "start")
    await world.answer(question)
    thread = thread_on(world, question)
    slip = await world.discord.user_posts(thread, "bob", "the safe code is 9932")
    await world.answer(question, 2)
    await world.discord.user_deletes(slip)
    await world.discord.user_posts(thread, "alice", "what was the code?")
    await world.answer(question, 3)
    shown = world.spoken(await world.request("what was the code?"))
    assert "user: [Bob] the safe code" not in shown


async def test_an_edit_of_what_was_answered_reaches_the_history(world: World) -> None:
    question = await world.asks(world.channel(), "draft one")
    await world.answer(question)
    await world.discord.user_edits(question, "@parley draft two")
    await world.discord.user_posts(thread_on(world, question), "alice", "which draft?")
    await world.answer(question, 2)
    assert "[Alice] draft two" in world.spoken(await world.request("which draft?"))


async def test_an_answer_without_its_first_message_can_be_given_anew(world: World) -> None:
    long = "\n\n".join(f"Paragraph {n}. " * 40 for n in range(9))
    world.script("at length", says(long), says("In short."), says(long), says("In one word."))
    question = await world.asks(world.channel(), "at length")
    await world.until(lambda: len(finished(world, question)) == 1)
    assert len(world.discord.replies(question)) > 2
    await world.discord.user_deletes(world.discord.replies(question)[0])
    for parts in (1, 3, 1):
        (last,) = finished(world, question)
        await world.discord.presses(last, "Regenerate", "alice")
        await world.until(lambda n=parts: min(len(world.discord.replies(question)), 3) == n)
        await world.until(lambda: len(finished(world, question)) == 1)
    assert [m.content for m in world.discord.replies(question)] == ["In one word."]


def finished(world: World, question: Message) -> list[Message]:
    """List the messages under which another answer is offered."""
    found = world.discord.replies(question)
    return [m for m in found if "Regenerate" in str(world.discord.buttons(m))]
