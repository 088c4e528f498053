"""Who is answered in Slack, where, and who is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.recall import UNFETCHED
from tests.scenarios.slack.world import World
from tests.servers.model import says

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_mention_is_answered_in_its_own_thread(world: World) -> None:
    channel = world.channel()
    question = await world.asks(channel, "hello")
    assert await world.answer(question) == "You said: [alice] hello"
    assert len(world.slack.replies(question)) == 1
    assert world.slack.messages(channel) == [question]


async def test_the_answer_is_mrkdwn_in_which_nobody_can_be_pinged(world: World) -> None:
    world.script("formatted", says("**Bold** and [a site](https://example.com) for <!channel>"))
    question = await world.asks(world.channel(), "formatted?")
    await world.answer(question)
    (reply,) = world.slack.replies(question)
    assert reply.text.startswith("*Bold* and <https://example.com|a site> (example.com) for ")
    assert not [ping for ping in world.slack.pings if ping.ts == reply.ts]
    assert world.slack.previews(reply) == []


async def test_a_follow_up_in_the_thread_needs_no_mention(world: World) -> None:
    channel = world.channel()
    question = await world.asks(channel, "first")
    await world.answer(question)
    await world.slack.user_posts(channel, "bob", "and second", question.ts)
    assert await world.answer(question, 2) == "You said: [bob] and second"
    history = world.spoken(await world.request("and second"))
    assert "user: [alice] first" in history
    assert "assistant: You said: [alice] first" in history


async def test_words_to_somebody_else_are_remembered_and_not_answered(world: World) -> None:
    channel = world.channel()
    question = await world.asks(channel, "let us begin")
    await world.answer(question)
    await world.slack.user_posts(channel, "bob", "@carol the code is 4711", question.ts)
    await world.slack.user_posts(channel, "alice", "which code?", question.ts)
    assert await world.answer(question, 2) == "You said: [alice] which code?"
    assert "[bob] @carol the code is 4711" in world.spoken(await world.request("which code?"))
    assert len(world.slack.replies(question)) == 2


async def test_chatter_that_is_not_for_the_bot_is_acknowledged_and_left_alone(
    world: World,
) -> None:
    channel = world.channel()
    chatter = await world.slack.user_posts(channel, "alice", "lunch?")
    reply = await world.slack.user_posts(channel, "bob", "yes", chatter.ts)
    await world.until(lambda: all(d.acked for d in world.slack.deliveries()))
    question = await world.asks(channel, "still there?")
    await world.answer(question)
    sent = [d for d in world.slack.deliveries() if d.event.get("ts") in (chatter.ts, reply.ts)]
    assert [len(delivery.attempts) for delivery in sent] == [1, 1]
    assert world.slack.replies(chatter) == []
    assert not world.requests("lunch?")


async def test_other_bots_are_never_answered_but_read(world: World) -> None:
    channel = world.channel()
    question = await world.asks(channel, "begin")
    await world.answer(question)
    await world.slack.bot_posts(channel, "<@" + world.slack.bot_user + "> loop?", question.ts)
    await world.slack.bot_posts(channel, "<@" + world.slack.bot_user + "> loop in channel?")
    await world.slack.user_posts(channel, "alice", "what did it say?", question.ts)
    await world.answer(question, 2)
    assert len(world.slack.replies(question)) == 3  # two of ours, one of the other bot
    assert "loop?" in world.spoken(await world.request("what did it say?"))
    assert not world.requests("loop in channel?")


@pytest.mark.parametrize("private", [True, False])
async def test_channels_open_and_closed_are_alike(world: World, private: bool) -> None:
    channel = world.channel(private=private)
    question = await world.asks(channel, "here?")
    await world.answer(question)
    await world.slack.user_posts(channel, "alice", "and here?", question.ts)
    assert await world.answer(question, 2) == "You said: [alice] and here?"


async def test_a_group_conversation_is_answered_when_the_bot_is_mentioned(world: World) -> None:
    people = [*world.slack.workspace.users]
    group = world.slack.workspace.add_channel("mpdm-1", "mpim", people).id
    await world.slack.user_posts(group, "alice", "nobody in particular")
    question = await world.asks(group, "you there?")
    assert await world.answer(question) == "You said: [alice] you there?"
    assert not world.requests("nobody in particular")


async def test_a_direct_message_is_answered_beside_it_and_remembered(world: World) -> None:
    dana = world.person()
    direct = world.slack.dm(dana)
    await world.slack.user_posts(direct, dana, "my cat is called Momo")
    await world.until(lambda: len(world.slack.messages(direct)) == 2)
    await world.slack.user_posts(direct, dana, "what did I say?")
    await world.until(lambda: len(world.slack.messages(direct)) == 4)
    request = await world.request("what did I say?")
    assert f"user: [{dana}] my cat is called Momo" in world.spoken(request)


async def test_a_thread_under_a_direct_message_has_read_its_parent(world: World) -> None:
    dana = world.person()
    direct = world.slack.dm(dana)
    parent = await world.slack.user_posts(direct, dana, "my dog is called Rex")
    await world.until(lambda: len(world.slack.messages(direct)) == 2)
    await world.slack.user_posts(direct, dana, "what is it called?", parent.ts)
    await world.until(lambda: world.slack.replies(parent))
    request = await world.request("what is it called?")
    assert f"user: [{dana}] my dog is called Rex" in world.spoken(request)


async def test_people_and_channels_are_called_by_their_names(world: World) -> None:
    channel = world.channel()
    general = world.slack.channel("general")
    bot, bob = world.slack.bot_user, world.slack.user("bob")
    world.slack.workspace.usergroups["S0ENG"] = "eng"
    text = f"<@{bot}> ask <@{bob}> in <#{general}>, not <!subteam^S0ENG>, about &lt;b&gt;"
    await world.slack.user_posts(channel, "alice", text, raw=True)
    request = await world.request("about <b>")
    assert request.last_user_text == "[alice] ask @bob in #general, not @eng, about <b>"


async def test_the_asker_s_time_zone_is_where_here_is(world: World) -> None:
    question = await world.asks(world.channel(), "what time is it here, zone-wise?")
    await world.answer(question)
    request = await world.request("zone-wise")
    assert world.slack.workspace.user("alice").tz in request.instructions


async def test_an_app_that_may_read_once_a_minute_keeps_nobody_waiting(tmp_path: Path) -> None:
    """As one that is distributed outside Slack's Marketplace: fifteen messages a minute."""
    async with World(tmp_path).open() as world:
        channel = world.channel()
        world.slack.app.distributed = True
        world.slack.limits.enforce = True
        root = await world.slack.user_posts(channel, "bob", "how it began")
        for number in range(40):
            await world.slack.user_posts(channel, "bob", f"line {number}", root.ts)
        for times, user in enumerate(("alice", "bob"), start=1):
            await world.asks(channel, f"well {times}?", user, thread_ts=root.ts)
            request = await world.request(f"well {times}?")
            assert UNFETCHED in request.instructions
            await world.eventually(lambda wanted=times: len(world.turns(root)) == wanted)
        assert "how it began" in world.spoken(world.requests("well 1?")[0])
        assert (
            len([c for c in world.slack.calls_to("conversations.replies") if c.status == 429]) == 1
        )
