"""What is to be answered, and what has come of it: the values between the worker, the conversations
and whoever answers.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.allowances import Admission
from bot.asking import Run
from bot.events import person_key
from bot.platform import Batch
from bot.preparation import Prepared
from bot.replies import Final
from bot.rounds import Record
from bot.turns import Step

if TYPE_CHECKING:  # what reviews is imported by the first turn that wants it
    from bot.reviews.explaining import Explanation
    from bot.reviews.reviewed import Standing


@dataclass(frozen=True, slots=True)
class Question:
    """A prepared batch and what earlier attempts have recorded of its answer."""

    batch: Batch
    prepared: Prepared
    stop: asyncio.Event
    counted: bool = False
    """An earlier attempt has counted this turn already: nobody pays for it twice."""
    overflow: int = 0
    rounds: Sequence[Sequence[Step]] = ()
    record: Record | None = None
    admission: Admission | None = None
    """What `Conversations.admit` has decided, None when it was not asked."""
    standing: Standing | None = None
    """The review that is to be made anew."""
    explanation: Explanation | None = None
    """What is known of a finding that somebody wants explained."""

    @property
    def person(self) -> str:
        """A stable hash of who asks: what a model's service may know of them."""
        batch = self.batch
        return digest(person_key(batch.thread, batch.first.author))

    def without(self, refused: Collection[str]) -> Question:
        """Return the question without the messages of those who are refused, by author id."""
        batch, prepared = self.batch, self.prepared
        if not refused:
            return self
        pairs = [
            (event, one)
            for event, one in zip(batch.events, prepared.asked, strict=True)
            if event.author.id not in refused
        ]
        asked = tuple(one for _, one in pairs)
        events = tuple(event for event, _ in pairs)
        return replace(
            self, batch=replace(batch, events=events), prepared=replace(prepared, asked=asked)
        )


@dataclass(slots=True)
class Response:
    """What came of a question; complete once its stream has ended."""

    run: Run = field(default_factory=Run)
    final: Final | None = None
    first_text: float | None = None
    """Seconds from the question's taking up to the first text."""
    silent: bool = False
    """Nothing of it is remembered: the bot does not answer in this place, or nothing is new."""
    reviewed: bool = False
    """It is a review, and its messages are to be known as such."""


def digest(text: str) -> str:
    """Return a short hash of what must not be told itself."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
