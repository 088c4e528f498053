"""Between lease and answer: read what came before, and the files, so that the model can see them.

Called by `bot.questioning`, which hands in the platform; nothing here writes to one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bot import turns
from bot.errors import PlatformError
from bot.events import (
    Attachment,
    Author,
    Command,
    Message,
    Regenerate,
    ThreadRef,
    TurnEvent,
    with_names,
)
from bot.excerpts import MOST_BYTES, MOST_FILES, left_out, read
from bot.guard.masking import mask
from bot.lease import Lease
from bot.models.port import Image
from bot.platform import Batch, PartlyRead, Platform, Sink
from bot.prompt import Asked, question_text
from bot.review.reading.posted import Posted
from bot.review.reading.wishes import read_wish
from bot.store.histories import Histories, History

EARLIER_MESSAGES = 100
"""How much of a thread is read when the bot is called into it."""

EARLIER_FILES = 5
"""Of what was attached there, the newest files are read; the others are named."""

HISTORY_BYTES = 400_000
"""Read back per turn at most: beyond any model's budget, and a bound on the work of a turn."""


Hide = Callable[[str], str]
"""Hides secrets in what was written elsewhere."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the model needs beside the batch itself."""

    history: History
    asked: tuple[Asked, ...]
    excerpts: dict[str, tuple[turns.Excerpt, ...]] = field(default_factory=dict)
    """By message id."""
    originals: dict[str, tuple[Posted, ...]] = field(default_factory=dict)
    """By message id: the files as they are, where a message opens with the wish for a review."""
    replaces: str = ""
    """The id of the answer that is given anew."""
    before: int = 0
    """Only entries before this time (microseconds) belong to the question; 0 = all."""
    answered_at: int = 0
    """Where the answer stands in history when it replaces one; 0 = behind the batch."""
    unread: bool = False
    """Not all that was written in the thread before could be read now."""
    asked_ids: tuple[str, ...] = ()
    """Of an answer that is given anew: the ids of `asked`."""
    words: dict[str, str] = field(default_factory=dict)
    """How a question is remembered that does not say itself what it asks, by id."""
    subjects: tuple[turns.Entry, ...] = ()
    """Of a review that is made anew: the messages that were reviewed, as they read now."""


async def prepare(
    platform: Platform,
    batch: Batch,
    histories: Histories,
    *,
    sees_images: bool,
    hide: Hide = mask,
) -> tuple[Batch, Prepared]:
    """Return the batch with all its attachments, and what the model needs to answer it. What is to
    be answered anew is for `bot.repeating`."""
    batch = await _completed(platform, batch)
    (history, unread), files = await asyncio.gather(
        _history(platform, batch, histories, hide), _files(platform, batch, sees_images, hide)
    )
    people = await _people(platform, batch, history)
    batch, history = _named(batch, history, people)
    asked = []
    excerpts, originals = {}, {}
    for event in batch.events:
        if isinstance(event, Regenerate):
            continue
        read_files, images, originals[event.id] = files[event.id]
        excerpts[event.id] = read_files
        asked.append(Asked(event.author.name, question_text(event), read_files, images))
    return batch, Prepared(history, tuple(asked), excerpts, originals, unread=unread)


async def catch_up(
    platform: Platform, batch: Batch, history: History, histories: Histories, sink: Sink
) -> None:
    """Hear what was said under a mention that came late, and was dropped as nothing of ours.

    The thread is the bot's own by now, so nothing falls between what is read and what comes.
    Raises `PlatformError` or `StoreUnavailable`; then it is done at the next turn.
    """
    one = next((event for event in batch.events if isinstance(event, Message)), None)
    if one is None:
        return  # a command stands in no thread
    for message in await platform.later(one, min(history.missed), EARLIER_MESSAGES):
        await sink.put(message)
    await histories.caught_up(batch.thread.key, history.missed)


async def adopt_answer(lease: Lease, batch: Batch, prepared: Prepared) -> None:
    """Let a regenerated answer take the place of the old one's visible messages."""
    if not prepared.asked or lease.parts:
        return
    for answer in prepared.history.entries:
        if answer.id == prepared.replaces and batch.first.author.id in answer.asked_by:
            await lease.adopt(answer.parts)


async def _completed(platform: Platform, batch: Batch) -> Batch:
    events: list[TurnEvent] = []
    for event in batch.events:
        if isinstance(event, Message) and not event.attachments_known:
            # Without its files, its text can still be answered.
            with suppress(PlatformError):
                event = await platform.complete(event)
        events.append(event)
    return replace(batch, events=tuple(events))


async def _history(
    platform: Platform, batch: Batch, histories: Histories, hide: Hide
) -> tuple[History, bool]:
    """Read what came before, and tell whether something of it is missing."""
    thread = batch.thread.key
    history = await histories.load(thread, HISTORY_BYTES)
    first = batch.first
    if history.primed or not isinstance(first, Message) or first.starts_thread:
        return history, False
    earlier: Sequence[Message] = ()
    whole = False
    try:
        earlier, whole = await platform.earlier(first, EARLIER_MESSAGES), True
    except PartlyRead as error:
        earlier = error.found
    except PlatformError:
        return history, True  # asked for again at the next turn
    asked = {event.id for event in batch.events}
    unasked = [message for message in earlier if message.id not in asked]
    files = await _earlier_files(platform, first.thread, unasked, hide)
    entries = [_entry(message, files, hide) for message in unasked]
    if not whole:  # for this turn only: the next one asks again
        known = {entry.id for entry in history.entries}
        shown = [*history.entries, *(entry for entry in entries if entry.id not in known)]
        return replace(history, entries=tuple(sorted(shown, key=lambda e: (e.at, e.id)))), True
    await histories.prime(thread, entries)
    return await histories.load(thread, HISTORY_BYTES), False


