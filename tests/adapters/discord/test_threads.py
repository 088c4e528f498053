"""What stood in a thread, a post, a direct message or a chain of answers before a question."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.discord import inbound, threads
from adapters.discord.client import DiscordClient
from adapters.discord.inbound import Ear
from adapters.discord.places import Spot, direct, inside
from bot.events import Message, Relevance
from bot.platform import PartlyRead
from tests.adapters.discord.ears import client_of, me_of
from tests.servers.discord import Channel, LocalDiscord
from tests.servers.discord import Message as Posted
from tests.servers.discord.payloads_messages import message_event


@pytest.fixture
async def discord() -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord() as server:
        yield server


@pytest.fixture
async def client(discord: LocalDiscord) -> AsyncIterator[DiscordClient]:
    async with client_of(discord) as client:
        yield client


class Room:
    """A place of the local Discord, as a listener sees it."""

    def __init__(self, discord: LocalDiscord, channel: Channel, *, can_thread: bool = True) -> None:
        self.discord = discord
        self.channel = channel
        self.ear = Ear(me_of(discord))
        parent = channel.parent_id if channel.is_thread else channel.id
        spot = Spot(discord.guild.id, parent or "", can_thread=can_thread)
        if channel.is_direct:
            self.spot = direct(channel.id)
        elif channel.is_thread:
            self.spot = inside(spot, channel.id, private=False)
        else:
            self.spot = spot

    def event(self, posted: Posted) -> Message:
        raw = message_event(self.discord, posted)
        message = inbound.spoken(raw, self.spot, self.ear)
        assert message is not None
        return message

    async def asks(self, text: str = "@parley what now?", **more: object) -> Message:
        return self.event(await self.discord.user_posts(self.channel, "alice", text, **more))


def texts(messages: list[Message]) -> list[str]:
    return [
        f"{(message.author.id == 'self' and 'self') or message.author.name}: {message.text}"
        for message in messages
    ]


async def test_a_thread_is_read_from_its_first_message_on(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    opening = await discord.user_posts("general", "bob", "we have a problem")
    thread = await discord.user_opens_thread("general", "bob", "problem", message=opening)
    await discord.user_posts(thread, "carol", "which one?")
    await client.call("messages.post", channel_id=thread.id, json={"content": "Hm.\n-# stopped"})
    await discord.system_posts(thread, "bob", 6)
    room = Room(discord, thread)
    found = await threads.earlier(client, await room.asks(), 100, room.ear)
    assert texts(found) == ["Bob: we have a problem", "Carol: which one?", "self: Hm."]
    assert found[0].id == opening.id
    assert {one.thread.thread for one in found} == {thread.id}


async def test_of_a_long_thread_the_first_and_the_newest_are_read(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    opening = await discord.user_posts("general", "bob", "opening")
    thread = await discord.user_opens_thread("general", "bob", "long", message=opening)
    for n in range(150):
        await discord.user_posts(thread, "carol", f"{n}")
    room = Room(discord, thread)
    found = await threads.earlier(client, await room.asks(), 100, room.ear)
    assert texts(found)[0] == "Bob: opening"
    assert [one.text for one in found[1:]] == [str(n) for n in range(51, 150)]


async def test_a_thread_whose_first_message_is_gone_is_read_all_the_same(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    opening = await discord.user_posts("general", "bob", "opening")
    thread = await discord.user_opens_thread("general", "bob", "long", message=opening)
    await discord.user_posts(thread, "carol", "hello")
    await discord.user_deletes(opening)
    room = Room(discord, thread)
    found = await threads.earlier(client, await room.asks(), 100, room.ear)
    assert texts(found) == ["Carol: hello"]


async def test_a_thread_that_was_made_from_no_message_is_read_with_one_call(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    thread = await discord.user_opens_thread("general", "bob", "talk")
    await discord.user_posts(thread, "carol", "hello")
    room = Room(discord, thread)
    question, before = await room.asks(), len(discord.calls)
    found = await threads.earlier(client, question, 100, room.ear)
    assert texts(found) == ["Carol: hello"]
    assert len(discord.calls) == before + 1


async def test_a_forum_post_is_read_with_what_it_asks(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    post = await discord.forum_post("help", "bob", "It breaks", "when I press it")
    thread = discord.channels[post.channel_id]
    for n in range(120):
        await discord.user_posts(thread, "carol", f"{n}")
    room = Room(discord, thread)
    found = await threads.earlier(client, await room.asks(), 10, room.ear)
    assert texts(found)[0] == "Bob: when I press it"
    assert len(found) == 10


async def test_a_chain_of_answers_is_followed_upwards(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    lounge = discord.place("Lounge")
    first = await discord.user_posts(lounge, "bob", "the build is red")
    await discord.user_posts(lounge, "carol", "something else")
    second = await discord.user_posts(lounge, "carol", "since when?", reply_to=first)
    room = Room(discord, lounge, can_thread=False)
    asked = await room.asks("@parley do you know?", reply_to=second)
    assert not asked.starts_thread
    found = await threads.earlier(client, asked, 100, room.ear)
    assert texts(found) == ["Bob: the build is red", "Carol: since when?"]


async def test_a_chain_that_reaches_far_back_is_followed_too(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    first = await discord.user_posts("general", "bob", "long ago")
    second = await discord.user_posts("general", "carol", "indeed", reply_to=first)
    for n in range(120):
        await discord.user_posts("general", "carol", f"{n}")
    room = Room(discord, discord.place("general"))
    asked = await room.asks("@parley what was that?", reply_to=second)
    found = await threads.earlier(client, asked, 100, room.ear)
    assert texts(found) == ["Bob: long ago", "Carol: indeed"]


async def test_who_cannot_wait_gets_what_was_read(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    opening = await discord.user_posts("general", "bob", "opening")
    thread = await discord.user_opens_thread("general", "bob", "long", message=opening)
    for n in range(120):
        await discord.user_posts(thread, "carol", f"{n}")
    room = Room(discord, thread)
    asked = await room.asks()
    discord.fail("GET /channels/{channel_id}/messages/{message_id}", "429", retry_after=30)
    with pytest.raises(PartlyRead) as caught:
        await threads.earlier(client, asked, 100, room.ear)
    assert caught.value.found[-1].text == "119"


async def test_what_was_said_after_a_late_mention_is_read_as_it_would_have_been_heard(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    asked = await discord.user_posts("general", "alice", "@parley hello")
    thread = await discord.user_opens_thread("general", "alice", "hello", message=asked)
    for n in range(105):
        await discord.user_posts(thread, "bob", f"{n}")
    await discord.user_posts(thread, "bob", "@carol look")
    room = Room(discord, discord.place("general"))
    message = room.event(asked)
    found = await threads.later(client, message, message.at, 200, room.ear)
    assert [one.text for one in found] == [*map(str, range(105)), "@Carol look"]
    assert found[0].relevance is Relevance.IF_JOINED
    assert found[-1].relevance is Relevance.OVERHEARD
    assert {one.thread for one in found} == {message.thread}


async def test_where_no_thread_was_opened_nothing_came_later(
    discord: LocalDiscord, client: DiscordClient
) -> None:
    room = Room(discord, discord.place("general"))
    message = await room.asks()
    assert await threads.later(client, message, message.at, 10, room.ear) == []
    chained = replace(message, place=replace(message.place, can_thread=False))
    assert await threads.later(client, chained, message.at, 10, room.ear) == []
