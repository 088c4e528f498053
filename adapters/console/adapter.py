"""The terminal as a `Platform`: one person, one conversation, one line at a time.

`bot/chatting.py` runs it; the composition root hands `open_terminal` in.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from pathlib import Path

from adapters.console import inbound
from adapters.console.editor import Editor
from adapters.console.history import History
from adapters.console.inbound import Order
from adapters.console.lines import MOST_BYTES, Interrupted, Lines, PlainLines, TooLong
from adapters.console.outbound import Outbound
from adapters.console.render import BOLD
from adapters.console.safety import inert
from adapters.console.screen import Screen
from adapters.console.wording import tell
from bot.errors import PlatformGone, StoreUnavailable
from bot.events import Attachment, Author, Message, Reset, Stop, ThreadRef
from bot.platform import Batch, Controlled, Download, Health, Problem, Receipt, Sink
from bot.replies import Reply
from bot.wording import say, span

TRIES = 3
"""Of storing a question while the store is away, 2 s each: it may just be starting again."""

STOP_SECONDS = 3.0
"""How long a stop is asked for again: the question may be stored and not yet taken. After it, a
further Ctrl-C ends the program, for then something hangs."""

INTERRUPTED = 130
"""128 + SIGINT, as shells have it."""

PROMPT = "› "
PLAIN_PROMPT = "> "


def open_terminal(
    *, thread: ThreadRef, sink: Sink, folder: Path, model: str, history_ttl: float
) -> ConsolePlatform:
    """Make the terminal of this process's standard streams (`bot.chatting.OpenTerminal`)."""
    encoding = sys.stdout.encoding if sys.stdout else "utf-8"
    screen = Screen(1, os.environ, encoding=encoding)
    return ConsolePlatform(
        thread,
        sink,
        author=inbound.whoever_types(os.environ),
        screen=screen,
        remarks=screen if screen.is_terminal else Screen(2, os.environ, encoding=encoding),
        lines=_lines(screen, folder, encoding),
        folder=folder,
        model=model,
        history_ttl=history_ttl,
    )


