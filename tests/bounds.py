"""How far tests let things go: patience for what they wait for, a bound for work out of hand.

No test measures speed: `benchmarks/` shows it, as ratios within one run. A crowded machine is slow,
not wrong.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

PATIENCE = 60.0
"""Seconds after which what a test waits for counts as never coming; nobody waits when it comes."""

FOREVER = 3600.0
"""Seconds that outlast every patience: for what goes on until somebody ends it."""


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Fail if the block takes more of the processor, in all threads of this process, than that.

    It is a bound against work that never ends or grows out of hand, no measure of speed: many times
    what the block takes, and less than it would take if one more of its steps grew with the square.
    """
    began = time.process_time()
    yield
    took = time.process_time() - began
    assert took < seconds, f"{took:.1f} s of the processor instead of a fraction of {seconds} s"


@asynccontextmanager
async def sharing(seconds: float) -> AsyncIterator[None]:
    """Fail if the block holds the event loop for more of the processor's time than that at once."""
    turns: list[float] = []

    async def beat() -> None:
        while True:
            began = time.thread_time()
            await asyncio.sleep(0.005)
            turns.append(time.thread_time() - began)

    heart = asyncio.create_task(beat())
    await asyncio.sleep(0)
    try:
        yield
        await asyncio.sleep(0.01)
    finally:
        heart.cancel()
    assert max(turns) < seconds
