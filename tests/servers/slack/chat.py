"""chat.postMessage, update, delete, postEphemeral, getPermalink.

Source: docs.slack.dev/reference/methods and messaging/formatting-message-text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from . import blockkit, events, limits
from .core import Core
from .places import own_message, thread_root, visible_channel, writable_channel
from .records import Ephemeral
from .refusal import Refusal
from .richtext import normalise
from .wire import Call, method
from .workspace import Channel, Message


@dataclass(frozen=True)
class Content:
    """What a call wants a message to say; None where the call did not speak of it."""

    text: str | None = None
    blocks: list[dict[str, Any]] | None = None
    attachments: list[dict[str, Any]] | None = None
    markdown: bool = False
    warnings: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not ((self.text or "").strip() or self.blocks or self.attachments)


def content(call: Call) -> Content:
    """Read text, blocks, attachments or markdown_text; refuse what Slack would refuse."""
    markdown = call.text("markdown_text")
    if markdown:
        return _markdown(call, markdown)
    blocks = None
    if call.args.get("blocks") is not None:
        blocks = blockkit.parse(call.args["blocks"])
        blockkit.check_message(blocks)
    attachments = None
    if call.args.get("attachments") is not None:
        attachments = call.structure("attachments", "invalid_attachments") or []
        if not isinstance(attachments, list):
            raise Refusal("invalid_attachments")
        if len(attachments) > 100:
            raise Refusal("too_many_attachments")
    text = normalise(call.text("text")) if call.args.get("text") is not None else None
    return Content(text, blocks, attachments)


def _markdown(call: Call, markdown: str) -> Content:
    if call.args.get("text") or call.args.get("blocks"):
        raise Refusal("markdown_text_conflict")
    if len(markdown) > limits.MARKDOWN_CHARACTERS:
        raise Refusal("msg_too_long")
    block = {"type": "markdown", "text": markdown, "block_id": "b0"}
    return Content(markdown, [block], None, markdown=True)


def metadata(call: Call) -> dict[str, Any] | None:
    """Return the call's metadata: {} takes it away, None leaves it as it is."""
    value = call.structure("metadata", "invalid_metadata_format")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Refusal("invalid_metadata_format")
    if value == {}:
        return {}
    if not isinstance(value.get("event_type"), str) or not value["event_type"]:
        raise Refusal("invalid_metadata_format")
    if not isinstance(value.get("event_payload"), dict):
        raise Refusal("invalid_metadata_format")
    if len(json.dumps(value).encode()) > limits.METADATA_BYTES:
        raise Refusal("metadata_too_large")
    return {"event_type": value["event_type"], "event_payload": value["event_payload"]}


def bot_message(core: Core, call: Call, channel: Channel, parent: Message | None) -> Message:
    """Return a new message of the calling bot in a channel or thread, still without content."""
    bot = call.bot
    return Message(
        ts=core.new_ts(),
        channel=channel.id,
        text="",
        at=core.clock.now(),
        user=bot.bot_user_id,
        bot_id=bot.bot_id,
        app_id=bot.app.id,
        thread_ts=parent.ts if parent else None,
        parent_user_id=parent.user if parent else None,
    )


def shown(core: Core, call: Call, message: Message) -> dict[str, Any]:
    """Return a message as the answer of a chat.* method shows it."""
    return events.message_object(call.bot.workspace, message, metadata=True) | {
        "bot_profile": call.bot.profile()
    }


