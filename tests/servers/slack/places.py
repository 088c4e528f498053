"""How a method finds the channel, thread and message that a call names, and who may see them."""

from __future__ import annotations

from .core import Core
from .refusal import Refusal, missing
from .wire import Call
from .workspace import Channel, Message


def visible_channel(call: Call, name: str = "channel") -> Channel:
    """Return the channel that an argument names by id, if the bot may know that it exists."""
    ref = call.text(name, required=True)
    channel = call.bot.workspace.channels.get(ref)
    hidden = channel is not None and channel.kind != "channel"
    if channel is None or (hidden and call.bot.bot_user_id not in channel.members):
        raise Refusal("channel_not_found")
    return channel


def joined_channel(call: Call, name: str = "channel") -> Channel:
    """Return the channel that an argument names, of which the bot must be a member."""
    channel = visible_channel(call, name)
    if call.bot.bot_user_id not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def writable_channel(core: Core, call: Call) -> Channel:
    """Return where a new message goes: a channel's id or name, or a person's id (their DM)."""
    ref = call.text("channel", required=True)
    workspace = call.bot.workspace
    bot = call.bot.bot_user_id
    if ref in workspace.users:
        if workspace.users[ref].is_bot:
            raise Refusal("channel_not_found")
        return workspace.direct(ref, bot)
    try:
        channel = workspace.channel(ref)
    except KeyError:
        raise Refusal("channel_not_found") from None
    if bot not in channel.members:
        if channel.kind != "channel":
            raise Refusal("channel_not_found")
        if "chat:write.public" not in call.bot.scopes:
            raise Refusal("not_in_channel")
    if channel.archived:
        raise Refusal("is_archived")
    return channel


def thread_root(call: Call, channel: Channel, required: bool = False) -> Message | None:
    """Return the parent that `thread_ts` names; a reply's own ts is no thread."""
    ts = call.timestamp("thread_ts", "invalid_thread_ts")
    if not ts:
        if required:
            raise missing("thread_ts")
        return None
    parent = channel.find(ts)
    if parent is None:
        raise Refusal("thread_not_found")
    if parent.is_reply:
        raise Refusal("cannot_reply_to_message")
    return parent


def own_message(call: Call, channel: Channel, error: str, name: str = "ts") -> Message:
    """Return the bot's own message that `ts` names; refuse with `error` when it is another's."""
    call.text(name, required=True)
    ts = call.timestamp(name, "message_not_found")
    message = channel.find(ts)
    if message is None or message.deleted:
        raise Refusal("message_not_found")
    if message.bot_id != call.bot.bot_id:
        raise Refusal(error)
    return message