async def _earlier_files(
    platform: Platform, thread: ThreadRef, earlier: Sequence[Message], hide: Hide
) -> Mapping[str, turns.Excerpt]:
    """Read the newest files of a thread that the bot is called into; by attachment id."""
    found = [file for message in earlier for file in message.attachments][-EARLIER_FILES:]
    read_files, _, _ = await read_all(platform, thread, found, False, False, hide)
    return {file.id: excerpt for file, excerpt in zip(found, read_files, strict=True)}


def _entry(message: Message, files: Mapping[str, turns.Excerpt], hide: Hide) -> turns.Entry:
    own = message.author.is_bot and message.author.id == "self"
    return turns.Entry(
        id=message.id,
        role="bot" if own else "person",
        text=hide(message.text),
        at=message.at,
        author_id=message.author.id,
        author=message.author.name,
        excerpts=tuple(files.get(a.id, turns.Excerpt(a.name)) for a in message.attachments),
        mentions=message.mentions,
        overheard=True,
    )


async def _people(platform: Platform, batch: Batch, history: History) -> Mapping[str, Author]:
    """Look up those whom the events name by id alone."""
    ids: set[str] = set()
    for event in batch.events:
        ids |= set() if event.author.name else {event.author.id}
        ids |= {event.place.looking_at} if event.place.looking_at else set()
        ids |= set() if isinstance(event, Regenerate) else set(event.mentions)
    for entry in history.entries:
        ids |= {entry.author_id} if entry.role == "person" and not entry.author else set()
        ids |= set(entry.mentions)
    return await platform.people(batch.thread, ids) if ids else {}


def _named(batch: Batch, history: History, people: Mapping[str, Author]) -> tuple[Batch, History]:
    events = [_named_event(event, people) for event in batch.events]
    if not people:
        return replace(batch, events=tuple(events)), history
    entries = [_named_entry(entry, people) for entry in history.entries]
    return replace(batch, events=tuple(events)), replace(history, entries=tuple(entries))


def _named_event(event: TurnEvent, people: Mapping[str, Author]) -> TurnEvent:
    author, place = event.author, event.place
    if not author.name and (found := people.get(author.id)) is not None:
        # What they chose counts, not what the platform says of them.
        author = replace(found, locale=author.locale or found.locale, units=author.units)
    if place.looking_at:  # whose name is not told, that is none of the bot's business
        seen = people.get(place.looking_at)
        place = replace(place, looking_at=seen.name if seen is not None else "")
    if not isinstance(event, Regenerate):
        text = with_names(event.text, event.mentions, people)
        return replace(event, author=author, place=place, text=text)
    return replace(event, author=author, place=place)


def _named_entry(entry: turns.Entry, people: Mapping[str, Author]) -> turns.Entry:
    unnamed = not entry.author and entry.author_id in people
    if not unnamed and not entry.mentions:
        return entry  # most are whole, and copying hundreds of them is most of a turn's work
    author = people[entry.author_id].name if unnamed else entry.author
    return replace(entry, author=author, text=with_names(entry.text, entry.mentions, people))


Read = tuple[tuple[turns.Excerpt, ...], tuple[Image, ...], tuple[Posted, ...]]
"""What the model reads of files, the pictures, and the files that a review reads whole."""


async def _files(
    platform: Platform, batch: Batch, sees_images: bool, hide: Hide
) -> dict[str, Read]:
    asking = [e for e in batch.events if isinstance(e, Message | Command)]
    # Megabytes that nobody will review are not held for as long as an answer takes.
    whole = any(read_wish(question_text(e)) for e in asking)
    results = await asyncio.gather(
        *(read_all(platform, e.thread, e.attachments, sees_images, whole, hide) for e in asking)
    )
    return {event.id: result for event, result in zip(asking, results, strict=True)}


async def read_all(
    platform: Platform,
    thread: ThreadRef,
    attachments: Sequence[Attachment],
    sees_images: bool,
    whole: bool,
    hide: Hide,
) -> Read:
    """Fetch and read files; `whole` keeps them as they are, too."""
    wanted = attachments[:MOST_FILES]
    downloads = await asyncio.gather(*(platform.download(thread, a, MOST_BYTES) for a in wanted))
    excerpts, images, originals = [], [], []
    for attachment, download in zip(wanted, downloads, strict=True):
        # Decoding and masking megabytes takes time that others' answers need.
        excerpt, image = await asyncio.to_thread(
            read, attachment, download, sees_images=sees_images, hide=hide
        )
        excerpts.append(excerpt)
        if image is not None:
            images.append(image)
        if whole and download.problem is None:
            kind = attachment.media_type or download.media_type
            originals.append(Posted(attachment.name, download.content, kind))
    excerpts += [left_out(attachment) for attachment in attachments[MOST_FILES:]]
    return tuple(excerpts), tuple(images), tuple(originals)
