"""Fixtures of tests that need a store: a real server, emptied for each test. Modules that use them
name this one in `pytest_plugins`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import Phase, settings

from bot.store.connection import Connection
from bot.store.histories import Histories
from bot.store.mailboxes import Mailboxes
from tests.store_servers import HERE, Clock, StoreCluster, StoreServer

settings.register_profile("quick-to-fail", phases=(Phase.explicit, Phase.generate))
"""For those who only want to know whether something fails (`tests/mutants.py`)."""

KINDS = [*HERE, "cluster"]


@pytest.fixture(scope="session")
def store_server() -> Iterator[StoreServer]:
    """The one server of the session; whoever kills it starts it again."""
    server = StoreServer(next(iter(HERE.values())))
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def store_cluster() -> Iterator[StoreCluster]:
    cluster = StoreCluster(next(iter(HERE.values())))
    cluster.start()
    yield cluster
    cluster.close()


@pytest.fixture(scope="session", params=KINDS)
def any_store_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of each kind of store in turn: every server of the machine, and a cluster."""
    if request.param == "cluster":
        yield request.getfixturevalue("store_cluster").url
        return
    server = StoreServer(HERE[request.param])
    server.start()
    yield server.url
    server.close()


@pytest.fixture
async def any_store(any_store_url: str) -> AsyncIterator[Connection]:
    """A connection to each kind of store in turn, emptied."""
    connection = await Connection.open(any_store_url)
    await connection.command("flushall")
    yield connection
    await connection.close()


@pytest.fixture
async def store(store_server: StoreServer) -> AsyncIterator[Connection]:
    """A connection to the session's server, emptied."""
    connection = await Connection.open(store_server.url)
    await connection.command("flushall")
    yield connection
    await connection.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def mailboxes(store: Connection, clock: Clock) -> Mailboxes:
    return Mailboxes(store, history_ttl=3600, clock=clock)


@pytest.fixture
def histories(store: Connection) -> Histories:
    return Histories(store, ttl=3600)
