"""Work that runs beside what somebody waits for: courtesies, and what is said or tidied afterwards.

It is held until it ends, and ends with its owner. Used by the adapters' listening halves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from logging import Logger
from typing import Any

from bot.errors import ParleyError


class Beside:
    """The work of one owner, whose `log` hears of what fails. Nobody waits for its results."""

    def __init__(self, log: Logger) -> None:
        self._log = log
        self._running: set[asyncio.Task[None]] = set()  # the loop itself holds tasks only weakly

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        """Begin something. It may raise: that is logged, and harms nobody."""
        task = asyncio.create_task(self._guarded(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(lambda _: work.close())  # cancelled before it began

    async def settle(self) -> None:
        """Wait until all of it has ended, also what begins meanwhile."""
        while self._running:
            await asyncio.wait(self._running)

    async def close(self) -> None:
        """Give up what still runs, and wait until it has ended."""
        while self._running:
            for task in self._running:
                task.cancel()
            await asyncio.wait(self._running)

    async def _guarded(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except ParleyError as error:
            self._log.info("not done beside: %s", error)
        except Exception:
            self._log.exception("something beside failed")
