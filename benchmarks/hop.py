"""The durable hop alone: from `put`, which makes an event safe, to the turn that answers it."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.scale import Scale
from benchmarks.tables import Table, aim, median, ms, p95
from bot.dispatcher import Dispatcher
from bot.events import Author, Message, Place, ThreadRef
from bot.inbox import Inbox
from bot.lease import Lease
from bot.store import keys
from bot.store.connection import Connection
from bot.store.embedded import EmbeddedStore
from bot.store.histories import Histories
from bot.store.mailboxes import Mailboxes

AIM_SECONDS = 0.005
AT_ONCE = 100
TTL = 3600
DRAIN_SECONDS = 5.0
"""A turn's way back into the store is not measured, but waited for."""


@dataclass(slots=True)
class _Turns:
    """What the dispatcher hands over: when each thread was taken, and its end."""

    taken: dict[str, float] = field(default_factory=dict)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def work(self, lease: Lease) -> None:
        self.taken[lease.thread.key] = time.perf_counter()
        await lease.finish([])
        self.ended.set()


async def measure(scale: Scale) -> list[Table]:
    """Put events one by one, then many at once."""
    async with _inbox() as (inbox, turns):
        await _hops(inbox, turns, 5, "warm-up")
        singles: list[float] = []
        for number in range(scale.hops):
            singles += await _hops(inbox, turns, 1, f"single-{number}")
        burst = await _hops(inbox, turns, AT_ONCE, "burst")
    kept = aim("under 5 ms", met=median(singles) < AIM_SECONDS)
    rows = [
        ("one at a time", ms(median(singles)), ms(p95(singles)), kept),
        (f"{AT_ONCE} at once", ms(median(burst)), ms(p95(burst)), "-"),
    ]
    note = (
        f"{scale.hops} events into the embedded store and out again under a lease, in one process."
    )
    return [Table("The durable hop", note, ("", "median", "95th percentile", "aim"), rows)]


async def _hops(inbox: Inbox, turns: _Turns, count: int, name: str) -> list[float]:
    put: dict[str, float] = {}

    async def one(number: int) -> None:
        event = _event(f"{name}-{number}")
        put[event.thread.key] = time.perf_counter()
        await inbox.put(event)

    await asyncio.gather(*(one(number) for number in range(count)))
    while not put.keys() <= turns.taken.keys():
        turns.ended.clear()
        await asyncio.wait_for(turns.ended.wait(), 10)
    return [turns.taken[thread] - at for thread, at in put.items()]


def _event(name: str) -> Message:
    return Message(
        id=name,
        thread=ThreadRef("bench", "T1", "C1", name),
        author=Author("U1", "alice"),
        place=Place("channel", "general"),
        at=int(time.time() * 1_000_000),
        text="What is the weather in Beijing, and what time is it there?",
        starts_thread=True,
    )


@asynccontextmanager
async def _inbox() -> AsyncIterator[tuple[Inbox, _Turns]]:
    """Open an inbox on a store of its own, with a dispatcher as `run` has it."""
    logging.getLogger("bot").setLevel(logging.ERROR)
    turns = _Turns()
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        store = EmbeddedStore(Path(folder))
        connection = await Connection.open(await store.start())
        inbox = Inbox(Mailboxes(connection, TTL), Histories(connection, TTL))
        dispatcher = Dispatcher(inbox, turns.work, owner="bench", platforms=("bench",))

        async def hear() -> None:
            async for channel, message in connection.subscribe(keys.WAKE):
                if channel == keys.WAKE:
                    dispatcher.wake(int(message))

        tasks = [asyncio.create_task(dispatcher.run()), asyncio.create_task(hear())]
        try:
            yield inbox, turns
        finally:
            await dispatcher.drain(DRAIN_SECONDS)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await connection.close()
            await store.stop()
