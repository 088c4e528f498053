"""The reading half of a delivery: follows a reply stream and keeps what the writer has not shown.

It tells signs of life and tools on at once, and wakes the writer. Never writes by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from adapters.streaming.life import Life
from adapters.streaming.pages import Pages
from adapters.streaming.surface import ShowsTools
from bot.cards import ReviewCard
from bot.replies import (
    Done,
    Failed,
    File,
    Final,
    Reply,
    TextDelta,
    TextRewritten,
    ToolFinished,
    ToolStarted,
    Waiting,
)


class Hearing:
    """What is heard of one reply. Text of `much` characters does not wait for the pace."""

    def __init__(self, much: int, tools: ShowsTools | None) -> None:
        self._much = much
        self._tools = tools
        self._text = ""
        self._rewritten = False
        self.final: Final | None = None
        self.files: list[File] = []
        self.card: ReviewCard | None = None
        """What shall stand in the text's place; text that is written anew takes it back."""
        self._news = asyncio.Event()
        self._urgent = asyncio.Event()
        """All is heard, hearing has failed, or enough for a whole message: that does not wait."""

    def wake(self) -> None:
        """Let the writer look again."""
        self._news.set()

    def begin(self, replies: AsyncIterator[Reply], life: Life) -> asyncio.Task[None]:
        """Read `replies` beside the writing; the end, also by a fault, wakes the writer at once."""
        reader = asyncio.create_task(self._read(replies, life))
        reader.add_done_callback(lambda _: self._end_of_news())
        return reader

    async def _read(self, replies: AsyncIterator[Reply], life: Life) -> None:
        async for reply in replies:
            match reply:
                case TextDelta(text):
                    self._text += text
                    if len(self._text) >= self._much:
                        self._urgent.set()
                case TextRewritten(text):
                    self._text, self._rewritten, self.card = text, True, None
                case ReviewCard():
                    self.card = reply
                    continue
                case File():
                    self.files.append(reply)
                case ToolStarted(title=title):
                    life.say(title)
                    self._note(reply)
                    continue
                case Waiting(text):
                    life.say(text)
                    continue
                case ToolFinished():
                    life.say()
                    self._note(reply)
                    continue
                case Done() | Failed():
                    self.final = reply
                    self._urgent.set()
                case _:
                    continue  # cards repeat in another form what the text says
            self._news.set()

    def _note(self, reply: ToolStarted | ToolFinished) -> None:
        if self._tools is not None:
            self._tools.tool(reply)
            self._news.set()

    async def wait(self, retry: float | None, rest: Callable[[], float]) -> None:
        """Sleep until there is something to show, or `retry` seconds have passed; and then for as
        long as `rest` says, unless it is urgent: further text wakes nobody before its time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(retry):
                await self._news.wait()
        self._news.clear()
        if (seconds := rest()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._urgent.wait()
            self._news.clear()

    async def hand_over(self, pages: Pages) -> None:
        """Move the text that was heard since into `pages`."""
        if self.final is None:
            self._urgent.clear()
        if self._rewritten:
            pages.clear()
            self._rewritten = False
        text, self._text = self._text, ""
        if text:
            await pages.feed(text)

    def _end_of_news(self) -> None:
        self._urgent.set()
        self._news.set()
