"""What pressing a button under an answer means on every platform: who may press it, and which
presses count as one wish for another answer. Pure.
"""

from __future__ import annotations

from bot.events import Regenerate
from bot.platform import Batch

ASKERS = "askers"
"""In the address of a wish for another answer: who else may have that one given anew."""

TWICE_SECONDS = 15
"""Presses of one button within so long are one wish: the answer takes a moment to change."""


def askers_of(batch: Batch) -> tuple[str, ...]:
    """Name those who may stop the answer to a batch, or have it given anew."""
    askers = dict.fromkeys(event.author.id for event in batch.events)
    for event in batch.events:
        askers |= dict.fromkeys(event.place.address.get(ASKERS, "").split())
        if isinstance(event, Regenerate):  # an edit of what was reviewed makes it, and no press
            askers |= dict.fromkeys(event.askers)
    return tuple(askers)


def wish_id(message: str, key: str, at: int) -> str:
    """Name the wish for another answer than that of the reply `key`, pressed under a message at a
    time in microseconds."""
    return f"{message}/{key}/{at // (TWICE_SECONDS * 1_000_000)}"
