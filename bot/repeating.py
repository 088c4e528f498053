"""What is needed to answer again: the question of an answer that stands, as it reads now, and of a
review the messages that were reviewed, with their files fetched anew.

Called by the worker in the place of `bot.preparation`; nothing here writes to a platform.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import turns
from bot.errors import PlatformError
from bot.events import Attachment, Author, Message, Regenerate
from bot.guard.masking import mask
from bot.platform import Batch, Platform
from bot.preparation import HISTORY_BYTES, Hide, Prepared, Read, read_all
from bot.prompt import Asked
from bot.review.reading.wishes import read_wish
from bot.reviews.records import About
from bot.store.histories import Histories, History

if TYPE_CHECKING:
    from bot.reviews.reviewed import Standing


async def repeat(
    platform: Platform,
    batch: Batch,
    event: Regenerate,
    histories: Histories,
    *,
    hide: Hide = mask,
    reviewed: About | None = None,
) -> Prepared:
    """Return what is needed to answer `event`; `reviewed` tells of what a review was that is to be
    made anew."""
    thread = batch.thread.key
    prepared = _question(await histories.load(thread, HISTORY_BYTES), event)
    if reviewed is not None:
        found = await asyncio.gather(*(histories.entry(thread, id) for id in reviewed.subjects))
        subjects = tuple(
            replace(entry, text=reviewed.words.get(entry.id, entry.text))
            for entry in found
            if entry is not None
        )
        prepared = replace(prepared, subjects=subjects)
    return await _with_originals(platform, event, prepared, reviewed, hide)


def aimed(batch: Batch, standing: Standing | None) -> Batch:
    """Return a batch whose wish for another review names the message in which that stands: who
    made it by an edit may not have known."""
    event = batch.first
    if standing is None or not isinstance(event, Regenerate):
        return batch
    return replace(batch, events=(replace(event, target=standing.kept.parts[0]),))


def _question(history: History, event: Regenerate) -> Prepared:
    """Find the question whose answer is to be given anew: the people's messages before it."""
    # The newest: of an answer whose first message was deleted a husk is left, with the others.
    entries = reversed(history.entries)
    answer = next((e for e in entries if event.target in (e.id, *e.parts)), None)
    if answer is None:
        return Prepared(history, (), replaces=event.target)
    question: list[turns.Entry] = []
    for entry in reversed([e for e in history.entries if e.at < answer.at]):
        if entry.role == "bot":
            break
        if not entry.overheard and entry.author_id in answer.asked_by:
            question.insert(0, entry)
    before = question[0].at if question else answer.at
    asked = tuple(Asked(e.author, e.text, e.excerpts) for e in question)
    return Prepared(
        history,
        asked,
        replaces=answer.id,
        before=before,
        answered_at=answer.at,
        asked_ids=tuple(e.id for e in question),
    )


async def _with_originals(
    platform: Platform,
    event: Regenerate,
    prepared: Prepared,
    reviewed: About | None,
    hide: Hide,
) -> Prepared:
    """Fetch the files of what is reviewed anew: history holds excerpts, and of edited ones the
    files that were there at first."""
    entries = {entry.id: entry for entry in prepared.subjects}
    if reviewed is None and any(read_wish(one.text) for one in prepared.asked):
        entries = {e.id: e for e in prepared.history.entries if e.id in prepared.asked_ids}
    known = reviewed.files if reviewed is not None else {}
    having = [e for e in entries.values() if e.excerpts or known.get(e.id)]
    read_again = await asyncio.gather(
        *(_files_again(platform, event, entry, known.get(entry.id), hide) for entry in having)
    )
    fresh = {e.id: found for e, found in zip(having, read_again, strict=True) if found is not None}
    excerpts = {id: found[0] for id, found in fresh.items()}
    asked = tuple(
        replace(one, excerpts=excerpts.get(id, one.excerpts))
        for id, one in zip(prepared.asked_ids, prepared.asked, strict=True)
    )
    subjects = (replace(e, excerpts=excerpts.get(e.id, e.excerpts)) for e in prepared.subjects)
    originals = {id: found[2] for id, found in fresh.items()}
    return replace(prepared, asked=asked, subjects=tuple(subjects), originals=originals)


async def _files_again(
    platform: Platform,
    event: Regenerate,
    entry: turns.Entry,
    known: Sequence[Attachment] | None,
    hide: Hide,
) -> Read | None:
    """Read the files of a message once more: those that the platform names, else the `known` ones.
    None where nobody knows of them any more."""
    message = Message(
        entry.id,
        event.thread,
        Author(entry.author_id, entry.author),
        entry.text,
        entry.at,
        attachments_known=False,
        starts_thread=event.thread.thread in ("", entry.id),
        place=event.place,
    )
    with suppress(PlatformError):
        known = (await platform.complete(message)).attachments or known
    if known is None:
        return None
    files, images, originals = await read_all(platform, event.thread, known, False, True, hide)
    # What cannot be fetched any more was read once: that is better than nothing.
    remembered = {excerpt.name: excerpt for excerpt in entry.excerpts if excerpt.text}
    kept = tuple(each if each.text else remembered.get(each.name, each) for each in files)
    return kept, images, originals
