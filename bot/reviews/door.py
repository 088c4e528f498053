"""The door to code reviews beside the engine: `bot.conversations` chooses between the two.

Light, because every turn passes here; what reviews is imported by the first turn that wants it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.asking import Run
from bot.cards import EXPLAIN, ReviewCard
from bot.events import Command, Place, Regenerate, ThreadRef, TurnEvent
from bot.guard.masking import mask
from bot.metrics import Metrics
from bot.models.port import Model
from bot.outlet import Outlet
from bot.preparation import Prepared
from bot.questions import Question
from bot.replies import File
from bot.review.reading import wishes
from bot.review.reading.wishes import STEP
from bot.reviews import records as review_records
from bot.reviews.pulling import Pulling
from bot.reviews.pushes import Pushes
from bot.reviews.records import About, decisions, is_seen_from, is_told_to, review_id
from bot.store.reviews import Kept, ReviewStore
from bot.turns import Step

if TYPE_CHECKING:
    from bot.reviews.explaining import Explanation
    from bot.reviews.postings import Sought
    from bot.reviews.reviewed import Reviewed, Standing
    from bot.reviews.turn import Told


class Reviews:
    """Reviews what people post; one object serves all turns. `hide` hides secrets; `pulling` reads
    pull requests, none without it; without a `store` no review has a card, and none is compared
    with the one before it; without `pushes` nobody looks out for those."""

    def __init__(
        self,
        model: Model,
        pulling: Pulling | None = None,
        *,
        store: ReviewStore | None = None,
        pushes: Pushes | None = None,
        hide: Callable[[str], str] = mask,
        metrics: Metrics | None = None,
    ) -> None:
        self._model = model
        self._pulling = pulling or Pulling()
        self._store = store
        self._pushes = pushes
        self._hide = hide
        self._metrics = metrics

    # -- what is wanted ----------------------------------------------------------------------

    async def sought(self, question: Question) -> Sought | None:
        """Return what a question wants reviewed, None when it is for the engine."""
        if question.standing is not None:
            return await asyncio.to_thread(_sought_again, question.prepared)
        if not any(wishes.read_wish(one.text) for one in question.prepared.asked):
            return None
        return await asyncio.to_thread(_sought, question)

    async def standing(self, event: TurnEvent) -> Standing | None:
        """Return the review that an event wants made anew, None for anything else.

        What is edited from now on makes another wish. Raises `StoreUnavailable`.
        """
        if self._store is None or not isinstance(event, Regenerate):
            return None
        id = event.review
        if not id:
            found = await self._store.about(event.thread.channel_key, event.target)
            id = found.id if found is not None else ""
        if not id:
            return None
        await self._store.begun_again(id)
        kept = await self._store.load(id)
        if kept is None or not (kept.body and kept.parts):
            return None
        return await asyncio.to_thread(_standing, kept)

    async def is_idle(self, event: TurnEvent, prepared: Prepared, standing: Standing) -> bool:
        """Tell whether an edit or a push has changed nothing of what was reviewed."""
        head = event.head if isinstance(event, Regenerate) else ""
        return await asyncio.to_thread(_is_idle, prepared, standing, head)

    async def card(self, standing: Standing, note: str = "") -> ReviewCard:
        """Return a review's card as it stands, with a sentence why there is no newer one."""
        return await asyncio.to_thread(_card_of, standing, note)

    async def explanation(self, event: TurnEvent, locale: str) -> Explanation | None:
        """Return what is known of the finding that somebody wants explained; None when that is
        forgotten, or another channel's. Raises `StoreUnavailable`."""
        if self._store is None or not is_explaining(event):
            return None
        id, _, finding = getattr(event, "text", "").partition("/")
        kept = await self._store.load(id.strip())
        if kept is None or not kept.body or not is_seen_from(kept, event.thread):
            return None
        if not is_told_to(kept, event.author.id if getattr(event, "private", False) else ""):
            return None
        return await asyncio.to_thread(_explanation, kept, finding.strip(), locale)

    # -- the review --------------------------------------------------------------------------

    async def answer(
        self,
        wanted: Sought,
        question: Question,
        run: Run,
        outlet: Outlet,
        locale: str,
    ) -> Told:
        """Review into `outlet`; `run` follows along.

        Raises whatever `question.record` raises; what goes wrong in a review is part of its text.
        """
        from bot.reviews.turn import Means, Reviewing

        if not wanted.is_empty:
            await self._begin(wanted, question)
        means = Means(self._model, self._pulling.pulled, self._hide, self._metrics)
        return await Reviewing(means, question, run, outlet, locale, question.standing).answer(
            wanted
        )

    async def finish(
        self, reviewed: Reviewed, question: Question, notes: Sequence[str]
    ) -> ReviewCard | None:
        """Keep a finished review with the notes behind it, and return its card; None where it has
        none. Raises `StoreUnavailable`."""
        if self._store is None:
            return None
        id = _id(question)
        body = await asyncio.to_thread(_written, reviewed, notes, self._hide)
        if not await self._store.save(id, body):
            return None
        first = question.batch.first
        if self._pushes is not None and reviewed.pull is not None and first.place.can_edit:
            await self._pushes.expect(first.thread.platform, id, reviewed.pull)
        return await self._card(id)

    async def left(self, steps: Sequence[Step], question: Question) -> ReviewCard | None:
        """Keep what stands of a review that was stopped, by its steps, and return its card; None
        where it has none. Raises `StoreUnavailable`."""
        done = await asyncio.to_thread(_read, steps)
        return await self.finish(done, question, ()) if done is not None else None

    async def told(self, question: Question) -> ReviewCard | None:
        """Return the card of a review whose end was recorded by an attempt before this one."""
        return await self._card(_id(question)) if self._store is not None else None

    async def shown(
        self,
        question: Question,
        parts: Sequence[str],
        threads: Iterable[ThreadRef],
    ) -> None:
        """Note where a review stands: in which messages, and in which threads."""
        if self._store is not None and parts:
            channel = question.batch.thread.channel_key
            keys = [thread.key for thread in threads]
            await self._store.shown(_id(question), channel, parts, keys)

    async def _begin(self, wanted: Sought, question: Question) -> None:
        """Keep what is reviewed before it is: an edit meanwhile must not be lost."""
        if self._store is None:
            return
        about, standing = _about(wanted, question), question.standing
        thread = question.batch.thread
        await self._store.begin(
            _id(question),
            standing.kept.thread if standing is not None else thread.key,
            thread.channel_key,
            about.write(),
            about.messages,
            new=standing is None,
        )

    async def _card(self, id: str) -> ReviewCard | None:
        kept = await self._store.load(id) if self._store is not None else None
        if kept is None or not kept.body:
            return None
        standing = await asyncio.to_thread(_standing, kept)
        return await self.card(standing) if standing is not None else None


