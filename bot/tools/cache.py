"""A small memory for answers that cost a request: they age, the oldest fall out, and identical
questions at the same time share one request. In memory only; each process has its own.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from bot.tasks import ended

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class Cache(Generic[_K, _V]):
    """Values by key, for `seconds` each, at most `most` of them. Failures are never kept."""

    def __init__(
        self, seconds: float, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._most = most
        self._clock = clock
        self._values: OrderedDict[_K, tuple[float, _V]] = OrderedDict()
        self._running: dict[_K, asyncio.Task[_V]] = {}

    def peek(self, key: _K) -> _V | None:
        """Return what is remembered and fresh, without asking anybody."""
        found = self._values.get(key)
        if found is None:
            return None
        until, value = found
        if until <= self._clock():
            del self._values[key]
            return None
        self._values.move_to_end(key)
        return value

    async def get(self, key: _K, ask: Callable[[], Awaitable[_V]]) -> _V:
        """Return the value of `key`; `ask` for it once, however many wait for it.

        Whoever stops waiting does not take the answer from the others.
        """
        found = self.peek(key)
        if found is not None:
            return found
        task = self._running.get(key)
        if task is None:
            task = asyncio.ensure_future(self._ask(key, ask))
            self._running[key] = task
            task.add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Stop what is under way."""
        await ended(*self._running.values())

    async def _ask(self, key: _K, ask: Callable[[], Awaitable[_V]]) -> _V:
        value = await ask()
        self._values[key] = (self._clock() + self._seconds, value)
        self._values.move_to_end(key)
        while len(self._values) > self._most:
            self._values.popitem(last=False)
        return value

    def _ended(self, key: _K, task: asyncio.Task[_V]) -> None:
        del self._running[key]
        if not task.cancelled():
            task.exception()  # read it: nobody may be waiting any more
