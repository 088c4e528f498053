"""The store: written and read, and what may lose messages is warned of."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis

from bot.settings import Settings
from bot.store.binaries import find_server
from tests.bot.doctor.one import one
from tests.bounds import PATIENCE

Examined = Callable[..., Any]


@contextmanager
def server(folder: Path, **options: str) -> Iterator[str]:
    """Run a Redis of the operator's own; yields its REDIS_URL."""
    socket = folder / "own.sock"
    words = [
        word for key, value in options.items() for word in (f"--{key.replace('_', '-')}", value)
    ]
    process = subprocess.Popen(
        [find_server().path, "--port", "0", "--unixsocket", str(socket), "--save", "", *words],
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not socket.exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield f"unix://{socket}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


async def test_an_own_redis_that_is_durable_is_fine_and_nothing_stays_in_it(
    settings: Callable[..., Settings], tmp_path: Path
) -> None:
    with server(tmp_path, appendonly="yes") as url:
        finding = await one("store", settings(REDIS_URL=url))
        with redis.Redis.from_url(url, decode_responses=True) as client:
            left = {key: client.ttl(key) for key in client.scan_iter()}
    assert finding.state == "ok"
    assert str(tmp_path / "own.sock") in finding.text
    assert all(0 < seconds <= 60 for seconds in left.values()), left


async def test_an_own_redis_that_may_lose_messages_is_warned_of(
    settings: Callable[..., Settings], doctor: Examined, tmp_path: Path
) -> None:
    with server(tmp_path, appendonly="no", maxmemory_policy="allkeys-lru") as url:
        code, found = await doctor(settings(REDIS_URL=url))
    state, text = found["store"]
    assert (code, state) == (0, "warning")
    assert "maxmemory-policy is allkeys-lru" in text
    assert "set it to noeviction" in text
    assert "set appendonly to yes" in text


async def test_a_redis_that_refuses_the_login_names_the_variable(
    settings: Callable[..., Settings], tmp_path: Path
) -> None:
    with server(tmp_path, requirepass="open-sesame") as url:
        finding = await one("store", settings(REDIS_URL=url))
    assert finding.state == "fault"
    assert "REDIS_URL" in finding.text
    assert "login" in finding.text


async def test_a_redis_that_is_not_there_names_the_variable_and_not_the_password(
    settings: Callable[..., Settings],
) -> None:
    finding = await one("store", settings(REDIS_URL="redis://me:open-sesame@127.0.0.1:1/0"))
    assert finding.state == "fault"
    assert "REDIS_URL" in finding.text
    assert "open-sesame" not in finding.text


async def test_a_redis_that_refuses_to_write_is_a_fault(
    settings: Callable[..., Settings], tmp_path: Path
) -> None:
    with server(tmp_path, replicaof="127.0.0.1 1") as url:
        finding = await one("store", settings(REDIS_URL=url))
    assert finding.state == "fault"
    assert "does not write" in finding.text
    assert "REDIS_URL" in finding.text


async def test_a_data_folder_that_cannot_be_used_names_the_variable(
    settings: Callable[..., Settings], tmp_path: Path
) -> None:
    (tmp_path / "store").write_text("no folder")
    finding = await one("store", settings())
    assert finding.state == "fault"
    assert "DATA_DIR" in finding.text
