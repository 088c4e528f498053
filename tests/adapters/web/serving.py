"""A running playground for tests: the adapter in a plain web server, with a scripted bot behind."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web

from adapters.web.adapter import WebPlatform
from bot.store.connection import Connection
from bot.store.files import Files
from bot.store.messages import ChannelMessages
from tests.adapters.web.scripted import Script, ScriptedBot, script
from tests.bounds import PATIENCE


@dataclass
class Playground:
    url: str
    port: int
    platform: WebPlatform
    bot: ScriptedBot


T = TypeVar("T")


async def until(check: Callable[[], Awaitable[T]], seconds: float = PATIENCE) -> T:
    """Return what `check` says as soon as it is something; give up after `seconds`."""
    async with asyncio.timeout(seconds):
        while True:
            found = await check()
            if found:
                return found
            await asyncio.sleep(0.005)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serve(
    connection: Connection,
    *,
    port: int = 0,
    answers: Script = script,
    works: bool = True,
    **settings: object,
) -> AsyncIterator[Playground]:
    """Serve the playground on loopback until the context ends."""
    port = port or free_port()
    settings = {"host": "127.0.0.1", **settings}
    platform = WebPlatform(ChannelMessages(connection), Files(connection), port=port, **settings)
    bot = ScriptedBot(platform, answers, works=works)
    app = web.Application()
    app.add_routes(platform.routes())
    runner = web.AppRunner(app, shutdown_timeout=2)
    await runner.setup()
    await platform.start()
    listening = asyncio.create_task(platform.listen(bot))
    await web.TCPSite(runner, "127.0.0.1", port).start()

    async def ready() -> bool:
        return platform._hub.healthy

    await until(ready)
    try:
        yield Playground(f"http://127.0.0.1:{port}", port, platform, bot)
    finally:
        await bot.close()
        listening.cancel()
        await asyncio.wait([listening])
        await platform.close()
        await runner.cleanup()
