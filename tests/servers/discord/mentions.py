"""Whom a message notifies: its text, its allowed mentions and its author's rights. Pure.

discord.com/developers/docs/resources/message#allowed-mentions-object. Without that object an
ordinary message is parsed for everything, an interaction's for users alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .permissions import Permission, in_channel
from .records import Channel, Guild, Message, Pinged

if TYPE_CHECKING:
    from .world import World

Allowed = dict[str, Any]
DEFAULT: Allowed = {"parse": ["users", "roles", "everyone"], "replied_user": True}
FROM_WEBHOOK: Allowed = {"parse": ["users"], "replied_user": True}
NOBODY: Allowed = {"parse": [], "replied_user": False}

_CODE = re.compile(r"(`{3,})(?s:.*?)\1|(`{1,2})(?!`)(?s:.+?)(?<!`)\2(?!`)")
_USER = re.compile(r"<@!?(\d{1,20})>")
_ROLE = re.compile(r"<@&(\d{1,20})>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")


@dataclass(frozen=True)
class Mentions:
    """The three fields of a message object, and who was notified by them."""

    users: list[str]
    roles: list[str]
    everyone: bool
    pinged: Pinged


def resolve(
    world: World,
    channel: Channel,
    message: Message,
    allowed: Allowed | None,
    default: Allowed = DEFAULT,
) -> Mentions:
    """Work out the mentions of a message as it stands."""
    rules = default if allowed is None else allowed
    text = _CODE.sub(" ", text_of(message))
    users = [i for i in _found(_USER, text, rules, "users") if i in world.users]
    replied = _replied_to(world, message)
    if replied and rules.get("replied_user", False):
        users.insert(0, replied)
    users = list(dict.fromkeys(users))
    guild = world.guilds.get(channel.guild_id or "")
    if guild is None:
        here = frozenset(users) & frozenset(channel.recipients) - {message.author_id}
        return Mentions(users, [], False, Pinged(here))
    return _in_guild(guild, channel, message, users, text, rules, world)


def _in_guild(
    guild: Guild,
    channel: Channel,
    message: Message,
    users: list[str],
    text: str,
    rules: Allowed,
    world: World,
) -> Mentions:
    rights = in_channel(guild, message.author_id, channel)
    loud = bool(rights & Permission.MENTION_EVERYONE)
    roles = [
        i
        for i in dict.fromkeys(_found(_ROLE, text, rules, "roles"))
        if i in guild.roles and i != guild.id and (loud or guild.roles[i].mentionable)
    ]
    everyone = loud and "everyone" in rules.get("parse", ()) and bool(_EVERYONE.search(text))
    notified = frozenset(
        i for i in users if i != message.author_id and world.can_view(i, channel, invited=True)
    )
    return Mentions(users, roles, everyone, Pinged(notified, frozenset(roles), everyone))


def text_of(message: Message) -> str:
    """Return the text in which mentions count: the content and all text displays."""
    return "\n".join([message.content, *_displays(message.components)])


def _displays(components: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for component in components:
        if component.get("type") == 10:
            found.append(str(component.get("content", "")))
        found += _displays(component.get("components", []))
    return found


def _found(pattern: re.Pattern[str], text: str, rules: Allowed, kind: str) -> list[str]:
    named = pattern.findall(text)
    if kind in rules.get("parse", ()):
        return named
    listed = {str(i) for i in rules.get(kind, ())}
    return [i for i in named if i in listed]


def _replied_to(world: World, message: Message) -> str | None:
    if not message.reference or message.type != 19:
        return None
    target = world.find(message.channel_id, message.reference.get("message_id", ""))
    return target.author_id if target else None
