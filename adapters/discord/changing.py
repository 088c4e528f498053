"""Changes to posts that stand: edits and deletions, in archived threads and of old messages too.

What a change says, `writing` knows; where it stands, outbound, which calls this.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from adapters.discord.client import DiscordClient
from adapters.discord.faults import OLD_MESSAGE, CallRefused
from adapters.discord.limits import DELETE, EDIT, UNARCHIVE
from adapters.discord.writing import Writing
from adapters.streaming import MessageGone
from bot.errors import PlatformError, PlatformTemporary

_log = logging.getLogger(__name__)

UNKNOWN_MESSAGE = 10008
ARCHIVED = 50083


class Changing:
    """Changes the posts of one reply. `check` raises when nothing more may be written."""

    def __init__(self, client: DiscordClient, writing: Writing, check: Callable[[], None]) -> None:
        self._client = client
        self._writing = writing
        self._check = check

    async def change(
        self, channel: str, id: str, body: Callable[[], dict[str, Any]], *, last: bool
    ) -> bool:
        """Let a post be `body`; the last change waits for its slot and is tried again, another one
        is only tried: False when it failed. Raises `MessageGone`."""
        place = {"channel_id": channel, "message_id": id}

        async def once() -> None:
            if last:
                await self._client.slot(EDIT, channel)
            await self._writing.write(EDIT, body(), **place)

        try:
            await (self._awake(channel, once) if last else once())
        except CallRefused as error:
            if error.code == OLD_MESSAGE and last:
                await self._withdraw(place)
            elif error.code in (OLD_MESSAGE, ARCHIVED) and not last:
                return False  # the last edit does what it takes
            elif error.code != UNKNOWN_MESSAGE:
                raise
            raise MessageGone(str(error)) from error
        except PlatformTemporary:
            if last:
                raise
            return False
        return True

    async def remove(self, channel: str, id: str) -> None:
        """Delete a post; one that is gone already is no fault."""

        async def once() -> None:
            await self._client.slot(DELETE, channel)
            await self._client.call(DELETE, channel_id=channel, message_id=id)

        try:
            await self._awake(channel, once)
        except CallRefused as error:
            if error.code != UNKNOWN_MESSAGE:
                raise

    async def _withdraw(self, place: Mapping[str, Any]) -> None:
        """Try once to delete a post that is said anew; where that fails, it stays beside the new
        one."""
        try:
            if await self._client.may(DELETE, place["channel_id"]):
                await self._client.call(DELETE, **place)
        except PlatformError as error:
            _log.info("an outdated post stays: %s", error)

    async def _awake(self, channel: str, once: Callable[[], Awaitable[None]]) -> None:
        """Change something in a thread, which is taken out of the archive for it."""
        try:
            await self._client.persist(once)
        except CallRefused as error:
            if error.code != ARCHIVED:
                raise
        else:
            return

        async def wake() -> None:
            await self._client.slot(UNARCHIVE, channel)
            self._check()
            await self._client.call(UNARCHIVE, json={"archived": False}, channel_id=channel)

        await self._client.persist(wake)
        await self._client.persist(once)
