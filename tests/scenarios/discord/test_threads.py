"""Who is answered in Discord, where, and who is not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.scenarios.discord.world import World
from tests.scenarios.playing import squeezed
from tests.servers.discord.permissions import P
from tests.servers.model import says

pytestmark = pytest.mark.asyncio(loop_scope="package")

SETTLED_SECONDS = 0.5
"""After this long nothing more is answered."""


async def test_a_mention_opens_one_thread_named_after_the_question(world: World) -> None:
    channel = world.channel()
    question = await world.asks(channel, "how do **closures** work?")
    assert await world.answer(question) == "You said: [Alice] how do **closures** work?"
    (thread,) = world.discord.threads(channel)
    assert thread.id == question.id
    assert thread.name == "how do closures work?"
    assert world.discord.own(channel) == []
    assert len(world.discord.own(thread)) == 1


async def test_a_follow_up_in_the_thread_needs_no_mention(world: World) -> None:
    question = await world.asks(world.channel(), "first")
    await world.answer(question)
    thread = world.discord.thread_of(question)
    assert thread is not None
    await world.discord.user_posts(thread, "bob", "and second")
    assert await world.answer(question, 2) == "You said: [Bob] and second"
    history = world.spoken(await world.request("and second"))
    assert "user: [Alice] first" in history
    assert "assistant: You said: [Alice] first" in history


async def test_words_to_somebody_else_are_remembered_and_not_answered(world: World) -> None:
    question = await world.asks(world.channel(), "let us begin")
    await world.answer(question)
    thread = world.discord.thread_of(question)
    assert thread is not None
    await world.discord.user_posts(thread, "bob", "@carol the code is 4711")
    await world.discord.user_posts(thread, "alice", "which code?")
    assert await world.answer(question, 2) == "You said: [Alice] which code?"
    assert "the code is 4711" in world.spoken(await world.request("which code?"))
    assert len(world.discord.replies(question)) == 2


async def test_chatter_and_other_bots_are_left_alone(world: World) -> None:
    channel = world.channel()
    await world.discord.user_posts(channel, "alice", "lunch?")
    await world.discord.bot_posts(channel, "@parley loop?")
    await world.discord.bot_posts(channel, "@parley hook?", webhook=True)
    await world.discord.system_posts(channel, "carol")
    question = await world.asks(channel, "still there?")
    await world.answer(question)
    await asyncio.sleep(SETTLED_SECONDS)
    assert len(world.discord.threads(channel)) == 1
    assert not any(world.requests(word) for word in ("lunch?", "loop?", "hook?"))


async def test_summoned_in_the_middle_it_has_read_what_came_before(world: World) -> None:
    channel = world.channel()
    first = await world.discord.user_posts(channel, "bob", "the build breaks on line 12")
    thread = await world.discord.user_opens_thread(channel, "bob", "build", message=first)
    await world.discord.user_posts(thread, "carol", "```py\nraise ValueError\n```")
    question = await world.asks(thread, "what do you think?")
    await world.answer(question)
    shown = world.spoken(await world.request("what do you think?"))
    assert "[Bob] the build breaks on line 12" in shown
    assert "[Carol] ```py\nraise ValueError\n```" in shown


async def test_where_no_thread_may_be_opened_it_replies_in_place_and_goes_on_there(
    world: World,
) -> None:
    channel = world.channel()
    await world.discord.permit(channel, deny=P.CREATE_PUBLIC_THREADS)
    question = await world.asks(channel, "in place?")
    await world.answer(question)
    (reply,) = world.discord.own(channel)
    assert reply.reference is not None
    assert reply.reference["message_id"] == question.id
    assert not reply.pinged
    assert world.discord.threads(channel) == []
    await world.discord.user_posts(channel, "bob", "chatter beside it")
    await world.discord.user_posts(channel, "bob", "and then?", reply_to=reply)
    history = world.spoken(await world.request("and then?"))
    assert "[Alice] in place?" in history
    await world.until(lambda: len(world.discord.own(channel)) == 2)
    assert not world.requests("chatter beside it")


async def test_a_direct_message_is_answered_beside_it_and_remembered(world: World) -> None:
    direct = world.discord.dm("carol")
    await world.discord.user_posts(direct, "carol", "my cat is Tom")
    await world.until(lambda: len(world.discord.own(direct)) == 1)
    await world.discord.user_posts(direct, "carol", "who is my cat?")
    await world.until(lambda: len(world.discord.own(direct)) == 2)
    assert "my cat is Tom" in world.spoken(await world.request("who is my cat?"))


async def test_a_forum_post_is_answered_in_place(world: World) -> None:
    post = await world.discord.forum_post("help", "alice", "Broken?", "@parley is it broken?")
    where, text = world.discord.channels[post.channel_id], "You said: [Alice] is it broken?"
    await world.until(lambda: any(text in shown.content for shown in world.discord.own(where)))
    assert post.id not in {call.params.get("message_id") for call in world.discord.calls}


async def test_what_the_model_writes_pings_nobody_and_nothing_is_previewed(world: World) -> None:
    bob, guild = world.discord.person("bob"), world.discord.guild
    role = world.discord.add_role(guild, "oncall", mentionable=True)
    text = f"@everyone @here <@{bob.id}> <@&{role.id}> see https://example.com/page now"
    world.script("ping all", says(text[:30], 1.0, text[30:]))
    question = await world.asks(world.channel(), "ping all")
    await world.answer(question)
    (reply,) = world.discord.replies(question)
    assert len(reply.versions) > 1
    assert world.discord.pinged_by_bot() == []
    assert world.discord.previews(reply) == []


async def test_a_hundred_thousand_characters_arrive_whole(tmp_path: Path) -> None:
    text = "\n\n".join(f"Paragraph {n}. " + "It goes on and on. " * 20 for n in range(250))
    async with World(tmp_path, {"WRITE_BUDGET": "0"}).open() as world:
        world.script("very long", says(text))
        question = await world.asks(world.channel(), "very long")
        await world.eventually(lambda: len(world.turns(question)) == 1)
        replies = world.discord.replies(question)
    assert all(len(reply.content) <= 2000 for reply in replies)
    assert squeezed("".join(reply.content for reply in replies)) == squeezed(text)