def is_explaining(event: TurnEvent) -> bool:
    """Tell whether somebody wants a finding explained."""
    return isinstance(event, Command) and event.name == EXPLAIN


def is_review(steps: Iterable[Step]) -> bool:
    """Tell whether there may be a review among an answer's steps."""
    return any(step.name == STEP for step in steps)


def brief_steps(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return an answer's steps as history keeps them."""
    if not is_review(steps):
        return tuple(steps)
    from bot.reviews import reviewed

    return reviewed.brief_steps(steps)


def files(steps: Sequence[Step], place: Place, hide: Callable[[str], str]) -> list[File]:
    """Return the files that belong to a reviewing answer, by its steps; none for any other."""
    if not place.can_attach or not is_review(steps):
        return []
    from bot.reviews import reviewed

    done = reviewed.read(steps)
    return list(reviewed.files(done, hide)) if done is not None else []


def _id(question: Question) -> str:
    """Name a question's review: the same in every process, and after a crash."""
    if question.standing is not None:
        return question.standing.kept.id
    batch, asked = question.batch, question.prepared.asked_ids
    first = asked[0] if isinstance(batch.first, Regenerate) and asked else batch.first.id
    return review_id(batch.thread, first)


def _about(wanted: Sought, question: Question) -> About:
    standing = question.standing
    batch, history = question.batch, question.prepared.history.entries
    events = {event.id: event for event in batch.events if not isinstance(event, Regenerate)}
    subjects = review_records.subjects(wanted.subjects)
    owners = [event.author.id for id, event in events.items() if id in subjects]
    chosen = {id: source for id in subjects if id in events and (source := events[id].source)}
    owners += [source.author for source in chosen.values() if source.author]
    owners += [entry.author_id for entry in history if entry.id in subjects and entry.author_id]
    askers = [event.author.id for event in batch.events]
    files = {id: events[id].attachments for id in subjects if id in events}
    if standing is not None:
        known = standing.about
        return replace(
            known,
            askers=tuple(dict.fromkeys((*known.askers, *askers, *owners))),
            subjects=review_records.subjects((*known.subjects, *subjects)),
        )
    return About(
        batch.first.author,
        _lasting(batch.first.place),
        tuple(dict.fromkeys((*askers, *owners))),
        subjects,
        {source.id: id for id, source in chosen.items()},
        files,
        private=isinstance(batch.first, Command) and batch.first.private,
    )


def _lasting(place: Place) -> Place:
    return replace(place, address={key: place.address.get(key, "") for key in place.lasting})


# What reviews is imported in a thread: that takes a moment, and so does reading megabytes of code.


def _sought(question: Question) -> Sought | None:
    from bot.reviews import postings

    return postings.sought(question.batch, question.prepared)


def _sought_again(prepared: Prepared) -> Sought:
    from bot.reviews import postings

    return postings.again(prepared)


def _read(steps: Sequence[Step]) -> Reviewed | None:
    from bot.reviews import reviewed

    return reviewed.read(steps)


def _standing(kept: Kept) -> Standing | None:
    from bot.reviews import reviewed

    found, about = reviewed.parsed(kept.body), review_records.about(kept)
    if found is None or about is None:
        return None
    return reviewed.Standing(kept, about, reviewed.with_dismissed(found, kept.dismissed))


def _card_of(standing: Standing, note: str) -> ReviewCard:
    from bot.reviews import cards as review_cards

    if note:
        note = review_records.kept_because(note, standing.reviewed.locale)
    return review_cards.card(
        standing.kept.id,
        standing.reviewed,
        standing.about,
        decisions(standing.kept),
        note=note,
        has_file=standing.about.place.can_attach,
    )


def _is_idle(prepared: Prepared, standing: Standing, head: str) -> bool:
    from bot.reviews import turn as review_turn

    return review_turn.is_unchanged(_sought_again(prepared), standing.reviewed, head)


def _explanation(kept: Kept, finding: str, locale: str) -> Explanation | None:
    from bot.reviews import explaining

    standing = _standing(kept)
    return explaining.explanation(standing.reviewed, finding, locale) if standing else None


def _written(reviewed: Reviewed, notes: Sequence[str], hide: Callable[[str], str]) -> str:
    from bot.reviews import reviewed as room

    return room.write(replace(reviewed, notes=tuple(notes)), hide)
