"""Reads from Slack what an event did not bring: what a thread held before, and a message's files.

Slack pages a thread from its oldest end only, while the newest messages matter most: a long thread
is not walked but narrowed down by time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.slack import inbound
from adapters.slack.client import SlackClient
from adapters.slack.limits import FILE, HISTORY, REPLIES
from bot.errors import PlatformGone, PlatformTemporary
from bot.events import Attachment, Message

PAGE = 200
"""Messages of one page: what Slack recommends at most."""

MOST_READS = 8
"""Pages that are read to find the newest of a long thread; then what was found has to do."""

_SECOND = 1_000_000


async def earlier(
    client: SlackClient, message: Message, limit: int, me: inbound.Self
) -> list[Message]:
    """Read the root and the newest messages before `message`, oldest first, at most `limit`."""
    walk = _Walk(client, message)
    more = await walk.page(0)
    if more:
        await _narrow_down(walk, limit)
    opening = walk.found.pop(message.thread.thread, None)
    root = [opening] if opening is not None else []
    newest = sorted(walk.found.values(), key=_time)
    kept = newest[max(0, len(newest) - max(limit - len(root), 0)) :]
    read = (inbound.earlier(raw, message.thread, me) for raw in [*root, *kept])
    return [one for one in read if one is not None and one.at < message.at]


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
        self.reads = 0
        self.last = 0
        """The time of the last message of the newest page."""
        self.count = 0
        """How many messages that page held."""

    async def page(self, oldest: int) -> bool:
        """Read the first page after `oldest` (microseconds); tells whether more comes behind it."""
        self.reads += 1
        arguments = {"oldest": _spell(oldest)} if oldest else {}
        page = await self._client.read(
            REPLIES,
            channel=self._message.thread.channel,
            ts=self._message.thread.thread,
            latest=self._message.id,
            inclusive=False,
            limit=PAGE,
            **arguments,
        )
        # The root comes with every page.
        messages = [m for m in page.get("messages") or () if _time(m) > oldest]
        self.found |= {str(m.get("ts")): m for m in page.get("messages") or ()}
        self.count = len(messages)
        self.last = max(map(_time, messages), default=oldest)
        return bool(page.get("has_more"))


async def _narrow_down(walk: _Walk, limit: int) -> None:
    """Find the newest `limit` messages of a thread whose oldest page has been read.

    All from `since` on is known; what lies before `far` is too far back. The span between them is
    halved until enough is known.
    """
    far, since, enough = walk.last, walk.end, False
    first = min(map(_time, walk.found.values()))
    # A first guess: as many seconds as the oldest page took for twice the wanted number.
    window = max(_SECOND, (far - first) * limit // max(walk.count, 1) * 3 // 2)
    while not enough and walk.reads < MOST_READS and far < since:
        guess = walk.end - window
        middle = guess if far < guess < since else (far + since) // 2
        try:
            more = await walk.page(middle)
        except PlatformTemporary:
            return  # what was found has to do
        if more:
            far, window = walk.last, 0
        else:
            since, window = middle, (walk.end - middle) * 4
            enough = walk.count >= limit


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
            return inbound.files(raw)
    return ()


async def _resolved(client: SlackClient, attachment: Attachment) -> Attachment:
    """Ask for a file that came as its id alone, as from another organisation."""
    if attachment.url:
        return attachment
    try:
        answer = await client.read(FILE, file=attachment.id)
    except PlatformGone:
        return attachment
    found = inbound.files({"files": [answer.get("file")]})
    return found[0] if found else attachment


def _time(message: Mapping[str, Any]) -> int:
    return inbound.microseconds(str(message.get("ts") or ""))


def _spell(microseconds: int) -> str:
    return f"{microseconds // _SECOND}.{microseconds % _SECOND:06d}"
