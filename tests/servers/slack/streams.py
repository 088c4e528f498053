"""Native streaming: chat.startStream, appendStream, stopStream, with Slack's lifetime and size.

Sources: the pages of the three methods, docs.slack.dev/ai/agent-sessions; lifetime and total size
as reported in slackapi/python-slack-sdk#1859 and CopilotKit/CopilotKit#6244.
"""

from __future__ import annotations

import json
from typing import Any

from . import blockkit, limits
from .chat import bot_message, metadata, shown
from .core import Core
from .places import thread_root, visible_channel
from .refusal import Refusal
from .wire import Call, method
from .workspace import Channel, Message, Stream

_STATUSES = ("pending", "in_progress", "complete", "error")
_SESSION = ("active", "processing", "suspended", "closed")


def _chunks(call: Call) -> list[dict[str, Any]]:
    """Return the call's chunks; refuse those that Slack would not take."""
    chunks = call.structure("chunks", "invalid_chunks") or []
    if not isinstance(chunks, list):
        raise Refusal("invalid_chunks")
    for chunk in chunks:
        if not isinstance(chunk, dict) or not _sound(chunk):
            raise Refusal("invalid_chunks")
    return chunks


def _sound(chunk: dict[str, Any]) -> bool:
    kind = chunk.get("type")
    if kind == "markdown_text":
        return isinstance(chunk.get("text"), str) and bool(chunk["text"])
    if kind == "task_update":
        named = all(isinstance(chunk.get(k), str) and chunk[k] for k in ("id", "title"))
        texts = all(isinstance(chunk.get(k, ""), str) for k in ("details", "output"))
        return named and texts and chunk.get("status") in _STATUSES
    if kind == "plan_update":
        return isinstance(chunk.get("title"), str) and bool(chunk["title"])
    return kind == "blocks" and isinstance(chunk.get("blocks"), list)


def _spoken(call: Call) -> tuple[str, list[dict[str, Any]]]:
    """Return (markdown_text, chunks) of a call; never both."""
    markdown, chunks = call.text("markdown_text"), _chunks(call)
    if markdown and chunks:
        raise Refusal("cannot_provide_both_markdown_text_and_chunks")
    if len(markdown) > limits.MARKDOWN_CHARACTERS:
        raise Refusal("msg_too_long")
    return markdown, chunks


def _grow(message: Message, stream: Stream, markdown: str, chunks: list[dict[str, Any]]) -> None:
    """Apply one call's content; refuse it as a whole when mode or size do not fit."""
    if not markdown and not chunks:
        return
    mode = "markdown_text" if markdown else "chunks"
    if stream.mode not in (None, mode):
        raise Refusal("streaming_mode_mismatch")
    added = markdown + "".join(c["text"] for c in chunks if c["type"] == "markdown_text")
    cards = {**stream.tasks, **{c["id"]: c for c in chunks if c["type"] == "task_update"}}
    if _bytes(stream.markdown + added, cards) > limits.STREAM_BYTES:
        raise Refusal("msg_too_long")
    blocks = [block for c in chunks if c["type"] == "blocks" for block in c["blocks"]]
    if len(stream.blocks) + len(blocks) > blockkit.MESSAGE_BLOCKS:
        raise Refusal("msg_blocks_too_many")
    blockkit.check_message([dict(block) for block in blocks])
    stream.mode = "markdown_text" if markdown else "chunks"
    stream.markdown += added
    stream.blocks += blocks
    for chunk in chunks:
        if chunk["type"] == "task_update":
            stream.tasks[chunk["id"]] = {**stream.tasks.get(chunk["id"], {}), **chunk}
        elif chunk["type"] == "plan_update":
            stream.plan_title = chunk["title"]
    _show(message, stream)


def _bytes(markdown: str, cards: dict[str, Any]) -> int:
    """Count a streamed message as it is stored: its text and its task cards."""
    stored = json.dumps(list(cards.values()), ensure_ascii=False) if cards else ""
    return len((markdown + stored).encode("utf-8", "replace"))


def _show(message: Message, stream: Stream) -> None:
    message.text = stream.markdown
    shown_blocks: list[dict[str, Any]] = [
        {
            "type": "task_card",
            "block_id": f"t{index}",
            "task_id": task["id"],
            "title": task["title"],
            "status": task["status"],
        }
        for index, task in enumerate(stream.tasks.values())
    ]
    if stream.markdown:
        shown_blocks.append({"type": "markdown", "block_id": "b0", "text": stream.markdown})
    message.blocks = shown_blocks + stream.blocks


