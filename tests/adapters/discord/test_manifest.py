"""The links to add the bot, and what `doctor` says of Discord."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.discord.check import check
from adapters.discord.manifest import (
    PERMISSIONS,
    invitation,
    permissions,
    personal,
    printed,
    reasons,
)
from bot.errors import ConfigError
from tests.servers.discord import LocalDiscord
from tests.servers.discord.permissions import Permission
from tests.servers.discord.records import AppFlag


def query(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query)


def test_the_invitation_asks_for_the_least() -> None:
    asked = query(invitation("42"))
    assert asked["client_id"] == ["42"]
    assert asked["scope"] == ["bot applications.commands"]
    assert int(asked["permissions"][0]) == permissions()
    needed = (
        Permission.VIEW_CHANNEL
        | Permission.SEND_MESSAGES
        | Permission.CREATE_PUBLIC_THREADS
        | Permission.SEND_IN_THREADS
        | Permission.ATTACH_FILES
        | Permission.READ_HISTORY
    )
    assert permissions() == int(needed)
    assert not permissions() & int(Permission.ADMINISTRATOR | Permission.MANAGE_MESSAGES)


def test_the_personal_link_makes_the_bot_a_member_of_nothing() -> None:
    asked = query(personal("42"))
    assert (asked["scope"], asked["integration_type"]) == (["applications.commands"], ["1"])
    assert "permissions" not in asked


def test_every_permission_has_its_reason() -> None:
    assert len(reasons()) == len(PERMISSIONS)
    assert all(reasons().values())


async def test_discord_is_asked_for_the_application() -> None:
    async with LocalDiscord() as discord:
        text = await printed(discord.token, discord.api_url)
        assert f"client_id={discord.application.id}" in text
        assert "Message Content intent is on" in text
        for one in PERMISSIONS:
            assert one.name in text
        discord.application.flags = AppFlag(0)
        text = await printed(discord.token, discord.api_url)
        assert f"/{discord.application.id}/bot" in text
        assert discord.token not in text


async def test_without_a_token_it_says_what_to_set() -> None:
    with pytest.raises(ConfigError, match="DISCORD_TOKEN is not set"):
        await printed("", "http://127.0.0.1:1/api/v10")


async def test_a_refused_token_and_a_silent_server_are_told_apart() -> None:
    async with LocalDiscord() as discord:
        with pytest.raises(ConfigError, match="DISCORD_TOKEN is refused"):
            await printed("wrong", discord.api_url)
    with pytest.raises(ConfigError, match="got no answer"):
        await printed("wrong", "http://127.0.0.1:1/api/v10")


async def test_the_doctor_tells_who_the_bot_is_and_what_it_reads() -> None:
    async with LocalDiscord() as discord:
        health = await check(discord.token, discord.api_url)
        assert health.ready
        assert f"application {discord.application.id}" in health.detail
        assert "intent is on" in health.detail
        discord.application.flags = AppFlag(0)
        health = await check(discord.token, discord.api_url + "/")
        assert health.ready
        assert "intent is off" in health.detail
        # It has begun no session: a day has a thousand.
        assert not discord.gateway.identifies


async def test_the_doctor_names_what_is_wrong() -> None:
    async with LocalDiscord() as discord:
        health = await check("wrong", discord.api_url)
        assert (health.ready, "DISCORD_TOKEN is refused" in health.detail) == (False, True)
        discord.fail("GET /gateway/bot", "500")
        health = await check(discord.token, discord.api_url)
        assert (health.ready, "HTTP 500" in health.detail) == (False, True)
        discord.fail("GET /gateway/bot", "429")
        health = await check(discord.token, discord.api_url)
        assert (health.ready, "try again in a minute" in health.detail) == (False, True)
    health = await check("token", "http://127.0.0.1:1/api/v10")
    assert (health.ready, "got no answer" in health.detail) == (False, True)


def test_the_docs_tell_the_same_permissions_and_reasons() -> None:
    page = (Path(__file__).parents[3] / "docs" / "discord.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    for name, reason in reasons().items():
        assert f"| {name} | {reason} |" in rows
