"""Takes due threads under a lease and runs their turns: concurrency, fairness, wake-ups, drain.

What happens inside one turn is in `bot/worker.py`. Several processes may run this on one store.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from bot.errors import StoreUnavailable
from bot.inbox import Inbox
from bot.lease import Lease
from bot.store import keys

_log = logging.getLogger(__name__)

CONCURRENCY = 200
"""Turns at once in one process: they wait for the network, not for the processor."""

TAKE_AT_ONCE = 16
"""Threads leased by one call: the rest stay free for other processes."""

SWEEP_SECONDS = 1.0
"""How often every partition is looked at: for retries that come due and leases that ran out. New
messages do not wait for it, they are announced."""


@dataclass(slots=True)
class _Running:
    lease: Lease
    task: asyncio.Task[None]


class Dispatcher:
    """One process's worker: leases, concurrency, fairness, drain."""

    def __init__(
        self,
        inbox: Inbox,
        work: Callable[[Lease], Awaitable[None]],
        *,
        owner: str,
        platforms: Collection[str],
        concurrency: int = CONCURRENCY,
        sweep_seconds: float = SWEEP_SECONDS,
    ) -> None:
        self._inbox = inbox
        self._work = work
        self._owner = owner
        self._platforms = platforms
        self._concurrency = concurrency
        self._sweep_seconds = sweep_seconds
        self._running: dict[str, _Running] = {}
        self._due = set(range(keys.PARTITIONS))
        self._awake = asyncio.Event()
        self._draining = False
        self._background: set[asyncio.Task[None]] = set()

    @property
    def active(self) -> int:
        """How many turns run now."""
        return len(self._running)

    def wake(self, partition: int) -> None:
        """Look at a partition now: something became due there."""
        self._due.add(partition)
        self._awake.set()

    def check_flags(self, thread: str) -> None:
        """Read the flags of a running turn now: somebody wants it stopped or has edited it."""
        running = self._running.get(thread)
        if running is not None:
            renewal = asyncio.create_task(self._renew(running.lease))
            self._background.add(renewal)
            renewal.add_done_callback(self._background.discard)

    async def run(self) -> None:
        """Take and answer until cancelled or drained."""
        while not self._draining:
            self._awake.clear()
            try:
                more = await self._take_due()
            except StoreUnavailable as error:
                _log.warning("store unavailable: %s", error)
                await asyncio.sleep(self._sweep_seconds)
                continue
            if more:
                continue
            try:
                await asyncio.wait_for(self._awake.wait(), self._sweep_seconds)
            except TimeoutError:
                self._due.update(range(keys.PARTITIONS))

    async def _take_due(self) -> bool:
        """Lease from each partition in which something is due; tell whether more may be had."""
        for partition in list(self._due):
            most = min(self._concurrency - len(self._running), TAKE_AT_ONCE)
            if most <= 0 or self._draining:
                return False  # the end of a turn wakes us
            leases = await self._inbox.take(partition, self._platforms, self._owner, most)
            for lease in leases:
                self._start(lease)
            if len(leases) < most:
                self._due.discard(partition)
        return bool(self._due)

    async def drain(self, seconds: float) -> None:
        """Take nothing more, let running turns end within `seconds`, hand over the rest."""
        self._draining = True
        self._awake.set()
        tasks = [running.task for running in self._running.values()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _start(self, lease: Lease) -> None:
        thread = lease.thread.key
        # Spelled as a coroutine so that any awaitable worker fits.
        task = asyncio.create_task(self._run(lease), name=f"turn {thread}")
        self._running[thread] = _Running(lease, task)
        task.add_done_callback(lambda _: self._ended(thread, task))

    async def _run(self, lease: Lease) -> None:
        await self._work(lease)

    async def _renew(self, lease: Lease) -> None:
        try:
            await lease.renew()
        except StoreUnavailable as error:
            _log.warning("store unavailable: %s", error)

    def _ended(self, thread: str, task: asyncio.Task[None]) -> None:
        running = self._running.get(thread)
        if running is not None and running.task is task:
            del self._running[thread]
        self._awake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a turn ended with a bug", exc_info=error)
