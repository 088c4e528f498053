"""An event loop whose clock jumps to the next timer: minutes of waiting pass at once, and exactly.

For code that waits on nothing but timers and tasks (no sockets, no threads).
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualLoop(asyncio.SelectorEventLoop):
    """Time moves only when there is nothing left to do."""

    def __init__(self) -> None:
        super().__init__()
        self._virtual = 1_000.0

    def time(self) -> float:
        return self._virtual

    def _run_once(self) -> None:
        timers: list[Any] = self._scheduled  # type: ignore[attr-defined]
        while timers and timers[0]._cancelled:
            self._timer_cancelled_count -= 1  # type: ignore[attr-defined]
            heapq.heappop(timers)._scheduled = False
        if timers and not self._ready:  # type: ignore[attr-defined]
            self._virtual = max(self._virtual, timers[0]._when)
        super()._run_once()  # type: ignore[misc]


def in_virtual_time(work: Callable[[], Awaitable[T]]) -> T:
    """Run `work` to its end on a clock of its own."""

    async def main() -> T:
        return await work()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main())
