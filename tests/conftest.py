"""What holds for every test, and the one real store that most of them share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

from bot.store.connection import Connection
from tests.redis_server import redis_server

# No test times anything: a busy machine, or the first use of what is loaded late, is no failure.
settings.register_profile("parley", deadline=None)
settings.load_profile("parley")

# Their assertions say what they compared, as those of test modules do.
pytest.register_assert_rewrite("tests.contracts")


@pytest.fixture(scope="session")
def store_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
async def connection(store_url: str) -> AsyncIterator[Connection]:
    """Connect to the store, emptied for this test."""
    connection = await Connection.open(store_url)
    await connection.command("flushall")
    yield connection
    await connection.close()
