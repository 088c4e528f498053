"""Ordered faults strike before or after the call is carried out."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import aiohttp.web
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack


async def test_faults_strike_before_or_after_the_call_is_carried_out(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    async def post(kind: str) -> Any:
        slack.fail("chat.postMessage", kind)
        try:
            await client.chat_postMessage(channel="general", text=kind)
        except SlackApiError as error:
            return error.response.get("error") or error.response.status_code
        except aiohttp.ClientError as error:
            return type(error).__name__
        return "ok"

    assert await post("500") in (500, None)
    assert await post("ratelimited") == "ratelimited"
    assert await post("fatal_error") == "fatal_error"
    assert await post("reset") in ("ClientOSError", "ServerDisconnectedError")
    assert await post("slow") == "ok"
    assert await post("lost") in ("ClientOSError", "ServerDisconnectedError")
    slack.fail("chat.postMessage", "hang")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.chat_postMessage(channel="general", text="hang"), 0.1)
    assert [m.text for m in slack.messages("general")] == ["slow", "lost"]
    assert slack.limits.refused == 1
    assert [c.fault for c in slack.calls_to("chat.postMessage")] == [
        "500",
        "ratelimited",
        "fatal_error",
        "reset",
        "slow",
        "lost",
        "hang",
    ]
