"""Fixtures of the playground's tests: a real store, emptied for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.store.connection import Connection
from bot.store.files import Files
from bot.store.messages import ChannelMessages
from tests.adapters.web.browsing import Browser
from tests.adapters.web.serving import serve


@pytest.fixture
def messages(connection: Connection) -> ChannelMessages:
    return ChannelMessages(connection)


@pytest.fixture
def files(connection: Connection) -> Files:
    return Files(connection)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def browser(connection: Connection, session: aiohttp.ClientSession) -> AsyncIterator[Browser]:
    async with serve(connection) as playground:
        yield Browser(playground, session)


@pytest.fixture
async def idle(connection: Connection, session: aiohttp.ClientSession) -> AsyncIterator[Browser]:
    """A playground whose worker takes nothing."""
    async with serve(connection, works=False) as playground:
        yield Browser(playground, session)
