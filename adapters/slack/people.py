"""Who the ids are that Slack's events name: people, channels and groups, kept for an hour."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping

from adapters.slack.client import SlackClient
from adapters.slack.limits import USER
from bot.errors import PlatformError
from bot.events import Author, ThreadRef

KEPT_SECONDS = 3600.0
MOST_KEPT = 10_000
LOOK_UP_SECONDS = 2.0
"""An answer does not wait longer for a name."""


class People:
    """A cache over `users.info` and `conversations.info`."""

    def __init__(
        self, client: SlackClient, own: Author, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._clock = clock
        self._own = own
        self._known: dict[str, tuple[float, Author]] = {}

    async def named(self, thread: ThreadRef, ids: Collection[str]) -> Mapping[str, Author]:
        """Return who the known ones are; the others are left out."""
        fresh = self._clock() - KEPT_SECONDS
        missing = [id for id in ids if self._known.get(id, (fresh, None))[0] <= fresh]
        if missing:
            await asyncio.gather(*(self._look_up(thread, id) for id in missing[:50]))
        found = {id: self._known[id][1] for id in ids if id in self._known}
        if self._own.id in ids:
            found[self._own.id] = self._own
        return found

    async def _look_up(self, thread: ThreadRef, id: str) -> None:
        kind = id[:1]
        if id == self._own.id or kind not in ("U", "W", "C", "G", "B"):
            return
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS):
                if kind in ("U", "W"):
                    if not await self._client.allowance.try_take(thread.workspace, USER):
                        return
                    answer = await self._client.call(USER, user=id, include_locale=True)
                    author = _author(id, answer.get("user") or {})
                elif kind == "B":
                    answer = await self._client.call("bots.info", bot=id)
                    name = str((answer.get("bot") or {}).get("name") or "")
                    author = Author(id, name, is_bot=True)
                else:
                    answer = await self._client.call("conversations.info", channel=id)
                    author = Author(id, str((answer.get("channel") or {}).get("name") or ""))
        except (PlatformError, TimeoutError):
            return
        if author.name:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            self._known[id] = (self._clock(), author)


def _author(id: str, user: Mapping[str, object]) -> Author:
    profile = user.get("profile")
    shown = profile.get("display_name") if isinstance(profile, Mapping) else ""
    name = shown or user.get("real_name") or user.get("name") or ""
    return Author(
        id,
        str(name)[:80],
        locale=str(user.get("locale") or ""),
        timezone=str(user.get("tz") or ""),
        is_bot=bool(user.get("is_bot")),
    )
