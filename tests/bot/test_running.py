"""The `run` command: who is ready when, and what a process shows that only works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.inbox import Inbox
from bot.running import Built, run
from bot.settings import Settings
from bot.tasks import ended
from tests.adapters.web.serving import free_port
from tests.bounds import PATIENCE
from tests.fakes import MemoryPlatform
from tests.processes import BotProcess


async def test_a_process_that_listens_is_not_ready_before_its_platforms_were_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A platform may call itself well that does not listen yet, as one in a worker never does."""
    begins = asyncio.Event()
    free_dead = Inbox.free_dead

    async def held(*arguments: Any) -> int:
        await begins.wait()
        return await free_dead(*arguments)

    monkeypatch.setattr(Inbox, "free_dead", held)
    platform, port = MemoryPlatform(), free_port()
    settings = Settings(data_dir=tmp_path, http_host="127.0.0.1", http_port=port, playground=False)
    running = asyncio.create_task(run(settings, "all", [lambda _: Built(platform)]))
    async with aiohttp.ClientSession() as session:

        async def parts() -> dict[str, Any]:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
                    return {"status": response.status, **await response.json()}
            except aiohttp.ClientConnectionError:
                return {"status": 0}

        found = await _until(parts, lambda told: told["status"] != 0)
        assert found["status"] == 503
        assert platform.sink is None
        begins.set()
        await _until(parts, lambda told: told["status"] == 200)
        assert platform.sink is not None
    await ended(running)


async def test_who_only_works_sends_people_elsewhere_and_names_no_page(tmp_path: Path) -> None:
    async with BotProcess({"PLAYGROUND": "1"}, tmp_path, "run", "--role", "work") as bot:
        await bot.ready()
        async with aiohttp.ClientSession() as session:
            for path, status in (("/", 503), ("/api/state", 503), ("/healthz", 200)):
                async with session.get(bot.url + path) as response:
                    assert response.status == status, path
            async with session.get(bot.url) as response:
                assert "Ask the one that listens" in await response.text()
        assert not any("playground: http" in line for line in bot.lines)


async def _until(
    ask: Callable[[], Awaitable[dict[str, Any]]], met: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while not met(told := await ask()):  # noqa: ASYNC110  another process, or a server, says no more
            await asyncio.sleep(0.01)
        return told
