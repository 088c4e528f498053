"""Faults that a test asks for: which calls go wrong next, and how. Pure bookkeeping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "500",  # JSON-less server error
    "502",
    "503",
    "504",
    "html",  # an HTML error page with status 503
    "html_ok",  # an HTML page with status 200
    "not_json",  # status 200, content type JSON, cut body
    "ratelimited",  # 429 with Retry-After
    "reset",  # TCP reset before anything was done
    "lost",  # everything was done, then TCP reset
    "lost_500",  # everything was done, then a server error
    "hang",  # nothing is done and nothing is answered
    "lost_hang",  # everything was done and nothing is answered
    "slow",  # done and answered, but late
]

KINDS = frozenset(Kind.__args__)  # type: ignore[attr-defined]
AFTER = frozenset({"lost", "lost_500", "lost_hang"})


@dataclass
class Fault:
    """One order: the next `times` matching calls of `method` go wrong as `kind` says.

    A kind that is none of `KINDS` is an error name: the call is answered with it.
    """

    method: str
    kind: str
    times: int = 1
    skip: int = 0
    delay: float = 0.5
    retry_after: int = 1
    when: Callable[[dict[str, Any]], bool] | None = None
    hits: int = 0
    release: asyncio.Event = field(default_factory=asyncio.Event)

    def matches(self, method: str, args: dict[str, Any]) -> bool:
        if self.method not in ("*", method) or self.times <= 0:
            return False
        return self.when is None or self.when(args)


class Faults:
    """The orders that are still open."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self.orders.append(fault)
        return fault

    def take(self, method: str, args: dict[str, Any]) -> Fault | None:
        """Return the fault for this call and count it, or None."""
        for fault in self.orders:
            if not fault.matches(method, args):
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
