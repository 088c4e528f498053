"""Catches up: what was written while nobody listened is read, and put as events would have been.

Slack sends an event again for about six minutes and then no more. So listeners note every few
seconds that they hear; where none did for a while, one process reads the direct messages, the
followed threads and the channels since then. The inbox knows what it has heard before.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from adapters.slack.rereading import Budget, Hear, Reader
from adapters.slack.workspaces import Workspaces
from bot.errors import PlatformError, PlatformTemporary, StoreUnavailable
from bot.store.heard import Absence, Heard

_log = logging.getLogger(__name__)

NOTE_SECONDS = 3.0
"""How often a listener notes that it hears."""

QUIET_SECONDS = 7.0
"""Without a note for so long nobody has listened."""

STARTED_SECONDS = 0.5
"""The same for the first note of a process: the last one of its predecessor may be young."""

LOOK_SECONDS = 0.1
"""How often is looked whether there is a connection, while there is none."""

FARTHEST_SECONDS = 12 * 3600
"""Nothing is read from further back: who asked then asks no more."""

OVERLAP_SECONDS = 120
"""Read from before the absence: the store's clock is not Slack's, and a dead socket is noticed
late."""

MOST_THREADS, MOST_CALLS = 50, 300
"""Threads of one workspace at most, those with the newest words first; and calls of one absence."""

AGAIN_SECONDS, MOST_TRIES = 15.0, 5
"""After this long a catch-up that failed is tried again, and how often."""


class Missed:
    """One process's part in it. `listening` tells whether events come in now."""

    def __init__(
        self,
        heard: Heard,
        workspaces: Workspaces,
        hear: Hear,
        listening: Callable[[], bool],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._heard = heard
        self._workspaces = workspaces
        self._hear = hear
        self._listening = listening
        self._clock = clock
        self._owner = ""
        self._reading: asyncio.Task[None] | None = None
        self._tries: Counter[str] = Counter()

    async def run(self) -> None:
        """Note and catch up until cancelled."""
        quiet = STARTED_SECONDS
        try:
            while True:
                if self._listening():
                    noted = await self._note(quiet)
                    quiet = QUIET_SECONDS if noted else quiet
                    await asyncio.sleep(NOTE_SECONDS)
                else:
                    await asyncio.sleep(LOOK_SECONDS)
        finally:
            if self._reading is not None:
                self._reading.cancel()
                await asyncio.gather(self._reading, return_exceptions=True)

    async def _note(self, quiet: float) -> bool:
        """Note that this process hears, and begin to read what was missed if it is to."""
        teams = [workspace.team for workspace in self._workspaces.known()]
        if self._reading is None or self._reading.done():
            self._owner = uuid.uuid4().hex  # a claim is one reading's, and ends with it
        try:
            absence = await self._heard.note(self._owner, teams, quiet)
        except StoreUnavailable:
            return False  # an absence too: what comes in meanwhile is not stored
        except Exception:
            _log.exception("it cannot be noted that events come in")
            return False
        if absence is not None:
            self._reading = asyncio.create_task(self._catch_up(absence))
        return True

    async def _catch_up(self, absence: Absence) -> None:
        away = self._clock() - absence.since / 1_000_000
        _log.info("nobody listened for %.0f s: reading what was missed", away)
        owner, done = self._owner, False
        self._tries[absence.number] += 1
        try:
            done = await self._read(absence)
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

    async def _read(self, absence: Absence) -> bool:
        """Read every workspace; tells whether nothing has to be tried again."""
        farthest = int((self._clock() - FARTHEST_SECONDS) * 1_000_000)
        from_then = max(absence.since - OVERLAP_SECONDS * 1_000_000, farthest)
        followed = {
            team: await self._heard.followed(team, MOST_THREADS) for team in absence.workspaces
        }
        budget, whole = Budget(MOST_CALLS), True
        for team in sorted(followed, key=lambda one: not followed[one]):
            since = max(from_then, absence.workspaces[team])
            try:
                workspace = await self._workspaces.of(team)
                if workspace.team == team:  # one token answers for every team
                    reader = Reader(workspace, self._hear, since, budget)
                    whole &= await reader.read(followed[team])
            except PlatformTemporary:
                whole = False
            except PlatformError as error:
                _log.info("what was missed in %s cannot be read: %s", team, error)
        return whole
