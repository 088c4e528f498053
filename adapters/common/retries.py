"""Calls that are tried again, and what is known of one whose answer was lost.

A platform's client makes one call; who calls decides here how long to wait for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.errors import PlatformTemporary

TRIES = 3
"""Of one call, before whoever needs it is told."""

T = TypeVar("T")


class AnswerLost(PlatformTemporary):
    """The request may have been applied or not: no answer came, or a broken one."""


class NotTaken(AnswerLost):
    """The platform was not reached, or says itself that it failed: hardly anything was applied."""


async def persist(
    once: Callable[[], Awaitable[T]],
    sleep: Callable[[float], Awaitable[None]],
    patience: float,
    already: Callable[[], Awaitable[T | None]] | None = None,
) -> T:
    """Call again after passing faults, unless the platform asks to wait for longer than `patience`
    (seconds); `already` finds out whether a lost answer was a yes. Raises what the last try did."""
    for attempt in range(1, TRIES + 1):
        try:
            return await once()
        except AnswerLost:
            if already is not None and (done := await already()) is not None:
                return done
            if attempt == TRIES:
                raise
            await sleep(0.2 * 2**attempt)
        except PlatformTemporary as error:
            wait = error.retry_after or 1.0
            if attempt == TRIES or wait > patience:
                raise
            await sleep(wait)
    raise AssertionError("unreachable: the last try returns or raises")
