"""What a write holds, how refused ones end, and that nothing stands twice or is lost."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.common.retries import AnswerLost
from adapters.discord.faults import CallRefused
from adapters.discord.outbound import DiscordSurface
from adapters.discord.standing import nonce
from adapters.streaming import MessageGone, Stage, TooLong
from bot.errors import PlatformTemporary
from bot.platform import Batch
from bot.replies import File
from tests.adapters.discord.parts import Counted, Memory, asked, client_of, notes_of, surface_of
from tests.servers.discord import LocalDiscord, Message
from tests.servers.discord.permissions import Permission

SEND = "POST /channels/{channel_id}/messages"
CHANGE = "PATCH /channels/{channel_id}/messages/{message_id}"
OPEN = "POST /channels/{channel_id}/messages/{message_id}/threads"


async def _asked(discord: LocalDiscord, where: str = "general") -> tuple[Message, Batch]:
    channel = discord.dm("alice") if where == "direct" else where
    question = await discord.user_posts(channel, "alice", "@Parley How deep is the sea?")
    return question, asked(discord, question)


def _offered(discord: LocalDiscord, message: Message) -> list[str]:
    return [button["custom_id"].split(":")[1] for button in discord.buttons(message)]


async def test_a_post_grows_and_ends_with_its_buttons() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        surface = surface_of(client, batch)
        id = await surface.post(0, "**Hel", Stage.GROWING)
        (post,) = discord.replies(question)
        assert post.id == id
        assert _offered(discord, post) == ["stop"]
        assert await surface.edit(id, "**Hello**", Stage.ANSWERED)
        assert _offered(discord, post) == ["again", "up", "down"]
        assert discord.visible(post) == "**Hello**"
        await surface.edit(id, "**Hello**", Stage.CLOSED)
        assert _offered(discord, post) == []
        await surface.edit(id, "**Hello**", Stage.FAILED)
        assert _offered(discord, post) == ["again"]


@pytest.mark.parametrize("where", ["general", "direct"])
async def test_nobody_is_pinged_by_any_write(where: str) -> None:
    said = "@everyone @here <@{0}> <@!{0}> <@&{1}> **@every**one `<@{0}>`"
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord, where)
        role = discord.bot_role().id
        text = said.format(discord.person("bob").id, role)
        surface = surface_of(client, batch)
        id = await surface.post(0, text, Stage.GROWING)
        await surface.edit(id, text + " again", Stage.GROWING)
        await surface.edit(id, text + " at last", Stage.ANSWERED)
        await surface.attach(File("a.txt", "text/plain", b"a"))
        assert discord.pinged_by_bot() == []
        for call in (*discord.calls_to(SEND), *discord.calls_to(CHANGE)):
            assert call.body["allowed_mentions"] == {"parse": [], "replied_user": False}


async def test_no_link_gets_a_preview() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord)
        surface = surface_of(client, batch)
        id = await surface.post(0, "https://example.com/x [a](https://example.org)", Stage.GROWING)
        await surface.edit(id, "https://example.com/y", Stage.ANSWERED)
        (post,) = discord.own(batch.thread.thread)
        assert discord.previews(post) == []


@pytest.mark.parametrize("kind", ["lost", "lost_500", "half"])
async def test_a_post_whose_answer_was_lost_stands_once(kind: str) -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        discord.fail(SEND, kind)
        surface = surface_of(client, batch)
        id = await surface.post(0, "Once", Stage.GROWING)
        assert [post.id for post in discord.replies(question)] == [id]
        assert await surface.strays([id]) == []


async def test_a_post_that_cannot_be_looked_for_is_not_doubled_by_its_nonce() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        discord.fail(SEND, "lost")
        discord.fail("GET /channels/{channel_id}/messages", "503", times=9)
        surface = surface_of(client, batch)
        id = await surface.post(0, "Once", Stage.CLOSED)
        assert [post.id for post in discord.replies(question)] == [id]


async def test_a_post_that_an_earlier_attempt_has_left_says_what_is_due_now() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        await surface_of(client, batch).post(0, "Stale", Stage.GROWING)
        id = await surface_of(client, batch).post(0, "Fresh", Stage.ANSWERED)
        (post,) = discord.replies(question)
        assert (post.id, post.content) == (id, "Fresh")
        assert _offered(discord, post) == ["again", "up", "down"]


async def test_what_a_crashed_attempt_has_left_is_found_by_its_buttons_and_parts() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord)
        first = surface_of(client, batch)
        ids = [await first.post(index, f"Part {index}", Stage.GROWING) for index in range(3)]
        await surface_of(client, batch, "another").post(0, "Not this", Stage.GROWING)
        for message in discord.own(batch.thread.thread):
            message.nonce = None  # told for a while only
        found = await surface_of(client, batch).find()
        assert [(one.index, one.id, one.text) for one in found] == [
            (index, ids[index], f"Part {index}") for index in range(3)
        ]


async def test_before_its_thread_is_open_nothing_is_found_and_nothing_opened() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord)
        assert await surface_of(client, batch).find() == []
        assert discord.calls_to(OPEN) == []


async def test_a_message_that_was_deleted_is_told_and_posted_anew_under_another_nonce() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, batch = await _asked(discord)
        surface = surface_of(client, batch)
        id = await surface.post(0, "Here", Stage.GROWING)
        await discord.user_deletes(discord.replies(question)[0])
        with pytest.raises(MessageGone):
            await surface.edit(id, "Here again", Stage.ANSWERED)
        await surface.remove(id)  # no fault
        anew = await surface.post(0, "Here again", Stage.ANSWERED)
        assert [(post.id, post.content) for post in discord.replies(question)] == [
            (anew, "Here again")
        ]


async def test_a_growing_edit_is_tried_once_and_the_last_one_until_it_is_done() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord)
        surface = surface_of(client, batch)
        id = await surface.post(0, "One", Stage.GROWING)
        discord.fail(CHANGE, "502")
        assert not await surface.edit(id, "One two", Stage.GROWING)
        for kind in ("lost", "503"):
            discord.fail(CHANGE, kind)
        assert await surface.edit(id, "One two three", Stage.ANSWERED)
        assert discord.own(batch.thread.thread)[0].content == "One two three"
        discord.fail(CHANGE, "500", times=9)
        with pytest.raises(PlatformTemporary):
            await surface.edit(id, "Four", Stage.ANSWERED)
        assert len(discord.calls_to(CHANGE)) == 1 + 3 + 3


async def test_a_text_that_discord_finds_too_long_says_so() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord)
        with pytest.raises(TooLong):
            await surface_of(client, batch).post(0, "x" * 2001, Stage.CLOSED)


async def test_buttons_that_are_refused_are_left_out() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord)
        surface = surface_of(client, batch)
        wrong: list[dict[str, Any]] = [{"type": 1, "components": []}]
        surface._writing._buttons = lambda stage, name: wrong
        id = await surface.post(0, "Text", Stage.GROWING)
        assert await surface.edit(id, "Text goes on", Stage.ANSWERED)
        (post,) = discord.own(batch.thread.thread)
        assert (post.content, discord.buttons(post)) == ("Text goes on", [])


async def test_a_thread_that_was_archived_meanwhile_wakes_up_for_the_end() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord)
        surface = surface_of(client, batch)
        id = await surface.post(0, "Half", Stage.GROWING)
        await discord.archive(batch.thread.thread)
        assert not await surface.edit(id, "Half and", Stage.GROWING)
        assert await surface.edit(id, "Half and half", Stage.ANSWERED)
        assert discord.own(batch.thread.thread)[0].content == "Half and half"


@pytest.mark.parametrize("closed", ["locked", "deleted", "kicked", "silenced"])
async def test_a_closed_place_ends_the_reply_without_a_further_try(closed: str) -> None:
    allowance = Counted()
    async with LocalDiscord() as discord, client_of(discord, allowance) as client:
        _, batch = await _asked(discord)
        surface = surface_of(client, batch)
        id = await surface.post(0, "Half", Stage.GROWING)
        thread = discord.place(batch.thread.thread)
        if closed == "locked":
            await discord.permit("general", deny=Permission.MANAGE_THREADS)
            await discord.lock(thread)
            await discord.archive(thread)
        elif closed == "deleted":
            await discord.delete_channel("general")
        elif closed == "kicked":
            await discord.kick_bot()
        else:
            await discord.permit("general", deny=Permission.SEND_IN_THREADS)
        before = len(discord.calls)
        silenced = closed == "silenced"
        with pytest.raises(CallRefused):
            await (
                surface.post(1, "More", Stage.ANSWERED)
                if silenced
                else surface.edit(id, "Half and half", Stage.ANSWERED)
            )
        assert len(discord.calls) - before <= 2
        assert allowance.slept == []


async def test_closed_direct_messages_end_the_reply() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord, "direct")
        await discord.closes_direct("alice")
        with pytest.raises(CallRefused) as refused:
            await surface_of(client, batch).post(0, "Hello", Stage.ANSWERED)
        assert refused.value.code == 50007


async def test_a_reply_without_the_right_to_the_history_is_no_reply_but_stands() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, _ = await _asked(discord)
        await discord.permit("general", deny=Permission.READ_HISTORY)
        batch = asked(discord, question, can_thread=False)
        await surface_of(client, batch).post(0, "Here", Stage.ANSWERED)
        (post,) = discord.own("general")
        assert (post.content, post.reference) == ("Here", None)


async def test_an_old_answer_does_not_grow_and_is_told_anew_where_it_may_not_change() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord)
        old = surface_of(client, batch)
        id = await old.post(0, "Old", Stage.ANSWERED)
        discord.clock.advance(2 * 3600)
        again = await discord.user_posts(batch.thread.thread, "alice", "again?")
        surface: DiscordSurface = surface_of(client, batch)
        surface._stamp = again.id
        calls = len(discord.calls_to(CHANGE))
        assert not await surface.edit(id, "New", Stage.GROWING)
        assert len(discord.calls_to(CHANGE)) == calls
        discord.fail(CHANGE, "429:30046")
        with pytest.raises(MessageGone):
            await surface.edit(id, "New", Stage.ANSWERED)
        assert [m.content for m in discord.own(batch.thread.thread) if m.content == "Old"] == []


async def test_a_later_look_removes_what_is_surplus_and_mends_what_is_wrong() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord)
        surface = surface_of(client, batch)
        ids = [await surface.post(index, f"Part {index}", Stage.GROWING) for index in range(3)]
        await surface_of(client, batch).repair(ids[:2], ["Part 0", "Part one"])
        posts = discord.own(batch.thread.thread)
        assert [(post.id, post.content) for post in posts if post.content] == [
            (ids[0], "Part 0"),
            (ids[1], "Part one"),
        ]
        assert [_offered(discord, post) for post in posts] == [[], ["again", "up", "down"]]


async def test_a_file_stands_once_although_its_answer_was_lost() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord, "direct")
        discord.fail(SEND, "lost")
        await surface_of(client, batch).attach(File('a"/b.txt', "text/plain", b"text"))
        (post,) = discord.own(batch.thread.channel)
        assert [file.filename for file in post.attachments] == ["ab.txt"]


@pytest.mark.parametrize("size", ["told", "refused"])
async def test_a_file_that_is_too_large_is_told_of(
    size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord, "direct")
        if size == "told":
            monkeypatch.setattr("adapters.discord.attached.FILE_BYTES", 3)
        else:
            discord.fail(SEND, "413:40005")
        await surface_of(client, batch).attach(File("a.txt", "text/plain", b"text"))
        (post,) = discord.own(batch.thread.channel)
        assert (post.content, post.attachments) == ("file_too_large_to_send", [])


async def test_a_post_in_place_is_heard_of_with_its_ground() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        question, _ = await _asked(discord)
        surface = surface_of(client, asked(discord, question, can_thread=False))
        heard: list[tuple[str, bool]] = []

        async def hear(id: str, ground: Any) -> None:
            heard.append((id, ground.in_place))

        surface._posted = hear
        ids = [await surface.post(index, "Text", Stage.CLOSED) for index in range(2)]
        assert heard == [(id, True) for id in ids]
        first, second = discord.own("general")
        assert (first.reference or {})["message_id"] == question.id
        assert second.reference is None


def test_a_nonce_is_short_and_each_post_has_its_own() -> None:
    made = {nonce("name", index, gone) for index in range(20) for gone in range(3)}
    assert len(made) == 60
    assert all(len(one) <= 25 for one in made)


async def test_a_lost_answer_that_stays_lost_is_told_to_the_caller() -> None:
    async with LocalDiscord() as discord, client_of(discord) as client:
        _, batch = await _asked(discord, "direct")
        discord.fail(SEND, "500", times=9)
        with pytest.raises(AnswerLost):
            await surface_of(client, batch, notes=notes_of(Memory())).post(0, "x", Stage.CLOSED)
        assert len(discord.calls_to(SEND)) == 3
