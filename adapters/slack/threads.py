"""Reads from Slack what an event did not bring: what a thread held before, and a message's files.

Whoever waits for an answer does not wait for all of it. How the newest of a long thread are found
is told in `walking`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from adapters.common.retries import persist
from adapters.slack import inbound
from adapters.slack.attached import files
from adapters.slack.client import SlackClient
from adapters.slack.limits import FILE, HISTORY, REPLIES
from adapters.slack.walking import (
    PAGE,
    SHORT_PAGE,
    Ask,
    Raw,
    Walk,
    from_its_end,
    narrow_down,
    time_of,
)
from bot.errors import PlatformGone, PlatformTemporary
from bot.events import Attachment, Message, ThreadRef
from bot.platform import PartlyRead

PATIENCE = 4.0
"""Seconds for which a read is waited for while a person waits for an answer. Slack lets apps that
are distributed outside its Marketplace read once a minute
(https://docs.slack.dev/changelog/2025/05/29/tos-updates)."""

READ_SECONDS = 12.0
"""For all reads of one thread together."""

T = TypeVar("T")


def patiently(client: SlackClient) -> Ask:
    """Return a way to read for an answer that somebody waits for: it gives up where the limits of
    Slack would make them wait long. Raises `PlatformTemporary` then."""

    async def ask(method: str, **arguments: Any) -> Mapping[str, Any]:
        async def once() -> Mapping[str, Any]:
            rest = await client.allowance.paused(client.workspace, method)
            if rest > PATIENCE:
                raise PlatformTemporary(f"{method}: not allowed now", retry_after=rest)
            await client.slot(method)
            return await client.call(method, **arguments)

        return await persist(once, client.sleep, PATIENCE)

    return ask


async def earlier(
    client: SlackClient, message: Message, limit: int, me: inbound.Self
) -> list[Message]:
    """Read the root and the newest messages before `message`, oldest first, at most `limit`.

    Raises `PartlyRead` with what could be read before somebody would have to wait.
    """
    walk = Walk(patiently(client), message)
    missing = ""
    try:
        async with asyncio.timeout(READ_SECONDS):
            await _read(client, walk, limit)
    except (PlatformTemporary, TimeoutError) as error:
        missing = str(error) or f"the thread was not read within {READ_SECONDS:.0f} s"
    found = _chosen(walk, message, limit, me)
    if missing:
        raise PartlyRead(missing, found)
    return found


async def _read(client: SlackClient, walk: Walk, limit: int) -> None:
    """Read the newest of a thread; learns how much Slack gives this app at a time."""
    if client.short_pages and await walk.replies() > SHORT_PAGE:
        await from_its_end(walk, limit, reads=1)
    if await walk.page(0):
        client.short_pages = walk.count <= SHORT_PAGE + 1  # the root comes with every page
        closer = from_its_end if walk.count < PAGE - 1 else narrow_down
        await closer(walk, limit)


def _chosen(walk: Walk, message: Message, limit: int, me: inbound.Self) -> list[Message]:
    opening = walk.found.pop(message.thread.thread, None)
    root = [opening] if opening is not None else []
    newest = sorted(walk.found.values(), key=time_of)
    kept = newest[max(0, len(newest) - max(limit - len(root), 0)) :]
    read = (inbound.earlier(raw, message.thread, me) for raw in [*root, *kept])
    return [one for one in read if one is not None and one.at < message.at]


async def later(
    ask: Ask,
    thread: ThreadRef,
    after: int,
    limit: int,
    read: Callable[[Raw], Iterable[T]],
) -> list[T]:
    """Read what `read` understands of a thread after the time `after` (microseconds), oldest
    first, at most `limit`."""
    found: list[T] = []
    since, more = after, True
    while more and len(found) < limit:
        page = await ask(
            REPLIES,
            channel=thread.channel,
            ts=thread.thread,
            oldest=inbound.timestamp(since),
            inclusive=False,
            limit=PAGE,
        )
        # The root comes with every page.
        behind = [raw for raw in page.get("messages") or () if time_of(raw) > since]
        found += [one for raw in behind for one in read(raw)]
        since = max(map(time_of, behind), default=since)
        more = bool(behind and page.get("has_more"))
    return found[:limit]


async def complete(client: SlackClient, message: Message) -> Message:
    """Return `message` with the files that its event did not carry or only named by id."""
    ask, attachments = patiently(client), message.attachments
    if not message.attachments_known and not attachments:
        attachments = await _files(ask, message)
    resolved = await asyncio.gather(*(_resolved(ask, one) for one in attachments))
    return replace(message, attachments=tuple(resolved), attachments_known=True)


async def _files(ask: Ask, message: Message) -> tuple[Attachment, ...]:
    arguments: dict[str, Any] = {"limit": 1}
    method = HISTORY
    if not message.starts_thread:
        method, arguments = REPLIES, {"ts": message.thread.thread, "limit": 2}
    page = await ask(
        method,
        channel=message.thread.channel,
        latest=message.id,
        oldest=message.id,
        inclusive=True,
        **arguments,
    )
    for raw in page.get("messages") or ():
        if str(raw.get("ts")) == message.id:
            return files(raw)
    return ()


async def _resolved(ask: Ask, attachment: Attachment) -> Attachment:
    """Ask for a file that came as its id alone, as from another organisation."""
    if attachment.url:
        return attachment
    try:
        answer = await ask(FILE, file=attachment.id)
    except (PlatformGone, PlatformTemporary):
        return attachment  # it is named all the same
    found = files({"files": [answer.get("file")]})
    return found[0] if found else attachment
