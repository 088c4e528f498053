"""Tells Discord of the commands, when what it has is not what they are.

One reading call at the start finds that out, also when somebody has changed them elsewhere; writing
is limited to a few times a day. Failing harms nothing but the commands: it is tried again.
Source: https://docs.discord.com/developers/interactions/application-commands.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.http import Route

from adapters.discord.commands import Words

_log = logging.getLogger(__name__)

CALL_SECONDS = 60.0
"""Writing all commands takes Discord a while, and discord.py repeats what failed."""

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0

_DEFAULTS: Mapping[str, Any] = {"type": 1, "nsfw": False, "required": False, "autocomplete": False}
_COMPARED = (
    *("type", "name", "description", "name_localizations", "description_localizations"),
    *("options", "contexts", "integration_types", "default_member_permissions", "nsfw"),
    *("required", "autocomplete", "choices", "value", "min_value", "max_value"),
    *("min_length", "max_length", "channel_types"),
)
"""What makes a command; ids, versions and what is derived of the rest do not count."""


async def registered(
    tree: app_commands.CommandTree[Any],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Let Discord have the commands of `tree`; tries until it does, but not what it refuses."""
    pause = FIRST_PAUSE
    while True:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await synchronise(tree)
            return
        except (app_commands.AppCommandError, discord.HTTPException) as error:
            if getattr(error, "status", 400) < 500 and getattr(error, "status", 400) != 429:
                _log.error("Discord does not take the commands: %s", error)
                return
            _log.warning("the commands are not up to date, next try in %.0f s: %s", pause, error)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            _log.warning("the commands are not up to date: %s", type(error).__name__)
        await sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def synchronise(tree: app_commands.CommandTree[Any]) -> bool:
    """Write the commands if Discord has others, and tell whether it had. Raises discord.py's
    errors."""
    client = tree.client
    words = Words()
    await tree.set_translator(words)
    wanted = [await one.get_translated_payload(tree, words) for one in tree.get_commands()]
    route = Route(
        "GET", "/applications/{application_id}/commands", application_id=client.application_id
    )
    found = await client.http.request(route, params={"with_localizations": "true"})
    if same(wanted, found):
        return False
    await tree.sync()
    _log.info("the commands were out of date; Discord has the new ones")
    return True


def same(wanted: Sequence[Mapping[str, Any]], found: object) -> bool:
    """Tell whether two lists of commands are the same, in whatever order and form they are told."""
    if not isinstance(found, Sequence):
        return False

    def key(one: Mapping[str, Any]) -> tuple[int, str]:
        return one["type"], one["name"]

    ours = sorted((_plain(one) for one in wanted), key=key)
    return ours == sorted((_plain(one) for one in found), key=key)


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    """Spell a command, an option or a choice in one form: nothing is said of what is usual."""
    plain: dict[str, Any] = {"type": 1, "name": ""}
    for field in _COMPARED:
        value = one.get(field)
        if field in ("options", "choices"):
            value = [_plain(inner) for inner in value or ()]
        elif field in ("contexts", "integration_types", "channel_types"):
            value = sorted(value or ())
        if value not in (None, "", [], {}) and value != _DEFAULTS.get(field, ...):
            plain[field] = value
    return plain
