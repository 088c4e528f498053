"""Clients for the tests of the local Discord: the real discord.py, and a bare WebSocket.

`pointed_at` is the seam of discord.py: two class attributes say where Discord is, and both are
put back afterwards.
"""

from __future__ import annotations

import asyncio
import json
import warnings
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Self

import aiohttp
import yarl

from tests.bounds import PATIENCE

with warnings.catch_warnings():
    # discord.py still imports audioop, for voice, which this project does not use.
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord
    from discord import app_commands
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

from .server import LocalDiscord

PROPERTIES = {"os": "linux", "browser": "test", "device": "test"}
GUILDS, MESSAGES, DIRECT, CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
USUAL = GUILDS | MESSAGES | DIRECT | CONTENT


@contextmanager
def pointed_at(server: LocalDiscord) -> Iterator[None]:
    """Let every discord.py client of this process talk to a local server."""
    before = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)
    Route.BASE = server.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


class Heard:
    """What a client of discord.py was told; mixed into its classes."""

    messages: list[discord.Message]
    happened: list[str]

    def note(self) -> None:
        self.messages = []
        self.happened = []

    async def on_message(self, message: discord.Message) -> None:
        self.messages.append(message)

    async def on_resumed(self) -> None:
        self.happened.append("resumed")

    async def on_connect(self) -> None:
        self.happened.append("connect")

    @property
    def texts(self) -> list[str]:
        return [message.content for message in self.messages]


class Bot(Heard, discord.Client):
    """A discord.py client with a command tree that is registered when it starts."""

    def __init__(self, **options: Any) -> None:
        intents = options.pop("intents", discord.Intents.all() ^ discord.Intents(presences=True))
        # on_ready waits that long after the last server; the real default is two seconds.
        super().__init__(intents=intents, guild_ready_timeout=0.05, **options)
        self.note()
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        if self.tree.get_commands():
            await self.tree.sync()


class Sharded(Heard, discord.AutoShardedClient):
    """The same with shards, without commands."""

    def __init__(self, **options: Any) -> None:
        super().__init__(intents=discord.Intents.default(), guild_ready_timeout=0.05, **options)
        self.note()


@asynccontextmanager
async def running(
    server: LocalDiscord, bot: Bot | Sharded, *, ready: bool = True
) -> AsyncIterator[asyncio.Task[None]]:
    """Run a client until the block ends; the task shows how it died."""
    with pointed_at(server):
        task = asyncio.create_task(bot.start(server.token))
        try:
            if ready:
                waiting = asyncio.create_task(bot.wait_until_ready())
                await asyncio.wait({task, waiting}, timeout=10, return_when="FIRST_COMPLETED")
                if task.done():
                    waiting.cancel()
                    await task
            yield task
        finally:
            await bot.close()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for what a client does; the server's own changes wake `wait_for` at once instead."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "it did not come true in time"
        await asyncio.sleep(0.005)


class Line:
    """A bare WebSocket on the gateway that says exactly what it is told to."""

    def __init__(self, server: LocalDiscord, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session
        self.ws: Any = None
        self.seq: int | None = None
        self.inflate = zlib.decompressobj()

    async def open(self, **query: str) -> Self:
        """Connect and read the hello."""
        url = yarl.URL(self.server.gateway_url).with_query({"v": "10", "encoding": "json", **query})
        self.ws = await self.session.ws_connect(url, autoclose=False)
        return self

    async def send(self, op: int, data: Any = None) -> None:
        await self.ws.send_str(json.dumps({"op": op, "d": data}))

    async def read(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """Return the next frame; {"closed": code} when the server has closed."""
        message = await self.ws.receive(timeout=seconds)
        if message.type is aiohttp.WSMsgType.BINARY:
            frame = json.loads(self.unpack(message.data))
        elif message.type is aiohttp.WSMsgType.TEXT:
            frame = json.loads(message.data)
        else:
            await self.ws.close()
            return {"closed": self.ws.close_code}
        self.seq = frame.get("s") or self.seq
        return dict(frame)

    def unpack(self, data: bytes) -> bytes:
        return self.inflate.decompress(data)

    async def until(self, name: str) -> dict[str, Any]:
        """Read until a dispatch of this name and return its data."""
        while (frame := await self.read()).get("t") != name:
            assert "closed" not in frame, frame
        return dict(frame["d"])

    async def identify(self, intents: int = USUAL, **fields: Any) -> None:
        data = {"token": self.server.token, "properties": PROPERTIES, "intents": intents}
        await self.send(2, data | fields)

    async def ready(self, intents: int = USUAL, **fields: Any) -> dict[str, Any]:
        """Connect, identify, and return READY."""
        await self.open()
        assert (await self.read())["op"] == 10
        await self.identify(intents, **fields)
        return await self.until("READY")

    async def resume(self, session_id: str, seq: int | None) -> None:
        await self.open()
        assert (await self.read())["op"] == 10
        token = self.server.token
        await self.send(6, {"token": token, "session_id": session_id, "seq": seq})
