"""The heart of the local Discord: every change of a message goes through here, with its event.

REST (what the bot calls), interactions and people use it. It knows no HTTP.
"""

from __future__ import annotations

import hashlib
from collections import deque
from typing import Any, Literal

from tests.servers.clock import Clock
from tests.servers.faults import Faults

from . import mentions, payloads, thread_life
from .bus import Bus
from .limits import Limits
from .permissions import DIRECT_MESSAGES, Permission, in_channel
from .records import (
    Application,
    Attachment,
    Channel,
    Guild,
    Kind,
    Member,
    Message,
    MessageFlag,
    MessageKind,
    Ping,
    Pinged,
    User,
)
from .snowflakes import Snowflakes
from .wire import Call


class World(Bus):
    """Servers, people, channels, messages, and the one app under test."""

    def __init__(self, *, app_name: str = "Parley", enforce_limits: bool = False) -> None:
        super().__init__()
        self.clock = Clock()
        self.snowflakes = Snowflakes(self.clock.now)
        self.limits = Limits(self.clock.now, enforce_limits)
        self.faults = Faults()
        self.base_url = ""  # http://127.0.0.1:port, once listening
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}  # of all servers, threads and direct ones too
        self.attachments: dict[tuple[str, str], Attachment] = {}  # by channel and id
        self.ephemerals: list[Message] = []
        self.pings: list[Ping] = []
        self.typing: list[tuple[float, str, str]] = []  # when, channel, user
        self.calls: deque[Call] = deque(maxlen=100_000)
        self.downloads: list[tuple[str, str | None]] = []  # (path, Authorization as sent)
        self.defects: list[str] = []  # errors of this server itself
        self.announce_starters = True  # whether the gateway tells of type-21 messages
        self.nonces: dict[str, Message] = {}  # the bot's newest message of each
        # Discord need not look up what a reply answers: events then have null, or no such field.
        self.sends_answered: Literal["whole", "null", "absent"] = "whole"
        self.command_creates: list[float] = []
        self.gateway: Any = None  # set by the server
        self.application = self._new_application(app_name)

    def _new_application(self, name: str) -> Application:
        owner = self.add_user("owner")
        bot = self.add_user(name, bot=True)
        bot.discriminator = "4242"
        key = hashlib.sha256(name.encode()).hexdigest()
        token = f"local.{bot.id}.{key[:27]}"
        return Application(bot.id, name, bot.id, token, key, owner.id)

    # -- adding and finding ---------------------------------------------------------------

    @property
    def bot(self) -> User:
        """Return the bot under test."""
        return self.users[self.application.bot_id]

    def add_user(self, name: str, *, bot: bool = False) -> User:
        """Make an account; it is in no server yet."""
        user = User(self.snowflakes.new(), name, bot=bot)
        user.global_name = None if bot else name.capitalize()
        self.users[user.id] = user
        return user

    def add_channel(self, channel: Channel) -> Channel:
        """Put a channel or thread where it belongs; no events."""
        self.channels[channel.id] = channel
        if channel.guild_id is not None:
            guild = self.guilds[channel.guild_id]
            (guild.threads if channel.is_thread else guild.channels)[channel.id] = channel
        return channel

    def find(self, channel_id: str, message_id: str) -> Message | None:
        """Return a message that still stands, None otherwise."""
        channel = self.channels.get(channel_id)
        return channel.messages.get(message_id) if channel else None

    def guild_of(self, channel: Channel) -> Guild | None:
        return self.guilds.get(channel.guild_id or "")

    def direct(self, *user_ids: str) -> Channel:
        """Return the direct message channel of people (two: one to one), made when needed."""
        wanted = set(user_ids)
        for channel in self.channels.values():
            if channel.is_direct and set(channel.recipients) == wanted:
                return channel
        kind = Kind.DM if len(wanted) == 2 else Kind.GROUP_DM
        made = Channel(self.snowflakes.new(), kind, recipients=list(user_ids))
        made.owner_id = user_ids[0]
        return self.add_channel(made)

    # -- rights ---------------------------------------------------------------------------

    def rights(self, user_id: str, channel: Channel) -> int:
        """Return somebody's permissions in a channel, 0 when they cannot see it."""
        if channel.is_direct:
            return DIRECT_MESSAGES if user_id in channel.recipients else 0
        guild = self.guilds.get(channel.guild_id or "")
        if guild is None:
            return 0
        found = in_channel(guild, user_id, channel)
        private = channel.type == Kind.PRIVATE_THREAD
        if private and user_id not in channel.members and not found & Permission.MANAGE_THREADS:
            return 0
        return found

    def can_view(self, user_id: str, channel: Channel, *, invited: bool = False) -> bool:
        """Tell whether somebody sees a channel; `invited`: a mention lets into private threads."""
        guild = self.guilds.get(channel.guild_id or "")
        if invited and channel.is_thread and guild is not None:
            return bool(in_channel(guild, user_id, channel) & Permission.VIEW_CHANNEL)
        return bool(self.rights(user_id, channel) & Permission.VIEW_CHANNEL)

    # -- messages -------------------------------------------------------------------------

    def publish(
        self,
        message: Message,
        allowed: mentions.Allowed | None = None,
        default: mentions.Allowed = mentions.DEFAULT,
    ) -> None:
        """Store a new message, work out whom it notifies, and tell the gateway.

        An ephemeral message is seen by one person only: it is kept apart and told to the bot
        alone, as a MESSAGE_CREATE without `guild_id`.
        """
        channel = self.channels[message.channel_id]
        for attachment in message.attachments:
            self.attachments[channel.id, attachment.id] = attachment
        self._mention(channel, message, allowed, default, edit=False)
        message.remember(self.clock.now())
        if message.flags & MessageFlag.EPHEMERAL:
            self.ephemerals.append(message)
            shown = payloads.message_event(self, message)
            for name in ("guild_id", "member"):
                shown.pop(name, None)
            self.emit("MESSAGE_CREATE", shown, channel_id=channel.id, author_id=message.author_id)
            return
        channel.messages[message.id] = message
        channel.last_message_id = message.id
        if channel.is_thread:
            self._count_in_thread(channel, message)
        if message.type != MessageKind.THREAD_STARTER or self.announce_starters:
            self._tell("MESSAGE_CREATE", channel, message)
        self.changed()

    def revise(
        self,
        message: Message,
        allowed: mentions.Allowed | None = None,
        default: mentions.Allowed = mentions.DEFAULT,
        *,
        mention: bool = True,
    ) -> None:
        """Tell the gateway that a message has changed; the change itself is already made.

        `mention=False` leaves the mentions as they are (unfurls, a thread that was opened).
        """
        channel = self.channels[message.channel_id]
        for attachment in message.attachments:
            self.attachments[channel.id, attachment.id] = attachment
        if mention:
            self._mention(channel, message, allowed, default, edit=True)
        message.remember(self.clock.now())
        self._tell("MESSAGE_UPDATE", channel, message)
        self.changed()

    def retract(self, message: Message) -> None:
        """Delete a message and tell the gateway."""
        channel = self.channels[message.channel_id]
        message.deleted = True
        if channel.messages.pop(message.id, None) and counts(channel, message):
            channel.deleted += 1
        for attachment in message.attachments:
            self.attachments.pop((channel.id, attachment.id), None)
        if message in self.ephemerals:
            self.ephemerals.remove(message)
        data: dict[str, Any] = {"id": message.id, "channel_id": channel.id}
        if channel.guild_id and message.visible_to is None:
            data["guild_id"] = channel.guild_id
        self.emit(
            "MESSAGE_DELETE",
            data,
            guild_id=data.get("guild_id"),
            channel_id=channel.id,
            author_id=message.author_id,
        )

    def _tell(self, event: str, channel: Channel, message: Message) -> None:
        shown = payloads.message_event(self, message, created=event == "MESSAGE_CREATE")
        guild_id = channel.guild_id
        if message.visible_to is not None:
            guild_id = None
            for name in ("guild_id", "member"):
                shown.pop(name, None)
        self.emit(
            event, shown, guild_id=guild_id, channel_id=channel.id, author_id=message.author_id
        )

    def _mention(
        self,
        channel: Channel,
        message: Message,
        allowed: mentions.Allowed | None,
        default: mentions.Allowed,
        *,
        edit: bool,
    ) -> None:
        found = mentions.resolve(self, channel, message, allowed, default)
        message.mentions, message.mention_roles = found.users, found.roles
        message.mention_everyone = found.everyone
        if message.flags & MessageFlag.EPHEMERAL:
            message.pinged = Pinged()
            return
        new = _targets(found.pinged) - (_targets(message.pinged) if edit else set())
        message.pinged = found.pinged
        now = self.clock.now()
        self.pings += [Ping(now, channel.id, message.id, t, edit) for t in sorted(new)]
        if channel.is_thread:
            thread_life.join(self, channel, *sorted(found.pinged.users))

    def _count_in_thread(self, thread: Channel, message: Message) -> None:
        if counts(thread, message):
            thread.total_sent += 1
        if message.type in (MessageKind.DEFAULT, MessageKind.REPLY) and not message.webhook_id:
            thread_life.join(self, thread, message.author_id)

    def type_in(self, channel: Channel, user_id: str) -> None:
        """Show somebody as typing."""
        now = self.clock.now()
        self.typing.append((now, channel.id, user_id))
        data: dict[str, Any] = {"channel_id": channel.id, "user_id": user_id, "timestamp": int(now)}
        guild = self.guild_of(channel)
        if guild is not None:
            data["guild_id"] = guild.id
            data["member"] = payloads.member_payload(self, guild.members[user_id])
        self.emit(
            "TYPING_START",
            data,
            guild_id=channel.guild_id,
            channel_id=channel.id,
            author_id=user_id,
        )

    # -- members --------------------------------------------------------------------------

    def add_member(self, guild: Guild, user_id: str, roles: tuple[str, ...] = ()) -> Member:
        """Put somebody into a server; no events."""
        member = Member(user_id, self.clock.now(), list(roles))
        guild.members[user_id] = member
        return member

    def leave(self, guild: Guild, user_id: str) -> None:
        """Let somebody leave a server, by themselves or not; the bot hears GUILD_DELETE."""
        if user_id == self.application.bot_id:
            self.emit("GUILD_DELETE", {"id": guild.id}, guild_id=guild.id)
        guild.members.pop(user_id, None)
        for thread in guild.threads.values():
            thread.members.pop(user_id, None)
        if user_id != self.application.bot_id:
            gone = {"guild_id": guild.id, "user": payloads.user_payload(self.users[user_id])}
            self.emit("GUILD_MEMBER_REMOVE", gone, guild_id=guild.id, author_id=user_id)
        self.changed()


def _targets(pinged: Pinged) -> set[str]:
    return {*pinged.users, *pinged.roles, *(["everyone"] if pinged.everyone else [])}


def counts(channel: Channel, message: Message) -> bool:
    """Tell whether a message counts for its thread: not the one that it grew from or began with."""
    return message.type != MessageKind.THREAD_STARTER and message.id != channel.id
