"""Where an answer goes: one thread for a question, or beneath it where none can be opened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.discord.chains import is_in_place
from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.opening import Ground, Opening
from adapters.discord.places import OPENED
from bot.errors import LostLease
from bot.events import Author, Place, Regenerate
from bot.platform import Batch
from tests.adapters.allowances import Counted
from tests.adapters.discord.parts import asked, client_of, notes_of
from tests.servers.discord import LocalDiscord
from tests.servers.discord.permissions import Permission

OPEN = "POST /channels/{channel_id}/messages/{message_id}/threads"


async def _settled(client: DiscordClient, batch: Batch, **how: bool) -> Ground:
    opening = Opening(client, notes_of(), batch, **how)
    try:
        return await opening.settle()
    finally:
        await opening.close()


async def test_a_mention_opens_one_thread_named_after_the_question() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        text = "@Parley **How deep** is the sea, @bob?"
        question = await discord.user_posts("general", "alice", text)
        batch = asked(discord, question)
        message = replace(batch.first, text="**How deep** is the sea, @42?", mentions=("42",))
        batch = Batch(batch.thread, (message,))
        opening = Opening(client, notes_of(), batch)
        assert opening.seen == question.channel_id
        opening.begin()
        assert await opening.settle() == await opening.settle() == Ground(question.id)
        assert opening.seen == question.id
        (thread,) = discord.threads("general")
        assert (thread.id, thread.name) == (question.id, "How deep is the sea?")
        assert len(discord.calls_to(OPEN)) == 1


@pytest.mark.parametrize("kind", ["lost", "503", "429"])
async def test_a_thread_whose_opening_was_not_answered_is_the_one(kind: str) -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question = await discord.user_posts("general", "alice", "@Parley hello")
        discord.fail(OPEN, kind)
        assert await _settled(client, asked(discord, question)) == Ground(question.id)
        assert len(discord.threads("general")) == 1


@pytest.mark.parametrize("code", ["403:50013", "403:50001", "400:50024", "400:160006"])
async def test_where_it_may_not_open_one_it_answers_in_place_and_remembers_it(code: str) -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question = await discord.user_posts("general", "alice", "@Parley hello")
        batch, notes = asked(discord, question), notes_of()
        discord.fail(OPEN, code)
        first = await Opening(client, notes, batch).settle()
        assert first == Ground(question.channel_id, in_place=True, question=question.id)
        assert await is_in_place(notes, batch.thread)
        again = await Opening(client, notes, batch).settle()
        assert again == first
        assert len(discord.calls_to(OPEN)) == 1


async def test_where_it_may_open_none_for_minutes_it_answers_in_place() -> None:
    allowance = Counted()
    async with LocalDiscord() as discord, client_of(discord, allowance) as client:
        discord.fail(OPEN, "429", retry_after=300)
        for paused in ([], [290.0]):  # the second one does not even ask
            allowance.rests = paused
            question = await discord.user_posts("general", "alice", "@Parley hello")
            found = await _settled(client, asked(discord, question))
            assert found == Ground(question.channel_id, in_place=True, question=question.id)
        assert len(discord.calls_to(OPEN)) == 1


async def test_in_a_voice_channels_chat_it_answers_in_place() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        voice = discord.voice_channel("lounge")
        question = await discord.user_posts(voice, "alice", "@Parley hello")
        assert (await _settled(client, asked(discord, question))).in_place
        no_thread = asked(discord, question, can_thread=False)
        calls = len(discord.calls)
        assert (await _settled(client, no_thread)).in_place
        assert len(discord.calls) == calls


async def test_a_forums_post_is_the_thread_although_its_first_message_has_its_id() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        post = await discord.forum_post("help", "alice", "Sea", "@Parley how deep?")
        thread = discord.place(post.channel_id)
        assert post.id == thread.id
        ground = await _settled(client, asked(discord, post))
        assert ground == Ground(thread.id)


async def test_a_post_that_says_so_itself_is_not_opened_again() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        post = await discord.forum_post("help", "alice", "Sea", "@Parley how deep?")
        batch = asked(discord, post)
        told = replace(batch.first, place=Place(address={OPENED: "1"}))
        batch = Batch(batch.thread, (told,))
        assert Opening(client, notes_of(), batch).seen == post.channel_id
        assert await _settled(client, batch) == Ground(post.channel_id)
        assert not discord.calls


async def test_a_name_that_moderation_refuses_gives_way_to_a_plain_one() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question = await discord.user_posts("general", "alice", "@Parley hello")
        discord.fail(OPEN, "400:200001")
        assert await _settled(client, asked(discord, question)) == Ground(question.id)
        assert [thread.name for thread in discord.threads("general")] == ["Parley"]


async def test_a_channel_that_is_gone_is_told() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question = await discord.user_posts("general", "alice", "@Parley hello")
        batch = asked(discord, question)
        await discord.delete_channel("general")
        with pytest.raises(CallRefused) as refused:
            await _settled(client, batch)
        assert refused.value.code == 10003


async def test_a_thread_in_which_it_may_not_write_is_left_for_the_channel() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question = await discord.user_posts("general", "alice", "@Parley hello")
        await discord.permit("general", deny=Permission.SEND_IN_THREADS)
        opening = Opening(client, notes_of(), asked(discord, question))
        assert (await opening.settle()).channel == question.id
        assert await opening.stay() == Ground(
            question.channel_id, in_place=True, question=question.id
        )
        assert await opening.stay() is None


async def test_a_direct_message_an_old_thread_and_an_answer_begun_need_no_opening() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        direct = asked(discord, await discord.user_posts(discord.dm("alice"), "alice", "hello"))
        assert await _settled(client, direct) == Ground(direct.thread.channel)
        thread = await discord.user_opens_thread("general", "alice", "talk")
        inside = asked(discord, await discord.user_posts(thread, "alice", "@Parley hello"))
        assert await _settled(client, inside) == Ground(thread.id)
        question = asked(discord, await discord.user_posts("general", "alice", "@Parley hello"))
        assert await _settled(client, question, begun=True) == Ground(question.thread.thread)
        assert not discord.calls


async def test_an_answer_given_anew_stands_where_its_button_was_pressed() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question = asked(discord, await discord.user_posts("general", "alice", "@Parley hello"))
        place = Place(can_thread=False, address={"channel": "77"})
        again = Regenerate("9", question.thread, Author("1", ""), "8", 0, place)
        ground = await _settled(client, Batch(question.thread, (again,)))
        assert ground == Ground("77", in_place=True)


async def test_who_has_lost_the_lease_opens_nothing() -> None:
    def lost() -> None:
        raise LostLease("lost")

    async with LocalDiscord() as discord, client_of(discord) as client:
        question = await discord.user_posts("general", "alice", "@Parley hello")
        opening = Opening(client, notes_of(), asked(discord, question), lost)
        with pytest.raises(LostLease):
            await opening.settle()
        assert discord.calls_to(OPEN) == []
        await opening.close()


async def test_after_a_passing_fault_the_opening_is_tried_again() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question = await discord.user_posts("general", "alice", "@Parley hello")
        discord.fail(OPEN, "503", times=3)
        opening = Opening(client, notes_of(), asked(discord, question))
        with pytest.raises(Exception, match="503"):
            await opening.settle()
        assert await opening.settle() == Ground(question.id)
        await opening.close()
