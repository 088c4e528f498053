"""One reply in one Slack thread: posts that carry our key, edits within the shared budget.

A `Surface` of `adapters.streaming`. A post whose answer was lost is looked for by its key before it
is made again; an edit is simply made again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from adapters.slack import render
from adapters.slack.client import AnswerLost, CallRefused, SlackClient
from adapters.slack.limits import DELETE, HISTORY, POST, REPLIES, STATUS, TEXT_BYTES, UPDATE
from adapters.streaming import Found, MessageGone
from bot.errors import PlatformError, PlatformRefused, PlatformTemporary
from bot.events import ThreadRef
from bot.guard.masking import mask
from bot.replies import File

EVENT_TYPE = "parley_reply"
"""The type under which our key stands in a post's metadata."""

TRIES = 3
"""Of one write, before the whole turn is put off."""

PATIENT = 60.0
"""Seconds of a Retry-After that are waited out here; for longer ones the turn is put off."""

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})

T = TypeVar("T")


class SlackSurface:
    """Where one batch is answered under the reply's `key`. `stamp` is the newest message of the
    batch; `check` raises when nothing more may be written."""

    limit = TEXT_BYTES

    def __init__(
        self,
        client: SlackClient,
        thread: ThreadRef,
        key: str,
        stamp: str,
        check: Callable[[], None] = lambda: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._thread = thread
        self._key = key
        self._stamp = stamp
        self._check = check
        self._sleep = sleep
        self._prepaid = 0
        self._post_granted = False

    def measure(self, markdown: str) -> int:
        """Count bytes as Slack does, after rendering and escaping."""
        return render.measure(markdown)

    async def may_grow(self, *, first: bool) -> bool:
        """Take a slot now: a first post also pays for its last edit, so that none is left
        half-told when the budget runs low."""
        if not first:
            return await self._try(UPDATE)
        if not self._prepaid and await self._try(UPDATE):
            self._prepaid += 1
        if self._prepaid and await self._try(POST):
            self._post_granted = True
            return True
        return False

    async def post(self, index: int, markdown: str) -> str:
        """Post a part under the reply's key; waits for its slot. Returns its ts."""
        granted, self._post_granted = self._post_granted, False

        async def once() -> str:
            nonlocal granted
            if not granted:
                await self._slot(POST)
            granted = False
            self._check()
            arguments: dict[str, Any] = {
                "channel": self._thread.channel,
                "text": _text(markdown),
                "metadata": {
                    "event_type": EVENT_TYPE,
                    "event_payload": {"key": self._key, "part": index},
                },
                "unfurl_links": False,
                "unfurl_media": False,
            }
            if self._thread.thread:
                arguments["thread_ts"] = self._thread.thread
            answer = await self._client.call(POST, **arguments)
            return str(answer["ts"])

        async def already() -> str | None:
            for found in await self.find():
                if found.index == index:
                    return found.id
            return None

        return await self._persist(once, already)

    async def edit(self, id: str, markdown: str, *, last: bool) -> None:
        """Let a post read `markdown`. Raises `MessageGone`."""
        paid = not last

        async def once() -> None:
            nonlocal paid
            if not paid and self._prepaid:
                self._prepaid -= 1
            elif not paid:
                await self._slot(UPDATE)
            paid = False
            self._check()
            await self._client.call(
                UPDATE, channel=self._thread.channel, ts=id, text=_text(markdown)
            )

        if not last:
            # A snapshot that fails is not worth waiting for: a newer one follows.
            try:
                await once()
            except (AnswerLost, PlatformTemporary):
                return
            except CallRefused as error:
                raise _gone(error) from error
            return
        try:
            await self._persist(once)
        except CallRefused as error:
            raise _gone(error) from error

    async def remove(self, id: str) -> None:
        """Delete an own post; one that is gone already is no fault."""

        async def once() -> None:
            await self._slot(DELETE)
            await self._client.call(DELETE, channel=self._thread.channel, ts=id)

        try:
            await self._persist(once)
        except CallRefused as error:
            if error.code not in GONE:
                raise

    async def find(self) -> list[Found]:
        """Read which posts carry the reply's key, the oldest first."""
        reading: Mapping[str, Any]
        common = {"channel": self._thread.channel, "include_all_metadata": True, "limit": 200}

        async def once() -> Mapping[str, Any]:
            if self._thread.thread:
                await self._slot(REPLIES)
                return await self._client.call(
                    REPLIES, ts=self._thread.thread, oldest=self._stamp, **common
                )
            await self._slot(HISTORY)
            return await self._client.call(HISTORY, oldest=self._stamp, **common)

        reading = await self._persist(once)
        found = []
        for message in reading.get("messages") or ():
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == self._key:
                found.append(Found(int(payload.get("part", 0)), str(message["ts"])))
        return sorted(found, key=lambda one: one.id)

    async def status(self, text: str) -> bool:
        """Show what the bot does under the thread; False where this place shows none."""
        return await show_status(self._client, self._thread, text)

    async def attach(self, file: File) -> None:
        """Put a file into the thread."""
        arguments: dict[str, Any] = {"channel": self._thread.channel}
        if self._thread.thread:
            arguments["thread_ts"] = self._thread.thread
        await self._client.call(
            "files.upload.v2", content=file.content, filename=file.name, **arguments
        )

    async def _try(self, method: str) -> bool:
        return await self._client.allowance.try_take(
            self._thread.workspace, method, self._thread.channel
        )

    async def _slot(self, method: str) -> None:
        wait = await self._client.allowance.reserve(
            self._thread.workspace, method, self._thread.channel
        )
        if wait > 0:
            await self._sleep(wait)

    async def _persist(
        self,
        once: Callable[[], Awaitable[T]],
        already: Callable[[], Awaitable[T | None]] | None = None,
    ) -> T:
        """Do a write again after passing faults; `already` finds out whether it was done."""
        for attempt in range(1, TRIES + 1):
            try:
                return await once()
            except CallRefused:
                raise
            except AnswerLost:
                if already is not None and (done := await already()) is not None:
                    return done
                if attempt == TRIES:
                    raise
                await self._sleep(0.3 * 2**attempt)
            except PlatformTemporary as error:
                if attempt == TRIES or (error.retry_after or 1.0) > PATIENT:
                    raise
                await self._sleep(error.retry_after or 1.0)
        raise AssertionError("unreachable: the last try returns or raises")


async def show_status(client: SlackClient, thread: ThreadRef, text: str, stamp: str = "") -> bool:
    """Set the status line of a thread; an empty text clears it. Never raises for a refusal."""
    where = thread.thread or stamp
    if not where:
        return False
    if not await client.allowance.try_take(thread.workspace, STATUS, thread.channel):
        return True  # the status is a courtesy: none is owed when there are too many
    try:
        await client.call(STATUS, channel_id=thread.channel, thread_ts=where, status=text[:100])
    except (CallRefused, PlatformRefused):
        return False
    except PlatformError:
        return True
    return True


def _text(markdown: str) -> str:
    return render.to_mrkdwn(mask(markdown))


def _gone(error: CallRefused) -> PlatformError:
    return MessageGone(str(error)) if error.code in GONE else error
