"""Reviews within a turn: how one becomes the end of a reply, what stands when there is no newer
one, and what is told again after a crash.

Between `bot.conversations` and the worker on one side and `bot.reviews.door` on the other; without
reviews it has nothing to say.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.asking import Run
from bot.cards import ReviewCard
from bot.errors import StoreError
from bot.events import ThreadRef, TurnEvent
from bot.outlet import Outlet
from bot.platform import Batch
from bot.preparation import Prepared
from bot.prompt import Asked
from bot.questions import Question, Response
from bot.replies import Done, Final, Reply, TextDelta, TextRewritten
from bot.reviews.door import Reviews, files, is_explaining, is_review

if TYPE_CHECKING:
    from bot.reviews.reviewed import Standing
    from bot.reviews.turn import Told

_log = logging.getLogger(__name__)


class ReviewReplies:
    """The part of every turn that may be a review; `hide` hides secrets."""

    def __init__(self, reviews: Reviews | None, hide: Callable[[str], str]) -> None:
        self._reviews = reviews
        self._hide = hide

    # -- before a question is answered ---------------------------------------------------------

    async def standing(self, batch: Batch) -> Standing | None:
        """Return the review that a batch wants made anew. Raises `StoreUnavailable`."""
        return await self._reviews.standing(batch.first) if self._reviews is not None else None

    async def is_idle(self, event: TurnEvent, prepared: Prepared, standing: Standing) -> bool:
        """Tell whether an edit or a push has changed nothing of what was reviewed."""
        return self._reviews is None or await self._reviews.is_idle(event, prepared, standing)

    async def understood(self, question: Question, locale: str) -> Question:
        """Return a question with what is known of the finding that it wants explained. Raises
        `StoreUnavailable`."""
        event, prepared = question.batch.first, question.prepared
        if self._reviews is None or not is_explaining(event):
            return question
        found = await self._reviews.explanation(event, locale)
        if found is None:
            return question
        asked = (Asked(event.author.name, found.task),)
        prepared = replace(prepared, asked=asked, words={event.id: found.words})
        return replace(question, prepared=prepared, explanation=found)

    # -- the answer ----------------------------------------------------------------------------

    async def review(
        self, question: Question, run: Run, outlet: Outlet, locale: str
    ) -> Told | None:
        """Answer with a review, if that is what is wanted."""
        if self._reviews is None:
            return None
        wanted = await self._reviews.sought(question)
        if wanted is None:
            return None
        return await self._reviews.answer(wanted, question, run, outlet, locale)

    async def end(
        self,
        told: Told,
        question: Question,
        response: Response,
        outlet: Outlet,
        notes: Sequence[str],
    ) -> Final:
        """End a review: its notes, and its card."""
        if told.reviewed is None and question.standing is not None:
            return Done(told.why)  # what stands stays
        if told.reviewed is None:
            outlet.write(told.why)
        for note in notes:
            outlet.write(f"\n\n{note}")
        if told.reviewed is not None and self._reviews is not None:
            card = await self._reviews.finish(told.reviewed, question, notes)
            response.reviewed = True
            if card is not None:
                outlet.show(card)
        return Done(outlet.text)

    async def left(self, question: Question, response: Response) -> ReviewCard | None:
        """Return the card of what stands of a review after a stop; None where it has none."""
        if self._reviews is None or not is_review(response.run.steps):
            return None
        try:
            card = await self._reviews.left(response.run.steps, question)
        except StoreError as error:  # the text says the same, and nobody waits any more
            _log.warning("a stopped review has no card: %s", error)
            return None
        response.reviewed = card is not None
        return card

    async def stands(
        self, question: Question, response: Response, why: str, *, again: bool = False
    ) -> AsyncGenerator[Reply, None]:
        """Let the review stay that was to be made anew, and say why; `again` in the place of what
        was said meanwhile."""
        if self._reviews is None or question.standing is None:
            raise RuntimeError("no review stands here")
        card = await self._reviews.card(question.standing, why)
        response.silent = True
        response.final = Done(card.text)
        yield TextRewritten(card.text) if again else TextDelta(card.text)
        yield card
        yield response.final

    # -- afterwards ----------------------------------------------------------------------------

    async def told(self, question: Question, response: Response) -> Sequence[Reply]:
        """Return what belongs to an answer whose end was recorded before: files, and a card."""
        place, steps = question.batch.first.place, response.run.steps
        beside: list[Reply] = list(files(steps, place, self._hide))
        response.reviewed = is_review(steps)
        stands = question.standing is not None
        response.silent = stands and not response.reviewed  # history keeps what it has
        if self._reviews is not None and (response.reviewed or stands):
            card = await self._reviews.told(question)
            beside += [card] if card is not None else []
        return beside

    async def shown(
        self, question: Question, response: Response, parts: Sequence[str], opened: ThreadRef | None
    ) -> None:
        """Note in which messages a review stands, and in the thread that it has opened. Raises
        `StoreUnavailable`."""
        if self._reviews is not None and response.reviewed:
            threads = [question.batch.thread, *([opened] if opened is not None else [])]
            await self._reviews.shown(question, parts, threads)
