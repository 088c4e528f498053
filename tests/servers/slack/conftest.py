"""A fresh local Slack and a real Web API client for the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import aiohttp.web
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack


@pytest.fixture
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack() as server:
        yield server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
def client(slack: LocalSlack, session: aiohttp.ClientSession) -> AsyncWebClient:
    made = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session)
    made.retry_handlers = []
    return made
