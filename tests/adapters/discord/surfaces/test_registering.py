"""Discord is told of the commands when what it has is not what they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.discord.surfaces.registering import same
from tests.adapters.discord.rig import Rig, rigged

COMMANDS = "/applications/{application_id}/commands"


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with rigged() as made:
        yield made


def registered(rig: Rig) -> dict[str, Any]:
    found = rig.discord.application.commands[None].values()
    return {command["name"]: command for command in found}


async def test_all_commands_are_there_for_servers_and_people(rig: Rig) -> None:
    found = registered(rig)
    assert set(found) == {
        *("ask", "weather", "time", "review", "reset", "leave", "help"),
        *("Ask Parley about this", "Review this code"),
    }
    for command in found.values():
        assert sorted(command["contexts"]) == [0, 1, 2]
        assert sorted(command["integration_types"]) == [0, 1]
        assert set(command["name_localizations"]) == {"zh-CN", "zh-TW"}
        for option in command.get("options") or ():
            assert set(option["description_localizations"]) == {"zh-CN", "zh-TW"}


async def test_they_are_written_once_and_then_only_read(rig: Rig) -> None:
    assert len(rig.discord.calls_to(f"PUT {COMMANDS}")) == 1
    await rig.again()
    await rig.again()
    assert len(rig.discord.calls_to(f"PUT {COMMANDS}")) == 1
    assert len(rig.discord.calls_to(f"GET {COMMANDS}")) == 3


@pytest.mark.parametrize("change", ["removed", "described", "localised", "option"])
async def test_what_somebody_changed_elsewhere_is_mended(rig: Rig, change: str) -> None:
    commands = rig.discord.application.commands[None]
    id = next(id for id, command in commands.items() if command["name"] == "ask")
    if change == "removed":
        del commands[id]
    elif change == "described":
        commands[id]["description"] = "Something else"
    elif change == "localised":
        commands[id]["name_localizations"] = None
    else:
        commands[id]["options"] = commands[id]["options"][:1]
    await rig.again()
    assert len(rig.discord.calls_to(f"PUT {COMMANDS}")) == 2
    assert len(registered(rig)["ask"]["options"]) == 3
    assert registered(rig)["ask"]["name_localizations"]["zh-CN"] == "提问"


async def test_connecting_does_not_depend_on_them(rig: Rig) -> None:
    rig.discord.fail(f"GET {COMMANDS}", "403:50001")
    await rig.again()
    outcome = await rig.discord.runs("general", "bob", "help")
    assert outcome.acknowledged


def test_the_form_in_which_commands_are_told_makes_no_difference() -> None:
    option = {"name": "place", "description": "x", "type": 3, "required": True}
    told = {
        "id": "1", "version": "2", "application_id": "3", "type": 1, "name": "weather",
        "name_localizations": None, "description": "x", "description_localizations": None,
        "default_member_permissions": None, "dm_permission": True, "nsfw": False,
        "contexts": [2, 0, 1], "integration_types": [1, 0], "handler": 1,
        "options": [{**option, "name_localizations": {}, "autocomplete": False}],
    }  # fmt: skip
    ours = {
        "name": "weather", "description": "x", "type": 1, "options": [option],
        "contexts": [0, 1, 2], "integration_types": [0, 1],
    }  # fmt: skip
    assert same([ours], [told])
    assert not same([ours], [told | {"contexts": [0]}])
    assert not same([ours], [told | {"options": [{**option, "required": False}]}])
    assert not same([ours], [])
    assert not same([ours], {"message": "no"})
