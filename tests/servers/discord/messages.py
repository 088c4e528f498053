"""Routes of messages: reading, posting, editing, deleting, typing.

discord.com/developers/docs/resources/message
"""

from __future__ import annotations

from typing import Any

from . import cdn, intents, limits, payloads, posting, thread_life
from .access import channel_of, may, message_of, need, snowflake, speak
from .permissions import P
from .records import Channel, Message, MessageKind
from .refusal import ApiError, forbidden, invalid
from .wire import Call, route
from .world import World

_MESSAGES = "/channels/{channel_id}/messages"
_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
_REPLIES_TO = frozenset(
    {
        MessageKind.DEFAULT,
        MessageKind.REPLY,
        MessageKind.CHAT_INPUT_COMMAND,
        MessageKind.CONTEXT_MENU_COMMAND,
    }
)
_DELETABLE = _REPLIES_TO | {MessageKind.PIN, MessageKind.JOIN, MessageKind.THREAD_CREATED}


def shown(world: World, message: Message) -> dict[str, Any]:
    """Return a message as REST shows it to the bot, with what its intents let it read."""
    payload = payloads.message_payload(world, message)
    in_guild = world.channels[message.channel_id].guild_id is not None
    reads = intents.MESSAGE_CONTENT if world.application.reads_content else 0
    return intents.as_seen(payload, reads, world.application.bot_id, in_guild=in_guild)


@route("GET", _MESSAGES, limit="history")
def history(world: World, call: Call) -> Any:
    """Return up to 100 messages, newest first; none where the bot may not read the history."""
    channel = channel_of(world, call.params["channel_id"])
    limit = call.number("limit", 50, 1, 100)
    anchors = [name for name in ("around", "before", "after") if name in call.query]
    for name in anchors:
        snowflake(name, call.query[name])
    if len(anchors) > 1:
        text = "Only one of around, before, after may be specified"
        raise invalid("", "MESSAGES_MUTUALLY_EXCLUSIVE", text)
    if not may(world, channel, P.READ_HISTORY):
        return []
    everything = list(channel.messages.values())
    found = _page(everything, anchors[0] if anchors else "", call, limit)
    return [shown(world, message) for message in reversed(found)]


