"""Builders of event payloads and of messages as the Web API returns them. Pure.

Shapes: docs.slack.dev/reference/events/* and reference/objects; the wrapper is the one of
docs.slack.dev/apis/events-api.
"""

from __future__ import annotations

from typing import Any

from .apps import Installation
from .workspace import Channel, File, Message, Workspace, new_id

CHANNEL_TYPE = {"channel": "channel", "group": "group", "im": "im", "mpim": "mpim"}
SUBSCRIPTION = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}


def wrap(installation: Installation, event: dict[str, Any], now: float) -> dict[str, Any]:
    """Return the outer payload of an event, with an event id of its own."""
    team = installation.workspace.team_id
    return {
        "token": installation.app.verification_token,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": installation.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(now),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": installation.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{new_id('EC')}",
    }


def message_object(
    workspace: Workspace, message: Message, *, metadata: bool = False, counts: bool = False
) -> dict[str, Any]:
    """Return a message as conversations.* and events show it.

    `counts` adds the thread summary of a parent, `metadata` the whole metadata.
    """
    shown: dict[str, Any] = {"type": "message", "ts": message.ts, "text": message.text}
    optional = {
        "subtype": message.subtype,
        "user": message.user,
        "bot_id": message.bot_id,
        "app_id": message.app_id,
        "username": message.username,
        "client_msg_id": message.client_msg_id,
        "edited": message.edited,
        "thread_ts": message.thread_ts,
        "parent_user_id": message.parent_user_id if message.is_reply else None,
    }
    shown |= {key: value for key, value in optional.items() if value is not None}
    lists = {
        "blocks": message.blocks,
        "attachments": message.attachments,
        "files": message.files,
    }
    shown |= {key: value for key, value in lists.items() if value}
    if message.subtype == "tombstone":
        shown["hidden"] = True
    else:
        shown["team"] = workspace.team_id
    if message.files:
        shown |= {"upload": False, "display_as_bot": False}
    if message.reactions:
        shown["reactions"] = [
            {"name": name, "users": users, "count": len(users)}
            for name, users in message.reactions.items()
        ]
    if metadata and message.metadata:
        shown["metadata"] = message.metadata
    if counts:
        shown |= thread_counts(workspace.channels[message.channel], message)
    return shown


def thread_counts(channel: Channel, parent: Message) -> dict[str, Any]:
    """Return the thread summary that Slack keeps on a parent message, empty without replies."""
    replies = channel.thread(parent.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies if reply.user))
    return {
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users[:5],
        "is_locked": False,
        "subscribed": True,
    }


def message_event(workspace: Workspace, channel: Channel, message: Message) -> dict[str, Any]:
    """Return the `message` event of a new message."""
    event = message_object(workspace, message)
    if message.subtype == "thread_broadcast" and message.thread_ts:
        root = channel.find(message.thread_ts)
        if root is not None:
            event["root"] = message_object(workspace, root, counts=True)
    return event | {
        "channel": channel.id,
        "event_ts": message.ts,
        "channel_type": CHANNEL_TYPE[channel.kind],
    }


def mention_event(workspace: Workspace, channel: Channel, message: Message) -> dict[str, Any]:
    """Return the `app_mention` event of a message: no channel_type, and never any files."""
    event = message_object(workspace, message)
    for key in ("files", "upload", "display_as_bot", "subtype"):
        event.pop(key, None)
    return event | {"type": "app_mention", "channel": channel.id, "event_ts": message.ts}


def changed_event(
    workspace: Workspace,
    channel: Channel,
    message: Message,
    previous: dict[str, Any],
    ts: str,
) -> dict[str, Any]:
    """Return `message_changed`, also used for a deleted parent that leaves a tombstone."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message_object(workspace, message, counts=True),
        "previous_message": previous,
        "channel": channel.id,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "channel_type": CHANNEL_TYPE[channel.kind],
    }


def deleted_event(channel: Channel, previous: dict[str, Any], ts: str) -> dict[str, Any]:
    """Return `message_deleted`."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": previous,
        "channel": channel.id,
        "hidden": True,
        "deleted_ts": previous["ts"],
        "event_ts": ts,
        "ts": ts,
        "channel_type": CHANNEL_TYPE[channel.kind],
    }


def joined_event(channel: Channel, user: str, inviter: str | None, ts: str) -> dict[str, Any]:
    event = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == "channel" else "G",
        "team": channel.team_id,
        "event_ts": ts,
    }
    return event | ({"inviter": inviter} if inviter else {})


def file_object(workspace: Workspace, file: File, base_url: str) -> dict[str, Any]:
    """Return a file as messages and files.info show it."""
    if file.deleted:
        return {"id": file.id, "mode": "tombstone"}
    private = file.external_url or f"{base_url}/files-pri/{workspace.team_id}-{file.id}/{file.name}"
    download = file.external_url or (
        f"{base_url}/files-pri/{workspace.team_id}-{file.id}/download/{file.name}"
    )
    link = f"https://{workspace.domain}.slack.com/files/{file.user}/{file.id}/{file.name}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "pretty_type": file.filetype.title(),
        "user": file.user,
        "user_team": workspace.team_id,
        "editable": file.mode == "snippet",
        "size": 0 if file.mode == "external" else len(file.content),
        "mode": file.mode,
        "is_external": file.mode == "external",
        "external_type": "gdrive" if file.mode == "external" else "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": private,
        "url_private_download": download,
        "permalink": link,
        "has_rich_preview": False,
        "file_access": "visible",
    }


def connect_stub(file: File) -> dict[str, Any]:
    """Return a file shared over Slack Connect: nothing but the hint to call files.info."""
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "mode": "file_access",
        "user": file.user,
        "file_access": "check_file_info",
    }
