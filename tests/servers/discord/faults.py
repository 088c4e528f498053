"""Faults that a test asks for: which calls go wrong next, and how. Pure bookkeeping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "500",  # server errors as Discord's edge sends them: HTML, nothing was done
    "502",
    "503",
    "504",
    "500_json",  # a server error with Discord's JSON body
    "429",  # a JSON refusal with Retry-After and Via
    "429_global",  # the same, for the whole bot
    "429_shared",  # the same, because of others; does not count as invalid
    "banned",  # Cloudflare's HTML 429 without Via
    "reset",  # TCP reset before anything was done
    "lost",  # everything was done, then TCP reset
    "lost_500",  # everything was done, then a server error
    "hang",  # nothing is done and nothing is answered
    "lost_hang",  # everything was done and nothing is answered
    "late",  # answered with 504 at once, done `delay` seconds later
    "slow",  # done and answered, but late
    "half",  # done, but only half of the body arrives
]

KINDS = frozenset(Kind.__args__)  # type: ignore[attr-defined]
AFTER = frozenset({"lost", "lost_500", "lost_hang", "half"})


@dataclass
class Fault:
    """One order: the next `times` matching calls of a route go wrong as `kind` says.

    `route` is `METHOD /path/{template}` as `Call.route` has it, a bare template, a bare method, or
    `*`. A kind that is none of `KINDS` is `status:code`, such as `403:50013`.
    """

    route: str
    kind: str
    times: int = 1
    skip: int = 0
    delay: float = 0.5
    retry_after: float = 0.5
    when: Callable[[Any], bool] | None = None  # asked with the Call
    hits: int = 0
    release: asyncio.Event = field(default_factory=asyncio.Event)

    def matches(self, method: str, template: str, call: Any) -> bool:
        names = ("*", method, template, f"{method} {template}")
        if self.route not in names or self.times <= 0:
            return False
        return self.when is None or self.when(call)


class Faults:
    """The orders that are still open."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self.orders.append(fault)
        return fault

    def take(self, method: str, template: str, call: Any) -> Fault | None:
        """Return the fault for this call and count it, or None."""
        for fault in self.orders:
            if not fault.matches(method, template, call):
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
