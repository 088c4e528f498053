"""Routes of application commands, global and of one server.

discord.com/developers/docs/interactions/application-commands#endpoints
"""

from __future__ import annotations

from typing import Any

from . import command_rules as rules
from .access import guild_of, snowflake
from .refusal import ApiError, Form, forbidden, invalid, unknown
from .wire import Answer, Call, route
from .world import World

_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
_ONE = "/{command_id}"
Command = dict[str, Any]


def _scope(world: World, call: Call) -> tuple[str | None, dict[str, Command]]:
    """Return the server (None: global) that a call is about, and its commands."""
    if snowflake("application_id", call.params["application_id"]) != world.application.id:
        raise unknown(10002)
    guild_id = call.params.get("guild_id")
    if guild_id is not None:
        try:
            guild_of(world, guild_id)
        except ApiError as error:
            raise (forbidden(50001) if error.code == 10004 else error) from None
    return guild_id, world.application.commands.setdefault(guild_id, {})


def _one(world: World, call: Call) -> tuple[dict[str, Command], Command]:
    _, commands = _scope(world, call)
    command = commands.get(snowflake("command_id", call.params["command_id"]))
    if command is None:
        raise unknown(10063)
    return commands, command


def _made(world: World, guild_id: str | None, given: Command, present: Command | None) -> Command:
    """Return a command as it is stored; it keeps its id, and its version unless it changed."""
    kind = given.get("type", rules.CHAT_INPUT)
    rights = given.get("default_member_permissions")
    made: Command = {
        "id": present["id"] if present else world.snowflakes.new(),
        "application_id": world.application.id,
        "version": present["version"] if present else "",
        "default_member_permissions": None if rights is None else str(rights),
        "type": kind,
        "name": given["name"],
        "name_localizations": given.get("name_localizations"),
        "description": given.get("description") or "",
        "description_localizations": given.get("description_localizations"),
        "nsfw": given.get("nsfw", False),
    }
    if guild_id is None:
        made["contexts"] = given.get("contexts")
        made["integration_types"] = given.get("integration_types") or [0, 1]
        made["dm_permission"] = made["contexts"] is None or 1 in made["contexts"]
    else:
        made["guild_id"] = guild_id
    if given.get("options"):
        made["options"] = given["options"]
    if made != present:
        made["version"] = world.snowflakes.new()
    return made


def _named(commands: dict[str, Command], given: Command) -> Command | None:
    """Return the command that has the same name and type."""
    key = (given.get("name"), given.get("type", rules.CHAT_INPUT))
    return next((c for c in commands.values() if (c["name"], c["type"]) == key), None)


def _check_counts(commands: list[Command]) -> None:
    for kind, most in rules.MOST.items():
        if sum(command.get("type", rules.CHAT_INPUT) == kind for command in commands) > most:
            raise ApiError(400, 30032, f"Maximum number of application commands reached ({most})")


def _count_creates(world: World, number: int) -> None:
    """Refuse when more than 200 commands were created in a day (30034)."""
    now = world.clock.now()
    recent = [at for at in world.command_creates if at > now - 86_400]
    if len(recent) + number > rules.CREATES_PER_DAY:
        world.limits.count_refusal("POST " + _GLOBAL)
        raise ApiError(429, 30034)
    world.command_creates[:] = [*recent, *[now] * number]


def _shown(call: Call, command: Command) -> Command:
    if call.query.get("with_localizations") in ("true", "1", "True"):
        return command
    return {k: v for k, v in command.items() if not k.endswith("_localizations")}


def listed(world: World, call: Call) -> Any:
    """Return all commands; translations only when asked for."""
    _, commands = _scope(world, call)
    return [_shown(call, command) for command in commands.values()]


def create(world: World, call: Call) -> Any:
    """Create a command, or overwrite the one of the same name and type."""
    guild_id, commands = _scope(world, call)
    form = Form()
    rules.check(form, call.body, in_guild=guild_id is not None)
    form.settle()
    present = _named(commands, call.body)
    if present is None:
        _check_counts([*commands.values(), call.body])
        _count_creates(world, 1)
    made = _made(world, guild_id, call.body, present)
    commands[made["id"]] = made
    return Answer(200 if present else 201, made)


def overwrite(world: World, call: Call) -> Any:
    """Replace all commands at once; those that are not named are deleted."""
    guild_id, commands = _scope(world, call)
    form = Form()
    given = call.json
    if not isinstance(given, list):
        raise invalid("", "LIST_TYPE_CONVERT", "Could not interpret value as a list.")
    seen = set()
    for number, command in enumerate(given):
        rules.check(form, command, str(number), in_guild=guild_id is not None)
        if not isinstance(command, dict):
            continue
        key = (command.get("name"), command.get("type", rules.CHAT_INPUT))
        if key in seen:
            message = "Application command names must be unique"
            form.wrong(str(number), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)
    form.settle()
    _check_counts(given)
    _count_creates(world, sum(_named(commands, command) is None for command in given))
    made = [_made(world, guild_id, command, _named(commands, command)) for command in given]
    world.application.commands[guild_id] = {command["id"]: command for command in made}
    return made


def get(world: World, call: Call) -> Any:
    return _one(world, call)[1]


def edit(world: World, call: Call) -> Any:
    """Change some fields of a command."""
    commands, present = _one(world, call)
    guild_id = present.get("guild_id")
    known = {k: v for k, v in present.items() if k not in ("id", "application_id", "version")}
    changed = {k: v for k, v in call.body.items() if k != "type"}
    form = Form()
    rules.check(form, known | changed, in_guild=False)
    form.settle()
    twin = _named(commands, known | changed)
    if twin is not None and twin is not present:
        raise invalid("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Names must be unique")
    commands[present["id"]] = _made(world, guild_id, known | changed, present)
    return commands[present["id"]]


def delete(world: World, call: Call) -> Any:
    commands, present = _one(world, call)
    del commands[present["id"]]


for _path in (_GLOBAL, _GUILD):
    route("GET", _path, limit="commands")(listed)
    route("POST", _path, limit="commands")(create)
    route("PUT", _path, limit="commands")(overwrite)
    route("GET", _path + _ONE, limit="commands")(get)
    route("PATCH", _path + _ONE, limit="commands")(edit)
    route("DELETE", _path + _ONE, limit="commands")(delete)
