"""Faults of the store have one of three names, whatever the library calls them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.crc import key_slot

from bot.errors import ConfigError, StoreUnavailable
from bot.store import connection, keys
from bot.store.connection import ACKNOWLEDGE_WITHIN, Connection, _check_version
from bot.store.mailboxes import Mailboxes
from tests.bounds import PATIENCE
from tests.contracts.store import THREADS, put
from tests.store_servers import HERE, StoreCluster, StoreServer, free_port

pytest_plugins = ("tests.store_fixtures",)

BINARY = next(iter(HERE.values()))


@pytest.fixture
def own_server() -> Iterator[StoreServer]:
    """A server that a test may kill."""
    server = StoreServer(BINARY)
    server.start()
    yield server
    server.close()


@pytest.fixture
async def own(own_server: StoreServer) -> AsyncIterator[Connection]:
    connection = await Connection.open(own_server.url)
    yield connection
    await connection.close()


async def test_a_write_that_a_platform_waits_for_is_soon_given_up(
    own: Connection, own_server: StoreServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ACKNOWLEDGE_WITHIN <= 2  # the contract's
    monkeypatch.setattr(connection, "ACKNOWLEDGE_WITHIN", 0.2)
    boxes = Mailboxes(own, 60)
    await put(boxes, THREADS[0])
    for harm, mend, told in (
        (own_server.freeze, own_server.thaw, "in time"),
        (own_server.kill, own_server.start, "in time|cannot be reached"),
    ):
        harm()
        with pytest.raises(StoreUnavailable, match=told):
            await put(boxes, THREADS[1])
        assert not await own.reachable()
        mend()
        assert await own.reachable()
    # What was acknowledged is there; what was refused may be there or not, and is put again.
    assert await put(boxes, THREADS[0]) == "known"
    assert await put(boxes, THREADS[1]) in ("stored", "known")


async def test_a_steady_call_waits_for_a_server_that_restarts(
    own: Connection, own_server: StoreServer
) -> None:
    await own.command("set", "a", "b")
    own_server.kill()
    reading = asyncio.create_task(own.command("get", "a"))
    await asyncio.sleep(0.2)  # it has met nobody by now
    own_server.start()
    assert await reading == "b"


async def test_a_subscriber_learns_that_it_may_have_missed_something(
    own: Connection, own_server: StoreServer
) -> None:
    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def listen() -> None:
        async for message in own.subscribe(keys.WAKE):
            heard.put_nowait(message)

    listening = asyncio.create_task(listen())
    try:
        async with asyncio.timeout(PATIENCE):
            assert await heard.get() == ("", "")
            own_server.kill()
            own_server.start()
            assert await heard.get() == ("", "")
            await own.command("publish", keys.WAKE, "7")
            assert await heard.get() == (keys.WAKE, "7")
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_a_server_that_does_not_write_is_unavailable(own: Connection) -> None:
    boxes = Mailboxes(own, 60)
    await own.command("config_set", "maxmemory", "1")
    with pytest.raises(StoreUnavailable, match="does not write"):
        await put(boxes, THREADS[0])
    await own.command("config_set", "maxmemory", "0")
    await own.command("replicaof", "127.0.0.1", str(free_port()))
    with pytest.raises(StoreUnavailable):
        await put(boxes, THREADS[0])
    await own.command("replicaof", "NO", "ONE")
    await own.command("config_set", "min-replicas-to-write", "1")
    with pytest.raises(StoreUnavailable, match="does not write"):
        await put(boxes, THREADS[0])


async def test_a_refused_login_is_a_setting_to_mend() -> None:
    server = StoreServer(BINARY, 0, "--requirepass", "secret")
    server.start()
    try:
        with pytest.raises(ConfigError, match="login"):
            await Connection.open(server.url)
        connection = await Connection.open(f"{server.url}?password=secret")
        assert await connection.reachable()
        await connection.close()
    finally:
        server.close()


async def test_nobody_at_the_address_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable):
        await Connection.open(f"redis://127.0.0.1:{free_port()}")


@pytest.mark.parametrize("version", ["2.8.19", "5.0.14", "6.0.16", "6.1.0", "", "what"])
def test_a_server_that_is_too_old_is_refused(version: str) -> None:
    with pytest.raises(ConfigError, match=r"Redis 6\.2 or newer"):
        _check_version(version)


@pytest.mark.parametrize("version", ["6.2.0", "6.2.14", "7.0.15", "7.2.4", "8.0.1", "10.1.0"])
def test_a_newer_server_is_taken(version: str) -> None:
    _check_version(version)


async def test_a_cluster_may_move_slots_while_we_use_it(store_cluster: StoreCluster) -> None:
    connection = await Connection.open(store_cluster.url)
    try:
        boxes = Mailboxes(connection, 60)
        await connection.command("flushall")
        for thread in THREADS:
            assert await put(boxes, thread) == "stored"
        number = keys.partition(THREADS[0])
        slot = key_slot(f"{{{number}}}".strip("{}").encode())
        store_cluster.move_slot(slot)
        for thread in THREADS:
            assert await put(boxes, thread) == "known"
        found = []
        for number in range(keys.PARTITIONS):
            found += (await boxes.take(number, ["slack"], "me", 9_000, 99)).threads
        assert len(found) == len(THREADS)
    finally:
        await connection.close()


async def test_a_cluster_that_lost_a_node_is_unavailable_and_comes_back() -> None:
    cluster = StoreCluster(BINARY)
    cluster.start()
    try:
        connection = await Connection.open(cluster.url)
        boxes = Mailboxes(connection, 60)
        cluster.nodes[2][0].kill()
        outcomes = set()
        for thread in THREADS:
            try:
                outcomes.add(await put(boxes, thread))
            except StoreUnavailable:
                outcomes.add("unavailable")
                break
        assert "unavailable" in outcomes
        cluster.nodes[2][0].start()
        async with asyncio.timeout(PATIENCE):
            for thread in THREADS:
                while True:
                    try:
                        assert await put(boxes, thread) in ("stored", "known")
                        break
                    except StoreUnavailable:
                        await asyncio.sleep(0.1)
        await connection.close()
    finally:
        cluster.close()


async def test_a_cancellation_is_heard_at_whatever_moment_of_a_call_it_comes(
    own: Connection,
) -> None:
    await own.command("set", "a", "1")

    async def read() -> None:
        await own.command("get", "a")
        await asyncio.sleep(3600)

    for turns_of_the_loop in range(25):
        task = asyncio.create_task(read())
        for _ in range(turns_of_the_loop):
            await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        assert done, f"lost after {turns_of_the_loop} turns of the loop"
        assert task.cancelled()
