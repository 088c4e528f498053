"""Write allowances: what a platform lets one workspace write, shared by all threads and processes.

Each limit is a sliding window of grants. A final reserves the next slot and always gets one; growth
takes a slot only when one is free above the reserve. The limits themselves are data of each
platform.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.store import keys
from bot.store.connection import Connection

MARGIN_MS = 500
"""Added to each window of a minute: what leaves evenly spaced may arrive a little closer."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` writes in `seconds`, for the whole workspace or for each channel of it.

    `kept` is the share of the window that growth leaves to finals.
    """

    count: int
    seconds: float
    per_channel: bool = False
    kept: float = 0.0


Limits = Mapping[str, Sequence[Limit]]
"""A platform's limits by method name; a method without limits is never paced."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """The `Allowance` of one platform, on Redis.

    `factor` scales every count (the operator's `WRITE_BUDGET`); 0 turns all pacing off, while
    pauses that the platform asks for still hold.
    """

    connection: Connection
    platform: str
    limits: Limits
    factor: float = 1.0

    async def reserve(self, workspace: str, method: str, channel: str = "") -> float:
        """Take the next free slot and return the seconds to wait for it."""
        wait: int = await self._ask("1", workspace, method, channel)
        return max(wait, 0) / 1000

    async def try_take(self, workspace: str, method: str, channel: str = "") -> bool:
        """Take a slot only if one is free now above what finals keep."""
        wait: int = await self._ask("0", workspace, method, channel)
        return wait >= 0

    async def pause(self, workspace: str, method: str, seconds: float, channel: str = "") -> None:
        """Grant nothing for `seconds`: the platform answered 429."""
        name = f"{self._base(workspace)}pause:{_spell(method, channel)}"
        until = await self._server_ms() + math.ceil(seconds * 1000)
        await self.connection.command("psetex", name, math.ceil(seconds * 1000), until)

    async def _ask(self, mode: str, workspace: str, method: str, channel: str) -> int:
        windows: list[str | int] = []
        for limit in self.limits.get(method, ()) if self.factor > 0 else ():
            spell = _spell(method, channel) if limit.per_channel else method
            count = max(1, math.floor(limit.count * self.factor))
            window = math.ceil(limit.seconds * 1000) + (MARGIN_MS if limit.seconds > 5 else 0)
            windows += [f"{spell}/{limit.seconds:g}", count, window, math.ceil(count * limit.kept)]
        base = self._base(workspace)
        wait: int = await self.connection.run(
            "reserve", base, mode, method, _spell(method, channel), *windows
        )
        return wait

    async def _server_ms(self) -> int:
        seconds, micros = await self.connection.command("time")
        return int(seconds) * 1000 + int(micros) // 1000

    def _base(self, workspace: str) -> str:
        return keys.budget(f"{self.platform}/{workspace}")


def _spell(method: str, channel: str) -> str:
    return f"{method}@{channel}" if channel else method
