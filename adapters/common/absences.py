"""Absences: times in which nobody listened, and which one process then reads.

A listener notes every few seconds that it hears; where none did for a while, one of them is handed
the absence by the store. What there is to read, its platform knows. Called by each `missed`.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from bot.errors import PlatformError, StoreUnavailable
from bot.store.heard import Absence, Heard
from bot.tasks import ended

_log = logging.getLogger(__name__)

NOTE_SECONDS = 3.0
"""How often a listener notes that it hears."""

QUIET_SECONDS = 7.0
"""Without a note for so long nobody has listened."""

STARTED_SECONDS = 0.5
"""The same for a first note: the last one of a predecessor may be young."""

FARTHEST_SECONDS = 12 * 3600
"""Nothing is read from further back: who asked then asks no more."""

OVERLAP_SECONDS = 120
"""Read from before the absence: the store's clock is not the platform's, and a dead connection is
noticed late."""

AGAIN_SECONDS, MOST_TRIES = 15.0, 5
"""After this long a catch-up that failed is tried again, and how often."""


def beginning(absence: Absence, now: float) -> int:
    """Tell from when on an absence is read, in microseconds; `now` is in seconds."""
    farthest = int((now - FARTHEST_SECONDS) * 1_000_000)
    return max(absence.since - OVERLAP_SECONDS * 1_000_000, farthest)


class Spent(PlatformError):
    """More was missed than may be read."""


class Budget:
    """How many calls may still be made to read what was missed."""

    def __init__(self, calls: int) -> None:
        self._left = calls

    def spend(self) -> None:
        """Take one. Raises `Spent` when there is none left."""
        self._left -= 1
        if self._left < 0:
            raise Spent("enough was read")


class Watch:
    """One listener's part. `read` reads an absence and tells whether nothing has to be tried
    again; it may raise `StoreUnavailable`."""

    def __init__(self, heard: Heard, read: Callable[[Absence], Awaitable[bool]]) -> None:
        self._heard = heard
        self._read = read
        self._owner = ""
        self._tries: Counter[str] = Counter()
        self.reading: asyncio.Task[None] | None = None
        """What is being read, or was at last."""

    async def note(self, workspaces: Iterable[str], quiet: float) -> bool:
        """Note that these workspaces are heard, and begin to read what was missed if this listener
        is to; tells whether it could be noted."""
        if self.reading is None or self.reading.done():
            self._owner = uuid.uuid4().hex  # a claim is one reading's, and ends with it
        try:
            absence = await self._heard.note(self._owner, workspaces, quiet)
        except StoreUnavailable:
            return False  # an absence too: what comes in meanwhile is not stored
        except Exception:
            _log.exception("it cannot be noted that events come in")
            return False
        if absence is not None:
            self.reading = asyncio.create_task(self._catch_up(absence))
        return True

    async def close(self) -> None:
        """Stop reading, and give back what is not read."""
        await ended(self.reading)

    async def _catch_up(self, absence: Absence) -> None:
        owner, done = self._owner, False
        try:
            done = await self._read(absence)
            self._tries[absence.number] += 1
            if not done and self._tries[absence.number] < MOST_TRIES:
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                done = True
        except StoreUnavailable as error:
            _log.warning("not all that was missed is read yet: %s", error)
        except Exception:
            _log.exception("reading what was missed failed")
            done = True
        finally:  # also when it is cancelled: the next process need not wait for the claim's end
            with suppress(StoreUnavailable):
                await self._heard.caught_up(owner, absence, done=done)
