"""Application commands are checked, counted, overwritten and listed as Discord does."""

from __future__ import annotations

from typing import Any

import pytest

from . import command_rules
from .conftest import Raw
from .server import LocalDiscord
from .sockets_client import discord as library

ASK = {"name": "ask", "description": "Ask something"}


def option(**fields: Any) -> dict[str, Any]:
    return {"type": 3, "name": "what", "description": "What"} | fields


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"name": "Ask"}, ["name: APPLICATION_COMMAND_INVALID_NAME"]),
        ({"name": "ask me"}, ["name: APPLICATION_COMMAND_INVALID_NAME"]),
        ({"name": "a" * 33}, ["name: BASE_TYPE_BAD_LENGTH"]),
        ({"name": ""}, ["name: BASE_TYPE_REQUIRED"]),
        ({"description": "d" * 101}, ["description: BASE_TYPE_BAD_LENGTH"]),
        ({"description": ""}, ["description: BASE_TYPE_REQUIRED"]),
        ({"type": 3}, ["description: APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION"]),
        ({"name_localizations": {"zh": "x"}}, ["name_localizations: BASE_TYPE_CHOICES"]),
        (
            {"name_localizations": {"zh-CN": "问 我"}},
            ["name_localizations.zh-CN: APPLICATION_COMMAND_INVALID_NAME"],
        ),
        (
            {"description_localizations": {"de": "d" * 101}},
            ["description_localizations.de: BASE_TYPE_BAD_LENGTH"],
        ),
        ({"contexts": []}, ["contexts: BASE_TYPE_BAD_LENGTH"]),
        ({"contexts": [3]}, ["contexts: BASE_TYPE_CHOICES"]),
        ({"integration_types": [0, 0]}, ["integration_types: BASE_TYPE_BAD_LENGTH"]),
        (
            {"options": [option(name=f"o{n}") for n in range(26)]},
            ["options: BASE_TYPE_MAX_LENGTH"],
        ),
        (
            {"options": [option(), option()]},
            ["options: APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"],
        ),
        (
            {"options": [option(), option(name="b", required=True)]},
            ["options: APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"],
        ),
        (
            {"options": [option(), option(name="b", type=1)]},
            ["options: APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"],
        ),
        (
            {"options": [option(choices=[{"name": "n", "value": "v"}] * 26)]},
            ["options.0.choices: BASE_TYPE_MAX_LENGTH"],
        ),
        (
            {"options": [option(choices=[{"name": "n" * 101, "value": "v"}])]},
            ["options.0.choices.0.name: BASE_TYPE_BAD_LENGTH"],
        ),
        (
            {"options": [option(autocomplete=True, choices=[{"name": "n", "value": "v"}])]},
            ["options.0.choices: APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES"],
        ),
        (
            {
                "options": [
                    option(name=f"o{n}", choices=[{"name": "n" * 100, "value": "v" * 100}] * 20)
                    for n in range(2)
                ]
            },
            [": APPLICATION_COMMAND_TOO_LARGE"],
        ),
    ],
)
async def test_a_command_is_refused_field_by_field(
    server: LocalDiscord, raw: Raw, change: Any, errors: list[str]
) -> None:
    path = f"/applications/{server.application.id}/commands"
    assert await raw.errors("POST", path, ASK | change) == errors


@pytest.mark.parametrize("name", ["ask", "wetter", "天气", "मौसम", "a_b-c'1", "größe"])
def test_names_may_be_in_any_script_in_lower_case(name: str) -> None:
    assert command_rules.valid_name(name)


async def test_commands_are_overwritten_by_name_and_keep_their_ids(
    server: LocalDiscord, raw: Raw
) -> None:
    path = f"/applications/{server.application.id}/commands"
    status, first = await raw("POST", path, ASK)
    assert (status, first["type"], first["contexts"]) == (201, 1, None)
    status, again = await raw("POST", path, ASK | {"description": "Ask more"})
    assert (status, again["id"]) == (200, first["id"])
    assert again["version"] != first["version"]
    both = [ASK | {"description": "Ask more"}, {"name": "Explain this", "type": 3}]
    put = (await raw("PUT", path, both))[1]
    assert [command["id"] == first["id"] for command in put] == [True, False]
    assert put[0]["version"] == again["version"]
    assert await raw.errors("PUT", path, [ASK, ASK]) == ["1: APPLICATION_COMMANDS_DUPLICATE_NAME"]
    renamed = await raw("PATCH", f"{path}/{first['id']}", {"name": "tell"})
    assert renamed[1]["name"] == "tell"
    listed = (await raw("GET", path))[1]
    assert [command["name"] for command in listed] == ["tell", "Explain this"]
    assert "name_localizations" not in listed[0]
    assert (await raw("DELETE", f"{path}/{first['id']}"))[0] == 204
    assert await raw.code("GET", f"{path}/{first['id']}") == (404, 10063)
    assert await raw.code("GET", "/applications/1/commands") == (404, 10002)


async def test_numbers_of_commands_are_limited(server: LocalDiscord, raw: Raw) -> None:
    path = f"/applications/{server.application.id}/commands"
    many = [ASK | {"name": f"c{number}"} for number in range(101)]
    assert await raw.code("PUT", path, many) == (400, 30032)
    menus = [{"name": f"menu {number}", "type": 3} for number in range(16)]
    assert await raw.code("PUT", path, menus) == (400, 30032)
    for turn in ("a", "b"):
        fresh = [ASK | {"name": f"{turn}{number}"} for number in range(100)]
        assert (await raw("PUT", path, fresh))[0] == 200
    assert await raw.code("POST", path, ASK) == (400, 30032)
    assert (await raw("PUT", path, []))[0] == 200
    assert await raw.code("POST", path, ASK) == (429, 30034)
    server.clock.advance(86_401)
    assert (await raw("POST", path, ASK))[0] == 201


async def test_a_servers_commands_are_its_own_and_have_no_contexts(
    server: LocalDiscord, client: library.Client, raw: Raw
) -> None:
    base = f"/applications/{server.application.id}/guilds"
    path = f"{base}/{server.guild.id}/commands"
    made = (await raw("POST", path, ASK))[1]
    assert made["guild_id"] == server.guild.id
    errors = await raw.errors("POST", path, ASK | {"contexts": [0]})
    assert errors == ["contexts: APPLICATION_COMMAND_GLOBAL_ONLY"]
    assert await raw.code("GET", f"{base}/1/commands") == (403, 50001)
    assert (await raw("PATCH", f"{path}/{made['id']}", {"description": "More"}))[0] == 200
    tree = library.app_commands.CommandTree(client)
    assert await tree.fetch_commands() == []
    (fetched,) = await tree.fetch_commands(guild=library.Object(int(server.guild.id)))
    assert fetched.description == "More"
