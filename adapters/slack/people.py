"""Who the ids are that Slack's events name: people, bots, groups and channels, kept for an hour."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from adapters.common.names import LOOK_UP_SECONDS, Names
from adapters.slack.client import SlackClient
from adapters.slack.limits import BOT, CHANNEL, GROUPS, USER
from bot.errors import PlatformTemporary
from bot.events import Author, ThreadRef

MOST_AT_ONCE = 50
"""Names looked up for one turn; the others are shown by their ids."""


class People:
    """A cache over `users.info`, `bots.info`, `usergroups.list` and `conversations.info`."""

    def __init__(
        self, client: SlackClient, own: Author, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._own = own
        self._names = Names[str](clock)

    def known(self, id: str) -> Author | None:
        """Tell who `id` is, if that was found out before."""
        return self._own if id == self._own.id else self._names.known(id)

    async def named(
        self, thread: ThreadRef, ids: Collection[str], seconds: float = LOOK_UP_SECONDS
    ) -> Mapping[str, Author]:
        """Return who these are; whom nobody knows, and who is not found in time, are left out."""
        missing = self._names.missing(id for id in ids if id != self._own.id)
        fetch = partial(self._fetch, thread.workspace)
        await self._names.look_up(missing[:MOST_AT_ONCE], fetch, seconds)
        return {id: author for id in ids if (author := self.known(id)) is not None}

    async def close(self) -> None:
        """Give up what is being looked up."""
        await self._names.close()

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
        for group in answer.get("usergroups") or ():
            name, one = str(group.get("handle") or group.get("name") or ""), str(group.get("id"))
            if name:
                self._names.keep(one, Author(one, name[:80]))
        return self._names.known(id)


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
