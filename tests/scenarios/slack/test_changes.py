"""People change their minds: edits, deletions, and `/parley reset`."""

from __future__ import annotations

import pytest

from tests.bounds import FOREVER
from tests.scenarios.slack.world import World
from tests.servers.model import says

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_question_edited_before_its_answer_is_answered_in_its_new_form(
    world: World,
) -> None:
    world.script("old form", says(FOREVER, "never"))
    question = await world.asks(world.channel(), "old form")
    await world.request("old form")
    await world.slack.user_edits(question, "@parley new form")
    assert await world.answer(question) == "You said: [alice] new form"
    assert len(world.slack.replies(question)) == 1
    await world.model.wait_for(lambda m: world.requests("old form")[0] in m.cancelled)


async def test_a_word_that_stands_in_for_the_answer_is_not_yet_an_answer(world: World) -> None:
    world.script("old in private", says(FOREVER, "never"))
    dana = world.person()
    direct = world.slack.dm(dana)
    question = await world.slack.user_posts(direct, dana, "old in private")
    await world.until(lambda: len(world.slack.messages(direct)) == 2)
    await world.slack.user_edits(question, "new in private")
    await world.request("new in private")
    await world.answer(question)
    (reply,) = [m for m in world.slack.messages(direct) if m.bot_id]
    assert world.slack.visible(reply) == f"You said: [{dana}] new in private"


async def test_two_edits_within_one_second_leave_the_newer(world: World) -> None:
    channel = world.channel()
    question = await world.asks(channel, "draft one")
    await world.answer(question)
    await world.slack.user_edits(question, "@parley draft two")
    await world.slack.user_edits(question, "@parley draft three")
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    await world.slack.user_posts(channel, "alice", "which draft?", question.ts)
    await world.answer(question, 2)
    shown = world.spoken(await world.request("which draft?"))
    assert "[alice] draft three" in shown
    assert "draft one" not in shown.replace("You said: [alice] draft one", "")


async def test_an_edit_that_adds_a_mention_asks(world: World) -> None:
    message = await world.slack.user_posts(world.channel(), "alice", "anyone?")
    await world.slack.user_edits(message, "@parley are you there after all?")
    assert "after all?" in await world.answer(message)


async def test_a_link_preview_is_no_edit(world: World) -> None:
    question = await world.asks(world.channel(), "see https://example.com/page")
    await world.answer(question)
    await world.slack.slack_unfurls(question, "https://example.com/page", "Surprise")
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    await world.slack.user_posts(question.channel, "alice", "so what?", question.ts)
    await world.answer(question, 2)
    assert "Surprise" not in world.spoken(await world.request("so what?"))


async def test_a_deleted_message_is_forgotten(world: World) -> None:
    channel = world.channel()
    question = await world.asks(channel, "start")
    await world.answer(question)
    slip = await world.slack.user_posts(channel, "bob", "the safe code is 9932", question.ts)
    await world.answer(question, 2)
    await world.slack.user_deletes(slip)
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    await world.slack.user_posts(channel, "alice", "what was the code?", question.ts)
    await world.answer(question, 3)
    shown = world.spoken(await world.request("what was the code?"))
    assert "user: [bob] the safe code" not in shown


async def test_a_question_deleted_while_it_is_answered_leaves_nothing(world: World) -> None:
    world.script("regretted", says("I am ", "about to ", FOREVER, "say it"))
    channel = world.channel()
    root = await world.slack.user_posts(channel, "bob", "root")
    question = await world.asks(channel, "regretted", thread_ts=root.ts)
    await world.until(lambda: world.slack.replies(root))
    await world.slack.user_deletes(question)
    await world.until(lambda: not world.slack.replies(root))
    await world.model.wait_cancelled()
    assert world.slack.status(channel, root.ts) is None


async def test_an_edited_parent_of_a_direct_thread_is_edited_in_both_places(
    world: World,
) -> None:
    dana = world.person()
    direct = world.slack.dm(dana)
    parent = await world.slack.user_posts(direct, dana, "the parent says red")
    await world.request("the parent says red")
    await world.until(lambda: len(world.slack.messages(direct)) % 2 == 0)
    await world.slack.user_posts(direct, dana, "in thread: colour?", parent.ts)
    await world.until(lambda: world.slack.replies(parent))
    await world.slack.user_edits(parent, "the parent says blue")
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    await world.slack.user_posts(direct, dana, "in thread again: colour?", parent.ts)
    await world.slack.user_posts(direct, dana, "at the top: colour?")
    for keyword in ("in thread again", "at the top"):
        shown = world.spoken(await world.request(keyword))
        assert f"user: [{dana}] the parent says blue" in shown
        assert f"user: [{dana}] the parent says red" not in shown


async def test_reset_forgets_what_the_caller_is_remembered_for_here(world: World) -> None:
    channel = world.channel()
    question = await world.asks(channel, "I live in Oslo")
    await world.answer(question)
    outcome = await world.slack.slash("/parley", "reset", "alice", channel)
    assert outcome.acked
    only_alice = world.slack.ephemeral_text(world.slack.ephemerals_for("alice")[-1])
    assert only_alice == "Done. I have forgotten what was said here."
    await world.slack.user_posts(channel, "alice", "where do I live?", question.ts)
    await world.answer(question, 2)
    assert "Oslo" not in world.spoken(await world.request("where do I live?"))


async def test_reset_in_a_direct_message_forgets_its_threads_too(world: World) -> None:
    dana = world.person()
    direct = world.slack.dm(dana)
    top = await world.slack.user_posts(direct, dana, "at the top I am tall")
    await world.until(lambda: len(world.slack.messages(direct)) % 2 == 0)
    await world.slack.user_posts(direct, dana, "in the thread I am small", top.ts)
    await world.until(lambda: world.slack.replies(top))
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    assert (await world.slack.slash("/parley", "reset", dana, direct)).acked
    await world.slack.user_posts(direct, dana, "top: how am I?")
    await world.slack.user_posts(direct, dana, "thread: how am I?", top.ts)
    for keyword in ("top: how", "thread: how"):
        shown = world.spoken(await world.request(keyword))
        assert "tall" not in shown
        assert "small" not in shown


@pytest.mark.parametrize("text", ["", "help", "  HELP  "])
async def test_help_is_told_only_to_who_asked_in_their_language(world: World, text: str) -> None:
    channel = world.channel()
    outcome = await world.slack.slash("/parley", text, "bob", channel)
    assert outcome.acked
    told = world.slack.ephemeral_text(world.slack.ephemerals_for("bob")[-1])
    assert "mention @Parley in a channel" in told or "mention @parley in" in told
    assert "/parley reset" in told
    assert "30 days" in told
    assert world.slack.messages(channel) == []


async def test_an_unknown_command_says_where_to_look(world: World) -> None:
    await world.slack.slash("/parley", "dance", "bob", world.channel())
    told = world.slack.ephemeral_text(world.slack.ephemerals_for("bob")[-1])
    assert "/parley help" in told


async def test_help_speaks_the_language_of_the_asker(world: World) -> None:
    name = world.person()
    world.slack.workspace.user(name).locale = "zh-TW"
    await world.slack.slash("/parley", "help", name, world.channel())
    told = world.slack.ephemeral_text(world.slack.ephemerals_for(name)[-1])
    assert "忘" in told or "記" in told
