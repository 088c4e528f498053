"""Slack's part of `doctor`: both tokens, every scope, and what mends them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from adapters.slack.check import check
from tests.servers.slack import LocalSlack


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack() as server:
        yield server


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda slack: slack.revoke("invalid_auth"), ["SLACK_BOT_TOKEN", "invalid_auth"]),
        (lambda slack: slack.revoke("account_inactive"), ["SLACK_BOT_TOKEN", "install"]),
        (
            lambda slack: slack.installation.scopes.difference_update({"files:read", "commands"}),
            ["commands, files:read", "manifest slack", "install the app again"],
        ),
        (
            lambda slack: slack.app.app_token_scopes.clear(),
            ["SLACK_APP_TOKEN", "connections:write"],
        ),
        (
            lambda slack: setattr(slack.app, "app_token_revoked", True),
            ["SLACK_APP_TOKEN", "invalid_auth"],
        ),
        (lambda slack: setattr(slack.app, "socket_mode", False), ["Socket Mode is off"]),
        (lambda slack: slack.fail("auth.test", "ratelimited"), ["auth.test", "a minute"]),
        (lambda slack: slack.fail("auth.test", "reset"), ["auth.test", "SLACK_API_URL"]),
        (lambda slack: slack.fail("apps.connections.open", "internal_error"), ["SLACK_APP_TOKEN"]),
    ],
)
async def test_what_slack_refuses_names_what_to_mend(
    slack: LocalSlack,
    break_it: Callable[[LocalSlack], object],
    words: list[str],
) -> None:
    break_it(slack)
    found = await check(slack.bot_token, slack.app_token, slack.api_url)
    assert not found.ready
    for word in words:
        assert word in found.detail
    assert slack.bot_token not in found.detail
    assert slack.app_token not in found.detail


async def test_slack_without_an_app_token_is_told_what_it_needs(slack: LocalSlack) -> None:
    found = await check(slack.bot_token, "", slack.api_url)
    assert not found.ready
    assert "SLACK_APP_TOKEN" in found.detail


async def test_slack_that_cannot_be_reached_names_the_address() -> None:
    found = await check("xoxb-1-2-abc", "xapp-1-A-2-b", "http://127.0.0.1:1/api/")
    assert not found.ready
    assert "SLACK_API_URL" in found.detail


async def test_slack_in_order_names_the_bot_and_the_workspace(slack: LocalSlack) -> None:
    found = await check(slack.bot_token, slack.app_token, slack.api_url)
    assert found.ready
    assert "Acme" in found.detail
