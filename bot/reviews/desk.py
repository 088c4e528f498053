"""Answers what people press under a review that stands in a channel: from the store, without a
model and without a lease. The listeners' half of reviews, in every process.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.cards import LONGEST_NOTE, REASONS, Dismissal, Dismissed, ReviewCard
from bot.errors import StoreUnavailable
from bot.events import ThreadRef
from bot.guard.masking import mask
from bot.reviews.records import Decision, about, decisions, is_seen_from, is_told_to
from bot.store.connection import ACKNOWLEDGE_WITHIN
from bot.store.reviews import Kept, ReviewStore

if TYPE_CHECKING:
    from bot.reviews.reviewed import Reviewed


class Desk:
    """The `ReviewDesk` of every listener; `hide` hides secrets in what people write."""

    def __init__(self, store: ReviewStore, hide: Callable[[str], str] = mask) -> None:
        self._store = store
        self._hide = hide

    async def card(self, review: str, thread: ThreadRef, alone: str = "") -> ReviewCard | None:
        """Return a review as it stands now; None when it is forgotten, another channel's, or
        somebody else's own."""
        async with _in_time():
            kept = await self._found(review, thread, alone)
            return await asyncio.to_thread(_card, kept) if kept is not None else None

    async def fix(
        self, review: str, finding: str, thread: ThreadRef, locale: str, alone: str = ""
    ) -> str:
        """Return a finding's fix as Markdown with a diff, and how far it was checked; empty when
        there is none."""
        async with _in_time():
            kept = await self._found(review, thread, alone)
            if kept is None:
                return ""
            return await asyncio.to_thread(_fix, kept, finding, locale)

    async def dismiss(self, dismissal: Dismissal) -> Dismissed:
        """Dismiss a finding; the next `card` shows it."""
        async with _in_time():
            kept = await self._found(dismissal.review, dismissal.thread, dismissal.author.id)
            known = about(kept) if kept is not None else None
            if kept is None or known is None:
                return Dismissed.GONE
            if not (dismissal.anyone or dismissal.author.id in known.askers):
                return Dismissed.NOT_ALLOWED
            if not await asyncio.to_thread(_has, kept, dismissal.finding):
                return Dismissed.GONE
            note = self._hide(dismissal.note)[:LONGEST_NOTE]
            reason = dismissal.reason if dismissal.reason in REASONS else "other"
            decision = Decision.of(dismissal, reason, note)
            done = await self._store.dismiss(kept.id, dismissal.finding, decision.write())
            return Dismissed.DONE if done else Dismissed.GONE

    async def _found(self, review: str, thread: ThreadRef, alone: str) -> Kept | None:
        kept = await self._store.load(review)
        if kept is None or not kept.body:
            return None
        return kept if is_seen_from(kept, thread) and is_told_to(kept, alone) else None


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(ACKNOWLEDGE_WITHIN):
            yield
    except TimeoutError as error:
        raise StoreUnavailable("the store did not answer in time") from error


# What reviews is imported by the first press; in a thread, as that takes a moment.


def _read(kept: Kept) -> Reviewed | None:
    from bot.reviews.reviewed import parsed

    return parsed(kept.body)


def _card(kept: Kept) -> ReviewCard | None:
    from bot.reviews import cards as review_cards

    reviewed, known = _read(kept), about(kept)
    if reviewed is None or known is None:
        return None
    return review_cards.card(
        kept.id, reviewed, known, decisions(kept), has_file=known.place.can_attach
    )


def _fix(kept: Kept, finding: str, locale: str) -> str:
    from bot.reviews import cards as review_cards

    reviewed = _read(kept)
    found = reviewed.review.findings if reviewed is not None else ()
    one = next((each for each in found if each.id == finding), None)
    return review_cards.fix(one, locale) if one is not None else ""


def _has(kept: Kept, finding: str) -> bool:
    """Tell whether a review has such a finding that may be dismissed."""
    from bot.review.findings.comparing import is_living

    reviewed = _read(kept)
    found = reviewed.review.findings if reviewed is not None else ()
    return any(each.id == finding and is_living(each) for each in found)
