"""Takes due threads under a lease and runs their turns: concurrency, fairness, wake-ups, drain.

What happens inside one turn is in `bot/worker.py`. Several processes may run this on one store.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.errors import ParleyError
from bot.inbox import Inbox
from bot.lease import Lease
from bot.store import keys
from bot.tasks import ended

_log = logging.getLogger(__name__)

CONCURRENCY = 200
"""Turns at once in one process: they wait for the network, not for the processor."""

TAKE_AT_ONCE = 16
"""Threads leased by one call: the rest stay free for other processes."""

LOOKS_AT_ONCE = 4
"""Partitions that are asked at the same time: in a crowd each answer of the store takes a while,
and those in the last partition would wait for all others'."""

SWEEP_SECONDS = 5.0
"""How long a partition goes without being looked at. New messages do not wait for it, they are
announced; nor does what a look found to come due later. It is for announcements that got lost."""

SIGNALS = (keys.WAKE, keys.CONTROL)
"""The store's channels that `Dispatcher.hear` follows."""

RETRY_SECONDS = 1.0
"""How long nothing is taken after the store failed."""


@dataclass(slots=True)
class _Running:
    lease: Lease
    task: asyncio.Task[None]


class Dispatcher:
    """Leases threads for one process and runs `work` on each, so many at once as `concurrency`."""

    def __init__(
        self,
        inbox: Inbox,
        work: Callable[[Lease], Coroutine[Any, Any, None]],
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
        self._turns: set[asyncio.Task[None]] = set()
        self._look_at = dict.fromkeys(range(keys.PARTITIONS), 0.0)
        self._awake = asyncio.Event()
        self._taking = asyncio.Lock()
        self._draining = False
        self._background: set[asyncio.Task[None]] = set()

    @property
    def active(self) -> int:
        """How many turns run now."""
        return len(self._turns)

    def wake(self, partition: int) -> None:
        """Look at a partition now: something became due there."""
        if partition in self._look_at:
            self._look_at[partition] = min(self._look_at[partition], _now())
            self._awake.set()

    def check_flags(self, thread: str) -> None:
        """Read the flags of a running turn now: somebody wants it stopped or has edited it."""
        running = self._running.get(thread)
        if running is not None:
            renewal = asyncio.create_task(self._renew(running.lease))
            self._background.add(renewal)
            renewal.add_done_callback(self._background.discard)

    async def hear(self, signals: AsyncIterator[tuple[str, str]]) -> None:
        """Follow what the store announces on `SIGNALS`: what is due, which turns have flags."""
        async for channel, message in signals:
            if channel == keys.CONTROL:
                self.check_flags(message)
            elif channel == keys.WAKE:
                self.wake(int(message))
            else:  # subscribed anew: something may have been missed
                for number in range(keys.PARTITIONS):
                    self.wake(number)

    async def run(self) -> None:
        """Take and answer until cancelled or drained."""
        while not self._draining:
            self._awake.clear()
            try:
                rest = await self._take_due()
            except ParleyError as error:
                _log.warning("nothing can be taken now: %s", error)
                rest = RETRY_SECONDS
            except Exception:  # a bug in one look must not end all answering
                _log.exception("a look at the due threads failed")
                rest = RETRY_SECONDS
            if rest > 0:
                await self._sleep(rest)

    async def _take_due(self) -> float:
        """Look at each partition whose time has come; return the seconds until the next look."""
        by_time = sorted(self._look_at, key=self._look_at.__getitem__)
        due = [partition for partition in by_time if self._look_at[partition] <= _now()]
        while due:
            # Taken and started in one go, so that a drain never misses what was just leased.
            async with self._taking:
                free = self._concurrency - len(self._turns)
                together = due[: min(free, LOOKS_AT_ONCE)] if free > 0 else []
                if not together or self._draining:
                    return self._sweep_seconds  # the end of a turn wakes us
                most = min(free // len(together), TAKE_AT_ONCE)
                looks = [self._look(partition, most) for partition in together]
                # All of them end before one's fault is told: another may have leased something.
                for fault in await asyncio.gather(*looks, return_exceptions=True):
                    if fault is not None:
                        raise fault
            due = due[len(together) :]
        return max(0.0, min(self._look_at.values()) - _now())

    async def _look(self, partition: int, most: int) -> None:
        """Lease and start what is due in a partition, and note when to look there again."""
        # Said before the look: what becomes due during it is announced and looked at again.
        before = self._look_at[partition]
        looked_at = self._look_at[partition] = _now() + self._sweep_seconds
        try:
            found = await self._inbox.take(partition, self._platforms, self._owner, most)
        except BaseException:
            self._look_at[partition] = before
            raise
        for lease in found.taken:
            self._start(lease)
        if found.next_in is not None and self._look_at[partition] == looked_at:
            # A partition that has more stands behind those that were not looked at for longer.
            self._look_at[partition] = min(looked_at, _now() + found.next_in)

    async def drain(self, seconds: float) -> None:
        """Take nothing more, let running turns end within `seconds`, hand over the rest."""
        self._draining = True
        self._awake.set()
        deadline = _now() + seconds
        try:
            async with asyncio.timeout(seconds), self._taking:
                pass  # what is being taken right now is waited for too
        except TimeoutError:
            _log.warning("the store does not answer; its leases run out by themselves")
        if self._turns:
            _, late = await asyncio.wait(self._turns, timeout=max(0.0, deadline - _now()))
            await ended(*late)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._awake.wait()
        except TimeoutError:
            pass

    def _start(self, lease: Lease) -> None:
        thread = lease.thread.key
        before = self._running.get(thread)
        if before is not None:
            before.lease.lost.set()  # it could not renew in time, and this lease came after it
        task = asyncio.create_task(self._work(lease), name=f"turn {thread}")
        self._running[thread] = _Running(lease, task)
        self._turns.add(task)
        task.add_done_callback(lambda _: self._ended(thread, task))

    async def _renew(self, lease: Lease) -> None:
        try:
            await lease.renew()
        except ParleyError as error:
            _log.warning("flags not read: %s", error)

    def _ended(self, thread: str, task: asyncio.Task[None]) -> None:
        running = self._running.get(thread)
        if running is not None and running.task is task:
            del self._running[thread]
        self._turns.discard(task)
        # Something may have come meanwhile, or comes due again; its announcement may be lost.
        self.wake(keys.partition(thread))
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a turn ended with a bug", exc_info=error)


def _now() -> float:
    return asyncio.get_running_loop().time()
