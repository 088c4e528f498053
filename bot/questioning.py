"""Turns a leased batch into the question that is answered: asks whether its people may ask, then
reads what was said before, the files, and for an answer given anew what it was about.

Called by `bot.worker`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from bot.conversations import Conversations, locale_of
from bot.errors import PlatformError
from bot.events import Regenerate, person_key
from bot.lease import Lease
from bot.logs import fields
from bot.platform import Batch, Platform, Sink
from bot.preparation import Prepared, adopt_answer, catch_up, prepare
from bot.questions import Question
from bot.repeating import repeat
from bot.store.histories import Histories, History

if TYPE_CHECKING:
    from bot.reviews.reviewed import Standing

_log = logging.getLogger(__name__)


class Questioning:
    """Makes questions of leased batches; one object serves all turns of a process."""

    def __init__(
        self,
        conversations: Conversations,
        histories: Histories,
        sink: Sink,
        *,
        sees_images: bool = False,
    ) -> None:
        self._conversations = conversations
        self._reviews = conversations.reviews
        self._histories = histories
        self._sink = sink
        self._sees_images = sees_images

    async def is_idle(
        self, platform: Platform, batch: Batch, standing: Standing | None, lease: Lease
    ) -> bool:
        """Tell whether an edit or a push wishes for a review that is not there, or is of the newest
        text already: that costs nobody a turn."""
        if standing is None:
            return True
        if lease.answer is not None or lease.rounds:
            return False  # an earlier attempt has begun to answer
        _, prepared = await self._read(platform, batch, standing)
        return await self._reviews.is_idle(batch.first, prepared, standing)

    async def question(
        self, platform: Platform, batch: Batch, lease: Lease, standing: Standing | None = None
    ) -> Question:
        """Return what is to be answered, with all that is needed for it."""
        # Of those who are refused nothing is read, and no answer of theirs is replaced; a review
        # that stands is shown once more.
        admission = await self._conversations.admit(batch, counted=lease.takes > 1)
        prepared = Prepared(History(), ())
        if admission.refusal is None:
            batch, prepared = await self._prepared(platform, batch, lease, standing)
        if standing is not None and admission.place is None and not lease.parts:
            await lease.adopt(standing.kept.parts)
        question = Question(
            batch=batch,
            prepared=prepared,
            stop=lease.stop,
            counted=lease.takes > 1,
            overflow=lease.overflow,
            rounds=lease.rounds,
            record=lease.round_done,
            admission=admission,
            standing=standing,
        )
        return await self._reviews.understood(question, locale_of(batch.first))

    async def _prepared(
        self, platform: Platform, batch: Batch, lease: Lease, standing: Standing | None
    ) -> tuple[Batch, Prepared]:
        """Read what the model needs beside the batch itself."""
        (batch, prepared), _ = await asyncio.gather(
            self._read(platform, batch, standing), self._note_askers(batch)
        )
        if prepared.history.missed:
            await self._catch_up(platform, batch, prepared.history)
        await adopt_answer(lease, batch, prepared)
        return batch, prepared

    async def _read(
        self, platform: Platform, batch: Batch, standing: Standing | None
    ) -> tuple[Batch, Prepared]:
        hide, event = self._conversations.hide, batch.first
        if isinstance(event, Regenerate):
            about = standing.about if standing is not None else None
            return batch, await repeat(
                platform, batch, event, self._histories, hide=hide, reviewed=about
            )
        return await prepare(
            platform, batch, self._histories, sees_images=self._sees_images, hide=hide
        )

    async def _catch_up(self, platform: Platform, batch: Batch, history: History) -> None:
        try:
            await catch_up(platform, batch, history, self._histories, self._sink)
        except PlatformError as error:
            _log.warning(
                "not read yet what a mention overtook: %s",
                error,
                extra=fields(thread=batch.thread.key),
            )

    async def _note_askers(self, batch: Batch) -> None:
        thread, channel = batch.thread.key, batch.thread.channel_key
        notes: list[Awaitable[None]] = []
        for author in {event.author for event in batch.events}:
            notes.append(self._histories.note_asker(thread, channel, author.id))
            notes.append(self._histories.note_channel(person_key(batch.thread, author), channel))
        await asyncio.gather(*notes)
