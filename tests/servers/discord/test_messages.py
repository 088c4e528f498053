"""Posting, editing, deleting and reading follow the rules of messages."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Raw
from .server import LocalDiscord
from .sockets_client import discord as library

BUTTON = {"type": 2, "style": 1, "label": "Stop", "custom_id": "stop"}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"content": "x" * 2001}, ["content: BASE_TYPE_MAX_LENGTH"]),
        ({"content": ["x"]}, ["content: STRING_TYPE_CONVERT"]),
        ({"content": "x", "nonce": "n" * 26}, ["nonce: BASE_TYPE_MAX_LENGTH"]),
        ({"content": "x", "enforce_nonce": True}, ["nonce: BASE_TYPE_REQUIRED"]),
        ({"content": "x", "embeds": [{}] * 11}, ["embeds: BASE_TYPE_MAX_LENGTH"]),
        (
            {"embeds": [{"title": "t" * 257}, {"description": "d" * 4097}]},
            ["embeds.0.title: BASE_TYPE_MAX_LENGTH", "embeds.1.description: BASE_TYPE_MAX_LENGTH"],
        ),
        ({"embeds": [{"description": "d" * 3001}] * 2}, ["embeds: MAX_EMBED_SIZE_EXCEEDED"]),
        (
            {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
            ["allowed_mentions: MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"],
        ),
        (
            {"content": "x", "allowed_mentions": {"parse": ["everybody"]}},
            ["allowed_mentions.parse.0: BASE_TYPE_CHOICES"],
        ),
        (
            {"content": "x", "message_reference": {"message_id": "1"}},
            ["message_reference: REPLIES_UNKNOWN_MESSAGE"],
        ),
        (
            {"content": "x", "attachments": [{"id": 0}]},
            ["attachments.0.id: ATTACHMENT_NOT_FOUND"],
        ),
        ({"content": "x", "components": [row(BUTTON)] * 6}, ["components: BASE_TYPE_BAD_LENGTH"]),
        (
            {"content": "x", "components": [row(BUTTON, BUTTON)]},
            ["components: COMPONENT_CUSTOM_ID_DUPLICATED"],
        ),
        (
            {"content": "x", "components": [row(*[BUTTON] * 6)]},
            ["components.0.components: BASE_TYPE_BAD_LENGTH"],
        ),
        ({"content": "x", "components": [BUTTON]}, ["components.0.type: BASE_TYPE_CHOICES"]),
        (
            {"content": "x", "components": [row(BUTTON | {"label": "l" * 81, "custom_id": ""})]},
            [
                "components.0.components.0.custom_id: BASE_TYPE_REQUIRED",
                "components.0.components.0.label: BASE_TYPE_MAX_LENGTH",
            ],
        ),
        (
            {"content": "x", "components": [row(BUTTON | {"custom_id": "c" * 101})]},
            ["components.0.components.0.custom_id: BASE_TYPE_BAD_LENGTH"],
        ),
        (
            {"content": "x", "components": [row({"type": 2, "style": 5, "label": "x"})]},
            ["components.0.components.0.url: BASE_TYPE_REQUIRED"],
        ),
        (
            {"content": "x", "components": [{"type": 10, "content": "text"}]},
            ["components.0.type: BASE_TYPE_CHOICES"],
        ),
        (
            {"content": "x", "flags": 1 << 15, "components": [{"type": 10, "content": "text"}]},
            ["content: MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"],
        ),
        (
            {"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 2001}] * 2},
            ["components: COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"],
        ),
        (
            {"flags": 1 << 15, "components": [{"type": 14}] * 41},
            ["components: COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"],
        ),
    ],
)
async def test_a_body_is_refused_field_by_field(
    server: LocalDiscord, raw: Raw, body: Any, errors: list[str]
) -> None:
    path = f"/channels/{server.place('general').id}/messages"
    assert await raw.errors("POST", path, body) == errors
    assert server.messages("general") == []


async def test_a_message_needs_something_to_show(server: LocalDiscord, raw: Raw) -> None:
    path = f"/channels/{server.place('general').id}/messages"
    for body in ({"content": " \n"}, {}, {"embeds": []}, {"tts": True}):
        assert await raw.code("POST", path, body) == (400, 50006)
    status, posted = await raw("POST", path, {"content": " trimmed \n"})
    assert (status, posted["content"]) == (200, "trimmed")
    assert await raw.code("PATCH", f"{path}/{posted['id']}", {"content": ""}) == (400, 50006)
    broken = await raw.answer("POST", path, data=b"{", token=f"Bot {server.token}")
    assert broken.status == 400


async def test_only_the_bots_token_opens_the_door(server: LocalDiscord, raw: Raw) -> None:
    for token in ("", server.token, "Bot wrong", f"Bearer {server.token}"):
        status, body = await raw("GET", "/users/@me", token=token)
        assert (status, body) == (401, {"message": "401: Unauthorized", "code": 0})
    assert (await raw("GET", "/nowhere"))[0] == 404


async def test_an_enforced_nonce_returns_the_message_that_is_already_there(
    server: LocalDiscord, raw: Raw
) -> None:
    path = f"/channels/{server.place('general').id}/messages"
    body = {"content": "once", "nonce": "n1", "enforce_nonce": True}
    first, again = [(await raw("POST", path, body))[1] for _ in range(2)]
    assert first["id"] == again["id"]
    assert first["nonce"] == "n1"
    other = (await raw("POST", path, {"content": "free", "nonce": "n1"}))[1]
    assert other["id"] != first["id"]
    elsewhere = f"/channels/{server.place('engineering').id}/messages"
    assert (await raw("POST", elsewhere, body))[1]["id"] == other["id"]
    server.clock.advance(301)
    late = (await raw("POST", path, body))[1]
    assert late["id"] != first["id"]
    assert len(server.messages("general")) == 3


async def test_a_reply_needs_its_target_unless_it_says_otherwise(
    server: LocalDiscord, raw: Raw
) -> None:
    question = await server.user_posts("general", "alice", "question")
    notice = await server.system_posts("general", "bob")
    path = f"/channels/{question.channel_id}/messages"

    def replying(message_id: str, **more: Any) -> dict[str, Any]:
        return {"content": "x", "message_reference": {"message_id": message_id} | more}

    posted = (await raw("POST", path, replying(question.id)))[1]
    assert posted["type"] == 19
    assert posted["referenced_message"]["content"] == "question"
    errors = await raw.errors("POST", path, replying(notice.id))
    assert errors == ["message_reference: REPLIES_CANNOT_REFERENCE_SYSTEM_MESSAGE"]
    elsewhere = server.place("engineering").id
    assert await raw.errors("POST", path, replying(question.id, channel_id=elsewhere))
    await server.user_deletes(question)
    lenient = (await raw("POST", path, replying(question.id, fail_if_not_exists=False)))[1]
    assert lenient["type"] == 0
    assert "message_reference" not in lenient
    kept = (await raw("GET", f"{path}/{posted['id']}"))[1]
    assert kept["referenced_message"] is None


async def test_only_own_messages_are_edited_and_others_only_by_moderators_deleted(
    server: LocalDiscord, client: library.Client, raw: Raw
) -> None:
    question = await server.user_posts("general", "alice", "question")
    channel = await client.fetch_channel(int(question.channel_id))
    posted = await channel.send("one")
    edited = await posted.edit(content="two")
    assert edited.edited_at is not None
    path = f"/channels/{question.channel_id}/messages"
    assert await raw.code("PATCH", f"{path}/{question.id}", {"content": "x"}) == (403, 50005)
    assert await raw.code("DELETE", f"{path}/{question.id}") == (403, 50013)
    await posted.delete()
    assert await raw.code("PATCH", f"{path}/{posted.id}", {"content": "x"}) == (404, 10008)
    assert await raw.code("DELETE", f"{path}/{posted.id}") == (404, 10008)
    await server.set_role(server.bot_role(), server.bot_role().permissions | 1 << 13)
    assert (await raw("DELETE", f"{path}/{question.id}"))[0] == 204
    assert server.messages("general") == []


async def test_an_edit_changes_what_it_names_and_nothing_else(
    server: LocalDiscord, client: library.Client, raw: Raw
) -> None:
    channel = await client.fetch_channel(int(server.place("general").id))
    view = library.ui.View()
    view.add_item(library.ui.Button(label="Stop", custom_id="stop"))
    posted = await channel.send("one", view=view, suppress_embeds=True)
    path = f"/channels/{posted.channel.id}/messages"
    await raw("PATCH", f"{path}/{posted.id}", {"content": "two"})
    (message,) = server.messages("general")
    assert [b["label"] for b in server.buttons(message)] == ["Stop"]
    assert message.flags == 4
    await posted.edit(view=None)
    assert message.flags == 0  # discord.py's edit takes the suppression away unless told
    assert server.buttons(message) == []
    assert server.edits(message) == ["one", "two", "two"]
    before = message.edited_at
    await server.unfurls(message)
    assert message.edited_at == before
    v2 = {"flags": 1 << 15, "components": [{"type": 10, "content": "text"}]}
    shown = (await raw("POST", path, v2))[1]
    assert shown["components"] == [{"type": 10, "content": "text", "id": 1}]
    errors = await raw.errors("PATCH", f"{path}/{shown['id']}", {"flags": 0})
    assert errors == ["flags: MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG"]
    assert server.visible(server.messages("general")[-1]) == "text"


async def test_the_history_is_read_in_pages_newest_first(
    server: LocalDiscord, client: library.Client, raw: Raw
) -> None:
    posted = [await server.user_posts("general", "alice", f"{n}") for n in range(7)]
    path = f"/channels/{posted[0].channel_id}/messages"

    async def texts(query: str) -> str:
        return "".join(m["content"] for m in (await raw("GET", f"{path}?{query}"))[1])

    assert await texts("") == "6543210"
    assert await texts("limit=2") == "65"
    assert await texts(f"before={posted[3].id}&limit=2") == "21"
    assert await texts(f"after={posted[3].id}&limit=2") == "54"
    assert await texts(f"around={posted[3].id}&limit=3") == "432"
    for query in ("limit=0", "limit=101", "limit=x", "before=1&after=2", "after=x"):
        assert await raw.errors("GET", f"{path}?{query}")
    channel = await client.fetch_channel(int(posted[0].channel_id))
    since = library.Object(int(posted[1].id))
    read = [message.content async for message in channel.history(after=since)]
    assert read == ["2", "3", "4", "5", "6"]


async def test_without_the_content_intent_only_mentions_and_own_messages_can_be_read(
    server: LocalDiscord, raw: Raw
) -> None:
    server.application.flags = 0
    await server.user_posts("general", "alice", "hidden", files=[("a.txt", "x")])
    await server.user_posts("general", "alice", "@parley shown")
    path = f"/channels/{server.place('general').id}/messages"
    shown, hidden = (await raw("GET", path))[1]
    assert shown["content"].endswith("shown")
    assert (hidden["content"], hidden["attachments"]) == ("", [])
    direct = await server.user_posts(server.dm("alice"), "alice", "direct")
    assert (await raw("GET", f"/channels/{direct.channel_id}/messages"))[1][0][
        "content"
    ] == "direct"


async def test_typing_shows_for_whom_may_write(
    server: LocalDiscord, client: library.Client
) -> None:
    channel = await client.fetch_channel(int(server.place("general").id))
    await channel.typing()
    assert len(server.typing_in("general")) == 1
    assert server.shows_typing("general")
    server.clock.advance(10)
    assert not server.shows_typing("general")
    await server.permit("general", deny=1 << 11)
    with pytest.raises(library.Forbidden):
        await channel.typing()
