"""What each person has used: turns in the hour that began with the first, tokens in the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.store import keys
from bot.store.connection import Connection

DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a person may ask now; otherwise which allowance is used up, and for how long."""

    refused: Literal["", "turns", "tokens"] = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """Counts per person (`platform/workspace/id`), shared by every process."""

    connection: Connection

    async def begin_turn(self, person: str, turns_per_hour: int, tokens_per_day: int) -> Verdict:
        """Count a turn, unless an allowance is used up; 0 means no limit."""
        word, wait = await self.connection.run(
            "spend", keys.usage(person), turns_per_hour, tokens_per_day
        )
        return Verdict() if word == "ok" else Verdict(word, wait / 1000)

    async def add_tokens(self, person: str, tokens: int) -> None:
        """Add what a turn cost to the person's day."""
        if tokens <= 0:
            return
        await self.connection.run("charge", keys.usage(person), tokens, DAY * 1000)
