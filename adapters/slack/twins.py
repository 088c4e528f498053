"""The two events of one mention: `app_mention`, which carries no files, and `message`, which does.

They come in any order. A mention waits a moment for its twin, so that its files need not be asked
for; who never hears the twin asks. Source:
https://docs.slack.dev/reference/events/app_mention.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from bot.events import Message

WAIT_SECONDS = 0.15
"""Twins are sent together and arrive within milliseconds of each other."""

MOST_KEPT = 2_000


class Twins:
    """Which messages were heard with their files lately, and who waits for one."""

    def __init__(self, seconds: float = WAIT_SECONDS) -> None:
        self._seconds = seconds
        self._heard: OrderedDict[tuple[str, str, str], None] = OrderedDict()
        self._waiting: dict[tuple[str, str, str], asyncio.Event] = {}

    async def wait_for(self, message: Message) -> None:
        """Return when the twin of a message without files was put, or does not come."""
        if message.attachments_known or message.attachments or _name(message) in self._heard:
            return
        heard = self._waiting.setdefault(_name(message), asyncio.Event())
        try:
            async with asyncio.timeout(self._seconds):
                await heard.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting.pop(_name(message), None)

    def heard(self, message: Message) -> None:
        """Note that a message was put."""
        if not (message.attachments_known or message.attachments):
            return
        self._heard[_name(message)] = None
        while len(self._heard) > MOST_KEPT:
            self._heard.popitem(last=False)
        if (waiting := self._waiting.get(_name(message))) is not None:
            waiting.set()


def _name(message: Message) -> tuple[str, str, str]:
    return message.thread.workspace, message.thread.channel, message.id
