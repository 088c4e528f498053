"""A real Redis or Valkey without persistence, on a Unix socket in a folder of its own."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from bot.store.binaries import find_server
from tests.bounds import PATIENCE


@contextmanager
def redis_server() -> Iterator[str]:
    """Run a server without persistence and yield its URL."""
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        socket = Path(folder) / "r.sock"
        process = subprocess.Popen(
            [
                find_server().path,
                "--port",
                "0",
                "--unixsocket",
                socket,
                "--save",
                "",
                "--dir",
                folder,
            ],
            stdout=subprocess.DEVNULL,
        )
        try:
            url = f"unix://{socket}"
            _wait_until_it_answers(url)
            yield url
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait_until_it_answers(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
                return
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
