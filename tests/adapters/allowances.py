"""An allowance in memory, for tests of what writes to a platform."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Counted:
    """An allowance that grants everything and notes it; `empty` grants no growth."""

    taken: list[str] = field(default_factory=list)
    pauses: list[tuple[str, float, str]] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)
    empty: bool = False
    wait: float = 0.0
    rests: list[float] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    async def reserve(
        self, workspace: str, method: str, channel: str = "", hold: str = ""
    ) -> float:
        self.taken.append(method)
        return self.wait

    async def try_take(
        self, workspace: str, method: str, channel: str = "", hold: str = ""
    ) -> bool:
        return not self.empty

    async def hold(self, workspace: str, method: str, hold: str) -> bool:
        self.holds.append(hold)
        return not self.empty

    async def release(self, workspace: str, method: str, hold: str) -> None:
        self.holds.remove(hold)

    async def paused(self, workspace: str, method: str, channel: str = "") -> float:
        return self.rests.pop(0) if self.rests else 0.0

    async def pause(self, workspace: str, method: str, seconds: float, channel: str = "") -> None:
        self.pauses.append((method, seconds, channel))
