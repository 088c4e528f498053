"""Snowflake ids: 42 bits of milliseconds since 2015, worker, process, sequence.

discord.com/developers/docs/reference#snowflakes. Pure but for the clock that is handed in.
"""

from __future__ import annotations

from collections.abc import Callable

EPOCH_MS = 1_420_070_400_000
_WORKER = 1 << 17
_SEQUENCE = 1 << 12


class Snowflakes:
    """Give out ids that always grow, also when many are made in one millisecond."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last = (0, 0)

    def new(self) -> str:
        """Return an id that was never given out before and is higher than all others."""
        stamp = int(self._now() * 1000) - EPOCH_MS
        last, sequence = self._last
        if stamp > last:
            self._last = (stamp, 0)
        elif sequence + 1 < _SEQUENCE:
            self._last = (last, sequence + 1)
        else:
            self._last = (last + 1, 0)
        return str((self._last[0] << 22) | _WORKER | self._last[1])


def moment(snowflake: str) -> float:
    """Return the seconds since 1970 at which an id was made."""
    return ((int(snowflake) >> 22) + EPOCH_MS) / 1000


def is_snowflake(value: object) -> bool:
    """Tell whether a value could be an id: digits that fit into 64 bits."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text.isascii() and text.isdigit() and int(text) < 1 << 63
