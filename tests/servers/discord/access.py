"""What the bot may reach: the checks that every route begins with."""

from __future__ import annotations

from .permissions import Permission
from .records import DIRECT, FORUMS, Channel, Guild, Kind, Message
from .refusal import ApiError, forbidden, invalid, unknown
from .snowflakes import is_snowflake
from .world import World

_SPEECHLESS = FORUMS | {Kind.CATEGORY}


def snowflake(name: str, value: str) -> str:
    """Return an id from a path or body; refuse what is none with 50035."""
    if not is_snowflake(value):
        raise invalid(name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
    return value


def channel_of(world: World, channel_id: str, *needed: Permission) -> Channel:
    """Return a channel that the bot sees and where it has all these rights.

    Raises ApiError 404 10003, 403 50001 (not visible), 403 50013 (a right is missing).
    """
    channel = world.channels.get(snowflake("channel_id", channel_id))
    if channel is None:
        raise unknown(10003)
    if channel.guild_id is not None:
        guild = world.guilds[channel.guild_id]
        if world.application.bot_id not in guild.members or not guild.available:
            raise forbidden(50001)
    rights = world.rights(world.application.bot_id, channel)
    if not rights & Permission.VIEW_CHANNEL:
        raise forbidden(50001)
    need(rights, *needed)
    return channel


def need(rights: int, *needed: Permission) -> None:
    """Raise ApiError 403 50013 unless every right is there."""
    if any(not rights & permission for permission in needed):
        raise forbidden(50013)


def may(world: World, channel: Channel, permission: Permission) -> bool:
    """Tell whether the bot has a right in a channel."""
    return bool(world.rights(world.application.bot_id, channel) & permission)


def guild_of(world: World, guild_id: str) -> Guild:
    """Return a server that the bot is in; raise ApiError 404 10004 for any other."""
    guild = world.guilds.get(snowflake("guild_id", guild_id))
    if guild is None or world.application.bot_id not in guild.members or not guild.available:
        raise unknown(10004)
    return guild


def message_of(world: World, channel: Channel, message_id: str) -> Message:
    """Return a message of a channel; raise ApiError 404 10008."""
    message = channel.messages.get(snowflake("message_id", message_id))
    if message is None:
        raise unknown(10008)
    return message


def speak(world: World, channel: Channel) -> int:
    """Check that the bot may write in a channel now; return its rights there.

    Raises ApiError 400 50008 (a forum or category), 403 50007 (closed direct messages), 403 50278
    (no common server), 403 50013 (no right), 403 160005 (a locked thread).
    """
    bot = world.application.bot_id
    if channel.type in _SPEECHLESS:
        raise ApiError(400, 50008)
    if channel.type in DIRECT:
        _reachable(world, channel)
    rights = world.rights(bot, channel)
    need(rights, Permission.SEND_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES)
    if channel.locked and not rights & Permission.MANAGE_THREADS:
        raise forbidden(160005)
    return rights


def _reachable(world: World, channel: Channel) -> None:
    bot = world.application.bot_id
    for user_id in channel.recipients:
        if user_id == bot or channel.type != Kind.DM:
            continue
        if world.users[user_id].closed:
            raise forbidden(50007)
        shared = any(bot in g.members and user_id in g.members for g in world.guilds.values())
        if not shared and user_id not in world.application.installed_by:
            raise forbidden(50278)
