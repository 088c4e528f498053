"""Slack's part of `doctor`: both tokens, every scope, and what mends them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.check import Setup, check
from adapters.slack.doors.door import Door
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
    found = await check(_sockets(slack))
    assert not found.ready
    for word in words:
        assert word in found.detail
    assert slack.bot_token not in found.detail
    assert slack.app_token not in found.detail


async def test_slack_without_an_app_token_is_told_what_it_needs(slack: LocalSlack) -> None:
    found = await check(replace(_sockets(slack), app_token=""))
    assert not found.ready
    assert "SLACK_APP_TOKEN" in found.detail


async def test_slack_that_cannot_be_reached_names_the_address() -> None:
    found = await check(Setup("http://127.0.0.1:1/api/", "xoxb-1-2-abc", "xapp-1-A-2-b"))
    assert not found.ready
    assert "SLACK_API_URL" in found.detail


async def test_slack_in_order_names_the_bot_and_the_workspace(slack: LocalSlack) -> None:
    found = await check(_sockets(slack))
    assert found.ready
    assert "Acme" in found.detail
    assert "Socket Mode" in found.detail


def _sockets(slack: LocalSlack) -> Setup:
    return Setup(slack.api_url, slack.bot_token, slack.app_token)


def _http(slack: LocalSlack, public_url: str = "") -> Setup:
    secret = slack.app.signing_secret
    return Setup(slack.api_url, slack.bot_token, signing_secret=secret, public_url=public_url)


async def test_over_http_the_address_to_enter_is_named(slack: LocalSlack) -> None:
    found = await check(_http(slack))
    assert found.ready
    assert "/slack/events" in found.detail


async def test_over_http_the_public_address_is_knocked_at(slack: LocalSlack) -> None:
    async def nothing(payload: dict[str, Any]) -> None: ...

    app = web.Application()
    app.add_routes(Door(slack.app.signing_secret, nothing).routes())
    async with TestServer(app) as server:
        public = str(server.make_url("")).rstrip("/")
        found = await check(_http(slack, public))
        assert found.ready
        assert "takes Slack's requests" in found.detail
        found = await check(replace(_http(slack, public), signing_secret="another"))
        assert not found.ready
        assert "SLACK_SIGNING_SECRET" in found.detail
        found = await check(_http(slack, f"{public}/elsewhere"))
        assert not found.ready
        assert "PUBLIC_URL" in found.detail
    found = await check(_http(slack, public))
    assert found.ready
    assert "does not answer" in found.detail


async def test_the_apps_own_credentials_are_tried(slack: LocalSlack) -> None:
    setup = Setup(
        slack.api_url,
        signing_secret=slack.app.signing_secret,
        client_id=slack.app.client_id,
        client_secret=slack.app.client_secret,
    )
    found = await check(setup)
    assert found.ready
    assert "/slack/install" in found.detail
    found = await check(replace(setup, client_secret="another"))
    assert not found.ready
    assert "SLACK_CLIENT_SECRET" in found.detail
