"""Permission bits and how Discord computes them. Pure.

discord.com/developers/docs/topics/permissions: base permissions from roles, then a channel's
overwrites; threads take their parent's; some permissions imply the loss of others.
"""

from __future__ import annotations

from enum import IntFlag

from .records import Channel, Guild, Kind


class Permission(IntFlag):
    CREATE_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MANAGE_ROLES = 1 << 28
    USE_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_IN_THREADS = 1 << 38
    PIN_MESSAGES = 1 << 51


P = Permission
ALL = (1 << 53) - 1
# What a new server grants to everyone, as far as this server looks at it.
EVERYONE = int(
    P.CREATE_INVITE
    | P.ADD_REACTIONS
    | P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_HISTORY
    | P.MENTION_EVERYONE
    | P.USE_EXTERNAL_EMOJIS
    | P.CONNECT
    | P.SPEAK
    | P.USE_COMMANDS
    | P.CREATE_PUBLIC_THREADS
    | P.CREATE_PRIVATE_THREADS
    | P.SEND_IN_THREADS
)
# In direct messages nothing can be managed, and there are no threads.
DIRECT_MESSAGES = int(
    P.ADD_REACTIONS
    | P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_HISTORY
    | P.MENTION_EVERYONE
    | P.USE_EXTERNAL_EMOJIS
    | P.USE_COMMANDS
)


def base(guild: Guild, user_id: str) -> int:
    """Return what a member may in the whole server; 0 for somebody who is no member."""
    member = guild.members.get(user_id)
    if member is None:
        return 0
    if guild.owner_id == user_id:
        return ALL
    found = guild.roles[guild.id].permissions
    for role_id in member.roles:
        if role_id in guild.roles:
            found |= guild.roles[role_id].permissions
    return ALL if found & P.ADMINISTRATOR else found


def in_channel(guild: Guild, user_id: str, channel: Channel) -> int:
    """Return what a member may in a channel or thread, after all overwrites."""
    found = base(guild, user_id)
    if not found or found & P.ADMINISTRATOR:
        return found
    where = channel
    if channel.is_thread and channel.parent_id in guild.channels:
        where = guild.channels[channel.parent_id]
    everyone = where.overwrites.get(guild.id)
    if everyone is not None:
        found = found & ~everyone.deny | everyone.allow
    allow = deny = 0
    for role_id in guild.members[user_id].roles:
        if role_id in where.overwrites:
            allow |= where.overwrites[role_id].allow
            deny |= where.overwrites[role_id].deny
    found = found & ~deny | allow
    own = where.overwrites.get(user_id)
    if own is not None:
        found = found & ~own.deny | own.allow
    return _implied(found, channel)


def _implied(found: int, channel: Channel) -> int:
    if not found & P.VIEW_CHANNEL:
        return 0
    if channel.type in (Kind.VOICE, Kind.STAGE) and not found & P.CONNECT:
        return int(P.VIEW_CHANNEL)
    # In a thread SEND_MESSAGES has no say; SEND_IN_THREADS takes its place.
    needed = P.SEND_IN_THREADS if channel.is_thread else P.SEND_MESSAGES
    if not found & needed:
        found &= ~(P.MENTION_EVERYONE | P.ATTACH_FILES | P.EMBED_LINKS)
    return found
