"""Typing: the sign of life that costs no message.

Discord shows it for 10 s, or until the bot posts there; it is renewed while a reply is thought of.
Source: https://docs.discord.com/developers/resources/channel#trigger-typing-indicator.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.limits import TYPING
from adapters.discord.places import OPENED
from bot.errors import PlatformError, StoreError
from bot.events import Message

SHOWN_SECONDS = 9.0
"""How long it is known to stand, a little less than Discord says."""

FRESH_SECONDS = 6.0
"""A younger one is not renewed: several replies of one channel share it."""

MOST_CHANNELS = 5_000
"""Channels whose typing is remembered; a forgotten one ends by itself."""


@dataclass(slots=True)
class _Sign:
    at: float = float("-inf")
    calls: int = 0
    """How many are on their way."""
    refused: bool = False


class Typing:
    """The bot's typing by channel, as far as this process shows it; `clock` in seconds."""

    def __init__(self, client: DiscordClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._signs: OrderedDict[str, _Sign] = OrderedDict()

    def alive(self, channel: str) -> bool:
        """Tell whether the bot is seen typing in a channel, or is about to."""
        sign = self._signs.get(channel)
        return sign is not None and (sign.calls > 0 or self._age(sign) < SHOWN_SECONDS)

    def posted(self, channel: str) -> None:
        """Note that the bot has posted in a channel, which ends its typing."""
        if channel in self._signs:
            self._signs[channel].at = float("-inf")

    async def greet(self, message: Message) -> None:
        """Show that a new message was taken, where whoever wrote it looks."""
        thread, place = message.thread, message.place
        opened = thread.thread != message.id or OPENED in place.address
        apart = thread.thread and opened and place.can_thread
        await self.show(thread.thread if apart else thread.channel)

    async def show(self, channel: str) -> None:
        """Show the bot typing, unless it is seen so already. Never raises for a
        fault."""
        sign = self._sign(channel)
        if sign.refused or sign.calls or self._age(sign) < FRESH_SECONDS:
            return
        sign.calls += 1  # from here on: who asks meanwhile must not show a second one
        try:
            # A courtesy: none is owed when there are too many.
            if await self._client.may(TYPING, channel):
                await self._client.call(TYPING, channel_id=channel)
                sign.at = self._clock()
        except CallRefused:
            sign.refused = True
        except (PlatformError, StoreError):
            pass
        finally:
            sign.calls -= 1

    def _age(self, sign: _Sign) -> float:
        return self._clock() - sign.at

    def _sign(self, channel: str) -> _Sign:
        sign = self._signs.get(channel)
        if sign is None:
            sign = self._signs[channel] = _Sign()
            while len(self._signs) > MOST_CHANNELS:
                self._signs.popitem(last=False)
        return sign
