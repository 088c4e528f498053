"""What people do in Discord reaches the inbox: once, in order, and also when the store is away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.discord import chains, listener
from bot.events import Delete, Edit, Message, Relevance, ThreadRef
from tests.adapters.discord.ears import Ears, MemorySink, listening, until
from tests.servers.discord import LocalDiscord
from tests.servers.discord.permissions import P


@pytest.fixture
async def discord() -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord() as server:
        yield server


@pytest.fixture
async def ears(discord: LocalDiscord) -> AsyncIterator[Ears]:
    async with listening(discord) as ears:
        yield ears


async def test_a_mention_in_a_channel_becomes_a_question_of_its_own_thread(ears: Ears) -> None:
    asked = await ears.discord.user_posts("general", "alice", "@parley what is new?")
    await until(lambda: ears.texts == ["what is new?"])
    [event] = ears.sink.events
    assert isinstance(event, Message)
    channel = ears.discord.place("general")
    assert event.thread == ThreadRef("discord", ears.discord.guild.id, channel.id, asked.id)
    assert (event.author.name, event.author.locale) == ("Alice", "en-US")
    assert event.place.name == "general"
    assert event.place.can_thread
    assert event.place.can_attach
    assert event.starts_thread
    assert event.relevance is Relevance.DIRECT
    await until(lambda: ears.greeted == [event])


async def test_chatter_in_a_channel_is_none_of_its_business(ears: Ears) -> None:
    await ears.discord.user_posts("general", "alice", "lunch?")
    await ears.discord.user_posts("general", "bob", "@parley now you")
    await until(lambda: ears.texts == ["now you"])
    assert len(ears.sink.puts) == 1


async def test_in_a_thread_that_it_joined_no_mention_is_needed(ears: Ears) -> None:
    asked = await ears.discord.user_posts("general", "alice", "@parley hello")
    thread = await ears.discord.user_opens_thread("general", "alice", "hello", message=asked)
    await ears.discord.user_posts(thread, "alice", "and then?")
    await ears.discord.user_posts(thread, "alice", "@bob what do you think?")
    await until(lambda: len(ears.sink.events) == 3)
    _, further, aside = ears.sink.events
    assert isinstance(further, Message)
    assert isinstance(aside, Message)
    assert further.thread == aside.thread == ears.sink.events[0].thread
    assert (further.relevance, aside.relevance) == (Relevance.IF_JOINED, Relevance.OVERHEARD)
    assert aside.text == "@Bob what do you think?"


async def test_a_thread_that_the_gateway_does_not_know_is_asked_for_once(
    ears: Ears, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = await ears.discord.user_opens_thread("general", "alice", "old")
    known = listener.of_cache
    forgetful = lambda guild, id: None if id == thread.id else known(guild, id)  # noqa: E731
    monkeypatch.setattr(listener, "of_cache", forgetful)
    await ears.discord.user_posts(thread, "alice", "@parley one")
    await ears.discord.user_posts(thread, "alice", "@parley two")
    await until(lambda: ears.texts == ["one", "two"])
    event = ears.sink.events[0]
    channel = ears.discord.place("general").id
    assert event.thread == ThreadRef("discord", ears.discord.guild.id, channel, thread.id)
    assert event.place.name == "general"
    assert len(ears.discord.calls_to("GET /channels/{channel_id}")) == 1


async def test_a_direct_message_is_for_the_bot(ears: Ears) -> None:
    channel = ears.discord.dm("alice")
    await ears.discord.user_posts(channel, "alice", "psst")
    await until(lambda: ears.texts == ["psst"])
    [event] = ears.sink.events
    assert event.thread == ThreadRef("discord", "@me", channel.id, "")
    assert event.place.kind == "direct"


async def test_an_edit_and_a_deletion_are_followed_and_a_preview_is_no_edit(ears: Ears) -> None:
    asked = await ears.discord.user_posts("general", "alice", "@parley look https://example.org")
    await until(lambda: ears.texts)
    await ears.discord.unfurls(asked)
    await ears.discord.user_edits(asked, "@parley look here")
    await until(lambda: len(ears.sink.controls) == 1)
    await ears.discord.unfurls(asked)
    await ears.discord.user_deletes(asked)
    await until(lambda: len(ears.sink.controls) == 2)
    edit, gone = ears.sink.controls
    assert isinstance(edit, Edit)
    assert edit.text == "look here"
    assert isinstance(gone, Delete)
    assert edit.thread == gone.thread == ears.sink.events[0].thread


async def test_messages_that_are_deleted_together_are_all_gone(ears: Ears) -> None:
    asked = [await ears.discord.user_posts("general", "alice", f"@parley {n}") for n in range(3)]
    await until(lambda: len(ears.texts) == 3)
    await ears.discord.bulk_deletes(*asked)
    await until(lambda: len(ears.sink.controls) == 3)
    assert [event.target for event in ears.sink.controls] == [one.id for one in asked]


async def test_a_mention_that_is_added_by_an_edit_makes_a_question(ears: Ears) -> None:
    posted = await ears.discord.user_posts("general", "alice", "what is new?")
    await ears.discord.user_edits(posted, "@parley what is new?")
    await until(lambda: ears.texts == ["what is new?"])
    await ears.discord.user_edits(posted, "@parley what is very new?")
    await until(lambda: len(ears.sink.controls) == 2)
    assert len(ears.sink.events) == 1


async def test_an_answer_to_a_message_of_the_bot_finds_its_conversation(ears: Ears) -> None:
    channel = ears.discord.place("general")
    await ears.client.call("messages.post", channel_id=channel.id, json={"content": "42"})
    [ours] = ears.discord.own("general")
    chain = ThreadRef("discord", ears.discord.guild.id, channel.id, "777")
    await chains.remember(ears.notes, ours.id, chain)  # type: ignore[arg-type]
    asked = await ears.discord.user_posts("general", "bob", "why?", reply_to=ours, ping=False)
    await until(lambda: ears.texts == ["why?"])
    [event] = ears.sink.events
    assert event.thread == chain
    assert not event.place.can_thread
    assert not event.starts_thread
    await ears.discord.user_deletes(asked)
    await until(lambda: ears.sink.controls == [Delete(asked.id, chain)])


@pytest.mark.parametrize("sent", ["null", "absent"])
@pytest.mark.parametrize("noted", [True, False])
async def test_an_answer_is_for_the_bot_also_where_what_it_answers_is_not_sent_along(
    ears: Ears, sent: Any, noted: bool
) -> None:
    channel = ears.discord.place("general")
    await ears.client.call("messages.post", channel_id=channel.id, json={"content": "42"})
    [ours] = ears.discord.own("general")
    chain = ThreadRef("discord", ears.discord.guild.id, channel.id, "777")
    if noted:
        await chains.remember(ears.notes, ours.id, chain)  # type: ignore[arg-type]
    theirs = await ears.discord.user_posts("general", "alice", "I see")
    ears.discord.sends_answered = sent
    await ears.discord.user_posts("general", "bob", "not you", reply_to=theirs, ping=False)
    await ears.discord.user_posts("general", "bob", "why?", reply_to=ours, ping=False)
    await until(lambda: ears.texts == ["why?"])
    [event] = ears.sink.events
    assert isinstance(event, Message)
    assert event.relevance is Relevance.DIRECT
    assert (event.thread == chain) is noted
    gets = ears.discord.calls_to("GET /channels/{channel_id}/messages/{message_id}")
    assert len(gets) == (1 if noted else 2)


async def test_what_a_reply_answers_is_not_waited_for_where_it_cannot_be_read(ears: Ears) -> None:
    channel = ears.discord.place("general")
    await ears.client.call("messages.post", channel_id=channel.id, json={"content": "42"})
    [ours] = ears.discord.own("general")
    ears.discord.sends_answered = "absent"
    ears.discord.fail("GET /channels/{channel_id}/messages/{message_id}", "404:10008")
    await ears.discord.user_posts("general", "bob", "why?", reply_to=ours, ping=False)
    await ears.discord.user_posts("general", "bob", "@parley then tell me")
    await until(lambda: ears.texts == ["then tell me"])


async def test_what_the_store_did_not_take_is_kept_in_order_and_put_when_it_is_back(
    ears: Ears,
) -> None:
    ears.sink.away = True
    for n in range(3):
        posted = await ears.discord.user_posts("general", "alice", f"@parley question {n}")
    await ears.discord.user_deletes(posted)
    await until(lambda: ears.sink.refused)
    assert ears.listener.lines.stuck
    ears.sink.away = False
    await until(lambda: ears.texts == ["question 0", "question 1", "question 2"])
    await until(lambda: [one.target for one in ears.sink.controls] == [posted.id])
    assert not ears.listener.lines.stuck


async def test_the_events_of_a_lost_connection_come_once_and_in_order(ears: Ears) -> None:
    await ears.discord.user_posts("general", "alice", "@parley one")
    await until(lambda: ears.texts == ["one"])
    ears.discord.gateway.drop()
    await ears.discord.user_posts("general", "alice", "@parley two")
    await ears.discord.user_posts("general", "alice", "@parley three")
    await until(lambda: ears.texts == ["one", "two", "three"])
    assert len(ears.sink.puts) == 3
    assert (ears.discord.gateway.identifies, ears.discord.gateway.resumes) == (1, 1)
    await until(lambda: ears.ready)


async def test_two_listeners_of_one_inbox_store_each_message_once(discord: LocalDiscord) -> None:
    sink = MemorySink()
    async with listening(discord, sink=sink), listening(discord, sink=sink):
        await discord.user_posts("general", "alice", "@parley hello")
        await until(lambda: len(sink.puts) == 2)
        assert sink.texts == ["hello"]


async def test_buttons_and_invitations_go_to_the_desk(ears: Ears) -> None:
    ears.discord.open_guild("Elsewhere", "bob")
    await until(lambda: ears.desk.guilds[-1:] == ["Elsewhere"])
    button = {"type": 2, "style": 2, "label": "Stop", "custom_id": "parley:stop:x"}
    body = {"content": "hm", "components": [{"type": 1, "components": [button]}]}
    channel = ears.discord.place("general")
    await ears.client.call("messages.post", channel_id=channel.id, json=body)
    [ours] = ears.discord.own("general")
    await ears.discord.presses(ours, "Stop", "alice")
    assert [one.data["custom_id"] for one in ears.desk.interactions] == ["parley:stop:x"]
    assert ears.desk.prepared == 1


async def test_its_own_messages_and_other_bots_start_nothing(ears: Ears) -> None:
    channel = ears.discord.place("general")
    await ears.client.call(
        "messages.post", channel_id=channel.id, json={"content": f"<@{ears.discord.bot.id}> me"}
    )
    await ears.discord.bot_posts("general", "@parley hi")
    await ears.discord.bot_posts("general", "@parley hook", webhook=True)
    await ears.discord.system_posts("general", "alice")
    await ears.discord.user_posts("general", "alice", "@parley end")
    await until(lambda: ears.texts == ["end"])
    assert len(ears.sink.puts) == 1


@pytest.mark.parametrize(
    ("channel", "deny", "can_thread"),
    [
        ("general", 0, True),
        ("news", 0, True),
        ("general", P.CREATE_PUBLIC_THREADS, False),
        ("general", P.SEND_IN_THREADS, False),
        ("Lounge", 0, False),
    ],
)
async def test_a_place_says_whether_it_can_hold_threads(
    ears: Ears, channel: str, deny: int, can_thread: bool
) -> None:
    if deny:
        await ears.discord.permit(channel, deny=int(deny))
    asked = await ears.discord.user_posts(channel, "alice", "@parley hello")
    await until(lambda: ears.texts == ["hello"])
    [event] = ears.sink.events
    assert event.place.can_thread is can_thread
    assert event.thread.thread == asked.id


async def test_a_place_says_who_sees_it_and_whether_files_may_stand_there(ears: Ears) -> None:
    everybody = ears.discord.guild.roles[ears.discord.guild.id]
    await ears.discord.permit("engineering", everybody, deny=int(P.VIEW_CHANNEL))
    bot = int(P.VIEW_CHANNEL)
    await ears.discord.permit("engineering", allow=bot, deny=int(P.ATTACH_FILES))
    await ears.discord.user_posts("engineering", "alice", "@parley inside")
    await until(lambda: ears.texts == ["inside"])
    thread = await ears.discord.private_thread("general", "alice", "psst", ["parley"])
    await ears.discord.user_posts(thread, "alice", "@parley here")
    await until(lambda: ears.texts == ["inside", "here"])
    hidden, secret = (event.place for event in ears.sink.events)
    assert (hidden.kind, hidden.can_attach) == ("private", False)
    assert (secret.kind, secret.can_attach, secret.name) == ("private", True, "general")


async def test_a_forum_post_is_a_thread_that_begins_with_its_question(ears: Ears) -> None:
    post = await ears.discord.forum_post("help", "alice", "Broken", "@parley it broke")
    await ears.discord.user_posts(post.channel_id, "alice", "still")
    await until(lambda: ears.texts == ["it broke", "still"])
    first, further = ears.sink.events
    forum = ears.discord.place("help")
    assert first.thread == ThreadRef("discord", ears.discord.guild.id, forum.id, post.channel_id)
    assert further.thread == first.thread
    assert first.starts_thread
    assert not further.starts_thread


async def test_where_the_note_of_an_answer_is_gone_the_answer_itself_names_the_chain(
    ears: Ears,
) -> None:
    lounge = ears.discord.place("Lounge")
    await ears.client.call("messages.post", channel_id=lounge.id, json={"content": "42"})
    [ours] = ears.discord.own("Lounge")
    await ears.discord.user_posts("Lounge", "bob", "why?", reply_to=ours)
    await until(lambda: ears.texts == ["why?"])
    assert ears.sink.events[0].thread.thread == ours.id


async def test_a_servers_language_is_that_of_its_people_until_they_tell_another(
    discord: LocalDiscord,
) -> None:
    guild = discord.open_guild("Paris", "alice", locale="fr")
    discord.text_channel("salon", guild=guild)
    async with listening(discord) as ears:
        await discord.user_posts("salon", "alice", "@parley salut")
        await until(lambda: ears.texts == ["salut"])
        [event] = ears.sink.events
        assert (event.author.locale, event.place.locale) == ("fr", "fr")
