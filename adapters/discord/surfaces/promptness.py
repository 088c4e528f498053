"""How long an interaction may take before it is acknowledged: Discord waits 3 s, and repeats none.

First what is only read: it has no effect when it comes late. Then the claim, the one write. That is
1.5 s at most, and then an acknowledgement or a sentence instead of silence.
Source: https://docs.discord.com/developers/interactions/receiving-and-responding.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.errors import StoreUnavailable
from bot.store.notes import Notes
from bot.wording import say

READ_SECONDS = 0.5
CLAIM_SECONDS = 1.0

ACTED_SECONDS = 120
"""How long it is known that somebody acted: all processes hear of an interaction at once."""


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


def press_apology(error: StoreUnavailable, locale: str) -> str:
    """Say what became of a press or a command that acts, as far as that is known."""
    return say("press_unsure" if isinstance(error, Unsure) else "press_again", locale)


async def first(notes: Notes, interaction: str) -> bool:
    """Tell whether no other process has acted on an interaction: each that listens hears of it.
    What is put into the inbox needs this not. Raises `StoreUnavailable`."""
    return await notes.claim(f"discord/acted/{interaction}", "1", ACTED_SECONDS)
