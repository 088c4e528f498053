"""The door to code reviews beside the engine: `bot.conversations` chooses between the two.

Light, because every turn passes here; what reviews is imported by the first turn that wants it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.asking import Run
from bot.errors import ToolFailed
from bot.events import Place
from bot.fetch import Fetcher
from bot.guard.masking import mask
from bot.metrics import Metrics
from bot.models.port import Model
from bot.outlet import Outlet
from bot.questions import Question
from bot.replies import File
from bot.review.material import Material
from bot.review.reading import wishes
from bot.review.reading.links import Link
from bot.review.reading.wishes import STEP
from bot.turns import Step

if TYPE_CHECKING:
    from bot.postings import Sought
    from bot.review.reading.pulls import Forges


class Reviews:
    """Reviews what people post; one object serves all turns. `hide` hides secrets; `forges` tells
    where pull requests may be asked for, none without it."""

    def __init__(
        self,
        model: Model,
        forges: Callable[[], Forges] | None = None,
        *,
        hide: Callable[[str], str] = mask,
        metrics: Metrics | None = None,
    ) -> None:
        self._model = model
        self._make_forges = forges
        self._hide = hide
        self._metrics = metrics
        self._fetcher: Fetcher | None = None

    async def sought(self, question: Question) -> Sought | None:
        """Return what a question wants reviewed, None when it is for the engine."""
        if not any(wishes.asked(one.text) for one in question.prepared.asked):
            return None
        return await asyncio.to_thread(_sought, question)

    async def answer(
        self, wanted: Sought, question: Question, run: Run, outlet: Outlet, locale: str
    ) -> None:
        """Review into `outlet`; `run` follows along.

        Raises whatever `question.record` raises; what goes wrong in a review is part of its text.
        """
        from bot.review_turn import Means, Reviewing

        means = Means(self._model, self._pulled, self._hide, self._metrics)
        await Reviewing(means, question, run, outlet, locale).answer(wanted)

    async def close(self) -> None:
        """Let go of every connection."""
        if self._fetcher is not None:
            await self._fetcher.close()

    async def _pulled(self, link: Link) -> Material:
        from bot.review.reading.pulls import pull

        if self._make_forges is None:
            raise ToolFailed("pull requests cannot be fetched here")
        forges = self._make_forges()
        if self._fetcher is None:
            self._fetcher = Fetcher(trusted=forges.hosts())
        return (await pull(link, self._fetcher, forges)).material


def remembered(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return an answer's steps as history keeps them."""
    if not any(step.name == STEP for step in steps):
        return tuple(steps)
    from bot import reviewed

    return reviewed.remembered(steps)


def files(steps: Sequence[Step], place: Place, hide: Callable[[str], str]) -> list[File]:
    """Return the files that belong to a reviewing answer, by its steps; none for any other."""
    if not place.can_attach or not any(step.name == STEP for step in steps):
        return []
    from bot import reviewed

    done = reviewed.read(steps)
    return list(reviewed.files(done, hide)) if done is not None else []


def _sought(question: Question) -> Sought | None:
    # In a thread: to import what reviews takes a moment, and so does reading megabytes of code.
    from bot import postings, review_turn  # noqa: F401  the second for whoever answers

    return postings.sought(question.batch, question.prepared)
