"""A fresh local Discord and a bare gateway client for the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from .server import LocalDiscord
from .sockets_client import Raw


@pytest.fixture
async def server() -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord() as made:
        yield made


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
def raw(server: LocalDiscord, session: aiohttp.ClientSession) -> Raw:
    return Raw(server, session)
