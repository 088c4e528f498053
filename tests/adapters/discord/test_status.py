"""Typing is shown where people look, once for a while, and never in the way of an answer."""

from __future__ import annotations

from dataclasses import replace

from adapters.discord.places import OPENED
from adapters.discord.status import FRESH_SECONDS, SHOWN_SECONDS, Typing
from bot.events import Message, Place
from tests.adapters.discord.parts import Counted, asked, client_of
from tests.servers.discord import LocalDiscord

SIGN = "POST /channels/{channel_id}/typing"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def _message(discord: LocalDiscord, where: str = "general") -> Message:
    event = asked(discord, await discord.user_posts(where, "alice", "@Parley hello")).first
    assert isinstance(event, Message)
    return event


async def test_it_is_renewed_only_when_it_grows_old() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        clock, channel = Clock(), discord.place("general").id
        typing = Typing(client, clock)
        assert not typing.alive(channel)
        for _ in range(3):
            await typing.show(channel)
        assert typing.alive(channel)
        assert len(discord.typing_in(channel)) == 1
        clock.now += FRESH_SECONDS + 1
        await typing.show(channel)
        assert len(discord.typing_in(channel)) == 2
        clock.now += SHOWN_SECONDS + 1
        assert not typing.alive(channel)
        await typing.show(channel)
        typing.posted(channel)
        assert not typing.alive(channel)


async def test_a_new_question_is_greeted_in_its_channel_and_a_further_one_in_its_thread() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        typing = Typing(client)
        first = await _message(discord)
        await typing.greet(first)
        assert typing.alive(first.thread.channel)
        thread = await discord.user_opens_thread("engineering", "alice", "talk")
        inside = await _message(discord, thread)
        await typing.greet(inside)
        assert typing.alive(thread.id)
        post = await discord.forum_post("help", "alice", "Sea", "how deep?")
        begun = asked(discord, post).first
        await typing.greet(replace(begun, place=Place(address={OPENED: "1"})))
        assert typing.alive(post.channel_id)
        chained = replace(
            inside,
            thread=replace(inside.thread, channel=discord.place("news").id, thread="5"),
            place=Place(can_thread=False),
        )
        await typing.greet(chained)
        assert typing.alive(chained.thread.channel)


async def test_without_allowance_or_right_there_is_none_and_nobody_minds() -> None:
    allowance = Counted(empty=True)
    async with LocalDiscord() as discord, client_of(discord, allowance) as client:
        channel = discord.place("general").id
        typing = Typing(client)
        await typing.show(channel)
        assert not discord.calls
        allowance.empty = False
        discord.fail(SIGN, "503")
        await typing.show(channel)
        discord.fail(SIGN, "403:50001")
        await typing.show(channel)
        await typing.show(channel)
        assert len(discord.calls_to(SIGN)) == 2
        assert not typing.alive(channel)
