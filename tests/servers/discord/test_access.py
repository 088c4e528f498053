"""What the bot sees and may do follows from roles and overwrites."""

from __future__ import annotations

import pytest

from .conftest import Raw
from .permissions import P
from .records import Overwrite
from .server import LocalDiscord
from .sockets_client import discord as library


async def test_hidden_and_unknown_channels_are_told_apart(server: LocalDiscord, raw: Raw) -> None:
    secret = server.place("secret").id
    assert await raw.code("GET", f"/channels/{secret}") == (403, 50001)
    assert await raw.code("GET", "/channels/1") == (404, 10003)
    assert await raw.errors("GET", "/channels/x") == ["channel_id: NUMBER_TYPE_COERCE"]
    assert await raw.code("POST", f"/channels/{secret}/messages", {"content": "x"}) == (403, 50001)
    await server.delete_channel("secret")
    assert await raw.code("GET", f"/channels/{secret}") == (404, 10003)


async def test_each_right_is_asked_for_where_it_is_needed(server: LocalDiscord, raw: Raw) -> None:
    general = server.place("general").id
    question = await server.user_posts("general", "alice", "question")
    thread = await server.user_opens_thread("general", "alice", "t", message=question)
    messages = f"/channels/{general}/messages"
    reply = {"content": "x", "message_reference": {"message_id": question.id}}

    await server.permit("general", deny=P.SEND_MESSAGES)
    assert await raw.code("POST", messages, {"content": "x"}) == (403, 50013)
    in_thread = await raw("POST", f"/channels/{thread.id}/messages", {"content": "x"})
    assert in_thread[0] == 200
    await server.permit("general", deny=P.SEND_IN_THREADS)
    path = f"/channels/{thread.id}/messages"
    assert await raw.code("POST", path, {"content": "x"}) == (403, 50013)
    await server.permit("general", deny=P.READ_HISTORY)
    assert (await raw("GET", messages)) == (200, [])
    assert await raw.code("POST", messages, reply) == (400, 160002)
    await server.permit("general", deny=P.EMBED_LINKS)
    assert await raw.code("POST", messages, {"embeds": [{"title": "x"}]}) == (403, 50013)
    await server.permit("general", deny=P.VIEW_CHANNEL)
    assert await raw.code("GET", f"/channels/{thread.id}") == (403, 50001)


async def test_a_members_overwrite_beats_a_roles_and_that_everyones(server: LocalDiscord) -> None:
    general, bot = server.place("general"), server.bot.id
    everyone, role = server.guild.id, server.bot_role().id
    general.overwrites[everyone] = Overwrite(everyone, 0, deny=int(P.SEND_MESSAGES))
    assert not server.rights(bot, general) & P.SEND_MESSAGES
    assert not server.rights(bot, general) & (P.ATTACH_FILES | P.MENTION_EVERYONE)
    general.overwrites[role] = Overwrite(role, 0, allow=int(P.SEND_MESSAGES))
    assert server.rights(bot, general) & P.SEND_MESSAGES
    general.overwrites[bot] = Overwrite(bot, 1, deny=int(P.SEND_MESSAGES))
    assert not server.rights(bot, general) & P.SEND_MESSAGES
    server.bot_role().permissions |= P.ADMINISTRATOR
    assert server.rights(bot, general) & P.SEND_MESSAGES
    assert server.rights(server.person("alice").id, general) & P.MANAGE_GUILD  # the owner
    assert server.rights(server.person("dave").id, general) == 0


async def test_direct_messages_open_but_may_be_closed(
    server: LocalDiscord, client: library.Client
) -> None:
    alice = await client.fetch_user(int(server.person("alice").id))
    sent = await alice.send("hello")
    assert server.messages(server.dm("alice"))[0].id == str(sent.id)
    await server.closes_direct("alice")
    with pytest.raises(library.Forbidden) as caught:
        await alice.send("again")
    assert caught.value.code == 50007
    stranger = await client.fetch_user(int(server.person("dave").id))
    with pytest.raises(library.Forbidden) as caught:
        await stranger.send("hello")
    assert caught.value.code == 50278


async def test_a_server_is_gone_with_the_bots_membership(
    server: LocalDiscord, client: library.Client, raw: Raw
) -> None:
    general, acme = server.place("general").id, server.guild.id
    guild = await client.fetch_guild(int(acme))
    assert {c.name for c in await guild.fetch_channels()} >= {"general", "help", "Lounge"}
    assert {r.name for r in await guild.fetch_roles()} == {"@everyone", "Parley"}
    member = await guild.fetch_member(int(server.person("bob").id))
    assert member.name == "bob"
    assert await raw.code("GET", f"/guilds/{acme}/members/1") == (404, 10013)
    dave = server.person("dave").id
    assert await raw.code("GET", f"/guilds/{acme}/members/{dave}") == (404, 10007)
    assert (await raw("DELETE", f"/users/@me/guilds/{acme}"))[0] == 204
    assert await raw.code("GET", f"/guilds/{acme}") == (404, 10004)
    assert await raw.code("GET", f"/channels/{general}") == (403, 50001)
    assert (await raw("GET", "/users/@me/guilds"))[1] == []


async def test_reactions_are_counted_and_limited(server: LocalDiscord, raw: Raw) -> None:
    question = await server.user_posts("general", "alice", "question")
    path = f"/channels/{question.channel_id}/messages/{question.id}/reactions"
    assert (await raw("PUT", f"{path}/%F0%9F%91%8D/@me"))[0] == 204
    await server.user_reacts(question, "bob", "👍")
    users = (await raw("GET", f"{path}/%F0%9F%91%8D"))[1]
    assert [user["username"] for user in users] == ["Parley", "bob"]
    assert await raw.code("PUT", f"{path}/thumbs:1/@me") == (400, 10014)
    for number in range(19):
        question.reactions[f"emoji {number}"] = []
    assert await raw.code("PUT", f"{path}/%F0%9F%91%8E/@me") == (403, 30010)
    assert (await raw("DELETE", f"{path}/%F0%9F%91%8D/@me"))[0] == 204
    assert question.reactions["👍"] == [server.person("bob").id]
