"""Translate what people do in the playground into events. Pure: values in, values out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from adapters.web.people import BOT_ID, Person, Room, find_person, find_room, names
from bot.events import (
    Attachment,
    Author,
    Delete,
    Edit,
    Feedback,
    Leave,
    Message,
    Place,
    Regenerate,
    Relevance,
    Reset,
    Stop,
    ThreadRef,
)
from bot.store.channel_message import ChannelMessage, FileRef

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_MENTION = re.compile(r"(?<![\w@./+-])@(\w{1,40})(?![\w@]|[.-]\w)")
_LEADING = re.compile(rf"\A\s*@{BOT_ID}\b[\s,:;，：；、]*", re.IGNORECASE)
_SLASH = re.compile(rf"/{BOT_ID}(?:\s+(\w+))?\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who acts, and what their browser tells of where they live."""

    person: Person
    locale: str = ""
    timezone: str = ""

    @property
    def author(self) -> Author:
        """Return the author that the core knows."""
        return Author(self.person.id, self.person.name, self.locale, self.timezone)


def mentions(text: str) -> list[str]:
    """Return the ids of those whom `text` addresses, in order; code addresses nobody."""
    known = names()
    found = _MENTION.findall(_CODE.sub(" ", text))
    return [known[name.lower()] for name in found if name.lower() in known]


def relevance(text: str, room: Room, thread: str) -> Relevance:
    """Tell how a message concerns the bot: `thread` is where it was written, empty for a root."""
    mentioned = mentions(text)
    if room.is_direct or BOT_ID in mentioned:
        return Relevance.DIRECT
    if not thread or mentioned:
        return Relevance.OVERHEARD
    return Relevance.IF_JOINED


def question(text: str) -> str:
    """Return `text` without the mention it begins with, as long as something remains."""
    return _LEADING.sub("", text, count=1) or text


def slash_word(text: str) -> str | None:
    """Return the word after `/parley` ("help" without one), None for an ordinary message."""
    match = _SLASH.fullmatch(text)
    return (match.group(1) or "help").lower() if match else None


def conversation(message: ChannelMessage, room: Room) -> ThreadRef:
    """Name the conversation that a message of a room belongs to."""
    return room.thread("" if room.is_direct else message.meta.thread or message.id)


def place(room: Room, locale: str) -> Place:
    """Describe the surface that an answer will appear on."""
    return Place(kind=room.kind, name=room.name, locale=locale)


def to_message(message: ChannelMessage, room: Room, writer: Writer) -> Message:
    """Translate a stored message of a person."""
    meta = message.meta
    return Message(
        id=message.id,
        thread=conversation(message, room),
        author=writer.author,
        text=question(message.text),
        at=meta.at,
        relevance=relevance(message.text, room, meta.thread),
        attachments=tuple(to_attachment(file) for file in meta.files),
        # In a direct message the bot has heard all there is; what was reset stays forgotten.
        starts_thread=room.is_direct or not meta.thread,
        place=place(room, writer.locale),
    )


def to_attachment(file: FileRef) -> Attachment:
    """Translate a file beside a message."""
    return Attachment(file.id, file.name, file.media_type, file.size, f"web-file:{file.id}")


def to_earlier(message: ChannelMessage, thread: ThreadRef) -> Message:
    """Translate a message that was written before the bot was called."""
    meta = message.meta
    author = Author("self" if meta.bot else meta.author, meta.name, is_bot=meta.bot)
    return Message(
        id=message.id,
        thread=thread,
        author=author,
        text=message.text if meta.bot else question(message.text),
        at=meta.at,
        attachments=() if meta.bot else tuple(to_attachment(file) for file in meta.files),
    )


def to_later(message: ChannelMessage, before: Message) -> Message | None:
    """Translate a message that was written behind another of its thread; None for the bot's own."""
    person = find_person(message.meta.author)
    room = find_room(message.meta.channel, person) if person and not message.meta.bot else None
    if person is None or room is None:
        return None
    return to_message(message, room, Writer(person, before.place.locale))


def to_edit(message: ChannelMessage, room: Room) -> Edit:
    """Translate an edited message."""
    text = question(message.text)
    return Edit(message.id, conversation(message, room), text, message.meta.edited)


def to_delete(message: ChannelMessage, room: Room) -> Delete:
    """Translate a message that was deleted."""
    return Delete(message.id, conversation(message, room))


def to_stop(room: Room, thread: str, writer: Writer) -> Stop:
    """Translate a press of Stop."""
    return Stop(room.thread("" if room.is_direct else thread), writer.author)


def to_reset(room: Room, thread: str, writer: Writer) -> Reset:
    """Translate `/parley reset`: the thread, the direct message, or the caller's in a channel."""
    whole = not room.is_direct and not thread
    return Reset(room.thread("" if room.is_direct else thread), writer.author, whole)


def to_leave(room: Room, thread: str, writer: Writer) -> Leave:
    """Translate `/parley leave`."""
    return Leave(room.thread("" if room.is_direct else thread), writer.author)


def to_feedback(answer: ChannelMessage, room: Room, writer: Writer, value: int) -> Feedback:
    """Translate a thumb."""
    sign: Literal[-1, 0, 1] = 1 if value > 0 else -1 if value < 0 else 0
    return Feedback(answer.id, conversation(answer, room), writer.author, sign)


def to_regenerate(
    id: str, answer: ChannelMessage, room: Room, writer: Writer, at: int
) -> Regenerate:
    """Translate the wish for another answer."""
    thread = conversation(answer, room)
    return Regenerate(id, thread, writer.author, answer.id, at, place(room, writer.locale))
