"""Helpers for tests that run the embedded store's real servers.

Users of the store run in processes of their own, so that they can be killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import redis

from bot.store import binaries
from bot.store.embedded import EmbeddedStore
from tests.bounds import FOREVER, PATIENCE

ON_PATH = next(filter(None, map(shutil.which, ("valkey-server", "redis-server"))), None)
CARRIED = binaries._carried_by_wheel()
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, or needs prctl")

_USER = """
import asyncio, sys
from pathlib import Path
from bot.store.embedded import EmbeddedStore

async def main():
    store = EmbeddedStore(Path(sys.argv[1]), idle_seconds=float(sys.argv[2]))
    print(await store.start(), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await store.stop()

asyncio.run(main())
"""


class User:
    """A process that uses the embedded store until told otherwise."""

    def __init__(self, data_dir: Path, idle_seconds: float = FOREVER) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _USER, str(data_dir), str(idle_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    async def url(self) -> str:
        assert self.process.stdout is not None
        return (await asyncio.to_thread(self.process.stdout.readline)).strip()

    def leave(self) -> None:
        """End it in order and wait."""
        self.process.communicate("leave\n", timeout=PATIENCE)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.communicate()

    def signal(self, number: int) -> None:
        """Signal its whole process group, as a terminal does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, decode_responses=True)


def server_pid(url: str) -> int | None:
    """Return who serves this URL now, None while nobody does; without a client's own patience."""
    with redis.Redis.from_url(url, retry=None) as store:
        try:
            return int(store.info("server")["process_id"])
        except (redis.RedisError, OSError):
            return None


def kill_server(url: str, number: int = signal.SIGKILL) -> None:
    pid = server_pid(url)
    assert pid is not None
    os.kill(pid, number)


def keeper_pid(folder: Path) -> int:
    (pid,) = (pid for pid, words in _commands() if str(folder) in words and "keeper.py" in words)
    return pid


def running(folder: Path) -> list[int]:
    """Return the processes that work for a data folder: servers and keepers."""
    return [
        pid
        for pid, words in _commands()
        if str(folder) in words and ("keeper.py" in words or "-server" in words)
    ]


def _commands() -> list[tuple[int, str]]:
    if not Path("/proc/self").exists():
        table = subprocess.run(["ps", "-Awwo", "pid=,args="], capture_output=True, text=True)
        rows = (line.strip().partition(" ") for line in table.stdout.splitlines())
        return [(int(pid), words) for pid, _, words in rows]
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append((int(place.parent.name), place.read_bytes().decode(errors="replace")))
    return found


async def until(holds: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(PATIENCE):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110  nothing announces it
            await asyncio.sleep(0.01)


def only_carried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")


def only_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_carried_by_wheel", lambda: None)


def end_all(data_dir: Path) -> None:
    """End the server of a test that killed its users, without waiting for it to feel unused."""
    for pid in running(data_dir):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


@contextlib.asynccontextmanager
async def used(data_dir: Path, idle_seconds: float = FOREVER) -> AsyncIterator[str]:
    """Use the store for a while; gives its URL."""
    store = EmbeddedStore(data_dir, idle_seconds=idle_seconds)
    url = await store.start()
    try:
        yield url
    finally:
        await store.stop()


def answers(url: str) -> bool:
    return server_pid(url) is not None


def remember(url: str, value: str) -> None:
    with client(url) as store:
        store.set("word", value)


def remembered(url: str) -> str | None:
    with client(url) as store:
        return store.get("word")


def permissions(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
