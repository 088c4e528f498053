"""Threads: how they open, sleep, wake, lock, and what their history begins with."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Raw
from .permissions import P
from .server import LocalDiscord
from .sockets_client import discord as library


async def test_a_thread_from_a_message_has_its_id_and_points_back(
    server: LocalDiscord, client: library.Client, raw: Raw
) -> None:
    question = await server.user_posts("general", "alice", "question")
    path = f"/channels/{question.channel_id}/messages/{question.id}"
    status, made = await raw("POST", f"{path}/threads", {"name": "answers"})
    assert (status, made["id"], made["type"]) == (201, question.id, 11)
    assert made["member"]["user_id"] == server.bot.id
    assert server.thread_of(question) is server.threads("general")[0]
    shown = (await raw("GET", path))[1]
    assert shown["flags"] & 1 << 5
    assert shown["thread"]["id"] == question.id
    assert await raw.code("POST", f"{path}/threads", {"name": "again"}) == (400, 160004)
    thread = await client.fetch_channel(int(made["id"]))
    await thread.send("answer")
    newest, starter = [m async for m in thread.history()]
    assert starter.type == library.MessageType.thread_starter_message
    assert starter.content == ""
    assert starter.reference.resolved.content == "question"
    assert server.reply_texts(question) == [newest.content] == ["answer"]
    assert (thread.message_count, server.threads("general")[0].total_sent) == (0, 1)


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"name": ""}, ["name: BASE_TYPE_REQUIRED"]),
        ({"name": "n" * 101}, ["name: BASE_TYPE_BAD_LENGTH"]),
        ({"name": "n", "auto_archive_duration": 90}, ["auto_archive_duration: BASE_TYPE_CHOICES"]),
        ({"name": "n", "rate_limit_per_user": 21_601}, ["rate_limit_per_user: NUMBER_TYPE_MAX"]),
        ({"name": "n", "type": 0}, ["type: BASE_TYPE_CHOICES"]),
    ],
)
async def test_a_threads_settings_are_checked(
    server: LocalDiscord, raw: Raw, body: Any, errors: list[str]
) -> None:
    path = f"/channels/{server.place('general').id}/threads"
    assert await raw.errors("POST", path, body) == errors


async def test_threads_open_only_where_channels_and_rights_let_them(
    server: LocalDiscord, raw: Raw
) -> None:
    question = await server.user_posts("general", "alice", "question")
    thread = await server.user_opens_thread("general", "alice", "own", message=question)
    inside = await server.user_posts(thread, "alice", "inside")
    spoken = await server.user_posts("Lounge", "alice", "in voice")
    name = {"name": "n"}

    async def on(channel_id: str, message_id: str) -> tuple[int, int]:
        return await raw.code("POST", f"/channels/{channel_id}/messages/{message_id}/threads", name)

    assert await on(thread.id, inside.id) == (400, 50024)
    assert await on(spoken.channel_id, spoken.id) == (400, 50024)
    assert await on(question.channel_id, "1") == (404, 10008)
    direct = await server.user_posts(server.dm(), "alice", "direct")
    assert await on(direct.channel_id, direct.id) == (400, 50024)
    other = await server.user_posts("general", "alice", "another")
    await server.permit("general", deny=P.CREATE_PUBLIC_THREADS)
    assert await on(other.channel_id, other.id) == (403, 50013)


async def test_a_thread_without_a_message_is_private_unless_it_says_otherwise(
    server: LocalDiscord, raw: Raw
) -> None:
    general = server.place("general").id
    made = (await raw("POST", f"/channels/{general}/threads", {"name": "n"}))[1]
    assert (made["type"], made["thread_metadata"]["invitable"]) == (12, True)
    assert server.messages("general") == []
    public = (await raw("POST", f"/channels/{general}/threads", {"name": "p", "type": 11}))[1]
    (notice,) = server.messages("general")
    assert (notice.type, notice.content) == (18, "p")
    assert notice.reference
    assert notice.reference["channel_id"] == public["id"]


async def test_posting_wakes_an_archived_thread_and_edits_do_not(
    server: LocalDiscord, client: library.Client, raw: Raw
) -> None:
    thread = await server.user_opens_thread("general", "alice", "a thread")
    posted = (await raw("POST", f"/channels/{thread.id}/messages", {"content": "one"}))[1]
    await server.archive(thread)
    path = f"/channels/{thread.id}/messages/{posted['id']}"
    assert await raw.code("PATCH", path, {"content": "two"}) == (400, 50083)
    active = f"/guilds/{server.guild.id}/threads/active"
    assert (await raw("GET", active))[1]["threads"] == []
    parent = await client.fetch_channel(int(thread.parent_id or 0))
    assert [t.name async for t in parent.archived_threads()] == ["a thread"]
    await raw("POST", f"/channels/{thread.id}/messages", {"content": "three"})
    assert not thread.archived
    assert [t["id"] for t in (await raw("GET", active))[1]["threads"]] == [thread.id]
    assert (await raw("PATCH", path, {"content": "two"}))[0] == 200
    await server.archive(thread)
    assert (await raw("DELETE", path))[0] == 204  # what is archived may still be deleted
    assert thread.archived


async def test_a_locked_thread_is_closed_to_all_but_moderators(
    server: LocalDiscord, raw: Raw
) -> None:
    thread = await server.user_opens_thread("general", "alice", "a thread")
    path = f"/channels/{thread.id}/messages"
    early, other = [(await raw("POST", path, {"content": n}))[1]["id"] for n in "ab"]
    await server.lock(thread)
    assert await raw.code("POST", path, {"content": "x"}) == (403, 160005)
    assert await raw.code("PATCH", f"{path}/{early}", {"content": "x"}) == (403, 160005)
    assert (await raw("DELETE", f"{path}/{early}"))[0] == 204
    await server.archive(thread)
    assert await raw.code("DELETE", f"{path}/{other}") == (400, 50083)
    await server.archive(thread, undo=True)
    with pytest.raises(PermissionError):
        await server.user_posts(thread, "bob", "x")
    role = server.bot_role()
    await server.set_role(role, role.permissions | P.MANAGE_THREADS)
    assert (await raw("POST", path, {"content": "x"}))[0] == 200


async def test_a_thread_on_an_older_message_leaves_a_notice(server: LocalDiscord, raw: Raw) -> None:
    fresh = await server.user_posts("general", "alice", "fresh")
    path = f"/channels/{fresh.channel_id}/messages"
    await raw("POST", f"{path}/{fresh.id}/threads", {"name": "n"})
    assert server.messages("general") == [fresh]
    server.clock.advance(61)
    older = await server.user_posts("general", "alice", "older")
    server.clock.advance(61)
    await raw("POST", f"{path}/{older.id}/threads", {"name": "n"})
    assert [m.type for m in server.messages("general")] == [0, 0, 18]


async def test_an_announcement_channel_has_threads_of_its_own_kind(
    server: LocalDiscord, raw: Raw
) -> None:
    news = await server.user_posts("news", "alice", "news")
    path = f"/channels/{news.channel_id}"
    made = (await raw("POST", f"{path}/messages/{news.id}/threads", {"name": "n"}))[1]
    assert made["type"] == 10
    assert await raw.code("POST", f"{path}/threads", {"name": "n"}) == (400, 50024)


async def test_silence_archives_a_thread(server: LocalDiscord, raw: Raw) -> None:
    general = server.place("general").id
    body = {"name": "n", "type": 11, "auto_archive_duration": 60}
    made = (await raw("POST", f"/channels/{general}/threads", body))[1]
    thread = server.place(made["id"])
    server.clock.advance(3_000)
    await server.user_posts(thread, "alice", "still here")
    server.clock.advance(3_000)
    await server.user_types(thread, "alice")
    assert not thread.archived
    server.clock.advance(700)
    await server.wait_for(lambda: thread.archived)


async def test_a_forum_takes_posts_and_nothing_else(server: LocalDiscord, raw: Raw) -> None:
    forum = server.place("help").id
    assert await raw.code("POST", f"/channels/{forum}/messages", {"content": "x"}) == (400, 50008)
    assert await raw.errors("POST", f"/channels/{forum}/threads", {"name": "n"}) == [
        "message: BASE_TYPE_REQUIRED"
    ]
    body = {"name": "n", "message": {"content": "first"}}
    status, made = await raw("POST", f"/channels/{forum}/threads", body)
    assert (status, made["message"]["id"], made["message"]["content"]) == (201, made["id"], "first")
    post = await server.forum_post("help", "alice", "title", "question")
    assert post.id == post.channel_id
    await raw("POST", f"/channels/{post.channel_id}/messages", {"content": "answer"})
    assert server.reply_texts(post) == ["answer"]


async def test_an_opener_may_rename_and_archive_and_no_more(server: LocalDiscord, raw: Raw) -> None:
    question = await server.user_posts("general", "alice", "question")
    own = f"/channels/{question.channel_id}/messages/{question.id}/threads"
    path = f"/channels/{(await raw('POST', own, {'name': 'n'}))[1]['id']}"
    assert (await raw("PATCH", path, {"name": "renamed"}))[1]["name"] == "renamed"
    assert await raw.code("PATCH", path, {"locked": True}) == (403, 50013)
    assert (await raw("PATCH", path, {"archived": True}))[0] == 200
    assert await raw.code("PATCH", path, {"name": "x"}) == (400, 50083)
    assert (await raw("PATCH", path, {"archived": False}))[0] == 200
    foreign = await server.user_opens_thread("general", "alice", "foreign")
    assert await raw.code("PATCH", f"/channels/{foreign.id}", {"name": "x"}) == (403, 50013)
    assert await raw.code("DELETE", f"/channels/{foreign.id}") == (403, 50013)


async def test_thread_members_come_and_go(server: LocalDiscord, raw: Raw) -> None:
    thread = await server.private_thread("general", "alice", "private", [server.bot])
    members = f"/channels/{thread.id}/thread-members"
    bob, dave = server.person("bob").id, server.person("dave").id
    assert (await raw("PUT", f"{members}/{bob}"))[0] == 204
    assert await raw.code("PUT", f"{members}/{dave}") == (403, 50001)
    listed = {member["user_id"] for member in (await raw("GET", members))[1]}
    assert listed == {server.person("alice").id, server.bot.id, bob}
    assert (await raw("DELETE", f"{members}/@me"))[0] == 204
    assert await raw.code("GET", f"/channels/{thread.id}") == (403, 50001)
