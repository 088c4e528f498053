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
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

from adapters.slack.client import TRIES, SlackClient
from adapters.slack.inbound import microseconds, timestamp
from adapters.slack.limits import HISTORY, MEMBERSHIPS
from adapters.slack.threads import later
from adapters.slack.walking import Ask, Raw
from adapters.slack.workspaces import Workspace, Workspaces
from bot.errors import PlatformError, PlatformTemporary, StoreUnavailable
from bot.events import ThreadRef
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

MOST_THREADS, MOST_CHANNELS, MOST_CALLS = 50, 50, 300
"""Of one workspace at most, those with the newest words first; and calls of one absence."""

MOST_REPLIES, MOST_PAGES, PAGE = 200, 3, 200
"""Messages of one thread, and pages of one channel with so many messages each."""

AGAIN_SECONDS, MOST_TRIES = 15.0, 5
"""After this long a catch-up that failed is tried again, and how often."""

Hear: TypeAlias = Callable[[Mapping[str, Any], Workspace], Awaitable[None]]
"""Takes a message as Slack's event would have brought it. Raises `StoreUnavailable`."""


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
        budget, whole = _Budget(MOST_CALLS), True
        for team in sorted(followed, key=lambda one: not followed[one]):
            since = max(from_then, absence.workspaces[team])
            try:
                workspace = await self._workspaces.of(team)
                if workspace.team == team:  # one token answers for every team
                    reader = _Reader(workspace, self._hear, since, budget)
                    whole &= await reader.read(followed[team])
            except PlatformTemporary:
                whole = False
            except PlatformError as error:
                _log.info("what was missed in %s cannot be read: %s", team, error)
        return whole


class _Budget:
    """How many calls may still be made."""

    def __init__(self, calls: int) -> None:
        self._left = calls

    def spend(self) -> bool:
        """Take one, if there is one left."""
        self._left -= 1
        return self._left >= 0


class _Spent(PlatformError):
    """More was missed than may be read."""


class _Reader:
    """Reads one workspace, from `since` (microseconds)."""

    def __init__(self, workspace: Workspace, hear: Hear, since: int, budget: _Budget) -> None:
        self._workspace = workspace
        self._hear = hear
        self._since = since
        self._ask = _unhurried(workspace.client, budget)
        self._kinds: dict[str, str] = {}
        self._seen: set[tuple[str, str]] = set()
        """Threads that were read."""
        self._whole = True

    async def read(self, followed: Iterable[ThreadRef]) -> bool:
        """Read everything, what somebody waits for most surely first; tells whether all of it could
        be."""
        threads = list(followed)
        channels = list(dict.fromkeys(thread.channel for thread in threads))
        try:
            await self._try(self._list_channels())
            for channel in filter(_is_direct, channels):
                await self._try(self._channel(channel))
            for thread in threads:
                if thread.thread:
                    await self._try(self._thread(thread.channel, thread.thread))
            joined = [channel for channel in channels if not _is_direct(channel)]
            for channel in [*dict.fromkeys((*joined, *self._kinds))][:MOST_CHANNELS]:
                await self._try(self._channel(channel))
        except _Spent:
            _log.warning("more was missed in %s than is read", self._workspace.team)
        return self._whole

    async def _try(self, work: Awaitable[None]) -> None:
        """Do what can be done: one place that is gone keeps nobody from the others."""
        try:
            await work
        except PlatformTemporary as error:
            _log.info("not read yet what was missed: %s", error)
            self._whole = False
        except _Spent:
            raise
        except PlatformError as error:
            _log.debug("nothing to read there: %s", error)

    async def _list_channels(self) -> None:
        """Find the channels that the bot is in; where it may not know, those that it follows do."""
        answer = await self._ask(
            MEMBERSHIPS,
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=PAGE,
        )
        for channel in answer.get("channels") or ():
            kind = "group" if channel.get("is_private") else "channel"
            self._kinds[str(channel.get("id") or "")] = kind

    async def _channel(self, channel: str) -> None:
        """Read what stands in a channel itself, and the threads that began there meanwhile."""
        found: list[Raw] = []
        latest: dict[str, Any] = {}
        # Somebody may have opened a thread under an older direct message, which nobody follows yet.
        oldest = {} if _is_direct(channel) else {"oldest": timestamp(self._since)}
        for _ in range(MOST_PAGES):  # the newest come first
            page = await self._ask(HISTORY, channel=channel, limit=PAGE, **oldest, **latest)
            messages = page.get("messages") or ()
            found += messages
            if not (messages and page.get("has_more") and self._is_new(messages[-1])):
                break
            latest = {"latest": str(messages[-1].get("ts"))}
        for raw in filter(self._is_new, reversed(found)):
            await self._put(channel, raw)
        for raw in found:
            if microseconds(str(raw.get("latest_reply") or "")) > self._since:
                await self._try(self._thread(channel, str(raw.get("ts"))))

    def _is_new(self, raw: Raw) -> bool:
        return microseconds(str(raw.get("ts") or "")) > self._since

    async def _thread(self, channel: str, ts: str) -> None:
        if (channel, ts) in self._seen:
            return
        self._seen.add((channel, ts))
        thread = ThreadRef("slack", self._workspace.team, channel, ts)
        for raw in await later(self._ask, thread, self._since, MOST_REPLIES, lambda raw: (raw,)):
            if str(raw.get("ts")) != ts:  # the parent comes with its channel
                await self._put(channel, raw)

    async def _put(self, channel: str, raw: Raw) -> None:
        event = {**raw, "type": "message", "channel": channel}
        if channel in self._kinds:
            event["channel_type"] = self._kinds[channel]
        await self._hear(event, self._workspace)


def _unhurried(client: SlackClient, budget: _Budget) -> Ask:
    """Return a way to read that leaves the allowance to those who wait for an answer now."""

    async def ask(method: str, **arguments: Any) -> Mapping[str, Any]:
        for attempt in range(1, TRIES + 1):
            if not budget.spend():
                raise _Spent(f"{method}: enough was read")
            while not await client.allowance.try_take(client.workspace, method):
                await client.sleep(1.0)
            try:
                return await client.call(method, **arguments)
            except PlatformTemporary as error:
                if attempt == TRIES:
                    raise
                await client.sleep(error.retry_after or 1.0)
        raise AssertionError("unreachable: the last try returns or raises")

    return ask


def _is_direct(channel: str) -> bool:
    return channel.startswith("D")
