"""Reads from Slack what an event did not bring: what a thread held before, and a message's files.

Slack pages a thread from its oldest end only, while the newest messages matter most: a long thread
is not walked but narrowed down by time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol, TypeAlias, TypeVar

from adapters.slack import inbound
from adapters.slack.attached import files
from adapters.slack.client import TRIES, SlackClient
from adapters.slack.limits import FILE, HISTORY, REPLIES
from bot.errors import PlatformGone, PlatformTemporary
from bot.events import Attachment, Message, ThreadRef
from bot.platform import PartlyRead

PAGE = 200
"""Messages of one page: what Slack recommends at most."""

LARGE_PAGE = 999
"""The most that Slack gives at once: for what could not be narrowed down."""

MOST_SHORT = 8
"""Pages that are read one after the other while they are shorter than asked for."""

MOST_GUESSES, MOST_WALKED = 4, 4
"""Pages that are read to find the newest of a long thread; then what was found has to do."""

PATIENCE = 4.0
"""Seconds for which a read is waited for while a person waits for an answer. Slack lets apps that
are distributed outside its Marketplace read once a minute
(https://docs.slack.dev/changelog/2025/05/29/tos-updates)."""

READ_SECONDS = 12.0
"""For all reads of one thread together."""

_SECOND = 1_000_000

T = TypeVar("T")

Raw: TypeAlias = Mapping[str, Any]
"""A message as Slack spells it."""


class Ask(Protocol):
    """Calls a reading method and returns its answer. Raises `PlatformError`."""

    def __call__(self, method: str, **arguments: Any) -> Awaitable[Mapping[str, Any]]: ...


def patiently(client: SlackClient) -> Ask:
    """Return a way to read for an answer that somebody waits for: it gives up where the limits of
    Slack would make them wait long. Raises `PlatformTemporary` then."""

    async def ask(method: str, **arguments: Any) -> Mapping[str, Any]:
        for attempt in range(1, TRIES + 1):
            rest = await client.allowance.paused(client.workspace, method)
            if rest > PATIENCE:
                raise PlatformTemporary(f"{method}: not allowed now", retry_after=rest)
            await client.slot(method)
            try:
                return await client.call(method, **arguments)
            except PlatformTemporary as error:
                wait = error.retry_after or 1.0
                if attempt == TRIES or wait > PATIENCE:
                    raise
                await client.sleep(wait)
        raise AssertionError("unreachable: the last try returns or raises")

    return ask


async def earlier(
    client: SlackClient, message: Message, limit: int, me: inbound.Self
) -> list[Message]:
    """Read the root and the newest messages before `message`, oldest first, at most `limit`.

    Raises `PartlyRead` with what could be read before somebody would have to wait.
    """
    walk = _Walk(patiently(client), message)
    missing = ""
    try:
        async with asyncio.timeout(READ_SECONDS):
            if await walk.page(0) and await _walk_short_pages(walk):
                await _narrow_down(walk, limit)
    except (PlatformTemporary, TimeoutError) as error:
        missing = str(error) or f"the thread was not read within {READ_SECONDS:.0f} s"
    found = _chosen(walk, message, limit, me)
    if missing:
        raise PartlyRead(missing, found)
    return found


def _chosen(walk: _Walk, message: Message, limit: int, me: inbound.Self) -> list[Message]:
    opening = walk.found.pop(message.thread.thread, None)
    root = [opening] if opening is not None else []
    newest = sorted(walk.found.values(), key=_time)
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
        behind = [raw for raw in page.get("messages") or () if _time(raw) > since]
        found += [one for raw in behind for one in read(raw)]
        since = max(map(_time, behind), default=since)
        more = bool(behind and page.get("has_more"))
    return found[:limit]


async def complete(client: SlackClient, message: Message) -> Message:
    """Return `message` with the files that its event did not carry or only named by id."""
    ask, attachments = patiently(client), message.attachments
    if not message.attachments_known and not attachments:
        attachments = await _files(ask, message)
    resolved = await asyncio.gather(*(_resolved(ask, one) for one in attachments))
    return replace(message, attachments=tuple(resolved), attachments_known=True)


class _Walk:
    """The messages of a thread before one of its messages, as far as they were read."""

    def __init__(self, ask: Ask, message: Message) -> None:
        self._ask = ask
        self._message = message
        self.end = message.at
        self.found: dict[str, Mapping[str, Any]] = {}
        self.last = 0
        """The time of the last message of the newest page."""
        self.count = 0
        """How many messages that page held."""

    async def page(self, oldest: int, size: int = PAGE) -> bool:
        """Read the first page after `oldest` (microseconds); tells whether more comes behind it."""
        arguments = {"oldest": inbound.timestamp(oldest)} if oldest else {}
        page = await self._ask(
            REPLIES,
            channel=self._message.thread.channel,
            ts=self._message.thread.thread,
            latest=self._message.id,
            inclusive=False,
            limit=size,
            **arguments,
        )
        # The root comes with every page.
        messages = [m for m in page.get("messages") or () if _time(m) > oldest]
        self.found |= {str(m.get("ts")): m for m in page.get("messages") or ()}
        self.count = len(messages)
        self.last = max(map(_time, messages), default=oldest)
        return bool(page.get("has_more"))


async def _walk_short_pages(walk: _Walk) -> bool:
    """Read on while Slack gives less than was asked for, as to apps that it allows 15 at a time.

    Guesses at where the newest stand would leave holes between such pages.
    """
    more = True
    for _ in range(MOST_SHORT):
        if not more or walk.count >= PAGE - 1:  # one less: the root comes with every page
            break
        more = await walk.page(walk.last)
    return more


async def _narrow_down(walk: _Walk, limit: int) -> None:
    """Find the newest `limit` messages of a thread whose oldest page has been read.

    One large page more holds most threads. Of longer ones, all after `since` is known, and what
    lies up to `far` is known or too far back. Guesses close the span between them; where times are
    too uneven for that, the rest of it is walked.
    """
    if not await walk.page(walk.last, LARGE_PAGE):
        return
    far, since = walk.last, walk.end
    first = min(map(_time, walk.found.values()))
    # A first guess: as long as the oldest page took for one and a half times the wanted number.
    window = max(_SECOND, (far - first) * limit // max(walk.count, 1) * 3 // 2)
    for _ in range(MOST_GUESSES):
        guess = walk.end - window
        middle = guess if far < guess < since else (far + since) // 2
        if await walk.page(middle):
            far, window = walk.last, 0
        elif walk.count >= limit:
            return
        else:
            since = middle
            window = (walk.end - middle) * limit * 3 // (2 * walk.count) if walk.count else 0
    for _ in range(MOST_WALKED):
        if far >= since or not await walk.page(far, LARGE_PAGE):
            return
        far = walk.last


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


def _time(message: Mapping[str, Any]) -> int:
    return inbound.microseconds(str(message.get("ts") or ""))
