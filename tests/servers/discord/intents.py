"""Gateway intents: their bits, which events each one lets through, and what stays hidden. Pure.

Source: discord-api-docs, developers/events/gateway, "Gateway Intents" and "Message Content Intent".
"""

from __future__ import annotations

from typing import Any, TypeGuard

GUILDS = 1 << 0
GUILD_MEMBERS = 1 << 1
GUILD_MODERATION = 1 << 2
GUILD_EXPRESSIONS = 1 << 3
GUILD_INTEGRATIONS = 1 << 4
GUILD_WEBHOOKS = 1 << 5
GUILD_INVITES = 1 << 6
GUILD_VOICE_STATES = 1 << 7
GUILD_PRESENCES = 1 << 8
GUILD_MESSAGES = 1 << 9
GUILD_MESSAGE_REACTIONS = 1 << 10
GUILD_MESSAGE_TYPING = 1 << 11
DIRECT_MESSAGES = 1 << 12
DIRECT_MESSAGE_REACTIONS = 1 << 13
DIRECT_MESSAGE_TYPING = 1 << 14
MESSAGE_CONTENT = 1 << 15
GUILD_SCHEDULED_EVENTS = 1 << 16
AUTO_MODERATION_CONFIGURATION = 1 << 20
AUTO_MODERATION_EXECUTION = 1 << 21
GUILD_MESSAGE_POLLS = 1 << 24
DIRECT_MESSAGE_POLLS = 1 << 25

# Bits 17-19, 22 and 23 were never given out.
KNOWN = ((1 << 17) - 1) | (0b11 << 20) | (0b11 << 24)

# The flags of an application that allow a privileged intent: the full one and the limited one.
PRIVILEGED = {
    GUILD_PRESENCES: (1 << 12) | (1 << 13),
    GUILD_MEMBERS: (1 << 14) | (1 << 15),
    MESSAGE_CONTENT: (1 << 18) | (1 << 19),
}

# (in a guild, in a direct message); an event that is not listed is always sent.
_EVENTS: dict[str, tuple[int, int]] = {}


def _need(guild: int, direct: int, *names: str) -> None:
    _EVENTS.update(dict.fromkeys(names, (guild, direct)))


_need(GUILDS, GUILDS, "GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE")
_need(GUILDS, GUILDS, "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE")
_need(GUILDS, GUILDS, "CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE")
_need(GUILDS, DIRECT_MESSAGES, "CHANNEL_PINS_UPDATE")
_need(GUILDS, GUILDS, "THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE", "THREAD_LIST_SYNC")
_need(GUILDS, GUILDS, "THREAD_MEMBER_UPDATE", "THREAD_MEMBERS_UPDATE")
_need(GUILD_MEMBERS, GUILD_MEMBERS, "GUILD_MEMBER_ADD", "GUILD_MEMBER_REMOVE")
_need(GUILD_MODERATION, GUILD_MODERATION, "GUILD_BAN_ADD", "GUILD_BAN_REMOVE")
_need(GUILD_WEBHOOKS, GUILD_WEBHOOKS, "WEBHOOKS_UPDATE")
_need(GUILD_VOICE_STATES, GUILD_VOICE_STATES, "VOICE_STATE_UPDATE")
_need(GUILD_PRESENCES, GUILD_PRESENCES, "PRESENCE_UPDATE")
_need(GUILD_MESSAGES, DIRECT_MESSAGES, "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE")
_need(GUILD_MESSAGES, DIRECT_MESSAGES, "MESSAGE_DELETE_BULK")
_need(GUILD_MESSAGE_TYPING, DIRECT_MESSAGE_TYPING, "TYPING_START")
for _change in ("ADD", "REMOVE", "REMOVE_ALL", "REMOVE_EMOJI"):
    _need(GUILD_MESSAGE_REACTIONS, DIRECT_MESSAGE_REACTIONS, f"MESSAGE_REACTION_{_change}")


def valid(intents: object) -> TypeGuard[int]:
    """Return whether a value is a sum of known intents; else the close code is 4013."""
    return isinstance(intents, int) and not isinstance(intents, bool) and not intents & ~KNOWN


def allowed(intents: int, flags: int) -> bool:
    """Return whether an application with these flags may ask for them; else it is 4014."""
    return all(flags & needed for intent, needed in PRIVILEGED.items() if intents & intent)


def lets_through(intents: int, event: str, *, in_guild: bool) -> bool:
    """Return whether a session with these intents is sent an event of this name."""
    needed = _EVENTS.get(event)
    return needed is None or bool(intents & needed[0 if in_guild else 1])


def without_content(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message as an app without MESSAGE_CONTENT sees what is not meant for it."""
    hidden: dict[str, Any] = {"content": "", "embeds": [], "attachments": [], "components": []}
    return {key: hidden.get(key, value) for key, value in message.items() if key != "poll"}


def content_is_open(message: dict[str, Any], bot_user_id: str, *, in_guild: bool) -> bool:
    """Return whether an app may read a message without the intent: own, direct, or mentioned."""
    if not in_guild or message.get("author", {}).get("id") == bot_user_id:
        return True
    return any(user.get("id") == bot_user_id for user in message.get("mentions", []))


def as_seen(
    message: dict[str, Any], intents: int, bot_user_id: str, *, in_guild: bool
) -> dict[str, Any]:
    """Return a message as an app with these intents gets it, the quoted message judged apart."""
    if intents & MESSAGE_CONTENT:
        return message
    quoted = message.get("referenced_message")
    if not content_is_open(message, bot_user_id, in_guild=in_guild):
        message = without_content(message)
    if isinstance(quoted, dict) and not content_is_open(quoted, bot_user_id, in_guild=in_guild):
        message = message | {"referenced_message": without_content(quoted)}
    return message