class ConsolePlatform:
    """The console adapter. `listen` returns at the end of the input."""

    def __init__(
        self,
        thread: ThreadRef,
        sink: Sink,
        *,
        author: Author,
        screen: Screen,
        remarks: Screen,
        lines: Lines,
        folder: Path,
        model: str,
        history_ttl: float,
    ) -> None:
        self.exit_code = 0
        self._thread = thread
        self._sink = sink
        self._author = author
        self._screen = screen
        self._lines = lines
        self._model = model
        self._history_ttl = history_ttl
        self._outbound = Outbound(screen, folder / "files", author.locale)
        # What an earlier run was asked is no answer to any line of this pipe.
        self._left_over = Outbound(remarks, folder / "files", author.locale)
        self._remarks = remarks
        self._asked = ""
        self._answered = asyncio.Event()
        self._delivering = 0
        self._ending = asyncio.Event()
        self._was_warned = False
        self._stopping: asyncio.Task[None] | None = None
        self._stop_asked_at = 0.0
        self._last_at = 0

    @property
    def name(self) -> str:
        """Return `console`, or the name of a further terminal beside it."""
        return self._thread.platform

    # -- the person's half -------------------------------------------------------------------

    async def start(self) -> None:
        """Say who answers; where nobody looks, only answers are printed."""
        self._lines.pause()
        if self._screen.is_terminal:
            key = "ready" if self._model else "ready_offline"
            self._screen.remark(tell(key, self._author.locale, model=self._model))

    async def listen(self, sink: Sink) -> None:
        """Put one line after the other, each when the one before is answered."""
        ending = asyncio.create_task(self._ending.wait())
        try:
            while not (self._ending.is_set() or self._screen.is_broken):
                await self._screen.flush()
                line = await self._line(ending)
                if line is None or not await self._take(line, sink, ending):
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

    async def _take(self, line: str, sink: Sink, ending: asyncio.Task[object]) -> bool:
        """Do what a line asks; False when it is the last."""
        locale = self._author.locale
        match inbound.order(line):
            case Order.QUIT:
                return False
            case Order.HELP:
                remembered = span(self._history_ttl, locale)
                self._screen.say(tell("help", locale, remembered=remembered) + "\n")
            case Order.RESET:
                await self._reset(sink)
            case Order.UNKNOWN:
                command = line.strip()
                self._screen.say(tell("unknown_command", locale, command=command) + "\n")
            case None:
                if not line.strip():
                    return True
                await self._ask(line, sink, ending)
        if self._screen.is_terminal:
            self._screen.say("\n")
        return True

    async def _ask(self, line: str, sink: Sink, ending: asyncio.Task[object]) -> None:
        """Put a question and wait for its answer."""
        self._last_at = max(int(time.time() * 1e6), self._last_at + 1)
        message = inbound.message(
            secrets.token_hex(8), self._thread, self._author, line, self._last_at
        )
        self._answered.clear()
        self._asked = message.id
        self._lines.pause()
        self._screen.status(say("thinking", self._author.locale))
        try:
            if not await _stored(sink, message):
                self._remarks.remark(say("store_unavailable", self._author.locale))
                self.exit_code = 0 if self._screen.is_terminal else 1
                return
            answered = asyncio.create_task(self._answered.wait())
            try:
                await asyncio.wait({answered, ending}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                answered.cancel()
        finally:
            self._asked = ""

    async def _reset(self, sink: Sink) -> None:
        locale = self._author.locale
        try:
            done = await sink.control(Reset(self._thread, self._author))
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
        return bool(self._asked or self._delivering)

    def _warn(self) -> None:
        self._was_warned = True
        self._screen.remark(tell("leave", self._author.locale))

    def _end(self, exit_code: int) -> None:
        self.exit_code = exit_code
        self._ending.set()

    # -- the bot's half ----------------------------------------------------------------------

    async def deliver(self, batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        """Print the reply as it comes."""
        asked_now = any(event.id == self._asked for event in batch.events)
        outbound = self._outbound if asked_now else self._left_over
        if not asked_now:
            self._remind(batch)
        self._delivering += 1
        try:
            await outbound.deliver(replies, receipt)
        except PlatformGone:
            self._answered.set()
            raise
        finally:
            self._delivering -= 1
            self._stopping = None
        if asked_now:
            self._answered.set()

    def _remind(self, batch: Batch) -> None:
        """Show the question of an earlier run before its answer."""
        for event in batch.events:
            if isinstance(event, Message):
                question = inert(" ".join(event.text.split())[:200])
                self._remarks.remark(tell("left_over", self._author.locale, question=question))

    async def earlier(self, message: Message, limit: int) -> list[Message]:
        """Return nothing: the conversation begins with its first line."""
        return []

    async def complete(self, message: Message) -> Message:
        """Return `message`: no files come with a line."""
        return message

    async def people(self, thread: ThreadRef, ids: Collection[str]) -> Mapping[str, Author]:
        """Return who types here."""
        return {self._author.id: self._author} if self._author.id in ids else {}

    async def download(self, attachment: Attachment, limit: int) -> Download:
        """Tell that there are no files here."""
        return Download(problem=Problem.GONE)

    async def tidy(self, batch: Batch, key: str, parts: Sequence[str], text: str) -> None:
        """Do nothing: what is printed stays."""

    def health(self) -> Health:
        """Tell whether anybody reads."""
        is_read = not self._screen.is_broken
        return Health(is_read, "" if is_read else "nobody reads the output")

    async def close(self) -> None:
        """Print what waits and leave the terminal as it was found."""
        try:
            await self._screen.flush()
            await self._remarks.flush()
        finally:
            self._lines.close()


async def _stored(sink: Sink, message: Message) -> bool:
    for _ in range(TRIES):
        with contextlib.suppress(StoreUnavailable):
            await sink.put(message)  # known already when only the answer was lost
            return True
        await asyncio.sleep(0.3)
    return False


def _lines(screen: Screen, folder: Path, encoding: str) -> Lines:
    """Choose how lines are read: edited where a person sits, as they come everywhere else."""
    if not (os.isatty(0) and screen.is_terminal):
        return PlainLines(0)
    prompt = PROMPT if "utf" in encoding.lower() else PLAIN_PROMPT
    try:
        import readline
    except ImportError:  # a Python that was built without it
        return PlainLines(0, lambda: screen.say(prompt))
    if not Editor.can_edit(readline):
        return PlainLines(0, lambda: screen.say(prompt))
    if screen.has_colours:
        # Between these marks, readline counts no columns.
        prompt = f"\001\x1b[{BOLD}m\002{prompt}\001\x1b[0m\002"
    return Editor(readline, prompt, History(folder / "history"))
