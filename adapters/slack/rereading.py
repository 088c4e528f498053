"""Reads one workspace from a time on, for `missed`: its direct messages, the followed threads, the
conversations that the bot is in. Calls with what others leave of the allowance, and puts nothing
itself.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeAlias

from adapters.common.absences import Budget, Spent
from adapters.common.retries import persist
from adapters.slack.client import SlackClient
from adapters.slack.inbound import microseconds, timestamp
from adapters.slack.limits import HISTORY, MEMBERSHIPS
from adapters.slack.threads import later
from adapters.slack.walking import Ask, Raw
from adapters.slack.workspaces import Workspace
from bot.errors import PlatformError, PlatformTemporary
from bot.events import ThreadRef

_log = logging.getLogger(__name__)

MOST_CHANNELS, MOST_DIRECT = 50, 50
"""Of one workspace at most: those with the newest words first, of direct messages that were never
answered the youngest."""

MOST_REPLIES, MOST_PAGES, PAGE = 200, 3, 200
"""Messages of one thread, and pages of one list or channel with so many items each."""

PUBLIC_AND_PRIVATE, DIRECT_AND_GROUP = "public_channel,private_channel", "im,mpim"
"""What is listed together: where the scopes of one are missing, the other is still told."""

Hear: TypeAlias = Callable[[Mapping[str, Any], Workspace], Awaitable[None]]
"""Takes a message as Slack's event would have brought it. Raises `StoreUnavailable`."""


class Reader:
    """Reads one workspace, from `since` (microseconds)."""

    def __init__(self, workspace: Workspace, hear: Hear, since: int, budget: Budget) -> None:
        self._workspace = workspace
        self._hear = hear
        self._since = since
        self._ask = _unhurried(workspace.client, budget)
        self._kinds: dict[str, str] = {}
        """Conversations that the bot is in, and what an event calls their kind."""
        self._created: dict[str, int] = {}
        self._seen: set[tuple[str, str]] = set()
        """Threads that were read."""
        self._whole = True

    async def read(self, followed: Iterable[ThreadRef]) -> bool:
        """Read everything, what somebody waits for most surely first; tells whether all of it could
        be."""
        threads = list(followed)
        known = dict.fromkeys(thread.channel for thread in threads)
        try:
            await self._try(self._list(PUBLIC_AND_PRIVATE))
            await self._channels(filter(_is_direct, known))
            for thread in threads:
                if thread.thread:
                    await self._try(self._thread(thread.channel, thread.thread))
            await self._try(self._list(DIRECT_AND_GROUP))
            directs = [one for one in self._youngest_first() if one not in known]
            fresh = [one for one in directs if self._created[one] > self._since]
            await self._channels(fresh[:MOST_DIRECT])
            joined = dict.fromkeys((*known, *self._kinds))
            await self._channels([one for one in joined if not _is_direct(one)][:MOST_CHANNELS])
            # Somebody may have looked at the bot long ago, and written for the first time now.
            await self._channels(directs[len(fresh) : MOST_DIRECT])
        except Spent:
            _log.warning("more was missed in %s than is read", self._workspace.team)
        return self._whole

    def _youngest_first(self) -> list[str]:
        directs = filter(_is_direct, self._kinds)
        return sorted(directs, key=lambda one: self._created[one], reverse=True)

    async def _channels(self, channels: Iterable[str]) -> None:
        for channel in channels:
            await self._try(self._channel(channel))

    async def _try(self, work: Awaitable[None]) -> None:
        """Do what can be done: one place that is gone keeps nobody from the others."""
        try:
            await work
        except PlatformTemporary as error:
            _log.info("not read yet what was missed: %s", error)
            self._whole = False
        except Spent:
            raise
        except PlatformError as error:
            _log.debug("nothing to read there: %s", error)

    async def _list(self, types: str) -> None:
        """Find the conversations that the bot is in; where it may not know, those that it follows
        do."""
        cursor: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            page = await self._ask(
                MEMBERSHIPS, types=types, exclude_archived=True, limit=PAGE, **cursor
            )
            for channel in page.get("channels") or ():
                id = str(channel.get("id") or "")
                self._kinds[id] = _kind(channel)
                self._created[id] = int(channel.get("created") or 0) * 1_000_000
            following = (page.get("response_metadata") or {}).get("next_cursor")
            if not following:
                return
            cursor = {"cursor": str(following)}

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


def _unhurried(client: SlackClient, budget: Budget) -> Ask:
    """Return a way to read that leaves the allowance to those who wait for an answer now."""

    async def ask(method: str, **arguments: Any) -> Mapping[str, Any]:
        async def once() -> Mapping[str, Any]:
            budget.spend()
            while not await client.allowance.try_take(client.workspace, method):
                await client.sleep(1.0)
            return await client.call(method, **arguments)

        return await persist(once, client.sleep, math.inf)

    return ask


def _kind(channel: Raw) -> str:
    if channel.get("is_im"):
        return "im"
    if channel.get("is_mpim"):
        return "mpim"
    return "group" if channel.get("is_private") else "channel"


def _is_direct(channel: str) -> bool:
    return channel.startswith("D")
