"""The terminal as a `Platform`: one person, one conversation, one line at a time.

`bot/chatting.py` runs it; the composition root hands `open_terminal` in.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from pathlib import Path

from adapters.console import inbound
from adapters.console.editor import Editor
from adapters.console.history import History
from adapters.console.lines import Lines, PlainLines
from adapters.console.listener import Listener
from adapters.console.outbound import Outbound
from adapters.console.render import BOLD
from adapters.console.safety import inert
from adapters.console.screen import Screen
from adapters.console.wording import tell
from bot.events import Attachment, Author, Message, ThreadRef
from bot.platform import Batch, Download, Health, Problem, Receipt, Sink
from bot.replies import Reply

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
        self._thread = thread
        self._author = author
        self._screen = screen
        self._remarks = remarks
        self._lines = lines
        self._model = model
        self._outbound = Outbound(screen, folder / "files", author.locale)
        # What an earlier run was asked is no answer to any line of this pipe.
        self._left_over = Outbound(remarks, folder / "files", author.locale)
        self._listener = Listener(thread, sink, author, lines, screen, remarks, history_ttl)

    @property
    def exit_code(self) -> int:
        """What the program ends with."""
        return self._listener.exit_code

    @property
    def name(self) -> str:
        """Return `console`, or the name of a further terminal beside it."""
        return self._thread.platform

    async def start(self) -> None:
        """Say who answers; where nobody looks, only answers are printed."""
        self._lines.pause()
        if self._screen.is_terminal:
            key = "ready" if self._model else "ready_offline"
            self._screen.remark(tell(key, self._author.locale, model=self._model))

    async def listen(self, sink: Sink) -> None:
        """Put one line after the other until the last is answered."""
        await self._listener.run()

    def interrupt(self) -> None:
        """Stop the running answer; without one, warn a person once, then end."""
        self._listener.interrupt()

    async def deliver(self, batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        """Print the reply as it comes."""
        awaited = any(event.id == self._listener.asked for event in batch.events)
        outbound = self._outbound if awaited else self._left_over
        if not awaited:
            self._remind(batch)
        with self._listener.printing(awaited=awaited):
            await outbound.deliver(replies, receipt)

    def _remind(self, batch: Batch) -> None:
        """Show the question of an earlier run before its answer."""
        for event in batch.events:
            if isinstance(event, Message):
                question = inert(" ".join(event.text.split())[:200])
                self._remarks.remark(tell("left_over", self._author.locale, question=question))

    async def earlier(self, message: Message, limit: int) -> list[Message]:
        """Return nothing: the conversation begins with its first line."""
        return []

    async def later(self, message: Message, after: int, limit: int) -> list[Message]:
        """Return nothing: lines cannot overtake each other."""
        return []

    async def complete(self, message: Message) -> Message:
        """Return `message`: no files come with a line."""
        return message

    async def people(self, thread: ThreadRef, ids: Collection[str]) -> Mapping[str, Author]:
        """Return who types here."""
        return {self._author.id: self._author} if self._author.id in ids else {}

    async def download(self, thread: ThreadRef, attachment: Attachment, limit: int) -> Download:
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
