"""Discord's payloads to events: pure, nothing awaited. Nothing past this file reads a Discord key.

Messages are the same objects whether the gateway sends them or they are read back. People are named
by the payload itself; of roles and channels the caller knows more.
Source of the shapes: https://discord.com/developers/docs/resources/message.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeAlias

from adapters.common.payloads import Payload, mapping, objects, sound
from adapters.discord import carried
from adapters.discord.meant import (
    SPOKEN,
    STARTER,
    Ear,
    Self,
    answered,
    is_bot,
    is_named,
    is_own,
    kind_of,
    referenced,
    refers_to,
    relevance_of,
)
from adapters.discord.payloads import id_of, microseconds, moment, shown_name
from adapters.discord.places import OPENED, Spot
from adapters.discord.words import Names, readable
from bot.events import Author, Delete, Edit, Message, Relevance, ThreadRef

__all__ = [
    "Ear",
    "Self",
    "answered",
    "changed",
    "earlier",
    "gone",
    "is_bot",
    "is_named",
    "is_own",
    "refers_to",
    "spoken",
]

LONGEST = 20_000
"""Characters of a message with all that hangs beneath it; 4,000 are the longest of its own."""

LONGEST_QUOTE = 600
"""Characters of the message that a question answers, where it is quoted before the question."""

NAME = "Parley"

Heard: TypeAlias = Message | Edit | Delete


def spoken(
    message: Payload, spot: Spot, ear: Ear, chain: ThreadRef | None = None
) -> Message | None:
    """Return what somebody said, None where it cannot concern the bot.

    `chain` is the conversation of the bot's message that this one answers, where that is known.
    """
    id, author = id_of(message), mapping(message.get("author"))
    if not (id and id_of(author)) or kind_of(message) not in SPOKEN:
        return None
    if is_own(message, ear.me):
        return None
    relevance = relevance_of(message, spot, ear)
    if relevance is None:
        return None
    text, mentions = _said(message, ear, spot, relevance)
    place, thread = spot.place(), thread_of(message, spot, ear.me, chain)
    if chain is not None and thread == chain:
        place = replace(place, can_thread=False)  # it goes on where it stands
    elif spot.thread == id:
        place = replace(place, address={OPENED: "1"})
    return Message(
        id=id,
        thread=thread,
        author=_author(message),
        text=text[:LONGEST],
        at=microseconds(id),
        relevance=relevance,
        attachments=carried.files(message),
        starts_thread=_starts_thread(message, spot),
        mentions=mentions,
        place=place,
    )


def changed(
    message: Payload, spot: Spot, ear: Ear, chain: ThreadRef | None = None
) -> tuple[Edit | Message, ...]:
    """Return what an edit means, and what was said if it is for the bot now.

    Previews of links, pins and threads change a message too; nobody edited it.
    """
    id, at = id_of(message), moment(message.get("edited_timestamp"))
    if not (id and at) or kind_of(message) not in SPOKEN or is_own(message, ear.me):
        return ()
    if not (ear.reads_all or spot.is_direct or is_named(message, spot, ear.me)):
        return ()  # what it reads now is not told
    if not spot.is_direct and _is_withheld(message):
        return ()
    text, mentions = _said(message, ear, spot, relevance_of(message, spot, ear))
    thread = thread_of(message, spot, ear.me, chain)
    edit = Edit(id, thread, text[:LONGEST], at, carried.files(message), mentions)
    if spot.is_direct or not is_named(message, spot, ear.me):
        return (edit,)
    asked = spoken(message, spot, ear, chain)
    return (edit, asked) if asked is not None and not asked.author.is_bot else (edit,)


def gone(id: str, spot: Spot, chain: ThreadRef | None = None) -> Delete:
    """Return what the deletion of a message means."""
    if spot.is_direct or spot.thread:
        return Delete(id, spot.ref(spot.thread))
    return Delete(id, chain or spot.ref(id))


def earlier(message: Payload, thread: ThreadRef, ear: Ear, spot: Spot) -> Message | None:
    """Translate a message that was read back, of whatever thread it is now a part."""
    message = starter(message) or message
    id, own = id_of(message), is_own(message, ear.me)
    # What the bot says as an answer to a command has a type of its own.
    if not id or (kind_of(message) not in SPOKEN and not own):
        return None
    text, mentions = own_text(message) if own else read_text(message, ear, spot)
    if not (text or message.get("attachments")):
        return None  # it says nothing, or nothing that the bot may read
    return Message(
        id=id,
        thread=thread,
        author=Author("self", "", is_bot=True) if own else _author(message),
        text=text[:LONGEST],
        at=microseconds(id),
        relevance=Relevance.OVERHEARD,
        attachments=carried.files(message),
        mentions=mentions,
        place=spot.place(),
    )


def starter(message: Payload) -> Payload:
    """Return the message that a thread was made from, where one stands for it in the thread."""
    is_starter = kind_of(message) == STARTER
    return mapping(message.get("referenced_message")) if is_starter else {}


def thread_of(message: Payload, spot: Spot, me: Self, chain: ThreadRef | None = None) -> ThreadRef:
    """Name the conversation of a message; in a channel itself it may be a `chain`."""
    if spot.is_direct or spot.thread:
        return spot.ref(spot.thread)
    # Where no thread can be opened, an answer continues what it answers.
    return chain or spot.ref((not spot.can_thread and answered(message, me)) or id_of(message))


def read_text(message: Payload, ear: Ear, spot: Spot) -> tuple[str, tuple[str, ...]]:
    """Return what a message says as Markdown, with all that hangs beneath it, and the ids in it
    whose names are not known."""
    names = _names(message, ear)
    own = "|".join(rf"<@!?{id}>" for id in (ear.me.user,) if id)
    role = f"|<@&{spot.role}>" if spot.role else ""
    content = message.get("content")
    said = re.sub(rf"^\s*(?:{own}{role})[:,]?\s*", "", content if isinstance(content, str) else "")
    parts = [said, carried.beneath(message)]
    unnamed: dict[str, None] = {}
    shown = []
    for part in parts:
        text, ids = readable(part, names)
        shown.append(text)
        unnamed |= dict.fromkeys(ids)
    for snapshot in carried.snapshots(message):
        inner = f"{snapshot.get('content') or ''}\n{carried.beneath(snapshot)}".strip()
        text, ids = readable(inner, _names(snapshot, ear))
        source, more = readable(carried.source(message), names)
        shown += [source, carried.quoted(text)]
        unnamed |= dict.fromkeys((*ids, *more))
    return sound("\n".join(filter(None, shown))), tuple(unnamed)


def own_text(message: Payload) -> tuple[str, tuple[str, ...]]:
    """Return what the bot itself said: without the small print at its end, and as it wrote it."""
    content = message.get("content")
    said = content if isinstance(content, str) and content else carried.beneath(message)
    lines = sound(said).split("\n")
    while lines and (lines[-1].startswith("-# ") or not lines[-1].strip()):
        lines.pop()
    return "\n".join(lines), ()


def _said(
    message: Payload, ear: Ear, spot: Spot, relevance: Relevance | None
) -> tuple[str, tuple[str, ...]]:
    """Return what a message says, and the ids in it; a question in a thread, which may be long,
    says whose message it answers."""
    text, mentions = read_text(message, ear, spot)
    if relevance is Relevance.DIRECT and spot.thread:
        text = _answering(message, ear, spot) + text
    return text, mentions


def _answering(message: Payload, ear: Ear, spot: Spot) -> str:
    """Quote the message of somebody else that a question answers."""
    other = referenced(message)
    author = mapping(mapping(other).get("author"))
    if not other or is_own(other, ear.me) or id_of(author) == id_of(mapping(message.get("author"))):
        return ""
    text, _ = read_text(other, ear, spot)
    if not text:
        return ""
    short = text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
    return f"{shown_name(author)}:\n{carried.quoted(short)}\n\n"


def _is_withheld(message: Payload) -> bool:
    """Tell whether a message comes without all that it holds, as no message is: without the intent
    Discord withholds it, also of one that names the bot no longer in its words."""
    if message.get("content") or message.get("attachments") or message.get("sticker_items"):
        return False
    return not (carried.beneath(message) or carried.snapshots(message))


def _starts_thread(message: Payload, spot: Spot) -> bool:
    """Tell whether nothing can stand before a message: a question in a channel opens its thread,
    and a forum post's first message has the post's own id."""
    if spot.is_direct:
        return True
    if spot.thread:
        return spot.thread == id_of(message)
    return not refers_to(message)


def _author(message: Payload) -> Author:
    author = mapping(message.get("author"))
    return Author(id_of(author), carried.author_of(message), is_bot=is_bot(message))


def _names(message: Payload, ear: Ear) -> Names:
    known = {
        id_of(user): shown_name(user, mapping(user.get("member")))
        for user in objects(message, "mentions")
    }

    def name(kind: str, id: str) -> str:
        if kind != "user":
            return ear.names(kind, id)
        return NAME if id == ear.me.user else known.get(id) or ear.names(kind, id)

    return name
