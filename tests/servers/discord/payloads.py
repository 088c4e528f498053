"""The API's objects, rendered from the state exactly as documented."""

from __future__ import annotations

from .payloads_messages import (
    attachment_payload,
    guessed_type,
    message_event,
    message_payload,
    permissions_text,
)
from .payloads_places import (
    channel_payload,
    guild_created,
    guild_payload,
    iso,
    member_payload,
    role_payload,
    thread_member_payload,
    thread_payload,
    user_payload,
)

__all__ = [
    "attachment_payload",
    "channel_payload",
    "guessed_type",
    "guild_created",
    "guild_payload",
    "iso",
    "member_payload",
    "message_event",
    "message_payload",
    "permissions_text",
    "role_payload",
    "thread_member_payload",
    "thread_payload",
    "user_payload",
]
