"""Where a message stands: in a server's channel, in a thread of one, or in a direct message.

A `Spot` is read from the gateway's cache, which knows the bot's permissions there, or from a
channel's payload, which does not. Pure; called by listener, missed and threads.
"""

from __future__ import annotations

from dataclasses import dataclass

import discord

from adapters.common.payloads import Payload, sound, string
from adapters.discord.payloads import id_of
from bot.events import Place, PlaceKind, ThreadRef

DIRECT = "@me"
"""The workspace of direct messages, and of whatever happens outside of servers."""

TEXT, DM, GROUP, ANNOUNCEMENTS = 0, 1, 3, 5
THREADS = frozenset({10, 11, 12})
PRIVATE_THREAD = 12
"""Types of channels
(https://discord.com/developers/docs/resources/channel#channel-object-channel-types)."""

CAN_HOLD_THREADS = frozenset({TEXT, ANNOUNCEMENTS})
"""Where a message may have a thread of its own: not in voice and stage chats."""

OPENED = "opened"
"""In the address of a message that begins a thread which is there already: a forum's post, whose
first message has the post's own id."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where messages stand. `channel` is a thread's parent, `thread` the id of the thread
    itself, empty for any other place."""

    guild: str = ""
    """Empty in direct messages."""
    channel: str = ""
    thread: str = ""
    kind: PlaceKind = "channel"
    name: str = ""
    locale: str = ""
    can_thread: bool = True
    can_attach: bool = True
    role: str = ""
    """The bot's own role in the server: who mentions it means the bot."""

    @property
    def is_direct(self) -> bool:
        """Tell whether nobody but the bot is spoken to here."""
        return self.kind == "direct"

    def ref(self, thread: str) -> ThreadRef:
        """Name the conversation `thread` of this place."""
        return ThreadRef("discord", self.guild or DIRECT, self.channel, thread)

    def place(self) -> Place:
        """Return what a reply needs to know of it."""
        return Place(
            kind=self.kind,
            name=self.name,
            locale=self.locale,
            can_thread=self.can_thread,
            can_attach=self.can_attach,
        )


def direct(channel: str) -> Spot:
    """Return the place of a direct message."""
    return Spot(channel=channel, kind="direct")


def of_payload(channel: Payload, parent: Spot | None = None) -> Spot:
    """Read a place from its channel's payload; of a thread, `parent` tells the rest."""
    kind, id = channel.get("type"), id_of(channel)
    if kind == DM:
        return direct(id)
    if kind == GROUP:
        return Spot(channel=id, kind="group", can_thread=False)
    guild = id_of(channel, "guild_id")
    if kind in THREADS:
        around = parent or Spot(guild, id_of(channel, "parent_id"))
        return inside(around, id, private=kind == PRIVATE_THREAD)
    name = sound(string(channel, "name"))[:100]
    return Spot(guild, id, name=name, can_thread=kind in CAN_HOLD_THREADS)


def inside(parent: Spot, thread: str, *, private: bool) -> Spot:
    """Return the place of a thread of `parent`."""
    return Spot(
        guild=parent.guild,
        channel=parent.channel,
        thread=thread,
        kind="private" if private else parent.kind,
        name=parent.name,
        locale=parent.locale,
        can_attach=parent.can_attach,
        role=parent.role,
    )


def of_cache(guild: discord.Guild, id: str) -> Spot | None:
    """Read a place of a server from the gateway's cache; None where it does not know it."""
    found = guild.get_channel_or_thread(int(id))
    if isinstance(found, discord.Thread):
        parent = of_cache(guild, str(found.parent_id)) or Spot(str(guild.id), str(found.parent_id))
        return inside(parent, id, private=found.is_private())
    if found is None:
        return None
    return _of_channel(guild, found)


def _of_channel(guild: discord.Guild, channel: discord.abc.GuildChannel) -> Spot:
    me = guild.me
    # Without its own member, which every server's first event brings, the bot's worker finds out.
    may = channel.permissions_for(me) if me is not None else discord.Permissions.all()
    hidden = not channel.permissions_for(guild.default_role).view_channel
    role = guild.self_role
    return Spot(
        guild=str(guild.id),
        channel=str(channel.id),
        kind="private" if hidden else "channel",
        name=sound(channel.name)[:100],
        locale=guild.preferred_locale.value,
        can_thread=channel.type.value in CAN_HOLD_THREADS
        and may.create_public_threads
        and may.send_messages_in_threads,
        can_attach=may.attach_files,
        role=str(role.id) if role is not None else "",
    )
