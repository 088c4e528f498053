"""How a keeper is started, and its one word back. Called by `bot/store/embedded.py` only."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import IO

from bot.store import keeper
from bot.store.binaries import ServerBinary
from bot.store.folders import StoreFolder

# What the keeper and the server see of our environment: what it takes to load their libraries, and
# none of the bot's secrets. Without LANG the server cannot stumble over a missing locale.
_ENVIRONMENT = ("PATH", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")

# The keeper gives up by itself before this: on a server that never answers, then on ending it.
_LONGEST_START_SECONDS = keeper.LOAD_SECONDS + 3 * keeper.END_SECONDS


async def run_keeper(folder: StoreFolder, server: ServerBinary, idle_seconds: float) -> bytes:
    """Start a keeper and wait for its server.

    Returns b"ready", or b"busy" when another server holds the folder, or nothing when its server
    ended or never answered; then the folder's log says why.
    """
    said, saying = os.pipe()
    with os.fdopen(said, "rb", 0) as pipe:
        try:
            await _spawn(folder, server, idle_seconds, saying)
        finally:
            os.close(saying)
        return await _first_line(pipe)


async def _spawn(
    folder: StoreFolder, server: ServerBinary, idle_seconds: float, saying: int
) -> None:
    log = os.open(folder.log, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", keeper.__file__),
            *(str(saying), str(idle_seconds), folder.path, folder.socket, server.path),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(saying,),
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            start_new_session=True,  # out of reach of the terminal's Ctrl-C
        )
    finally:
        os.close(log)
    await process.wait()  # some 10 ms: it puts itself into the background


async def _first_line(pipe: IO[bytes]) -> bytes:
    """Read one line, without its end; empty when nobody can write to the pipe any more."""
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    try:
        async with asyncio.timeout(_LONGEST_START_SECONDS):
            return (await reader.readline()).strip()
    except TimeoutError:
        return b""
    finally:
        transport.close()
