"""Tests wait for what becomes true of a local server, and never by the clock alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from tests.bounds import PATIENCE

T = TypeVar("T")


class Waiting:
    """Waiters for conditions. Whoever inherits says when something has `changed`."""

    def __init__(self) -> None:
        super().__init__()
        self._waiters: set[asyncio.Future[None]] = set()

    def changed(self) -> None:
        """Wake everybody who waits for a condition."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait_for(self, condition: Callable[[], T], seconds: float = PATIENCE) -> T:
        """Return the first truthy result of `condition`, asked again after every change.

        Raises TimeoutError with the condition's name when the real-time deadline passes.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not (result := condition()):
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiters.add(waiter)
            try:
                await asyncio.wait_for(waiter, max(0.0, deadline - loop.time()))
            except TimeoutError:
                if late := condition():
                    return late
                name = getattr(condition, "__qualname__", repr(condition))
                raise TimeoutError(f"{name} did not come true in {seconds} s") from None
            finally:
                self._waiters.discard(waiter)
        return result
