"""What people do reaches the gateway's subscribers as Discord tells it, and can be inspected."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from .conftest import Raw
from .permissions import P
from .server import LocalDiscord


class Told:
    """Collects events before the gateway filters them."""

    def __init__(self, server: LocalDiscord) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        server.subscribe(lambda event, data, **_: self.events.append((event, data)))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.events]

    def last(self, name: str) -> dict[str, Any]:
        return [data for event, data in self.events if event == name][-1]


async def test_messages_are_told_with_their_server_and_member(server: LocalDiscord) -> None:
    told = Told(server)
    message = await server.user_posts("general", "alice", "@parley hello", nonce="7")
    shown = told.last("MESSAGE_CREATE")
    assert shown["guild_id"] == server.guild.id
    assert shown["member"]["roles"] == []
    assert "user" not in shown["member"]
    assert shown["mentions"][0]["id"] == server.bot.id
    assert shown["content"] == f"<@{server.bot.id}> hello"
    assert shown["nonce"] == "7"
    await server.user_edits(message, "@bob hi")
    edited = told.last("MESSAGE_UPDATE")
    assert edited["edited_timestamp"] is not None
    assert [user["username"] for user in edited["mentions"]] == ["bob"]
    unfurled = await server.user_posts("general", "bob", "https://example.org/")
    await server.unfurls(unfurled)
    assert told.last("MESSAGE_UPDATE")["edited_timestamp"] is None
    await server.user_deletes(message)
    assert told.last("MESSAGE_DELETE")["id"] == message.id
    assert told.last("MESSAGE_DELETE")["guild_id"] == server.guild.id
    direct = await server.user_posts(server.dm("bob"), "bob", "psst")
    assert "guild_id" not in told.last("MESSAGE_CREATE")
    assert server.visible(direct) == "psst"


async def test_a_thread_is_told_with_everything_that_belongs_to_it(server: LocalDiscord) -> None:
    question = await server.user_posts("general", "alice", "question")
    told = Told(server)
    thread = await server.user_opens_thread("general", "bob", "t", message=question)
    assert told.names == ["THREAD_CREATE", "MESSAGE_UPDATE", "MESSAGE_CREATE"]
    assert told.last("THREAD_CREATE")["newly_created"]
    assert told.last("MESSAGE_UPDATE")["thread"]["id"] == thread.id
    assert told.last("MESSAGE_CREATE")["type"] == 21
    await server.user_posts(thread, "alice", "@parley")
    joined = told.last("THREAD_MEMBERS_UPDATE")["added_members"]
    assert [member["user_id"] for member in joined] == [server.person("alice").id]
    assert server.bot.id in thread.members
    assert told.names[-1] == "MESSAGE_CREATE"
    await server.archive(thread)
    assert told.last("THREAD_UPDATE")["thread_metadata"]["archived"]
    await server.delete_channel("general")
    assert told.last("CHANNEL_DELETE")["name"] == "general"
    assert thread.id not in server.channels


async def test_a_channel_that_the_bot_comes_to_see_brings_its_threads(
    server: LocalDiscord,
) -> None:
    thread = await server.user_opens_thread("secret", "alice", "t")
    told = Told(server)
    await server.permit("secret", server.bot_role(), allow=P.VIEW_CHANNEL)
    assert told.names == ["CHANNEL_UPDATE", "THREAD_LIST_SYNC"]
    assert [t["id"] for t in told.last("THREAD_LIST_SYNC")["threads"]] == [thread.id]
    await server.archive(thread)
    await server.user_posts(thread, "alice", "@parley")
    assert "THREAD_CREATE" in told.names  # it was added by the mention


async def test_servers_come_and_go(server: LocalDiscord) -> None:
    told = Told(server)
    other = server.open_guild("Other", "dave", locale="zh-TW")
    created = told.last("GUILD_CREATE")
    assert created["preferred_locale"] == "zh-TW"
    assert created["member_count"] == 2
    await server.outage(other)
    assert told.last("GUILD_DELETE") == {"id": other.id, "unavailable": True}
    await server.outage(other, over=True)
    await server.kick_bot(other)
    assert told.last("GUILD_DELETE") == {"id": other.id}
    assert server.bot.id not in other.members
    await server.join("dave")
    assert told.last("GUILD_MEMBER_ADD")["user"]["username"] == "dave"
    await server.kick("dave")
    assert told.last("GUILD_MEMBER_REMOVE")["user"]["username"] == "dave"


async def test_people_cannot_do_what_they_may_not(server: LocalDiscord) -> None:
    with pytest.raises(PermissionError):
        await server.user_posts("general", "dave", "hello")
    with pytest.raises(ValueError, match="itself"):
        await server.user_posts("help", "alice", "hello")
    with pytest.raises(KeyError):
        await server.user_posts("nowhere", "alice", "hello")
    with pytest.raises(KeyError):
        await server.user_posts("general", "nobody", "hello")


async def test_replies_are_found_in_chains_threads_and_direct_messages(
    server: LocalDiscord, raw: Raw
) -> None:
    async def post(channel: str, content: str, to: str | None = None) -> str:
        body = {"content": content} | ({"message_reference": {"message_id": to}} if to else {})
        return str((await raw("POST", f"/channels/{channel}/messages", body))[1]["id"])

    question = await server.user_posts("general", "alice", "question")
    other = await server.user_posts("general", "bob", "other")
    first = await post(question.channel_id, "one", question.id)
    await post(question.channel_id, "two", first)
    await post(question.channel_id, "else", other.id)
    assert server.reply_texts(question) == ["one", "two"]
    assert server.reply_texts(other) == ["else"]
    direct = await server.user_posts(server.dm(), "alice", "direct")
    await post(direct.channel_id, f"for <@{direct.author_id}>")
    assert server.reply_texts(direct) == ["for @Alice"]
    assert [m.content for m in server.own("general")] == ["one", "two", "else"]


async def test_the_control_door_speaks_json() -> None:
    async with LocalDiscord(control=True) as server, aiohttp.ClientSession() as session:

        async def door(name: str, **body: Any) -> tuple[int, Any]:
            url = f"{server.base_url}/_control/{name}"
            async with session.post(url, json=body) as answer:
                return answer.status, await answer.json()

        status, said = await door("say", text="hello", user="bob")
        assert status == 200
        raw = Raw(server, session)
        reply = {"content": "hi", "message_reference": {"message_id": said["message"]}}
        await raw("POST", f"/channels/{said['channel']}/messages", reply)
        _, found = await door("replies", message=said["message"], versions=1)
        assert [m["text"] for m in found["messages"]] == ["hi"]
        assert found["messages"][0]["versions"][0]["characters"] == 2
        assert (await door("say", channel="secret", user="dave", text="x"))[0] == 400
        assert (await door("nothing"))[0] == 404
        _, stats = await door("stats")
        assert stats["calls"] == {"POST /channels/{channel_id}/messages": 1}
        await door("fail", route="*", kind="500")
        assert (await raw("GET", "/users/@me"))[0] == 500
