"""Rate tiers are counted per method, and posts per channel."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack
from tests.servers.slack.listener import error_of


async def test_tiers_are_enforced_per_method_with_retry_after(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.limits.enforce = True
    posted = await client.chat_postMessage(channel="general", text="x")
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    for number in range(50):
        await client.chat_update(**where, text=f"{number}")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_update(**where, text="too much")
    assert caught.value.response.status_code == 429
    assert caught.value.response.data == {"ok": False, "error": "ratelimited"}
    assert 1 <= int(caught.value.response.headers["Retry-After"]) <= 60
    assert slack.limits.refused_by_method == {"chat.update": 1}
    slack.clock.advance(61)
    await client.chat_update(**where, text="again")


async def test_a_channel_takes_a_short_burst_and_then_one_post_a_second(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    slack.limits.enforce = True
    general, engineering = slack.channel("general"), slack.channel("engineering")
    for _ in range(4):
        await client.chat_postMessage(channel=general, text="x")
    assert await error_of(client.chat_postMessage(channel=general, text="x")) == "ratelimited"
    await client.chat_postMessage(channel=engineering, text="x")
    slack.clock.advance(1.01)
    await client.chat_postMessage(channel=general, text="x")