@method("chat.postMessage", scopes=["chat:write"])
def post_message(core: Core, call: Call) -> dict[str, Any]:
    channel = writable_channel(core, call)
    parent = thread_root(call, channel)
    said = content(call)
    if said.empty:
        raise Refusal("no_text")
    message = bot_message(core, call, channel, parent)
    message.metadata = metadata(call) or None
    message.text = said.text or ""
    if len(message.text) > limits.POST_CHARACTERS:
        message.text = message.text[: limits.POST_CHARACTERS]
        call.warnings.append("message_truncated")
    message.blocks, message.attachments = said.blocks or [], said.attachments or []
    if parent and call.flag("reply_broadcast"):
        message.subtype = "thread_broadcast"
    if call.text("username") and "chat:write.customize" in call.bot.scopes:
        message.subtype, message.username, message.user = "bot_message", call.text("username"), None
    message.unfurl_links = call.flag("unfurl_links")
    message.unfurl_media = call.args.get("unfurl_media") is None or call.flag("unfurl_media")
    spoken = call.flag("link_names") or call.text("parse") == "full"
    core.publish(channel, message, markdown=said.markdown, spoken=spoken)
    return {"channel": channel.id, "ts": message.ts, "message": shown(core, call, message)}


@method("chat.update", scopes=["chat:write"])
def update(core: Core, call: Call) -> dict[str, Any]:
    channel = visible_channel(call)
    if call.bot.bot_user_id not in channel.members:
        raise Refusal("not_in_channel")
    if channel.archived:
        raise Refusal("is_inactive")
    message = own_message(call, channel, "cant_update_message")
    if message.stream is not None and not message.stream.expired:
        raise Refusal("streaming_state_conflict")
    said = content(call)
    if said.text is None and said.blocks is None and said.attachments is None:
        raise Refusal("no_text")
    if not said.markdown and len((said.text or "").encode()) > limits.UPDATE_BYTES:
        raise Refusal("msg_too_long")
    new_metadata = metadata(call)
    previous = core.snapshot(channel, message)
    _rewrite(core, call, message, said)
    if new_metadata is not None:
        message.metadata = new_metadata or None
    message.stream = None
    core.revise(channel, message, previous, markdown=said.markdown)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": shown(core, call, message),
    }


def _rewrite(core: Core, call: Call, message: Message, said: Content) -> None:
    """Apply the rules of chat.update: text alone takes blocks away, blocks alone keep the text."""
    if said.blocks is not None:
        blocks = said.blocks
    else:
        blocks = [] if said.text is not None else message.blocks
    attachments = message.attachments if said.attachments is None else said.attachments
    text = message.text if said.text is None else said.text
    if not (text.strip() or blocks or attachments):
        raise Refusal("no_text")
    message.text, message.blocks, message.attachments = text, blocks, attachments
    if not said.blocks:
        message.edited = {"user": call.bot.bot_user_id, "ts": f"{int(core.clock.now())}.000000"}


@method("chat.delete", scopes=["chat:write"])
def delete(core: Core, call: Call) -> dict[str, Any]:
    channel = visible_channel(call)
    message = own_message(call, channel, "cant_delete_message")
    core.retract(channel, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.postEphemeral", tier="4", scopes=["chat:write"])
def post_ephemeral(core: Core, call: Call) -> dict[str, Any]:
    channel = writable_channel(core, call)
    user = call.text("user", required=True)
    if user not in channel.members:
        raise Refusal("user_not_in_channel")
    parent = thread_root(call, channel)
    said = content(call)
    if said.empty:
        raise Refusal("no_text")
    if len(said.text or "") > limits.POST_CHARACTERS:
        raise Refusal("msg_too_long")
    ts = core.new_ts()
    core.ephemerals.append(
        Ephemeral(
            core.clock.now(),
            channel.id,
            user,
            said.text or "",
            said.blocks or [],
            parent.ts if parent else None,
            ts,
            "chat.postEphemeral",
        )
    )
    core.changed()
    return {"message_ts": ts}


@method("chat.getPermalink", takes_json=False)
def get_permalink(core: Core, call: Call) -> dict[str, Any]:
    channel = visible_channel(call)
    call.text("message_ts", required=True)
    message = channel.find(call.timestamp("message_ts", "message_not_found"))
    if message is None:
        raise Refusal("message_not_found")
    domain = call.bot.workspace.domain
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}
