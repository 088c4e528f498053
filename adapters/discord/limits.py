"""What Discord lets one bot call, and how large a message may be: data, no code.

The 50 requests a second are documented (https://docs.discord.com/developers/topics/rate-limits);
the numbers of single routes are told in headers only and known by observation: where a header tells
of fewer, `client` pauses. Windows are a little longer than Discord's: what leaves evenly may arrive
closer. Operators scale all of it by `WRITE_BUDGET`.
"""

from __future__ import annotations

from bot.store.budgets import Limit, Limits

ME = "users.me"
APPLICATION = "applications.me"
USER = "users.get"
DIRECT = "users.direct"
GUILDS = "users.guilds"
GUILD = "guilds.get"
GUILD_CHANNELS = "guilds.channels"
ACTIVE_THREADS = "guilds.threads"
MEMBER = "guilds.member"
MEMBERS = "guilds.members"
ROLES = "guilds.roles"
CHANNEL = "channels.get"
UNARCHIVE = "channels.edit"
ARCHIVED_THREADS = "channels.archived"
TYPING = "channels.typing"
MESSAGES = "messages.list"
MESSAGE = "messages.get"
POST = "messages.post"
EDIT = "messages.edit"
DELETE = "messages.delete"
THREAD = "threads.open"
REFRESH = "attachments.refresh"
CALLBACK = "interactions.callback"
FOLLOW_UP = "webhooks.post"
RESPONSE = "webhooks.get"
RESPONSE_EDIT = "webhooks.edit"
RESPONSE_DELETE = "webhooks.delete"

_MESSAGE = "/channels/{channel_id}/messages/{message_id}"
_WEBHOOK = "/webhooks/{application_id}/{token}"

ROUTES: dict[str, tuple[str, str]] = {
    ME: ("GET", "/users/@me"),
    APPLICATION: ("GET", "/oauth2/applications/@me"),
    USER: ("GET", "/users/{user_id}"),
    DIRECT: ("POST", "/users/@me/channels"),
    GUILDS: ("GET", "/users/@me/guilds"),
    GUILD: ("GET", "/guilds/{guild_id}"),
    GUILD_CHANNELS: ("GET", "/guilds/{guild_id}/channels"),
    ACTIVE_THREADS: ("GET", "/guilds/{guild_id}/threads/active"),
    MEMBER: ("GET", "/guilds/{guild_id}/members/{user_id}"),
    MEMBERS: ("GET", "/guilds/{guild_id}/members/search"),
    ROLES: ("GET", "/guilds/{guild_id}/roles"),
    CHANNEL: ("GET", "/channels/{channel_id}"),
    UNARCHIVE: ("PATCH", "/channels/{channel_id}"),
    ARCHIVED_THREADS: ("GET", "/channels/{channel_id}/threads/archived/public"),
    TYPING: ("POST", "/channels/{channel_id}/typing"),
    MESSAGES: ("GET", "/channels/{channel_id}/messages"),
    MESSAGE: ("GET", _MESSAGE),
    POST: ("POST", "/channels/{channel_id}/messages"),
    EDIT: ("PATCH", _MESSAGE),
    DELETE: ("DELETE", _MESSAGE),
    THREAD: ("POST", _MESSAGE + "/threads"),
    REFRESH: ("POST", "/attachments/refresh-urls"),
    # By the token of an interaction: no part of the 50 a second, and needs no token of ours.
    CALLBACK: ("POST", "/interactions/{interaction_id}/{token}/callback"),
    FOLLOW_UP: ("POST", _WEBHOOK),
    RESPONSE: ("GET", _WEBHOOK + "/messages/{message_id}"),
    RESPONSE_EDIT: ("PATCH", _WEBHOOK + "/messages/{message_id}"),
    RESPONSE_DELETE: ("DELETE", _WEBHOOK + "/messages/{message_id}"),
}
"""The verb and the path of each method."""

ALL = "all"
"""The window that everything but answers to interactions shares."""

# 40 a second, ten at a time: if none arrives more than an eighth of a second late, no second sees
# more than 50. Growth leaves a quarter to the ends of replies.
_ALL = Limit(10, 0.25, kept=0.25, shared=ALL)

LIMITS: Limits = {
    POST: (Limit(5, 5.1, per_channel=True), _ALL),
    # Of the edits in one channel growth leaves one to the end of a reply.
    EDIT: (Limit(5, 5.1, per_channel=True, kept=0.2), _ALL),
    DELETE: (Limit(3, 1.1, per_channel=True), _ALL),
    TYPING: (Limit(5, 5.1, per_channel=True), _ALL),
    THREAD: (Limit(10, 10, per_channel=True), _ALL),
    UNARCHIVE: (Limit(5, 5.1, per_channel=True), _ALL),
    MESSAGES: (Limit(5, 5.1, per_channel=True, kept=0.2), _ALL),
    MESSAGE: (Limit(5, 5.1, per_channel=True), _ALL),
    CHANNEL: (Limit(5, 5.1, per_channel=True), _ALL),
    ARCHIVED_THREADS: (Limit(5, 5.1, per_channel=True), _ALL),
    DIRECT: (Limit(10, 10), _ALL),
    USER: (Limit(10, 5.1), _ALL),
    GUILDS: (Limit(1, 1.1), _ALL),
    GUILD: (Limit(5, 5.1), _ALL),
    GUILD_CHANNELS: (Limit(5, 5.1), _ALL),
    ACTIVE_THREADS: (Limit(5, 5.1), _ALL),
    MEMBER: (Limit(5, 1.1), _ALL),
    MEMBERS: (Limit(10, 10), _ALL),
    ROLES: (Limit(5, 5.1), _ALL),
    REFRESH: (Limit(5, 5.1), _ALL),
    FOLLOW_UP: (Limit(5, 2.1, per_channel=True),),
    RESPONSE: (Limit(5, 2.1, per_channel=True),),
    RESPONSE_EDIT: (Limit(5, 2.1, per_channel=True, kept=0.2),),
    RESPONSE_DELETE: (Limit(5, 2.1, per_channel=True),),
}
"""Of what is counted by channel, the interaction's methods count by `client.token_place`."""

TEXT_UNITS = 2_000
"""Of a message's content (https://docs.discord.com/developers/resources/message): Discord counts
characters, and UTF-16 units are never fewer."""

FILE_BYTES = 10 * 1024 * 1024
"""Of one file without a boosted server (https://docs.discord.com/developers/reference)."""

CALL_SECONDS = 12.0
"""After this long a call is given up; three of them and their pauses stay under the 50 s in which a
hanging write is tried again."""
