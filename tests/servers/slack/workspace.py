"""The state of one Slack workspace: people, channels, messages, files. Pure: no network, no events.

Shapes follow the objects of the Web API (docs.slack.dev/reference/objects). Methods and people's
actions write here; the inspection page of the server reads it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any, Literal

ChannelKind = Literal["channel", "group", "im", "mpim"]
SLACKBOT = "USLACKBOT"
_serial = itertools.count(1)


def new_id(prefix: str) -> str:
    """Return an id of Slack's form: a letter and ten capital letters or digits."""
    return f"{prefix}0{next(_serial):09X}"


@dataclass(slots=True)
class User:
    id: str
    name: str
    real_name: str
    team_id: str
    locale: str = "en-US"
    tz: str = "Europe/Berlin"
    is_bot: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    deleted: bool = False
    is_admin: bool = False

    def public(self, include_locale: bool = False) -> dict[str, Any]:
        """Return the user object of users.info."""
        profile = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": "" if self.is_bot else self.name,
            "display_name_normalized": "" if self.is_bot else self.name,
            "status_text": "",
            "status_emoji": "",
            "team": self.team_id,
        }
        if self.is_bot:
            profile |= {"bot_id": self.bot_id or "", "api_app_id": self.app_id or ""}
        user: dict[str, Any] = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name,
            "tz": self.tz,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": False,
            "updated": 1_700_000_000,
            "profile": profile,
        }
        if include_locale:
            user["locale"] = self.locale
        return user


@dataclass(slots=True)
class Version:
    """One state of a message: what it said, and from when."""

    at: float
    text: str
    blocks: list[dict[str, Any]]


@dataclass(slots=True)
class Stream:
    """The open native stream of a message (chat.startStream until chat.stopStream)."""

    started: float
    app_id: str
    mode: Literal["markdown_text", "chunks"] | None = None
    markdown: str = ""
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    plan_title: str | None = None
    blocks: list[dict[str, Any]] = field(default_factory=list)
    stopped_by_user: bool = False
    expired: bool = False


@dataclass(slots=True)
class Message:
    ts: str
    channel: str
    text: str
    at: float
    user: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    thread_ts: str | None = None
    parent_user_id: str | None = None
    subtype: str | None = None
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    edited: dict[str, str] | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    client_msg_id: str | None = None
    username: str | None = None
    unfurl_links: bool = False
    unfurl_media: bool = False
    deleted: bool = False
    stream: Stream | None = None
    versions: list[Version] = field(default_factory=list)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def in_channel(self) -> bool:
        """Say whether the message stands in the channel itself, not only inside a thread."""
        return not self.is_reply or self.subtype == "thread_broadcast"

    def remember(self, at: float) -> None:
        """Note the present state as one more version."""
        self.versions.append(Version(at, self.text, self.blocks))


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    kind: ChannelKind
    team_id: str
    created: int
    members: dict[str, None] = field(default_factory=dict)
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)
    topic: str = ""

    def find(self, ts: str) -> Message | None:
        """Return the message with this timestamp, or None when it is gone (a tombstone is not)."""
        return self.messages.get(ts)

    def thread(self, root: str) -> list[Message]:
        """Return the living replies to a message, oldest first, without the parent."""
        return [self.messages[ts] for ts in self.threads.get(root, ())]

    def put(self, message: Message) -> None:
        self.messages[message.ts] = message
        if message.is_reply and message.thread_ts is not None:
            self.threads.setdefault(message.thread_ts, []).append(message.ts)
            parent = self.messages[message.thread_ts]
            parent.thread_ts = parent.ts

    def remove(self, message: Message) -> None:
        """Take a message away; a parent with replies leaves a tombstone, as Slack shows it."""
        message.deleted = True
        if self.threads.get(message.ts):
            message.subtype, message.user = "tombstone", SLACKBOT
            message.text = "This message was deleted."
            message.blocks, message.files, message.attachments = [], [], []
            message.bot_id = message.app_id = message.metadata = message.client_msg_id = None
            return
        del self.messages[message.ts]
        if message.is_reply and message.thread_ts is not None:
            replies = self.threads[message.thread_ts]
            replies.remove(message.ts)
            parent = self.messages.get(message.thread_ts)
            if not replies and parent is not None:
                del self.threads[message.thread_ts]
                parent.thread_ts = None

    def public(self, viewer: str) -> dict[str, Any]:
        """Return the conversation object of conversations.info, as one member sees it."""
        base: dict[str, Any] = {
            "id": self.id,
            "created": self.created,
            "is_archived": self.archived,
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_channel": self.kind == "channel",
            "is_group": self.kind == "group",
            "is_private": self.kind != "channel",
            "is_org_shared": False,
            "context_team_id": self.team_id,
            "updated": self.created * 1000,
        }
        if self.kind == "im":
            other = next((m for m in self.members if m != viewer), viewer)
            return base | {"user": other, "is_user_deleted": False}
        return base | {
            "name": self.name,
            "name_normalized": self.name,
            "is_general": self.name == "general",
            "is_member": viewer in self.members,
            "is_ext_shared": False,
            "is_shared": False,
            "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": len(self.members),
        }


@dataclass(slots=True)
class File:
    id: str
    name: str
    mimetype: str
    filetype: str
    content: bytes
    user: str
    created: int
    title: str = ""
    mode: str = "hosted"
    external_url: str | None = None
    channels: list[str] = field(default_factory=list)
    deleted: bool = False


class Workspace:
    """One team with everything in it; lookups accept an id, `#name` or `@name`."""

    def __init__(self, team_id: str, name: str, domain: str) -> None:
        self.team_id = team_id
        self.name = name
        self.domain = domain
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.usergroups: dict[str, str] = {}

    def add_user(self, name: str, real_name: str = "", **fields: Any) -> User:
        prefix = "U"
        user = User(new_id(prefix), name, real_name or name.title(), self.team_id, **fields)
        self.users[user.id] = user
        return user

    def add_channel(
        self, name: str, kind: ChannelKind, members: list[str], created: int = 1_700_000_000
    ) -> Channel:
        prefix = {"channel": "C", "group": "C", "im": "D", "mpim": "G"}[kind]
        channel = Channel(new_id(prefix), name, kind, self.team_id, created, dict.fromkeys(members))
        self.channels[channel.id] = channel
        return channel

    def user(self, ref: str) -> User:
        """Return the user with this id, name or `@name`; raise KeyError when there is none."""
        if ref in self.users:
            return self.users[ref]
        name = ref.removeprefix("@")
        for user in self.users.values():
            if user.name == name:
                return user
        raise KeyError(ref)

    def channel(self, ref: str) -> Channel:
        """Return the channel with this id, name or `#name`; raise KeyError when there is none."""
        if ref in self.channels:
            return self.channels[ref]
        name = ref.removeprefix("#")
        for channel in self.channels.values():
            if channel.name == name and channel.kind in ("channel", "group"):
                return channel
        raise KeyError(ref)

    def direct(self, first: str, second: str) -> Channel:
        """Return the direct message channel of two users; open it when there is none."""
        wanted = {first, second}
        for channel in self.channels.values():
            if channel.kind == "im" and set(channel.members) == wanted:
                return channel
        return self.add_channel("", "im", [first, second])
