"""Faults that a test asks of a local platform: which calls go wrong next. Pure bookkeeping.

What kinds there are, and how a call goes wrong, each server decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any

ANY = "*"
"""Orders a fault for whatever is called."""


@dataclass
class Fault:
    """One order: the next `times` calls that have the name `call` go wrong as `kind` says."""

    call: str
    kind: str
    times: int = 1
    skip: int = 0
    delay: float = 0.5
    retry_after: float = 1
    when: Callable[[Any], bool] | None = None  # asked with what the server knows of the call
    hits: int = 0
    release: asyncio.Event = field(default_factory=asyncio.Event)

    def matches(self, names: Collection[str], known: Any) -> bool:
        if self.call not in (ANY, *names) or self.times <= 0:
            return False
        return self.when is None or self.when(known)

    async def be_slow(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Let a slow call wait for its delay, or until it is released."""
        waits = {asyncio.ensure_future(sleep(self.delay)), asyncio.create_task(self.release.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()


class Faults:
    """The orders that are still open."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self.orders.append(fault)
        return fault

    def take(self, names: Collection[str], known: Any) -> Fault | None:
        """Return the fault for a call, which may have several names, and count it, or None."""
        for fault in self.orders:
            if not fault.matches(names, known):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                return None
            fault.times -= 1
            fault.hits += 1
            return fault
        return None

    def clear(self) -> None:
        """Forget every order and let hanging calls go."""
        for fault in self.orders:
            fault.times = 0
            fault.release.set()
        self.orders.clear()
