"""The two events of one mention: `app_mention`, which carries no files, and `message`, which does.

They come in any order. A mention waits a moment for its twin, so that its files need not be asked
for; who never hears the twin asks. Once the twin is stored nothing is left to store. Source:
https://docs.slack.dev/reference/events/app_mention.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TypeAlias

from bot.events import Message

WAIT_SECONDS = 0.15
"""Twins are sent together and arrive within milliseconds of each other."""

MOST_KEPT = 2_000


_Name: TypeAlias = tuple[str, str, str]


class Twins:
    """Which messages were heard with their files lately, and who waits for one."""

    def __init__(self, seconds: float = WAIT_SECONDS) -> None:
        self._seconds = seconds
        self._heard: OrderedDict[_Name, bool] = OrderedDict()
        """Whether the inbox has it."""
        self._waiting: dict[_Name, asyncio.Event] = {}

    async def stored(self, message: Message) -> bool:
        """Tell whether the inbox has the twin of a message without files, which may come yet."""
        if _complete(message):
            return False
        name = _name(message)
        if name not in self._heard:
            await self._wait_for(name)
        return self._heard.get(name, False)

    async def _wait_for(self, name: _Name) -> None:
        heard = self._waiting.setdefault(name, asyncio.Event())
        try:
            async with asyncio.timeout(self._seconds):
                await heard.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting.pop(name, None)

    def heard(self, message: Message, *, stored: bool) -> None:
        """Note that a message was put, and whether the inbox has `stored` it, now or before."""
        if not _complete(message):
            return
        self._heard[_name(message)] = stored
        while len(self._heard) > MOST_KEPT:
            self._heard.popitem(last=False)
        if (waiting := self._waiting.get(_name(message))) is not None:
            waiting.set()


def _complete(message: Message) -> bool:
    return message.attachments_known or bool(message.attachments)


def _name(message: Message) -> _Name:
    return message.thread.workspace, message.thread.channel, message.id
