"""Finds the newest messages of a thread, which matter most: Slack pages it from its oldest end.

A long thread is not walked but narrowed down by time. Pure guesses and a few reads; who may read
when, and what becomes of the messages, is up to `threads`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Protocol, TypeAlias

from adapters.slack import inbound
from adapters.slack.limits import HISTORY, REPLIES
from bot.errors import PlatformTemporary
from bot.events import Message

PAGE = 200
"""Messages of one page: what Slack recommends at most."""

LARGE_PAGE = 999
"""The most that Slack gives at once: for what could not be narrowed down."""

SHORT_PAGE = 15
"""The most that Slack gives at once, once a minute, to apps that are distributed outside its
Marketplace (https://docs.slack.dev/changelog/2025/05/29/tos-updates)."""

AIMED_AT = 10
"""Messages that a guess at the end of a thread is to bring: more than a short page holds would hide
the newest of them."""

MOST_SHORT = 8
"""Short pages that are read where Slack allows more than one; then what was found has to do."""

MOST_GUESSES, MOST_WALKED = 4, 4
"""Pages that are read to find the newest of a long thread; then what was found has to do."""

_SECOND = 1_000_000

Raw: TypeAlias = Mapping[str, Any]
"""A message as Slack spells it."""


class Ask(Protocol):
    """Calls a reading method and returns its answer. Raises `PlatformError`."""

    def __call__(self, method: str, **arguments: Any) -> Awaitable[Mapping[str, Any]]: ...


class Walk:
    """The messages of a thread before one of its messages, as far as they were read."""

    def __init__(self, ask: Ask, message: Message) -> None:
        self._ask = ask
        self._message = message
        self.end = self.since = message.at
        """All from `since` to `end` was read, where that is done from the end."""
        self.found: dict[str, Mapping[str, Any]] = {}
        self.last = 0
        """The time of the last message of the newest page."""
        self.count = 0
        """How many messages that page held."""

    @property
    def root(self) -> Raw:
        """The first message of the thread, empty where it was not read."""
        return self.found.get(self._message.thread.thread, {})

    async def replies(self) -> int:
        """Tell how many replies the thread has by now, 0 where Slack does not say. It is asked for
        its root alone, for which there is an allowance of its own."""
        ts = self._message.thread.thread
        if not self.root:
            alone = {"latest": ts, "oldest": ts, "inclusive": True, "limit": 1}
            try:
                page = await self._ask(HISTORY, channel=self._message.thread.channel, **alone)
            except PlatformTemporary:
                return 0
            roots = [raw for raw in page.get("messages") or () if raw.get("ts") == ts]
            self.found |= {str(raw["ts"]): raw for raw in roots}
        return int(self.root.get("reply_count") or 0)

    async def page(self, oldest: int, size: int = PAGE, before: int = 0) -> bool:
        """Read the first page after `oldest` (microseconds) of what stands before `before`, by
        default the message; tells whether more comes behind it."""
        arguments = {"oldest": inbound.timestamp(oldest)} if oldest else {}
        page = await self._ask(
            REPLIES,
            channel=self._message.thread.channel,
            ts=self._message.thread.thread,
            latest=inbound.timestamp(before) if before else self._message.id,
            inclusive=False,
            limit=size,
            **arguments,
        )
        # The root comes with every page.
        messages = [m for m in page.get("messages") or () if time_of(m) > oldest]
        self.found |= {str(m.get("ts")): m for m in page.get("messages") or ()}
        self.count = len(messages)
        self.last = max(map(time_of, messages), default=oldest)
        return bool(page.get("has_more"))


async def narrow_down(walk: Walk, limit: int) -> None:
    """Find the newest `limit` messages of a thread whose oldest page has been read.

    One large page more holds most threads. Of longer ones, all after `since` is known, and what
    lies up to `far` is known or too far back. Guesses close the span between them; where times are
    too uneven for that, the rest of it is walked.
    """
    if not await walk.page(walk.last, LARGE_PAGE):
        return
    far, since = walk.last, walk.end
    first = min(map(time_of, walk.found.values()))
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


async def from_its_end(walk: Walk, limit: int, reads: int = MOST_SHORT) -> None:
    """Read backwards from the end, a few messages at a time: Slack may allow one read and no other,
    and that one is to bring the newest.

    How far back a span begins is guessed by the number of replies; one that holds more than a page
    is walked before the next is begun.
    """
    known = walk.last if walk.count else 0  # the oldest page, where it was read
    count = max(await walk.replies(), 1)
    known = max(known, time_of(walk.root))
    span = max((walk.end - known) * AIMED_AT // count, 1)
    begin = at = max(walk.since - span, known)
    for _ in range(reads):
        # What stands exactly where the known span begins is not known yet.
        if await walk.page(at, before=walk.since + 1):
            at = walk.last
            continue
        walk.since = begin
        if begin <= known or len(walk.found) > limit:
            return
        begin = at = max(begin - span, known)


def time_of(message: Raw) -> int:
    """Return when a message was written, in microseconds."""
    return inbound.microseconds(str(message.get("ts") or ""))
