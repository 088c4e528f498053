"""Notes about the bot's own messages: the conversation that one belongs to where there is no thread
for it, and the reply that the buttons under one act on.

Called by outbound and the answers to commands, which write it; by the listener and `clicks`, which
read it. Every call raises `StoreUnavailable`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from adapters.common.presses import askers_of
from bot.events import ThreadRef
from bot.platform import Batch
from bot.store.notes import Notes

KEPT_SECONDS = 30 * 24 * 3600

MOST_ASKERS = 60
"""People in a note; a batch has twenty events, and an answer given anew adds who wished for it."""

_NAME = re.compile(r"([a-z0-9]{16})(?:-(\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class Tag:
    """What the buttons of a reply stand for: the thread whose turn it is, the reply's key, and who
    asked."""

    thread: ThreadRef
    key: str
    askers: tuple[str, ...] = ()


def tag_for(batch: Batch, key: str) -> Tag:
    """Return what the buttons of a batch's reply stand for."""
    return Tag(batch.thread, key, askers_of(batch))


async def remember(notes: Notes, message_id: str, thread: ThreadRef) -> None:
    """Keep that our message `message_id` belongs to `thread`."""
    await notes.keep(_message(message_id), thread.key, KEPT_SECONDS)


async def thread_of(notes: Notes, message_id: str) -> ThreadRef | None:
    """Return the conversation that our message belongs to, if that is kept."""
    return _thread(await notes.read(_message(message_id)))


async def keep_card(notes: Notes, message_id: str) -> None:
    """Keep that our message shows a review's card: it can hold no plain text again."""
    await notes.keep(_card(message_id), "1", KEPT_SECONDS)


async def cards_among(notes: Notes, message_ids: Iterable[str]) -> frozenset[str]:
    """Return those of our messages that show a review's card."""
    return frozenset([id for id in message_ids if id and await notes.read(_card(id))])


async def keep_in_place(notes: Notes, thread: ThreadRef) -> None:
    """Keep that a conversation has no thread of its own: it stands in the channel."""
    await notes.keep(f"discord/in_place/{thread.key}", "1", KEPT_SECONDS)


async def is_in_place(notes: Notes, thread: ThreadRef) -> bool:
    """Tell whether a conversation is known to have no thread of its own."""
    return bool(await notes.read(f"discord/in_place/{thread.key}"))


def name_of(thread: ThreadRef, key: str) -> str:
    """Name a reply in 16 letters and digits: the same in every process, and after a crash."""
    return hashlib.sha256(f"{thread.key}\n{key}".encode()).hexdigest()[:16]


async def keep_tag(notes: Notes, tag: Tag) -> str:
    """Keep what the buttons of a reply stand for, and return its name."""
    name = name_of(tag.thread, tag.key)
    body = {"t": tag.thread.key, "k": tag.key, "a": tag.askers[:MOST_ASKERS]}
    await notes.keep(f"discord/tag/{name}", json.dumps(body), KEPT_SECONDS)
    return name


async def tag_of(notes: Notes, name: str) -> Tag | None:
    """Return what is behind the buttons with this name, also where that names a part."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        body = json.loads(await notes.read(f"discord/tag/{found[1]}"))
        thread = ThreadRef.from_key(body["t"])
        return Tag(thread, str(body["k"]), tuple(str(asker) for asker in body["a"]))
    except (ValueError, KeyError, TypeError):
        return None


def part_name(name: str, index: int) -> str:
    """Name one part of the reply `name`."""
    return f"{name}-{index}"


def part_of(name: str) -> tuple[str, int]:
    """Read a part's name: the reply's name and the part's index; 0 where only a reply is named."""
    found = _NAME.fullmatch(name)
    return (found[1], int(found[2] or 0)) if found is not None else (name, 0)


def _message(message_id: str) -> str:
    return f"discord/ours/{message_id}"


def _card(message_id: str) -> str:
    return f"discord/card/{message_id}"


def _thread(key: str) -> ThreadRef | None:
    try:
        return ThreadRef.from_key(key) if key else None
    except ValueError:
        return None