def _page(messages: list[Message], anchor: str, call: Call, limit: int) -> list[Message]:
    messages = sorted(messages, key=lambda m: int(m.id))
    at = int(call.query.get(anchor, 0))
    if anchor == "after":
        return [m for m in messages if int(m.id) > at][:limit]
    if anchor == "before":
        return [m for m in messages if int(m.id) < at][-limit:]
    if anchor == "around":
        older = [m for m in messages if int(m.id) < at][-(limit // 2) :] if limit > 1 else []
        newer = [m for m in messages if int(m.id) >= at][: limit - len(older)]
        return older + newer
    return messages[-limit:]


@route("GET", _MESSAGE, limit="history")
def message(world: World, call: Call) -> Any:
    channel = channel_of(world, call.params["channel_id"])
    if not may(world, channel, P.READ_HISTORY):
        raise forbidden(50001)
    return shown(world, message_of(world, channel, call.params["message_id"]))


@route("POST", _MESSAGES, limit="post")
def post(world: World, call: Call) -> Any:
    """Post a message; a thread that was archived wakes up."""
    channel = channel_of(world, call.params["channel_id"])
    rights = speak(world, channel)
    draft = posting.read_draft(world, call)
    may_carry(rights, draft)
    if draft.enforce_nonce and (twin := _twin(world, draft.nonce)):
        return shown(world, twin) | {"nonce": twin.nonce}
    made = build(world, channel, draft)
    _refer(world, channel, draft, made)
    thread_life.wake(world, channel)
    world.publish(made, draft.allowed)
    if made.nonce is not None:
        world.nonces[str(made.nonce)] = made
    answer = payloads.message_payload(world, made)
    return answer | ({"nonce": made.nonce} if made.nonce is not None else {})


def may_carry(rights: int, draft: posting.Draft) -> None:
    """Refuse files and embeds where the bot may not bring any."""
    if draft.attachments:
        need(rights, P.ATTACH_FILES)
    if draft.embeds:
        need(rights, P.EMBED_LINKS)


def build(world: World, channel: Channel, draft: posting.Draft) -> Message:
    """Make the bot's message from a draft; it is not published yet."""
    return Message(
        world.snowflakes.new(),
        channel.id,
        world.application.bot_id,
        draft.content,
        world.clock.now(),
        flags=draft.flags,
        tts=draft.tts,
        embeds=draft.embeds,
        components=draft.components,
        attachments=draft.attachments,
        nonce=draft.nonce,
    )


def _twin(world: World, nonce: str | int | None) -> Message | None:
    """Return the bot's message of the past minutes that had the same nonce, in any channel."""
    known = world.nonces.get(str(nonce))
    if known is None or known.deleted:
        return None
    return known if known.at >= world.clock.now() - limits.NONCE_SECONDS else None


def _refer(world: World, channel: Channel, draft: posting.Draft, made: Message) -> None:
    """Make a message a reply; without its target it is refused, or becomes an ordinary one."""
    given = draft.reference
    if given is None:
        return
    if not may(world, channel, P.READ_HISTORY):
        raise ApiError(400, 160002)
    target = channel.messages.get(str(given["message_id"]))
    if str(given.get("channel_id") or channel.id) != channel.id:
        text = "Cannot reply to a message in a different channel"
        raise invalid("message_reference", "REPLIES_CANNOT_CROSS_CHANNELS", text)
    if target is None:
        if given.get("fail_if_not_exists", True) is False:
            return
        raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    if target.type not in _REPLIES_TO:
        text = "Cannot reply to a system message"
        raise invalid("message_reference", "REPLIES_CANNOT_REFERENCE_SYSTEM_MESSAGE", text)
    made.type = MessageKind.REPLY
    made.reference = {"type": 0, "message_id": str(given["message_id"]), "channel_id": channel.id}
    if channel.guild_id:
        made.reference["guild_id"] = channel.guild_id


@route("PATCH", _MESSAGE, limit="edit")
def edit(world: World, call: Call) -> Any:
    """Change an own message; without allowed_mentions it is parsed with the defaults again."""
    channel = channel_of(world, call.params["channel_id"])
    message = message_of(world, channel, call.params["message_id"])
    if message.author_id != world.application.bot_id:
        _moderate(channel, call, may(world, channel, P.MANAGE_MESSAGES))
    if channel.archived:
        raise ApiError(400, 50083)
    if channel.locked and not may(world, channel, P.MANAGE_THREADS):
        raise forbidden(160005)
    draft = posting.read_draft(world, call, settable=posting.EDITABLE, edited=message)
    may_carry(world.rights(world.application.bot_id, channel), draft)
    _spare_old(world, message)
    if posting.apply(draft, message, call):
        message.edited_at = world.clock.now()
    parsed = bool({"content", "allowed_mentions", "components"} & draft.given)
    world.revise(message, draft.allowed, mention=parsed)
    return shown(world, message)


def _moderate(channel: Channel, call: Call, manages: bool) -> None:
    """Let a moderator hide the embeds of somebody else's message, and nothing more."""
    if set(call.body) != {"flags"} or channel.is_direct:
        raise forbidden(50005)
    if not manages:
        raise forbidden(50013)


def _spare_old(world: World, message: Message) -> None:
    """Refuse many edits of a message that is older than an hour."""
    if not world.limits.enforce:
        return
    since = message.at + limits.OLD_MESSAGE_SECONDS
    late = sum(version.at > since for version in message.versions)
    if world.clock.now() > since and late >= limits.OLD_EDITS:
        world.limits.count_refusal("PATCH " + _MESSAGE)
        raise ApiError(429, 30046)


@route("DELETE", _MESSAGE, limit="delete")
def delete(world: World, call: Call) -> Any:
    channel = channel_of(world, call.params["channel_id"])
    message = message_of(world, channel, call.params["message_id"])
    if message.author_id != world.application.bot_id:
        if channel.is_direct:
            raise forbidden(50003)
        need(world.rights(world.application.bot_id, channel), P.MANAGE_MESSAGES)
    if message.type not in _DELETABLE:
        raise forbidden(50021)
    # What is archived may still be deleted, unless a moderator locked it.
    if channel.archived and channel.locked and not may(world, channel, P.MANAGE_THREADS):
        raise ApiError(400, 50083)
    world.retract(message)


@route("POST", "/channels/{channel_id}/typing", limit="typing")
def typing(world: World, call: Call) -> Any:
    """Show the bot as typing, for ten seconds or until it posts."""
    channel = channel_of(world, call.params["channel_id"])
    speak(world, channel)
    world.type_in(channel, world.application.bot_id)


@route("POST", "/attachments/refresh-urls", limit="read")
def refresh(world: World, call: Call) -> Any:
    """Sign attachment addresses anew."""
    given = call.body.get("attachment_urls")
    if not isinstance(given, list) or not 1 <= len(given) <= 50:
        text = "Must be between 1 and 50 in length."
        raise invalid("attachment_urls", "BASE_TYPE_BAD_LENGTH", text)
    return {
        "refreshed_urls": [
            {"original": url, "refreshed": cdn.refreshed(world, url)} for url in given
        ]
    }
