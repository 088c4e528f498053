"""The real store behind `tests.bot.paper`; test modules name this in `pytest_plugins`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.store.connection import Connection
from tests.adapters.web.redis_server import redis_server


@pytest.fixture(scope="session")
def paper_store() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
async def connection(paper_store: str) -> AsyncIterator[Connection]:
    connection = await Connection.open(paper_store)
    await connection.command("flushall")
    yield connection
    await connection.close()
