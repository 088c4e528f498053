"""A real Socket Mode client and small helpers for the tests of the local Slack."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.bounds import PATIENCE
from tests.servers.slack import LocalSlack


class Listener:
    """A real Socket Mode client that notes what it gets and acknowledges as told."""

    def __init__(self, slack: LocalSlack, ping_interval: float = 5.0) -> None:
        web = AsyncWebClient(base_url=slack.api_url)
        self.client = SocketModeClient(slack.app_token, web_client=web, ping_interval=ping_interval)
        self.requests: list[Any] = []
        self.events: list[dict[str, Any]] = []
        self.acks = True
        self.client.socket_mode_request_listeners.append(self._take)

    async def _take(self, client: SocketModeClient, request: Any) -> None:
        self.requests.append(request)
        if request.type == "events_api":
            self.events.append(request.payload["event"])
        if self.acks:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]

    async def __aenter__(self) -> Listener:
        await self.client.connect()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.client.close()


async def refused(call: Any) -> dict[str, Any]:
    """Return the body of a call that Slack refuses."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return dict(caught.value.response.data)


async def error_of(call: Any) -> str:
    return str((await refused(call))["error"])


async def until(condition: Any, timeout: float = PATIENCE) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(0.005)
