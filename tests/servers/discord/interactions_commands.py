"""Registered commands: which ones a person may run where, and with what. Pure.

Source: discord-api-docs, developers/interactions/application-commands: "Application Command
Option Structure", "Contexts", "Permissions". What Discord's client would not let a person do is
a LookupError or ValueError here: the mistake is the test's or the command's registration.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from .cdn import safe_name
from .interactions_records import Context
from .payloads import guessed_type
from .permissions import Permission
from .records import Attachment, Channel, Role, User

if TYPE_CHECKING:
    from .world import World

STRING_CHARACTERS = 6000


class Option(IntEnum):
    """Types of options."""

    SUBCOMMAND = 1
    GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


@dataclass
class Filled:
    """Options as they go into the payload, with what they refer to."""

    options: list[dict[str, Any]] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


def find(world: World, name: str, kind: int, channel: Channel) -> tuple[dict[str, Any], str | None]:
    """Return a command that is offered in a place and the server it is registered to, or None."""
    for scope in (channel.guild_id, None):
        for command in world.application.commands.get(scope, {}).values():
            if command["name"] == name and command.get("type", 1) == kind:
                return command, scope
    there = [c["name"] for found in world.application.commands.values() for c in found.values()]
    raise LookupError(f"no command {name!r} of type {kind} is registered; there are {there}")


def context_of(world: World, channel: Channel) -> Context:
    if channel.guild_id is not None:
        return Context.GUILD
    alone = len(channel.recipients) == 2 and world.application.bot_id in channel.recipients
    return Context.BOT_DM if alone else Context.PRIVATE_CHANNEL


def owners(
    world: World, channel: Channel, user_id: str, command: dict[str, Any] | None
) -> dict[str, str]:
    """Return authorizing_integration_owners: whose installation lets the app be used here.

    Raises LookupError when nobody's does. Without a command (components) any installation counts.
    """
    context = context_of(world, channel)
    kinds: Collection[int] = (0, 1)
    if command is not None:
        kinds = command.get("integration_types") or (0,)
        contexts = command.get("contexts")
        closed = context == Context.BOT_DM and command.get("dm_permission") is False
        if closed or (contexts is not None and context not in contexts):
            raise LookupError(f"/{command['name']} is not offered in a {context.name}")
    found: dict[str, str] = {}
    guild = world.guild_of(channel)
    here = guild is not None and world.application.bot_id in guild.members
    if 0 in kinds and (here or context == Context.BOT_DM):
        found["0"] = guild.id if guild is not None else "0"
    if 1 in kinds and user_id in world.application.installed_by:
        found["1"] = user_id
    if not found:
        raise LookupError("the app is installed neither here nor by this person")
    return found


def may_use(world: World, channel: Channel, user_id: str, command: dict[str, Any]) -> None:
    """Raise PermissionError when the person does not see the command in this place."""
    if not world.can_view(user_id, channel):
        raise PermissionError("this person does not see the channel")
    if channel.is_direct:
        return
    rights = world.rights(user_id, channel)
    if rights & Permission.ADMINISTRATOR:
        return
    if not rights & Permission.USE_COMMANDS:
        raise PermissionError("this person may not use application commands here")
    needed = command.get("default_member_permissions")
    if needed is not None and (int(needed) == 0 or rights & int(needed) != int(needed)):
        raise PermissionError(f"/{command['name']} needs the permissions {needed}")


def fill(
    world: World,
    channel: Channel,
    command: dict[str, Any],
    path: list[str],
    values: dict[str, Any],
    focused: str | None = None,
) -> Filled:
    """Return the options of a command, of its subcommand when `path` names one."""
    filled = Filled()
    filled.options = _level(world, channel, filled, command, path, values, focused)
    return filled


def _level(
    world: World,
    channel: Channel,
    filled: Filled,
    node: dict[str, Any],
    path: list[str],
    values: dict[str, Any],
    focused: str | None,
) -> list[dict[str, Any]]:
    declared = {o["name"]: o for o in node.get("options") or []}
    nested = [o for o in declared.values() if o["type"] in (Option.SUBCOMMAND, Option.GROUP)]
    if path or nested:
        if not path or path[0] not in [o["name"] for o in nested]:
            raise LookupError(f"{node['name']} has the subcommands {[o['name'] for o in nested]}")
        inner = declared[path[0]]
        below = _level(world, channel, filled, inner, path[1:], values, focused)
        return [{"name": inner["name"], "type": inner["type"], "options": below}]
    if unknown := [*(values.keys() - declared.keys()), *({focused} - {None} - declared.keys())]:
        raise LookupError(f"{node['name']} has no options {unknown}, but {list(declared)}")
    shown = []
    for option in declared.values():
        name, typed = option["name"], option["name"] == focused
        if values.get(name) is None:
            if option.get("required") and focused is None:
                raise ValueError(f"{node['name']} needs the option {name}")
            if not typed:
                continue
        if typed:
            shown.append(_typed(option, values.get(name, "")))
        else:
            value = _value(world, channel, filled, option, values[name])
            shown.append({"name": name, "type": option["type"], "value": value})
    return shown


def _typed(option: dict[str, Any], value: Any) -> dict[str, Any]:
    """Return the option that is being typed; its text is not validated yet."""
    if not option.get("autocomplete"):
        raise ValueError(f"the option {option['name']} has no autocomplete")
    return {"name": option["name"], "type": option["type"], "value": value, "focused": True}


def _value(
    world: World, channel: Channel, filled: Filled, option: dict[str, Any], value: Any
) -> Any:
    kind = Option(option["type"])
    if kind in (Option.STRING, Option.INTEGER, Option.NUMBER, Option.BOOLEAN):
        return _plain(kind, option, value)
    if kind == Option.ATTACHMENT:
        attachment = uploaded(world, channel, value)
        filled.attachments.append(attachment)
        return attachment.id
    if isinstance(value, User) and kind in (Option.USER, Option.MENTIONABLE):
        filled.users.append(value.id)
    elif isinstance(value, Role) and kind in (Option.ROLE, Option.MENTIONABLE):
        filled.roles.append(value.id)
    elif isinstance(value, Channel) and kind == Option.CHANNEL:
        allowed = option.get("channel_types")
        if allowed and value.type not in allowed:
            raise ValueError(f"{option['name']} takes channels of the types {allowed}")
        filled.channels.append(value.id)
    else:
        raise TypeError(f"{option['name']} does not take {value!r}")
    return value.id


def _plain(kind: Option, option: dict[str, Any], value: Any) -> Any:
    name = option["name"]
    fits = {
        Option.STRING: isinstance(value, str),
        Option.BOOLEAN: isinstance(value, bool),
        Option.INTEGER: isinstance(value, int) and not isinstance(value, bool),
        Option.NUMBER: isinstance(value, int | float) and not isinstance(value, bool),
    }
    if not fits[kind]:
        raise TypeError(f"{name} does not take {value!r}")
    choices = option.get("choices")
    if choices and value not in [choice["value"] for choice in choices]:
        raise ValueError(f"{name} must be one of {[choice['value'] for choice in choices]}")
    if kind == Option.STRING:
        least, most = option.get("min_length") or 0, option.get("max_length") or STRING_CHARACTERS
        if not max(least, 1) <= len(value) <= most:
            raise ValueError(f"{name} must have {least} to {most} characters")
    elif kind != Option.BOOLEAN:
        least = option.get("min_value", -math.inf)
        most = option.get("max_value", math.inf)
        if not (least is None or value >= least) or not (most is None or value <= most):
            raise ValueError(f"{name} must be between {least} and {most}")
    return value


def uploaded(world: World, channel: Channel, value: Any) -> Attachment:
    """Return a file that somebody hands to a command or dialog, given as (name, bytes)."""
    if isinstance(value, Attachment):
        attachment = value
    else:
        name, data = value
        kind = guessed_type(name)
        attachment = Attachment(world.snowflakes.new(), safe_name(name), data, kind)
    attachment.ephemeral = True
    world.attachments[channel.id, attachment.id] = attachment
    return attachment
