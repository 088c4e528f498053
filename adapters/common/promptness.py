"""How long an interaction may take before it is acknowledged: platforms wait 3 s, and repeat none.

First what is only read: it has no effect when it comes late. Then the claim, the one write. That is
1.5 s at most, and then an acknowledgement or a sentence instead of silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Literal

from bot.errors import StoreUnavailable
from bot.wording import say

READ_SECONDS = 0.5
CLAIM_SECONDS = 1.0


class Unsure(StoreUnavailable):
    """The answer of the store did not come in time: it may have done it, and may still do it."""


@asynccontextmanager
async def reading(seconds: float = READ_SECONDS) -> AsyncGenerator[None, None]:
    """Bound what is only read. Raises `StoreUnavailable` when it takes too long: nothing was done,
    and nothing may be done after it."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise StoreUnavailable("the store was not read in time") from error


@asynccontextmanager
async def claiming() -> AsyncGenerator[None, None]:
    """Bound the write that an acknowledgement waits for. Raises `Unsure` when it takes too long: a
    server that hangs has the request already and carries it out when it goes on."""
    try:
        async with asyncio.timeout(CLAIM_SECONDS):
            yield
    except TimeoutError as error:
        raise Unsure("the store did not answer in time") from error


def apology(error: StoreUnavailable, locale: str) -> str:
    """Say what became of something that was sent, as far as that is known."""
    return say("store_unsure" if isinstance(error, Unsure) else "store_unavailable", locale)


def not_pressed(error: StoreUnavailable) -> Literal["press_again", "press_unsure"]:
    """Name the sentence about something that was pressed, or a command that acts."""
    return "press_unsure" if isinstance(error, Unsure) else "press_again"
