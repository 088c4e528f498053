"""Write allowances: what a platform lets one workspace write, shared by all threads and processes.

Each limit is a sliding window of grants. A final reserves the next slot and always gets one; growth
takes a slot only when one is free above the reserve. A hold keeps a slot for a write whose time is
not known yet: the end of a reply that is already visible. Methods may share a window, such as what
a bot may call in all. The limits are data of each platform.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.store import keys
from bot.store.connection import Connection

MARGIN_MS = 500
"""Added to each window of a minute: what leaves evenly spaced may arrive a little closer."""

HOLD_MS = 90_000
"""How long a hold lasts that nobody refreshes: its owner is gone, or its model has been silent."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` writes in `seconds`, for the whole workspace or for each channel of it.

    `kept` is the share of the window that growth leaves to finals, `held` the largest share that
    holds may take. Methods with the same name in `shared` fill one window together, and a pause of
    that name holds for all of them; a method has at most one such name.
    """

    count: int
    seconds: float
    per_channel: bool = False
    kept: float = 0.0
    held: float = 0.5
    shared: str = ""


Limits = Mapping[str, Sequence[Limit]]
"""A platform's limits by method name; a method without limits is never paced."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """The `Allowance` of one platform, on Redis.

    `factor` scales every count (the operator's `WRITE_BUDGET`); 0 turns all pacing off, while
    pauses that the platform asks for still hold. `clock` (ms) replaces the server's in tests only.
    """

    connection: Connection
    platform: str
    limits: Limits
    factor: float = 1.0
    clock: Callable[[], int] | None = None

    async def reserve(
        self, workspace: str, method: str, channel: str = "", hold: str = ""
    ) -> float:
        """Take the next free slot, or the one that `hold` keeps; return the seconds to wait."""
        wait = await self._ask("reserve", workspace, method, channel, hold)
        return max(wait, 0) / 1000

    async def try_take(
        self, workspace: str, method: str, channel: str = "", hold: str = ""
    ) -> bool:
        """Take a slot only if one is free now above what finals keep; refresh `hold`."""
        return await self._ask("try", workspace, method, channel, hold) >= 0

    async def hold(self, workspace: str, method: str, hold: str) -> bool:
        """Keep a slot under the name `hold` for a later `reserve`, if there is one to spare."""
        return await self._ask("hold", workspace, method, "", hold) >= 0

    async def release(self, workspace: str, method: str, hold: str) -> None:
        """Give up a hold that was not spent."""
        name = f"{self._base(workspace)}holds:{method}"
        await self.connection.command("zrem", name, hold)

    async def paused(self, workspace: str, method: str, channel: str = "") -> float:
        """Tell for how many seconds a pause still lasts; it may be younger than a reserved slot."""
        base, rest = self._base(workspace), 0
        for name in {method, _spell(method, channel), self._shared(method) or method}:
            rest = max(rest, await self.connection.command("pttl", f"{base}pause:{name}"))
        return rest / 1000

    async def pause(self, workspace: str, method: str, seconds: float, channel: str = "") -> None:
        """Grant nothing for `seconds`: the platform answered 429. `method` may be the name of a
        shared window: then no method that shares it is granted anything."""
        name, length = _spell(method, channel), max(1, math.ceil(seconds * 1000))
        await self.connection.run("pause", self._base(workspace), name, length, now=self._now())

    async def _ask(self, mode: str, workspace: str, method: str, channel: str, hold: str) -> int:
        windows: list[str | int] = []
        for limit in self.limits.get(method, ()) if self.factor > 0 else ():
            name = limit.shared or method
            spell = _spell(name, channel) if limit.per_channel else name
            count = max(1, math.floor(limit.count * self.factor))
            window = math.ceil(limit.seconds * 1000) + (MARGIN_MS if limit.seconds > 5 else 0)
            shares = (math.ceil(count * limit.kept), math.ceil(count * limit.held))
            windows += [f"{spell}/{limit.seconds:g}", count, window, *shares]
        names = (method, _spell(method, channel), self._shared(method), hold, HOLD_MS)
        wait: int = await self.connection.run(
            "reserve", self._base(workspace), mode, *names, *windows, now=self._now()
        )
        return wait

    def _shared(self, method: str) -> str:
        names = (limit.shared for limit in self.limits.get(method, ()))
        return next(filter(None, names), "")

    def _now(self) -> int | None:
        return None if self.clock is None else self.clock()

    def _base(self, workspace: str) -> str:
        return keys.budget(f"{self.platform}/{workspace}")


def _spell(method: str, channel: str) -> str:
    return f"{method}@{channel}" if channel else method
