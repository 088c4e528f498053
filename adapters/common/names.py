"""The names behind ids: each looked up once, however many threads wait for it, and kept for an
hour.

How one is looked up, its platform knows. Called by each `people`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, TypeVar

from bot.errors import ParleyError, PlatformGone, PlatformRefused
from bot.events import Author
from bot.tasks import ended

KEPT_SECONDS = 3600.0
UNKNOWN_SECONDS = 300.0
"""How long an id that the platform does not know is not asked for again."""

MOST_KEPT = 10_000

LOOK_UP_SECONDS = 2.0
"""An answer does not wait longer for a name."""

K = TypeVar("K")


class Names(Generic[K]):
    """What is known of ids, by whatever names them; `clock` in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[K, tuple[float, Author | None]] = {}
        self._asked: dict[K, asyncio.Task[None]] = {}

    def known(self, key: K) -> Author | None:
        """Tell who `key` is, if that was found out before."""
        until, author = self._known.get(key, (0.0, None))
        return author if until > self._clock() else None

    def missing(self, keys: Iterable[K]) -> list[K]:
        """Return those of whom nothing is known, not even that the platform does not know them."""
        now = self._clock()
        return [key for key in keys if self._known.get(key, (0.0, None))[0] <= now]

    def keep(self, key: K, author: Author | None) -> None:
        """Keep who `key` is; None when the platform does not know it."""
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        kept = KEPT_SECONDS if author else UNKNOWN_SECONDS
        self._known[key] = (self._clock() + kept, author)

    async def look_up(
        self, keys: Iterable[K], find: Callable[[K], Awaitable[Author | None]], seconds: float
    ) -> None:
        """Find out who these are; what takes longer than `seconds` goes on beside."""
        asked = [self._ask(key, find) for key in keys]
        if asked:
            await asyncio.wait(asked, timeout=seconds)

    async def close(self) -> None:
        """Give up what is being looked up."""
        await ended(*self._asked.values())

    def _ask(self, key: K, find: Callable[[K], Awaitable[Author | None]]) -> asyncio.Task[None]:
        task = self._asked.get(key)
        if task is None:
            task = self._asked[key] = asyncio.create_task(self._find(key, find))
            task.add_done_callback(lambda _: self._asked.pop(key, None))
        return task

    async def _find(self, key: K, find: Callable[[K], Awaitable[Author | None]]) -> None:
        try:
            author = await find(key)
        except (PlatformGone, PlatformRefused):
            author = None  # not known, or none of the bot's business
        except ParleyError:
            return
        self.keep(key, author)
