"""Pushes to pull requests whose review stands in a channel: asked for now and then, since nobody
tells the bot of one. A new commit wishes for the review to be made anew, as the edit of a reviewed
message does.

A look is one small request. Looks become rarer with the time since the last push.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from bot import codec
from bot.errors import StoreUnavailable, ToolFailed
from bot.logs import fields
from bot.platform import Stored
from bot.review.reading.failing import PullFailed
from bot.review.reading.links import Link
from bot.reviews.pulling import Pulling
from bot.reviews.records import about, wish
from bot.store.reviews import ReviewStore
from bot.store.watches import Watched, Watches

if TYPE_CHECKING:
    from bot.events import TurnEvent
    from bot.reviews.reviewed import PullRead

_log = logging.getLogger(__name__)

SOONEST = 60.0
SLOWER = 6
"""A look is `SOONEST` seconds after a push at the soonest, then after a sixth of the time that has
passed since: who pushes again does so soon."""

LONGEST, LONGEST_ALONE = 1800.0, 4 * 3600.0
"""Seconds between two looks at most, with a token and without one: GitHub answers 60 requests an
hour then (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api)."""

BUSY = 3600.0
"""Seconds after which a forge is asked again that wants to be left alone."""

GIVE_UP = 7 * 24 * 3600.0
"""Seconds after the last push; from then on only people wish for another review."""

MOST_RUNS = 30
"""How often one review is made anew; each time costs its asker's allowance."""

TAKE_SECONDS = 5.0
MOST_AT_ONCE = 8
BACK = 120.0
"""How often is looked for what is due, how much of it is taken, and the seconds after which it
comes back when its process has died."""

_LEFT_ALONE = ("busy", "forbidden")
_HOPELESS = ("host", "unknown", "token")
"""Why a pull request cannot be asked for: for a while, and for good."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a pull request: the commit of the review that stands, since when (seconds
    since the epoch), and the one for which another was wished."""

    link: Link
    head: str
    since: float
    wished: str = ""

    def write(self) -> str:
        return codec.plain(asdict(self))

    @classmethod
    def read(cls, text: str) -> _Known | None:
        try:
            body = json.loads(text)
            link = Link(**body["link"])
            return cls(link, str(body["head"]), float(body["since"]), str(body["wished"]))
        except (ValueError, KeyError, TypeError):
            return None


class Pushes:
    """Watches the pull requests of reviews; `put` puts a wish into the inbox."""

    def __init__(
        self,
        watches: Watches,
        reviews: ReviewStore,
        pulling: Pulling,
        put: Callable[[TurnEvent], Awaitable[Stored]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._watches = watches
        self._reviews = reviews
        self._pulling = pulling
        self._put = put
        self._clock = clock

    async def expect(self, platform: str, review: str, pull: PullRead) -> None:
        """Look out for pushes from now on. Raises `StoreUnavailable`."""
        known = _Known(pull.link, pull.head, self._clock())
        await self._watches.put(platform, review, known.write(), SOONEST)

    async def run(self, platforms: Iterable[str]) -> None:
        """Look until cancelled."""
        names = tuple(platforms)
        while True:
            await asyncio.sleep(TAKE_SECONDS)
            try:
                for name in names:
                    await self.look(name)
            except StoreUnavailable as error:
                _log.warning("no look for pushes now: %s", error)

    async def look(self, platform: str) -> None:
        """Look at what is due of one platform. Raises `StoreUnavailable`."""
        due = await self._watches.take(platform, MOST_AT_ONCE, BACK)
        await asyncio.gather(*(self._look(platform, one) for one in due))

    async def _look(self, platform: str, watched: Watched) -> None:
        known = _Known.read(watched.record)
        if known is None or self._clock() - known.since > GIVE_UP:
            return await self._watches.drop(platform, watched)
        try:
            head = await self._pulling.head(known.link)
        except ToolFailed as error:
            code = error.code if isinstance(error, PullFailed) else "host"
            if code in _HOPELESS:
                return await self._watches.drop(platform, watched)
            wait = BUSY if code in _LEFT_ALONE else self._pause(known)
            return await self._watches.wait(platform, watched, watched.record, wait)
        if not head.is_open:
            return await self._watches.drop(platform, watched)
        if head.commit and head.commit not in (known.head, known.wished):
            if not await self._wish(watched.id, head.commit):
                return await self._watches.drop(platform, watched)
            known = replace(known, wished=head.commit, since=self._clock())
        return await self._watches.wait(platform, watched, known.write(), self._pause(known))

    async def _wish(self, review: str, commit: str) -> bool:
        """Wish for a review of a commit; False where none can be made in its place any more."""
        kept = await self._reviews.load(review)
        known = about(kept) if kept is not None else None
        if kept is None or known is None or not (known.stays and kept.body and kept.parts):
            return False
        if kept.runs >= MOST_RUNS:
            return False
        event = wish(kept, known, int(self._clock() * 1_000_000), head=commit)
        await self._put(event)
        _log.info("a push", extra=fields(thread=kept.thread, event=event.id))
        return True

    def _pause(self, known: _Known) -> float:
        longest = LONGEST if self._pulling.has_token(known.link) else LONGEST_ALONE
        return min(max(SOONEST, (self._clock() - known.since) / SLOWER), longest)
