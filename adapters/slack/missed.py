"""Catches up: what was written while nobody listened is read, and put as events would have been.

Slack sends an event again for about six minutes and then no more. So listeners note every few
seconds that they hear; where none did for a while, one process reads the direct messages, the
followed threads and the channels since then. The inbox knows what it has heard before.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from adapters.common.absences import (
    NOTE_SECONDS,
    QUIET_SECONDS,
    STARTED_SECONDS,
    Budget,
    Watch,
    beginning,
)
from adapters.slack.rereading import Hear, Reader
from adapters.slack.workspaces import Workspaces
from bot.errors import PlatformError, PlatformTemporary
from bot.store.heard import Absence, Heard

_log = logging.getLogger(__name__)

LOOK_SECONDS = 0.1
"""How often is looked whether there is a connection, while there is none."""

MOST_THREADS, MOST_CALLS = 50, 300
"""Threads of one workspace at most, those with the newest words first; and calls of one absence."""


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
        self._watch = Watch(heard, self._read)
        self._workspaces = workspaces
        self._hear = hear
        self._listening = listening
        self._clock = clock

    async def run(self) -> None:
        """Note and catch up until cancelled."""
        quiet = STARTED_SECONDS
        try:
            while True:
                if self._listening():
                    teams = [workspace.team for workspace in self._workspaces.known()]
                    noted = await self._watch.note(teams, quiet)
                    quiet = QUIET_SECONDS if noted else quiet
                    await asyncio.sleep(NOTE_SECONDS)
                else:
                    await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._watch.close()

    async def _read(self, absence: Absence) -> bool:
        """Read every workspace; tells whether nothing has to be tried again."""
        now = self._clock()
        _log.info("nobody listened for %.0f s: reading", now - absence.since / 1_000_000)
        from_then = beginning(absence, now)
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
