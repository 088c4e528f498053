"""Files beside a reply: each is put there once, also over lost answers and after a crash.

A file's message carries no key of ours: it is known by the file's name and size.
Source: https://docs.slack.dev/messaging/working-with-files.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, TypeAlias

from adapters.slack import render
from adapters.slack.client import SlackClient
from adapters.slack.limits import UPLOAD
from bot.errors import PlatformError
from bot.events import ThreadRef
from bot.guard.masking import mask
from bot.replies import File

_log = logging.getLogger(__name__)

_Mark: TypeAlias = tuple[str, int]
"""A file's name and its size in bytes."""

NOT_TOLD = -1
"""The size of a file of which only the name is known."""

SHARE_SECONDS = 1.0
"""Slack shows an uploaded file a moment after it has taken it."""


class Uploads:
    """The files of one reply in one place, of which `messages` reads what stands there. None is
    older than `stamp`; `check` raises when nothing more may be written."""

    def __init__(
        self,
        client: SlackClient,
        thread: ThreadRef,
        stamp: str,
        check: Callable[[], None],
        messages: Callable[[], Awaitable[Sequence[Mapping[str, Any]]]],
    ) -> None:
        self._client = client
        self._stamp = stamp
        self._check = check
        self._messages = messages
        self._there: set[_Mark] | None = None
        """What is there: asked for once, as reading a thread is dear, and then kept."""
        self._where = {"channel": thread.channel}
        if thread.thread:
            self._where["thread_ts"] = thread.thread

    async def put(self, file: File, comment: str = "") -> None:
        """Put a file there, under a line of Markdown if it is to have one. Raises the
        `PlatformError` family after a few tries."""
        above = {"initial_comment": render.to_mrkdwn(mask(comment))} if comment else {}

        async def once() -> bool:
            await self._client.slot(UPLOAD)
            self._check()
            await self._client.call(
                UPLOAD, content=file.content, filename=file.name, **self._where, **above
            )
            return True

        async def already() -> bool | None:
            await self._client.sleep(SHARE_SECONDS)
            return _holds(await self._standing(), file) or None

        if self._there is None:
            self._there = await self._known()
        if not _holds(self._there, file):
            await self._client.persist(once, already)
            self._there.add((file.name, len(file.content)))

    async def _known(self) -> set[_Mark]:
        """Tell what an earlier attempt has put there, as far as that can be read."""
        try:
            return await self._standing()
        except PlatformError as error:
            _log.info("not known whether files are there already: %s", error)
            return set()

    async def _standing(self) -> set[_Mark]:
        return {
            (str(held.get("name")), int(held.get("size") or NOT_TOLD))
            for message in await self._messages()
            if message.get("bot_id") and str(message.get("ts") or "") > self._stamp
            for held in message.get("files") or ()
        }


def _holds(there: Collection[_Mark], file: File) -> bool:
    """Tell whether a file is among what is there, by its name alone where no size is told."""
    return not {(file.name, len(file.content)), (file.name, NOT_TOLD)}.isdisjoint(there)
