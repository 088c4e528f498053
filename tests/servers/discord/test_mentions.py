"""Whom a message notifies: content, allowed mentions and rights together."""

from __future__ import annotations

from typing import Any

from .conftest import Raw
from .permissions import EVERYONE, P
from .server import LocalDiscord


async def test_without_allowed_mentions_everything_in_the_text_notifies(
    server: LocalDiscord, raw: Raw
) -> None:
    alice, role = server.person("alice").id, server.add_role(None, "crew", mentionable=True)
    path = f"/channels/{server.place('general').id}/messages"
    text = f"<@{alice}> <@&{role.id}> @everyone"
    posted = (await raw("POST", path, {"content": text}))[1]
    (message,) = server.messages("general")
    assert message.pinged.users == {alice}
    assert message.pinged.roles == {role.id}
    assert message.pinged.everyone
    assert [user["id"] for user in posted["mentions"]] == [alice]
    assert posted["mention_roles"] == [role.id]
    assert posted["mention_everyone"]
    quiet = {"content": text, "allowed_mentions": {"parse": []}}
    await raw("POST", path, quiet)
    assert not server.messages("general")[-1].pinged


async def test_an_edit_without_allowed_mentions_notifies_by_the_defaults_again(
    server: LocalDiscord, raw: Raw
) -> None:
    alice, bob = server.person("alice").id, server.person("bob").id
    path = f"/channels/{server.place('general').id}/messages"
    quiet = {"content": f"<@{alice}>", "allowed_mentions": {"parse": []}}
    posted = (await raw("POST", path, quiet))[1]
    (message,) = server.messages("general")
    assert server.pings == []
    listed = {"content": f"<@{alice}> <@{bob}>", "allowed_mentions": {"users": [bob]}}
    await raw("PATCH", f"{path}/{posted['id']}", listed)
    assert message.pinged.users == {bob}
    await raw("PATCH", f"{path}/{posted['id']}", {"content": f"<@{alice}> <@{bob}>"})
    assert message.pinged.users == {alice, bob}
    assert [(ping.target, ping.edit) for ping in server.pings] == [(bob, True), (alice, True)]


async def test_a_reply_notifies_its_author_unless_the_object_is_silent_about_it(
    server: LocalDiscord, raw: Raw
) -> None:
    question = await server.user_posts("general", "alice", "question")
    path = f"/channels/{question.channel_id}/messages"

    async def pinged(**allowed: Any) -> bool:
        body: dict[str, Any] = {"content": "x", "message_reference": {"message_id": question.id}}
        await raw("POST", path, body | ({"allowed_mentions": allowed} if allowed else {}))
        return bool(server.messages("general")[-1].pinged)

    assert await pinged()
    assert not await pinged(parse=["users"])
    assert await pinged(replied_user=True)


async def test_rights_and_code_keep_mentions_quiet(server: LocalDiscord, raw: Raw) -> None:
    alice, role = server.person("alice").id, server.add_role(None, "crew")
    path = f"/channels/{server.place('general').id}/messages"
    everyone = server.guild.roles[server.guild.id]
    await server.set_role(everyone, EVERYONE & ~P.MENTION_EVERYONE)
    await raw("POST", path, {"content": f"@everyone @here <@&{role.id}>"})
    await raw("POST", path, {"content": f"`<@{alice}>` ```\n<@{alice}> @everyone\n```"})
    await raw("POST", path, {"content": f"<@{server.bot.id}> <@1>"})
    assert server.pings == []
    everyone.permissions |= P.MENTION_EVERYONE
    await raw("POST", path, {"content": "@here"})
    assert [ping.target for ping in server.pings] == ["everyone"]


async def test_people_who_do_not_see_the_channel_are_not_notified(
    server: LocalDiscord, raw: Raw
) -> None:
    dave = server.person("dave").id
    path = f"/channels/{server.place('general').id}/messages"
    posted = (await raw("POST", path, {"content": f"<@{dave}>"}))[1]
    assert [user["id"] for user in posted["mentions"]] == [dave]
    assert server.pings == []


async def test_a_mention_brings_somebody_into_a_thread(server: LocalDiscord) -> None:
    thread = await server.private_thread("general", "alice", "private", ["bob"])
    assert not server.can_view(server.bot.id, thread)
    message = await server.user_posts(thread, "alice", "@parley come in")
    assert server.bot.id in thread.members
    assert message.pinged.users == {server.bot.id}
    assert server.can_view(server.bot.id, thread)
    assert not server.can_view(server.person("carol").id, thread)
