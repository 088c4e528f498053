"""Reads from Slack what an event did not bring: what a thread held before, and a message's files.

Slack pages a thread from its oldest end only, while the newest messages matter most: a long thread
is not walked but narrowed down by time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeAlias

from adapters.slack import inbound
from adapters.slack.attached import files
from adapters.slack.client import SlackClient
from adapters.slack.limits import FILE, HISTORY, REPLIES
from bot.errors import PlatformGone, PlatformTemporary
from bot.events import Attachment, Message, ThreadRef

PAGE = 200
"""Messages of one page: what Slack recommends at most."""

LARGE_PAGE = 999
"""The most that Slack gives at once: for what could not be narrowed down."""

MOST_SHORT = 8
"""Pages that are read one after the other while they are shorter than asked for."""

MOST_GUESSES, MOST_WALKED = 4, 4
"""Pages that are read to find the newest of a long thread; then what was found has to do."""

_SECOND = 1_000_000

Raw: TypeAlias = Mapping[str, Any]
"""A message as Slack spells it."""


async def earlier(
    client: SlackClient, message: Message, limit: int, me: inbound.Self
) -> list[Message]:
    """Read the root and the newest messages before `message`, oldest first, at most `limit`."""
    walk = _Walk(client, message)
    more = await walk.page(0)
    if more:
        with suppress(PlatformTemporary):  # then what was found has to do
            more = await _walk_short_pages(walk)
    if more:
        with suppress(PlatformTemporary):  # likewise
            await _narrow_down(walk, limit)
    opening = walk.found.pop(message.thread.thread, None)
    root = [opening] if opening is not None else []
    newest = sorted(walk.found.values(), key=_time)
    kept = newest[max(0, len(newest) - max(limit - len(root), 0)) :]
    read = (inbound.earlier(raw, message.thread, me) for raw in [*root, *kept])
    return [one for one in read if one is not None and one.at < message.at]


async def later(
    client: SlackClient,
    thread: ThreadRef,
    after: int,
    limit: int,
    read: Callable[[Raw], Iterable[Message]],
) -> list[Message]:
    """Read what `read` understands of a thread after the time `after` (microseconds), oldest
    first, at most `limit`."""
    found: list[Message] = []
    since, more = after, True
    while more and len(found) < limit:
        page = await client.read(
            REPLIES,
            channel=thread.channel,
            ts=thread.thread,
            oldest=_spell(since),
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
    attachments = message.attachments
    if not message.attachments_known and not attachments:
        attachments = await _files(client, message)
    resolved = [await _resolved(client, one) for one in attachments]
    return replace(message, attachments=tuple(resolved), attachments_known=True)


class _Walk:
    """The messages of a thread before one of its messages, as far as they were read."""

    def __init__(self, client: SlackClient, message: Message) -> None:
        self._client = client
        self._message = message
        self.end = message.at
        self.found: dict[str, Mapping[str, Any]] = {}
        self.last = 0
        """The time of the last message of the newest page."""
        self.count = 0
        """How many messages that page held."""

    async def page(self, oldest: int, size: int = PAGE) -> bool:
        """Read the first page after `oldest` (microseconds); tells whether more comes behind it."""
        arguments = {"oldest": _spell(oldest)} if oldest else {}
        page = await self._client.read(
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

    All after `since` is known; what lies up to `far` is known or too far back. Guesses close the
    span between them; where times are too uneven for that, the rest of it is walked.
    """
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


async def _files(client: SlackClient, message: Message) -> tuple[Attachment, ...]:
    arguments: dict[str, Any] = {"limit": 1}
    method = HISTORY
    if not message.starts_thread:
        method, arguments = REPLIES, {"ts": message.thread.thread, "limit": 2}
    page = await client.read(
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


async def _resolved(client: SlackClient, attachment: Attachment) -> Attachment:
    """Ask for a file that came as its id alone, as from another organisation."""
    if attachment.url:
        return attachment
    try:
        answer = await client.read(FILE, file=attachment.id)
    except PlatformGone:
        return attachment
    found = files({"files": [answer.get("file")]})
    return found[0] if found else attachment


def _time(message: Mapping[str, Any]) -> int:
    return inbound.microseconds(str(message.get("ts") or ""))


def _spell(microseconds: int) -> str:
    return f"{microseconds // _SECOND}.{microseconds % _SECOND:06d}"
