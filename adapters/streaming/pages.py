"""The text of a reply as a platform's messages hold it; cut anew, smaller, where the platform takes
less than it says. Called by the delivery, and by who looks again at a finished reply."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from adapters.pacing import SMALLEST_LIMIT, Pager
from adapters.streaming.surface import Surface


def cut(text: str, count: int, limit: int, measure: Callable[[str], int]) -> list[str]:
    """Cut a whole text as it was cut when it became `count` messages, narrower ones than `limit`
    perhaps. Nothing, when no such cut makes so many: how they read is then not known."""
    while limit >= SMALLEST_LIMIT:
        pager = Pager(limit, measure)
        pager.feed(text)
        parts = pager.parts(final=True)
        if len(parts) >= count:
            return [part.text for part in parts] if len(parts) == count else []
        limit //= 2
    return []


class Pages:
    """All that was fed, in parts of at most the surface's limit."""

    def __init__(self, surface: Surface) -> None:
        self._measure = surface.measure
        self._limit = surface.limit
        self._source: list[str] = []
        self._pager = Pager(self._limit, self._measure)

    async def feed(self, text: str) -> None:
        """Append `text`, in pieces: measuring takes time that others' answers need."""
        self._source.append(text)
        await self._cut(text)

    def clear(self) -> None:
        """Begin anew."""
        self._source = []
        self._pager = Pager(self._limit, self._measure)

    def parts(self, *, final: bool = False) -> list[str]:
        """Return the parts so far; see `Pager.parts`."""
        return [part.text for part in self._pager.parts(final=final)]

    async def narrow(self) -> bool:
        """Cut everything into parts of half the size; False when they would be too small."""
        if self._limit // 2 < SMALLEST_LIMIT:
            return False
        self._limit //= 2
        self._pager = Pager(self._limit, self._measure)
        await self._cut("".join(self._source))
        return True

    async def _cut(self, text: str) -> None:
        for start in range(0, len(text), self._limit):
            self._pager.feed(text[start : start + self._limit])
            await asyncio.sleep(0)
