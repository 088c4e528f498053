"""The real bot as a process of its own: `python -m bot run`, told apart from us only by a pipe.

    async with BotProcess({"PLAYGROUND": "1"}, tmp_path) as bot:
        await bot.ready()

Its environment holds nothing of ours but the path: no key or token of the machine reaches a test.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import aiohttp

from tests.bounds import PATIENCE

ROOT = Path(__file__).parents[1]
_UNREACHABLE = "http://127.0.0.1:9"
"""Nobody listens on the discard port: services that a test does not name must not be reached."""


class BotProcess:
    """A running bot with a data folder of its own."""

    def __init__(self, env: Mapping[str, str], data_dir: Path, *arguments: str) -> None:
        self.data_dir = data_dir
        self.lines: list[str] = []
        self.port = 0
        self._arguments = arguments or ("run",)
        self._env = {
            "PATH": os.environ["PATH"],
            "HOME": str(data_dir),
            "DATA_DIR": str(data_dir),
            "HTTP_PORT": "0",
            "WEATHER_API_URL": _UNREACHABLE,
            "GEOCODING_API_URL": _UNREACHABLE,
            **env,
        }
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *self._arguments,
            cwd=ROOT,
            env=self._env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            await self.terminate()
        if self._reader is not None:
            await self._reader

    @property
    def url(self) -> str:
        """Where its web server listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def records(self) -> list[dict[str, Any]]:
        """Its log lines, decoded."""
        found = []
        for line in self.lines:
            with contextlib.suppress(ValueError):
                found.append(json.loads(line))
        return [record for record in found if isinstance(record, dict)]

    async def ready(self, *, status: int = 200) -> dict[str, Any]:
        """Wait until `/readyz` answers with `status`; returns its body."""
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
            await self._listening.wait()
            assert self.port, "it ended before it listened:\n" + "\n".join(self.lines)
            while True:
                async with session.get(f"{self.url}/readyz") as response:
                    body: dict[str, Any] = await response.json()
                    if response.status == status:
                        return body
                await asyncio.sleep(0.05)

    async def exit_code(self, seconds: float = PATIENCE) -> int:
        """Wait for its end."""
        assert self._process is not None
        async with asyncio.timeout(seconds):
            return await self._process.wait()

    async def terminate(self) -> int:
        """Ask it to stop; returns its exit code."""
        self.send(signal.SIGTERM)
        return await self.exit_code()

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if it still lives."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def kill(self) -> None:
        """End it as a power cut would."""
        self.send(signal.SIGKILL)
        await self.exit_code()

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for raw in self._process.stdout:
            line = raw.decode(errors="replace").rstrip()
            self.lines.append(line)
            if '"web server listens"' in line:
                self.port = int(json.loads(line)["port"])
                self._listening.set()
        self._listening.set()
