"""Routes of reactions, and how the gateway hears of them.

discord.com/developers/docs/resources/message#create-reaction
"""

from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import unquote

from . import limits, payloads
from .access import channel_of, message_of, need
from .permissions import P
from .records import Message
from .refusal import ApiError, unknown
from .wire import Call, route
from .world import World

_REACTIONS = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}"


def tell(world: World, message: Message, user_id: str, emoji: str, *, added: bool) -> None:
    """Tell the gateway of a reaction that came or went."""
    channel = world.channels[message.channel_id]
    data: dict[str, Any] = {
        "user_id": user_id,
        "channel_id": channel.id,
        "message_id": message.id,
        "emoji": {"id": None, "name": emoji},
        "burst": False,
        "type": 0,
    }
    if channel.guild_id:
        data["guild_id"] = channel.guild_id
    if added:
        data["message_author_id"] = message.author_id
    name = "MESSAGE_REACTION_ADD" if added else "MESSAGE_REACTION_REMOVE"
    world.emit(name, data, guild_id=channel.guild_id, channel_id=channel.id, author_id=user_id)


def _found(world: World, call: Call, *needed: P) -> tuple[Message, str]:
    channel = channel_of(world, call.params["channel_id"], P.READ_HISTORY, *needed)
    message = message_of(world, channel, call.params["message_id"])
    if channel.archived:
        raise ApiError(400, 50083)
    emoji = unquote(call.params["emoji"])
    if not emoji or len(emoji) > 16 or any(unicodedata.category(c)[0] == "L" for c in emoji):
        raise ApiError(400, 10014)  # this server has no emoji of its own
    return message, emoji


@route("PUT", _REACTIONS + "/@me", limit="reaction")
def add(world: World, call: Call) -> Any:
    message, emoji = _found(world, call)
    bot = world.application.bot_id
    if emoji not in message.reactions:
        channel = world.channels[message.channel_id]
        need(world.rights(bot, channel), P.ADD_REACTIONS)
        if len(message.reactions) >= limits.REACTIONS:
            raise ApiError(403, 30010)
    listed = message.reactions.setdefault(emoji, [])
    if bot not in listed:
        listed.append(bot)
        tell(world, message, bot, emoji, added=True)


@route("DELETE", _REACTIONS + "/@me", limit="reaction")
def remove(world: World, call: Call) -> Any:
    message, emoji = _found(world, call)
    listed = message.reactions.get(emoji, [])
    bot = world.application.bot_id
    if bot not in listed:
        raise unknown(10014)
    listed.remove(bot)
    if not listed:
        del message.reactions[emoji]
    tell(world, message, bot, emoji, added=False)


@route("GET", _REACTIONS, limit="read")
def who(world: World, call: Call) -> Any:
    """Return who reacted with an emoji."""
    message, emoji = _found(world, call)
    limit = call.number("limit", 25, 1, 100)
    after = int(call.query.get("after", 0))
    people = [i for i in message.reactions.get(emoji, []) if int(i) > after][:limit]
    return [payloads.user_payload(world.users[user_id]) for user_id in people]
