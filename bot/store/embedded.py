"""The embedded store: a real server of our own, for machines where nobody set REDIS_URL.

Attaches to the server of a data folder or starts one, brings it back when it dies, and ends it with
its last user. All care between that is the keeper's (keeper.py, a process of its own). Nothing here
reads or writes data: the composition root starts it and hands its URL to the rest of `bot/store`.

Three lock files decide, and no file's content is believed:
`server.lock`  held by the server and its keeper: at most one server per folder.
`users.lock`   shared by all users; whoever gets it alone is the last one and may end the server.
`start.lock`   held while starting, so that of many processes one starts and the others wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from bot.errors import ConfigError, ParleyError, StoreUnavailable
from bot.store import keeper
from bot.store.binaries import ServerBinary, find_server, find_servers
from bot.store.folders import StoreFolder, prepare_folder, unusable
from bot.store.launching import run_keeper
from bot.store.locks import make_exclusive, still_there, try_lock
from bot.tasks import ended

__all__ = ["EmbeddedStore", "ServerBinary", "find_server"]

# Between two looks at a lock or a socket: short beside a start (40 ms), long beside a look (50 µs).
_STEP_SECONDS = 0.005

# One answer of a server that is not reading its files; a healthy one takes less than 1 ms.
_ANSWER_SECONDS = 1.0

# A server that did not live this long is brought back after a pause: it may be dying each time.
_SHORT_LIFE_SECONDS = 1.0
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.25, 5.0


class EmbeddedStore:
    """One process's use of the server that belongs to a data folder."""

    def __init__(
        self,
        data_dir: Path,
        log: logging.Logger | None = None,
        *,
        idle_seconds: float = 60.0,
    ) -> None:
        """`idle_seconds`: how long a server started by us stays when all its clients are gone."""
        self._data_dir = data_dir
        self._log = log or logging.getLogger(__name__)
        self._idle_seconds = idle_seconds
        self._folder: StoreFolder | None = None
        self._users: int | None = None
        self._line: _Line | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def start(self) -> str:
        """Attach to the folder's server, starting it when needed, and return its URL.

        Until `stop`, a server that dies is brought back at the same URL. May be called again.
        Raises ConfigError when there is no server to start or it cannot use the folder (with the
        server's own words), StoreUnavailable when it does not answer in time.
        """
        async with self._one_at_a_time:
            try:
                folder, line = await self._attach()
            except BaseException:
                if self._watcher is None:
                    self._leave()
                raise
            if self._watcher is None:
                self._line = line
                self._watcher = asyncio.create_task(self._watch(line), name="embedded-store")
            else:
                line.close()
            return folder.url

    async def stop(self) -> None:
        """Let go. The last user ends the server and returns when it is gone."""
        await ended(self._watcher)
        async with self._one_at_a_time:
            self._watcher = None
            if self._line is not None:
                self._line.close()
            try:
                if self._folder and self._users is not None and make_exclusive(self._users):
                    await self._end_server(self._folder)
            finally:
                self._leave()

    async def _attach(self) -> tuple[StoreFolder, _Line]:
        folder = self._folder = await asyncio.to_thread(prepare_folder, self._data_dir)
        try:
            await self._join(folder)
            return folder, await self._reach(folder)
        except OSError as error:  # files of another user, a disk without locks
            raise unusable(self._data_dir, error) from error

    async def _join(self, folder: StoreFolder) -> None:
        """Count as a user. Waits for a server that is just being ended, so as not to meet it."""
        if self._users is not None and still_there(self._users, folder.users_lock):
            return
        self._leave()
        deadline = _now() + 3 * keeper.END_SECONDS
        while (lock := try_lock(folder.users_lock, shared=True)) is None:
            if _now() > deadline:
                raise StoreUnavailable(f"{folder.users_lock} stays locked: a server does not end.")
            await asyncio.sleep(_STEP_SECONDS)
        self._users = lock

    def _leave(self) -> None:
        if self._users is not None:
            os.close(self._users)
            self._users = None

    async def _reach(self, folder: StoreFolder) -> _Line:
        """Return a connection to a server that answers, whoever of us starts it."""
        began = _now()
        deadline = began + keeper.START_SECONDS
        while True:
            line, answer = await _knock(folder.socket)
            if line is not None:
                return line
            if answer.startswith(b"-LOADING"):
                deadline = began + keeper.LOAD_SECONDS
            if _now() > deadline:
                said = answer.decode(errors="replace").strip() or "no answer"
                raise StoreUnavailable(
                    f"The embedded store in {folder.path} is held by a process that does not serve "
                    f"us ({said}). Its log ends: {folder.last_words()}"
                )
            if not answer:
                await self._start_unless_busy(folder)
            await asyncio.sleep(_STEP_SECONDS)

    async def _start_unless_busy(self, folder: StoreFolder) -> None:
        """Start the server, unless it lives or another process is starting it."""
        starting = try_lock(folder.start_lock)
        if starting is None:
            return
        try:
            if _is_free(folder.server_lock):
                await self._start_server(folder)
        finally:
            os.close(starting)

    async def _start_server(self, folder: StoreFolder) -> None:
        """Start the best server that can read the folder: an older one may fail where another can.

        The next one's version is asked only when it is needed.
        """
        servers = find_servers(folder.path)
        failures: list[str] = []
        while (server := await asyncio.to_thread(_next, servers)) is not None:
            word = await run_keeper(folder, server, self._idle_seconds)
            if word:  # "ready", or "busy" after a race; in both cases a server can be reached
                self._log.info("embedded store: %s in %s is %s", server, folder.path, word.decode())
                return
            failures.append(f"{server} ended: {await asyncio.to_thread(folder.last_words)}")
        raise ConfigError(
            f"The embedded store in {folder.path} does not start. {'. '.join(failures)}. "
            f"More is in {folder.log}. Bring back the server that wrote these files, move the "
            "folder away, or set REDIS_URL."
        )

    async def _watch(self, line: _Line) -> None:
        """Notice the server's end at once, and bring it back."""
        while True:
            began = _now()
            await line.hung_up()
            line.close()
            self._log.warning("embedded store: the server went away, bringing it back")
            if _now() - began < _SHORT_LIFE_SECONDS:
                await asyncio.sleep(_PAUSE_SECONDS)
            line = self._line = await self._bring_back()

    async def _bring_back(self) -> _Line:
        pause = _PAUSE_SECONDS
        while True:
            try:
                async with self._one_at_a_time:
                    return (await self._attach())[1]
            except ParleyError as error:
                self._log.error("embedded store: %s; trying again", error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _end_server(self, folder: StoreFolder) -> None:
        """End the server, which nobody else uses, and wait until it and its keeper are gone."""
        line, _ = await _knock(folder.socket)
        if line is not None:
            with contextlib.suppress(OSError):
                # NOSAVE is about snapshots; the append-only file is written out and synced.
                await line.ask(b"SHUTDOWN NOSAVE")
            line.close()
        deadline = _now() + 2 * keeper.END_SECONDS
        while not _is_free(folder.server_lock):
            if _now() > deadline:
                self._log.warning("embedded store: the server does not end; left to its keeper")
                return
            await asyncio.sleep(_STEP_SECONDS)


class _Line:
    """One connection to the server, which also tells when the server ends."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, command: bytes) -> bytes:
        """Send an inline command and return the reply's first line, empty when it hung up.

        Raises OSError when the answer does not come in time (TimeoutError is one).
        """
        async with asyncio.timeout(_ANSWER_SECONDS):
            self._writer.write(command + b"\r\n")
            return await self._reader.readline()

    async def hung_up(self) -> None:
        """Wait until the other side ends the connection."""
        with contextlib.suppress(OSError):
            while await self._reader.read(1024):
                pass

    def close(self) -> None:
        self._writer.close()


async def _knock(path: Path) -> tuple[_Line | None, bytes]:
    """Return a connection to a server that is ready, else None; and what it said in any case."""
    try:
        line = _Line(*await asyncio.open_unix_connection(path))
    except OSError:
        return None, b""
    answer = b""
    try:
        answer = await line.ask(b"PING")
    except TimeoutError:
        answer = b"-TIMEOUT silence"  # it lives, and so must not be taken for one to be started
    except OSError:
        pass
    except BaseException:
        line.close()
        raise
    # A server whose disk is full answers PING with -MISCONF; it is up, and reads still work.
    if answer.startswith((b"+PONG", b"-MISCONF")):
        return line, answer
    line.close()
    return None, answer


def _is_free(path: Path) -> bool:
    """Tell whether nobody holds a lock (nor can, when its folder is gone)."""
    try:
        lock = try_lock(path)
    except FileNotFoundError:
        return True
    if lock is None:
        return False
    os.close(lock)
    return True


def _next(servers: Iterator[ServerBinary]) -> ServerBinary | None:
    return next(servers, None)


def _now() -> float:
    return asyncio.get_running_loop().time()
