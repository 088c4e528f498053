"""Who the ids are that Slack's events name: people, bots, groups and channels, kept for an hour."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from adapters.slack.client import SlackClient
from adapters.slack.limits import BOT, CHANNEL, GROUPS, USER
from bot.errors import (
    PlatformError,
    PlatformGone,
    PlatformRefused,
    PlatformTemporary,
    StoreError,
)
from bot.events import Author, ThreadRef

KEPT_SECONDS = 3600.0
UNKNOWN_SECONDS = 300.0
"""How long an id that Slack does not know is not asked for again."""

MOST_KEPT = 10_000
MOST_AT_ONCE = 50
"""Names looked up for one turn; the others are shown by their ids."""

LOOK_UP_SECONDS = 2.0
"""An answer does not wait longer for a name."""


class People:
    """A cache over `users.info`, `bots.info`, `usergroups.list` and `conversations.info`."""

    def __init__(
        self, client: SlackClient, own: Author, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._clock = clock
        self._own = own
        self._known: dict[str, tuple[float, Author | None]] = {}
        self._asked: dict[str, asyncio.Task[None]] = {}

    def known(self, id: str) -> Author | None:
        """Tell who `id` is, if that was found out before."""
        if id == self._own.id:
            return self._own
        until, author = self._known.get(id, (0.0, None))
        return author if until > self._clock() else None

    async def named(
        self, thread: ThreadRef, ids: Collection[str], seconds: float = LOOK_UP_SECONDS
    ) -> Mapping[str, Author]:
        """Return who these are; whom nobody knows, and who is not found in time, are left out."""
        now = self._clock()
        missing = [
            i for i in ids if i != self._own.id and self._known.get(i, (0.0, None))[0] <= now
        ]
        if missing:
            asked = [self._ask(thread.workspace, id) for id in missing[:MOST_AT_ONCE]]
            await asyncio.wait(asked, timeout=seconds)
        return {id: author for id in ids if (author := self.known(id)) is not None}

    async def close(self) -> None:
        """Give up what is being looked up."""
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)

    def _ask(self, workspace: str, id: str) -> asyncio.Task[None]:
        """Look an id up once, however many threads wait for it."""
        task = self._asked.get(id)
        if task is None:
            task = self._asked[id] = asyncio.create_task(self._look_up(workspace, id))
            task.add_done_callback(lambda _: self._asked.pop(id, None))
        return task

    async def _look_up(self, workspace: str, id: str) -> None:
        try:
            author = await self._fetch(workspace, id)
        except (PlatformGone, PlatformRefused):
            author = None  # Slack does not know it, or it is none of the bot's business
        except (PlatformError, StoreError):
            return
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        kept = KEPT_SECONDS if author else UNKNOWN_SECONDS
        self._known[id] = (self._clock() + kept, author)

    async def _fetch(self, workspace: str, id: str) -> Author | None:
        method, argument = _methods.get(id[:1], ("", ""))
        if not method:
            return None
        if not await self._client.allowance.try_take(workspace, method):
            raise PlatformTemporary(f"{method}: no slot for a name now")
        if method == USER:
            answer = await self._client.call(method, user=id, include_locale=True)
            return _person(id, answer.get("user") or {})
        if method == GROUPS:
            return self._group(id, await self._client.call(method))
        answer = await self._client.call(method, **{argument: id})
        found = answer.get(argument) or {}
        name = str(found.get("name") or "")[:80]
        return Author(id, name, is_bot=method == BOT) if name else None

    def _group(self, id: str, answer: Mapping[str, Any]) -> Author | None:
        """Keep all groups, which Slack tells only together; return the one that was asked for."""
        until = self._clock() + KEPT_SECONDS
        for group in answer.get("usergroups") or ():
            name, one = str(group.get("handle") or group.get("name") or ""), str(group.get("id"))
            if name:
                self._known[one] = (until, Author(one, name[:80]))
        return self._known.get(id, (0.0, None))[1]


_methods = {
    "U": (USER, "user"),
    "W": (USER, "user"),
    "B": (BOT, "bot"),
    "C": (CHANNEL, "channel"),
    "G": (CHANNEL, "channel"),
    "S": (GROUPS, ""),
}


def _person(id: str, user: Mapping[str, object]) -> Author | None:
    profile = user.get("profile")
    shown = profile.get("display_name") if isinstance(profile, Mapping) else ""
    name = str(shown or user.get("real_name") or user.get("name") or "")[:80]
    if not name:
        return None
    return Author(
        id,
        name,
        locale=str(user.get("locale") or ""),
        timezone=str(user.get("tz") or ""),
        is_bot=bool(user.get("is_bot")),
    )