def _session_place(core: Core, call: Call) -> tuple[Channel, Message | None]:
    channel = visible_channel(call)
    if call.bot.bot_user_id not in channel.members:
        raise Refusal("not_in_channel")
    if channel.archived:
        raise Refusal("is_archived")
    if channel.kind != "im":
        if not call.text("recipient_user_id"):
            raise Refusal("missing_recipient_user_id")
        if not call.text("recipient_team_id"):
            raise Refusal("missing_recipient_team_id")
        if call.text("recipient_user_id") not in call.bot.workspace.users:
            raise Refusal("user_not_found")
        if call.text("recipient_team_id") != call.bot.workspace.team_id:
            raise Refusal("team_not_found")
    return channel, thread_root(call, channel, required=True)


@method("chat.startStream", tier="2", scopes=["chat:write"])
def start(core: Core, call: Call) -> dict[str, Any]:
    channel, parent = _session_place(core, call)
    if call.text("task_display_mode") not in ("", "timeline", "plan", "dense"):
        raise Refusal("invalid_arguments", "must be a valid enum value: task_display_mode")
    markdown, chunks = _spoken(call)
    message = bot_message(core, call, channel, parent)
    stream = Stream(core.clock.now(), call.bot.app.id)
    _grow(message, stream, markdown, chunks)
    message.stream = stream
    core.clock.call_later(limits.STREAM_SECONDS, lambda: _expire(core, channel, message, stream))
    core.publish(channel, message, markdown=True)
    return {"channel": channel.id, "ts": message.ts}


def _expire(core: Core, channel: Channel, message: Message, stream: Stream) -> None:
    """End a stream as Slack does by itself: what was said stays, nothing more is taken."""
    if message.stream is stream and not message.deleted:
        stream.expired = True
        core.changed()


def _open_stream(call: Call) -> tuple[Channel, Message, Stream]:
    channel = visible_channel(call)
    if channel.archived:
        raise Refusal("is_archived")
    call.text("ts", required=True)
    message = channel.find(call.timestamp("ts", "message_not_found"))
    if message is None or message.deleted:
        raise Refusal("message_not_found")
    if message.bot_id != call.bot.bot_id:
        raise Refusal("message_not_owned_by_app")
    if message.stream is None or message.stream.expired:
        raise Refusal("message_not_in_streaming_state")
    return channel, message, message.stream


@method("chat.appendStream", tier="4", scopes=["chat:write"])
def append(core: Core, call: Call) -> dict[str, Any]:
    channel, message, stream = _open_stream(call)
    if stream.stopped_by_user:
        raise Refusal("stopped_by_user")
    markdown, chunks = _spoken(call)
    if not markdown and not chunks:
        raise Refusal("markdown_text_or_chunks_required")
    _grow(message, stream, markdown, chunks)
    core.grow(channel, message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.stopStream", tier="2", scopes=["chat:write"])
def stop(core: Core, call: Call) -> dict[str, Any]:
    channel, message, stream = _open_stream(call)
    markdown, chunks = _spoken(call)
    blocks = blockkit.parse(call.args["blocks"]) if call.args.get("blocks") is not None else []
    blockkit.check_message(blocks)
    status = call.text("session_status") or "active"
    if status not in _SESSION:
        raise Refusal("invalid_arguments", "must be a valid enum value: session_status")
    said = metadata(call)
    previous = core.snapshot(channel, message)
    _grow(message, stream, markdown, chunks)
    message.stream = None
    message.blocks = message.blocks + blocks
    if said is not None:
        message.metadata = said or None
    core.revise(channel, message, previous, markdown=True)
    if (place := (channel.id, message.thread_ts or "")) in core.sessions:
        core.sessions[place] = status
    return {"channel": channel.id, "ts": message.ts, "message": shown(core, call, message)}


@method("agents.sessions.setStatus", tier="3", scopes=["chat:write"])
def set_session_status(core: Core, call: Call) -> dict[str, Any]:
    channel = visible_channel(call, "channel_id")
    if call.text("status", required=True) not in _SESSION:
        raise Refusal("invalid_arguments", "must be a valid enum value: status")
    if call.bot.bot_user_id not in channel.members:
        raise Refusal("not_in_channel")
    # Only apps that are declared as agents have sessions; declaring one adds this scope.
    if "assistant:write" not in call.bot.scopes:
        raise Refusal("not_authorized")
    thread_root(call, channel, required=True)
    if not call.bot.wants("agent_session_stopped", None):
        call.warnings.append("missing_agent_session_stopped_event_subscription")
    status = core.sessions[channel.id, call.text("thread_ts")] = call.text("status")
    core.changed()
    return {"status": status, "agent_status": status}
