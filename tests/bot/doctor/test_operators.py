"""`OPERATOR_CHANNEL` serves every platform: `doctor` warns for each that can tell nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.settings import Settings
from tests.bot.doctor.one import one
from tests.servers.discord import LocalDiscord
from tests.servers.slack import LocalSlack


@pytest.mark.parametrize(
    ("channel", "states"),
    [
        ("", ["ok", "ok"]),
        ("#ops", ["ok", "warning"]),
        ("112233445566778899", ["warning", "ok"]),
        ("112233445566778899, C0123456789", ["ok", "ok"]),
    ],
)
async def test_a_platform_with_no_usable_channel_is_warned_of(
    settings: Callable[..., Settings], slack: LocalSlack, channel: str, states: list[str]
) -> None:
    async with LocalDiscord() as discord:
        chosen = settings(**slack.env(), **discord.env(), OPERATOR_CHANNEL=channel)
        found = [await one(part, chosen) for part in ("slack", "discord")]
    assert [finding.state for finding in found] == states
    for finding in found:
        assert ("OPERATOR_CHANNEL" in finding.text) == (finding.state == "warning")
