"""What there is in the local Discord: people, servers, channels, messages. Plain state, no rules.

Ids are snowflakes as decimal text. Numbers of types and flags are the API's
(discord.com/developers/docs/resources).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any


class Kind(IntEnum):
    """Types of channels."""

    TEXT = 0
    DM = 1
    VOICE = 2
    GROUP_DM = 3
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15
    MEDIA = 16


THREADS = frozenset({Kind.ANNOUNCEMENT_THREAD, Kind.PUBLIC_THREAD, Kind.PRIVATE_THREAD})
FORUMS = frozenset({Kind.FORUM, Kind.MEDIA})
DIRECT = frozenset({Kind.DM, Kind.GROUP_DM})


class MessageKind(IntEnum):
    """Types of messages that this server makes."""

    DEFAULT = 0
    PIN = 6
    JOIN = 7
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER = 21
    CONTEXT_MENU_COMMAND = 23


class MessageFlag(IntFlag):
    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    VOICE_MESSAGE = 1 << 13
    COMPONENTS_V2 = 1 << 15


class AppFlag(IntFlag):
    """What the developer portal has switched on; the LIMITED ones are for small apps."""

    PRESENCE = 1 << 12
    PRESENCE_LIMITED = 1 << 13
    MEMBERS = 1 << 14
    MEMBERS_LIMITED = 1 << 15
    CONTENT = 1 << 18
    CONTENT_LIMITED = 1 << 19


@dataclass
class User:
    id: str
    name: str
    bot: bool = False
    global_name: str | None = None
    discriminator: str = "0"
    locale: str = "en-US"
    closed: bool = False  # takes no direct messages from apps
    system: bool = False


@dataclass
class Role:
    id: str
    name: str
    permissions: int
    position: int = 0
    mentionable: bool = False
    managed_by: str | None = None  # the bot whose own role it is


@dataclass
class Overwrite:
    """What one role (type 0) or member (type 1) may and may not in one channel."""

    id: str
    type: int
    allow: int = 0
    deny: int = 0


@dataclass
class Member:
    user_id: str
    joined_at: float
    roles: list[str] = field(default_factory=list)
    nick: str | None = None


@dataclass
class Guild:
    id: str
    name: str
    owner_id: str
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)  # without threads
    threads: dict[str, Channel] = field(default_factory=dict)  # archived ones too
    preferred_locale: str = "en-US"
    available: bool = True
    features: list[str] = field(default_factory=list)


@dataclass
class Channel:
    """A channel of any kind; a thread is one with a parent and `owner_id`."""

    id: str
    type: Kind
    guild_id: str | None = None
    name: str | None = None
    parent_id: str | None = None
    position: int = 0
    topic: str | None = None
    nsfw: bool = False
    slowmode: int = 0  # seconds
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    recipients: list[str] = field(default_factory=list)  # of direct messages, the bot included
    messages: dict[str, Message] = field(default_factory=dict)
    last_message_id: str | None = None
    flags: int = 0
    available_tags: list[dict[str, Any]] = field(default_factory=list)
    default_auto_archive: int | None = None
    # of threads
    owner_id: str = ""
    archived: bool = False
    locked: bool = False
    invitable: bool | None = None
    auto_archive: int = 4320  # minutes
    archived_at: float = 0.0
    created_at: float = 0.0
    members: dict[str, float] = field(default_factory=dict)  # user id -> when joined
    total_sent: int = 0
    deleted: int = 0  # of those
    applied_tags: list[str] = field(default_factory=list)

    @property
    def is_thread(self) -> bool:
        return self.type in THREADS

    @property
    def is_direct(self) -> bool:
        return self.type in DIRECT


@dataclass
class Attachment:
    id: str
    filename: str
    data: bytes
    content_type: str = "application/octet-stream"
    description: str | None = None
    ephemeral: bool = False
    size: int | None = None  # a size that is only claimed; None: of the data
    title: str | None = None


@dataclass(frozen=True)
class Pinged:
    """Whom a message notified in its present form."""

    users: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    everyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.users or self.roles or self.everyone)


@dataclass(frozen=True)
class Ping:
    """One notification: a user id, a role id, or `everyone`."""

    at: float
    channel_id: str
    message_id: str
    target: str
    edit: bool


@dataclass(frozen=True)
class Version:
    """How a message looked from a moment on."""

    at: float
    content: str
    components: tuple[dict[str, Any], ...] = ()
    embeds: tuple[dict[str, Any], ...] = ()


@dataclass
class Message:
    id: str
    channel_id: str
    author_id: str
    content: str
    at: float
    type: MessageKind = MessageKind.DEFAULT
    flags: int = 0
    tts: bool = False
    pinned: bool = False
    edited_at: float | None = None
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)  # user ids
    mention_roles: list[str] = field(default_factory=list)
    mention_everyone: bool = False
    nonce: str | int | None = None
    reference: dict[str, Any] | None = None  # {type, message_id, channel_id, guild_id}
    snapshots: list[dict[str, Any]] = field(default_factory=list)  # of a forward
    webhook_id: str | None = None
    application_id: str | None = None
    interaction: dict[str, Any] | None = None  # interaction_metadata
    visible_to: str | None = None  # of an ephemeral message: the only reader
    thread_id: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)  # emoji -> user ids
    pinged: Pinged = Pinged()
    deleted: bool = False
    versions: list[Version] = field(default_factory=list)

    def remember(self, now: float) -> None:
        """Note the present state among the versions."""
        state = Version(now, self.content, tuple(self.components), tuple(self.embeds))
        self.versions.append(state)


@dataclass
class Application:
    """The app under test and its bot."""

    id: str
    name: str
    bot_id: str
    token: str
    public_key: str
    owner_id: str
    flags: int = AppFlag.CONTENT_LIMITED | AppFlag.MEMBERS_LIMITED
    commands: dict[str | None, dict[str, dict[str, Any]]] = field(default_factory=dict)
    interactions_endpoint_url: str | None = None
    installed_by: set[str] = field(default_factory=set)  # users who installed it for themselves

    @property
    def reads_content(self) -> bool:
        return bool(self.flags & (AppFlag.CONTENT | AppFlag.CONTENT_LIMITED))
