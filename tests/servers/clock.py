"""The server's own clock: time that a test can push forward.

Message timestamps, rate windows, stream lifetimes, ticket expiry and the redelivery schedule
all read this clock. It knows no platform.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class Timer:
    """A call that is due at a moment of the server's clock; `cancel` forgets it."""

    __slots__ = ("_clock", "_handle", "call", "due")

    def __init__(self, clock: Clock, due: float, call: Callable[[], None]) -> None:
        self._clock = clock
        self._handle: asyncio.TimerHandle | None = None
        self.due = due
        self.call = call

    def arm(self, delay: float) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self._handle = asyncio.get_running_loop().call_later(max(0.0, delay), self._fire)

    def _fire(self) -> None:
        self._clock.forget(self)
        self.call()

    def cancel(self) -> None:
        self._clock.forget(self)
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None


class Clock:
    """Wall-clock time plus whatever tests have added to it."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._timers: set[Timer] = set()

    def now(self) -> float:
        """Return seconds since the epoch, as the server sees them."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Jump forward; every timer that has become due fires in the next loop iteration."""
        self._offset += seconds
        now = self.now()
        for timer in list(self._timers):
            timer.arm(timer.due - now)

    def call_later(self, delay: float, call: Callable[[], None]) -> Timer:
        timer = Timer(self, self.now() + delay, call)
        self._timers.add(timer)
        timer.arm(delay)
        return timer

    def forget(self, timer: Timer) -> None:
        self._timers.discard(timer)

    async def sleep(self, seconds: float) -> None:
        """Wait until the server's clock has moved on by `seconds`."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def wake() -> None:
            if not done.done():
                done.set_result(None)

        timer = self.call_later(seconds, wake)
        try:
            await done
        finally:
            timer.cancel()

    def stop(self) -> None:
        """Cancel everything that is still due."""
        for timer in list(self._timers):
            timer.cancel()
