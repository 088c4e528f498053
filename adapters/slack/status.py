"""The status line under a thread: the sign of life that costs no message.

Slack takes it away when the bot posts there, and after two minutes. A call that is on its way while
the bot posts may arrive behind the post, an answer that is only edited takes nothing away, and the
line may be another process's: whoever ends a turn takes it away unless it surely is gone.
Source: https://docs.slack.dev/reference/methods/assistant.threads.setStatus.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass

from adapters.slack.client import CallRefused, SlackClient
from adapters.slack.limits import STATUS
from adapters.slack.native.sessions import Sessions
from bot.errors import PlatformError, PlatformRefused, PlatformTemporary, StoreError
from bot.events import ThreadRef

_log = logging.getLogger(__name__)

LONGEST = 100
"""Characters of a status."""

SPREAD_SECONDS = 0.02
"""Greetings that come together follow each other so: in a crowd their calls would hold up the
answers, and whoever has an answer by then needs none."""

PATIENCE_SECONDS = 0.4
"""How long a greeting is held back at most: a sign of life is promised within a second."""

TAKEN_AWAY_SECONDS, TRIES = 2.0, 2
"""To take a line away is tried so often and so long: the end of a turn waits for it."""

MOST_LINES = 5_000
"""Threads whose line is remembered; a forgotten one goes away by itself."""


@dataclass(slots=True)
class _Line:
    text: str = ""
    calls: int = 0
    """How many are on their way."""
    refused: bool = False
    posts: int = 0
    """How often the bot has written under it."""
    over: bool = False
    """Its turn has ended: what is still on its way there must not stay."""


class StatusLines:
    """The status lines of one workspace, as far as this process has touched them; `sessions` are
    those that Slack shows its stop button for."""

    def __init__(self, client: SlackClient) -> None:
        self.sessions = Sessions(client)
        self._client = client
        self._lines: OrderedDict[str, _Line] = OrderedDict()
        self._greeting = 0
        """Greetings that wait or are on their way."""

    def alive(self, thread: ThreadRef) -> bool:
        """Tell whether a line stands under the thread, or is on its way there."""
        line = self._lines.get(thread.key)
        return line is not None and bool(line.text or line.calls)

    def posted(self, thread: ThreadRef) -> None:
        """Note that the bot has written in the thread, which takes the line away."""
        line = self._line(thread)
        line.posts += 1
        if not line.calls:
            line.text = ""

    async def greet(self, thread: ThreadRef, text: str) -> None:
        """Set the line under a new message, unless the bot has written there in the meantime."""
        line, before = self._line(thread), self._greeting
        posts = line.posts
        self._greeting += 1
        try:
            await asyncio.sleep(min(before * SPREAD_SECONDS, PATIENCE_SECONDS))
            if line.posts == posts and not self.alive(thread):
                await self.show(thread, text)
        finally:
            self._greeting -= 1

    async def show(self, thread: ThreadRef, text: str) -> bool:
        """Set the line; False where this place has none. Never raises for a platform's fault."""
        line = self._line(thread)
        if not thread.thread or line.refused:
            return False
        line.calls += 1  # from here on: who asks meanwhile must not show a second one
        try:
            if not await self._client.allowance.try_take(self._client.workspace, STATUS):
                return True  # a courtesy: none is owed when there are too many
            await self._set(thread, text[:LONGEST])
            line.text = text
        except (CallRefused, PlatformRefused):
            line.refused = True
        except PlatformError:
            pass
        finally:
            line.calls -= 1
        if line.over and not line.refused:
            await self._take_away(thread)
        return not line.refused

    async def clear(self, thread: ThreadRef) -> None:
        """Take the line away if it may still stand. Never raises for a platform's fault."""
        line = self._lines.pop(thread.key, None) or _Line()
        line.over = True
        gone = line.posts and not line.text and not line.calls
        if thread.thread and not gone and not line.refused:
            await self._take_away(thread)

    async def _take_away(self, thread: ThreadRef) -> None:
        try:
            async with asyncio.timeout(TAKEN_AWAY_SECONDS):
                for _ in range(TRIES):
                    await self._client.slot(STATUS)
                    with suppress(PlatformTemporary):
                        return await self._set(thread, "")
        except (PlatformError, StoreError, TimeoutError) as error:
            _log.info("a status may stand for two minutes: %s", error)

    async def _set(self, thread: ThreadRef, status: str) -> None:
        await self._client.call(
            STATUS, channel_id=thread.channel, thread_ts=thread.thread, status=status
        )

    def _line(self, thread: ThreadRef) -> _Line:
        line = self._lines.get(thread.key)
        if line is None:
            line = self._lines[thread.key] = _Line()
            while len(self._lines) > MOST_LINES:
                self._lines.popitem(last=False)
        return line
