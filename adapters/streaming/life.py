"""Signs of life while an answer is on its way: a status where there is one, else a word in its
place. Never holds up the text: it runs beside it. Used by `Delivery`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from adapters.streaming.surface import Pace, Surface
from bot.errors import PlatformError, StoreError


class Life:
    """What a reply shows of itself before, and between, its text."""

    def __init__(
        self, surface: Surface, pace: Pace, thinking: str, wanted: Callable[[], None]
    ) -> None:
        self._surface = surface
        self._pace = pace
        self._thinking = thinking
        self._wanted = wanted
        self._news = asyncio.Event()
        self.text = thinking
        self.in_place = False
        """This place has no status: the text's own place has to show a word."""
        self.text_visible = False

    def say(self, text: str = "") -> None:
        """Show `text` from now on, without one that the bot thinks."""
        self.text = text or self._thinking
        self._news.set()

    async def run(self) -> None:
        """Show and renew signs of life until cancelled."""
        due = self._pace.life_after
        while True:
            told = await self._wait(due)
            early = due == self._pace.life_after
            if told or not (early and (self.text_visible or self._surface.alive)):
                await self._show()
            due = self._pace.life_again

    async def _wait(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True

    async def _show(self) -> None:
        try:
            shown = not self.in_place and await self._surface.status(self.text)
        except (PlatformError, StoreError):
            return  # the next one may come through; the answer does not depend on it
        if not shown:
            self.in_place = True
            self._wanted()
