"""Puts text on a terminal or into a pipe, without ever holding up the event loop.

A thread writes: a terminal that is stopped with Ctrl-S, or a reader that pauses, would otherwise
stop the whole bot. Knows lines and a passing status line, and nothing of replies.
"""

from __future__ import annotations

import asyncio
import os
import queue
import select
import threading
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress

from adapters.console.render import DIM, paint

ERASE_LINE = "\r\x1b[2K"
"""Carriage return, then Erase in Line (ECMA-48 8.3.41)."""

_USUAL_COLUMNS = 80


class Screen:
    """One stream to write to. `aside` is where remarks go that are no part of the answers."""

    def __init__(
        self, fd: int, environ: Mapping[str, str], *, encoding: str = "utf-8", aside: int = 2
    ) -> None:
        self.is_terminal = os.isatty(fd)
        moves = self.is_terminal and environ.get("TERM", "dumb") != "dumb"
        self.has_colours = moves and not environ.get("NO_COLOR")  # no-color.org
        self._moves = moves
        self._fd = fd
        self._writer = Writer(fd, encoding)
        self._aside = self._writer if self.is_terminal else Writer(aside, encoding)
        self._status = ""
        self._line_open = False

    @property
    def is_broken(self) -> bool:
        """Tell whether nobody reads any more."""
        return self._writer.broken

    def say(self, text: str) -> None:
        """Write text of an answer."""
        if text:
            self._erase()
            self._writer.put(text)
            self._line_open = not text.endswith("\n")

    def end_line(self) -> None:
        """Begin a new line unless one has just begun."""
        if self._line_open:
            self.say("\n")

    def remark(self, text: str) -> None:
        """Write a line that is no part of an answer: dimmed here, or beside a pipe's output."""
        if not self.is_terminal:
            self._aside.put(text + "\n")
            return
        self.end_line()
        self.say((paint(text, DIM) if self.has_colours else text) + "\n")

    def status(self, text: str) -> None:
        """Show a line that goes away with whatever comes next; only where that is possible."""
        if not self._moves or self._line_open:
            return
        self._erase()
        self._status = fitting(text, self._columns() - 1)
        self._writer.put(paint(self._status, DIM) if self.has_colours else self._status)

    async def flush(self) -> None:
        """Wait until everything is written (or nobody reads any more)."""
        await self._writer.flush()
        await self._aside.flush()

    def _erase(self) -> None:
        if self._status:
            self._writer.put(ERASE_LINE)
            self._status = ""

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._fd).columns or _USUAL_COLUMNS
        except OSError:
            return _USUAL_COLUMNS


class Writer:
    """Writes to a descriptor in a thread of its own, in order."""

    def __init__(self, fd: int, encoding: str = "utf-8") -> None:
        self.broken = False
        self._fd = fd
        self._encoding = encoding
        self._waiting: queue.SimpleQueue[str | Callable[[], None]] = queue.SimpleQueue()
        # A daemon: a write that never ends must not keep the process.
        threading.Thread(target=self._run, name="screen", daemon=True).start()

    def put(self, text: str) -> None:
        """Write `text` soon."""
        self._waiting.put(text)

    async def flush(self) -> None:
        """Wait until what was put so far is written or cannot be."""
        loop = asyncio.get_running_loop()
        done = loop.create_future()

        def settle() -> None:
            if not done.done():
                done.set_result(None)

        def tell() -> None:
            with suppress(RuntimeError):  # the loop has ended meanwhile; nobody waits
                loop.call_soon_threadsafe(settle)

        self._waiting.put(tell)
        await done

    def _run(self) -> None:
        while True:
            each = self._waiting.get()
            if callable(each):
                each()
            elif not self.broken:
                try:
                    self._write(each.encode(self._encoding, "replace"))
                except OSError:
                    self.broken = True  # the reader has gone, or the terminal is closed

    def _write(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._fd, data) :]
            except BlockingIOError:  # somebody made the shared descriptor non-blocking
                select.select([], [self._fd], [])


def fitting(text: str, columns: int) -> str:
    """Cut `text` to one line of so many columns; wide characters take two (UAX #11)."""
    text = " ".join(text.split())
    width = 0
    for at, character in enumerate(text):
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > columns:
            return text[: max(at - 1, 0)] + "…"
    return text
