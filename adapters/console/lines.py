"""Lines from a pipe, a file or a bare terminal, read in a thread: the event loop never waits.

`adapters/console/editor.py` is the same for a terminal that can edit lines.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol, TypeVar

MOST_BYTES = 256 * 1024
"""Of one line: far more than a model is given of one message, and little for the store."""

_READ = 64 * 1024

T = TypeVar("T")


class Interrupted(Exception):
    """Ctrl-C was pressed while a line was asked for. `empty`: nothing had been typed."""

    def __init__(self, *, empty: bool) -> None:
        super().__init__("interrupted")
        self.empty = empty


class TooLong(Exception):
    """The line is longer than `MOST_BYTES`; it has been passed over."""


class Lines(Protocol):
    """Where questions come from."""

    async def read(self) -> str:
        """Return the next line without its end.

        Raises EOFError at the end of the input, `Interrupted`, and `TooLong`.
        """

    def pause(self) -> None:
        """Be told that an answer is running: what is typed meanwhile waits for `read`."""

    def close(self) -> None:
        """Leave the terminal as it was found."""


class PlainLines:
    """The lines of any descriptor."""

    def __init__(self, fd: int, ask: Callable[[], None] = lambda: None) -> None:
        """`ask` is called before each line that has to be waited for."""
        self._fd = fd
        self._ask = ask
        self._buffer = b""
        self._ended = False

    async def read(self) -> str:
        """Return the next line; one that the end of the input cuts off counts too."""
        skipping = False
        if b"\n" not in self._buffer:
            self._ask()
        while True:
            line, found, rest = self._buffer.partition(b"\n")
            if found or self._ended:
                self._buffer = rest
                if skipping or len(line) > MOST_BYTES:
                    raise TooLong
                if not found and not line:
                    raise EOFError
                return line.decode("utf-8", "replace").removesuffix("\r")
            if len(self._buffer) > MOST_BYTES:
                skipping, self._buffer = True, b""
            read = await in_thread(self._read_some)
            self._buffer += read
            self._ended = not read

    def pause(self) -> None:
        """Do nothing: nobody types here."""

    def close(self) -> None:
        """Do nothing: nothing was changed."""

    def _read_some(self) -> bytes:
        try:
            return os.read(self._fd, _READ)
        except OSError:
            return b""  # a terminal that hung up


async def in_thread(work: Callable[[], T]) -> T:
    """Run `work` in a thread that a program may leave behind, unlike those of `asyncio`.

    A read from a terminal cannot be called off, and must not keep the program from ending.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # None only beside an error, or as a T

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as caught:
            error = caught
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="reading", daemon=True).start()
    return await done
