"""What local servers have in common: listening on loopback, ending with what
they answer, and breaking off."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from aiohttp import web


def reset(request: web.Request) -> None:
    """Break the TCP connection under a request with RST, as a dying proxy would."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class Listening:
    """A local server. Whoever inherits builds its routes in `app`."""

    def __init__(self) -> None:
        super().__init__()
        self.stopping = False
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._handlers: set[asyncio.Task[Any]] = set()

    def app(self) -> web.Application:
        """Build the application."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> Self:
        """Listen on `host`:`port` (0: any free port)."""
        self.stopping = False
        # Cancelling handlers is how a client that leaves early is noticed at once.
        self._runner = web.AppRunner(
            self.app(), access_log=None, handler_cancellation=True, shutdown_timeout=1.0
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port, backlog=1024).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        """Stop listening and end what is still being answered."""
        self.stopping = True
        for handler in list(self._handlers):
            handler.cancel()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Mark the current task as one that answers."""
        task = asyncio.current_task()
        assert task is not None  # a handler always runs in one
        self._handlers.add(task)
        try:
            yield
        finally:
            self._handlers.discard(task)
