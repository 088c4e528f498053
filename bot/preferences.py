"""Applies the preferences of people to what they ask.

Called by the worker before anything of a turn is said: the bot's own words, the model and the tools
then follow the author's locale and units.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.events import Author, person_key
from bot.platform import Batch
from bot.store.preferences import PreferenceBook, Preferences


async def preferred(batch: Batch, book: PreferenceBook) -> Batch:
    """Return `batch` with the language and units that its people chose. Raises
    `StoreUnavailable`."""
    people = {event.author.id: person_key(batch.thread, event.author) for event in batch.events}
    found = await asyncio.gather(*map(book.load, people.values()))
    known = dict(zip(people, found, strict=True))
    events = (
        replace(event, author=applied(event.author, known[event.author.id]))
        for event in batch.events
    )
    return replace(batch, events=tuple(events))


def applied(author: Author, preferences: Preferences) -> Author:
    """Return `author` as they want to be answered."""
    return replace(
        author,
        locale=preferences.language or author.locale,
        units=preferences.units or author.units,
    )
