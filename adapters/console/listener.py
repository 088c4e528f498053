"""Reads what a person types, or what a pipe holds, and puts one question after the other.

A question is put only when the one before it is answered: the lines of a pipe never merge into one
batch. Ctrl-C comes here too, as `interrupt`.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Iterator

from adapters.console import inbound
from adapters.console.inbound import Order
from adapters.console.lines import MOST_BYTES, Interrupted, Lines, TooLong
from adapters.console.screen import Screen
from adapters.console.wording import tell
from bot.errors import PlatformGone, StoreUnavailable
from bot.events import Author, Message, Reset, Stop, ThreadRef
from bot.platform import Controlled, Sink
from bot.wording import say, span

TRIES = 3
"""Of storing a question while the store is away, 2 s each: it may just be starting again."""

STOP_SECONDS = 3.0
"""How long a stop is asked for again: the question may be stored and not yet taken. After it, a
further Ctrl-C ends the program, for then something hangs."""

INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""


class Listener:
    """The person's half of a terminal. `remarks` is where what is no answer is told."""

    def __init__(
        self,
        thread: ThreadRef,
        sink: Sink,
        author: Author,
        lines: Lines,
        screen: Screen,
        remarks: Screen,
        history_ttl: float,
    ) -> None:
        self.exit_code = 0
        self.asked = ""
        """The id of the question that waits for its answer."""
        self._thread = thread
        self._sink = sink
        self._author = author
        self._lines = lines
        self._screen = screen
        self._remarks = remarks
        self._history_ttl = history_ttl
        self._printing = 0
        self._answered = asyncio.Event()
        self._ending = asyncio.Event()
        self._was_warned = False
        self._stopping: asyncio.Task[None] | None = None
        self._stop_asked_at = 0.0
        self._last_at = 0

    async def run(self) -> None:
        """Put one line after the other, each when the one before is answered, to the last."""
        ending = asyncio.create_task(self._ending.wait())
        try:
            while not (self._ending.is_set() or self._screen.is_broken):
                await self._screen.flush()
                line = await self._line(ending)
                if line is None or not await self._take(line, ending):
                    break
        finally:
            ending.cancel()
        if self._screen.is_broken:
            self.exit_code = 1

    def interrupt(self) -> None:
        """Stop the running answer; without one, warn a person once, then end."""
        now = asyncio.get_running_loop().time()
        if self._is_busy:
            if self._stopping is None:
                self._stopping = asyncio.create_task(self._stop())
                self._stop_asked_at = now
            elif now - self._stop_asked_at > STOP_SECONDS:
                self._end(INTERRUPTED)
        elif self._screen.is_terminal and not self._was_warned:
            self._warn()
        else:
            self._end(0 if self._screen.is_terminal else INTERRUPTED)

    @contextlib.contextmanager
    def printing(self, *, awaited: bool) -> Iterator[None]:
        """Know that an answer is being printed; go on once the awaited one is, or cannot be."""
        self._printing += 1
        try:
            yield
        except PlatformGone:
            self._answered.set()
            raise
        finally:
            self._printing -= 1
            self._stopping = None  # the next Ctrl-C is for the next answer
        if awaited:
            self._answered.set()

    async def _line(self, ending: asyncio.Task[object]) -> str | None:
        """Return the next line, empty for one that is void; None when there is none to come."""
        reading = asyncio.create_task(self._lines.read())
        try:
            await asyncio.wait({reading, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                return None
            line = reading.result()
        except EOFError:
            if self._screen.is_terminal:
                self._screen.say("\n")
            return None
        except Interrupted as interrupted:
            if interrupted.empty and self._was_warned:
                return None
            if interrupted.empty:
                self._warn()
            return ""
        except TooLong:
            limit = f"{MOST_BYTES // 1024} KB"
            self._remarks.remark(tell("too_long", self._author.locale, limit=limit))
            self.exit_code = 0 if self._screen.is_terminal else 1
            return ""
        finally:
            reading.cancel()
        self._was_warned = False
        return line

    async def _take(self, line: str, ending: asyncio.Task[object]) -> bool:
        """Do what a line asks; False when it is the last."""
        locale = self._author.locale
        match inbound.order(line):
            case Order.QUIT:
                return False
            case Order.HELP:
                remembered = span(self._history_ttl, locale)
                self._screen.say(tell("help", locale, remembered=remembered) + "\n")
            case Order.RESET:
                await self._reset()
            case Order.UNKNOWN:
                command = line.strip()
                self._screen.say(tell("unknown_command", locale, command=command) + "\n")
            case None:
                if not line.strip():
                    return True
                await self._ask(line, ending)
        if self._screen.is_terminal:
            self._screen.say("\n")
        return True

    async def _ask(self, line: str, ending: asyncio.Task[object]) -> None:
        """Put a question and wait for its answer."""
        self._last_at = max(int(time.time() * 1e6), self._last_at + 1)
        message = inbound.message(
            secrets.token_hex(8), self._thread, self._author, line, self._last_at
        )
        self._answered.clear()
        self.asked = message.id
        self._lines.pause()
        self._screen.status(say("thinking", self._author.locale))
        try:
            if not await _stored(self._sink, message):
                self._remarks.remark(say("store_unavailable", self._author.locale))
                self.exit_code = 0 if self._screen.is_terminal else 1
                return
            answered = asyncio.create_task(self._answered.wait())
            try:
                await asyncio.wait({answered, ending}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                answered.cancel()
        finally:
            self.asked = ""

    async def _reset(self) -> None:
        locale = self._author.locale
        try:
            done = await self._sink.control(Reset(self._thread, self._author))
        except StoreUnavailable:
            self._remarks.remark(say("store_unavailable", locale))
            return
        key = "reset_done" if done is Controlled.DONE else "reset_nothing"
        self._screen.say(say(key, locale) + "\n")

    async def _stop(self) -> None:
        """Ask for the running answer to end, until it is heard."""
        stop = Stop(self._thread, self._author, anyone=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                while self._is_busy:
                    with contextlib.suppress(StoreUnavailable):
                        if await self._sink.control(stop) is Controlled.DONE:
                            return
                    await asyncio.sleep(0.05)

    @property
    def _is_busy(self) -> bool:
        return bool(self.asked or self._printing)

    def _warn(self) -> None:
        self._was_warned = True
        self._screen.remark(tell("leave", self._author.locale))

    def _end(self, exit_code: int) -> None:
        self.exit_code = exit_code
        self._ending.set()


async def _stored(sink: Sink, message: Message) -> bool:
    for _ in range(TRIES):
        with contextlib.suppress(StoreUnavailable):
            await sink.put(message)  # known already when only the answer was lost
            return True
        await asyncio.sleep(0.3)
    return False
