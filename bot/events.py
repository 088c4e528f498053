"""What comes in: the values that every platform's listener translates its payloads into.

Turn events (`Message`, `Command`, `Regenerate`) wait in the inbox and are answered; control events
(`Edit`, `Delete`, `Stop`, `Reset`, `Leave`, `Feedback`) act at once and never wait behind a turn.
Nothing here knows a platform, a store or a model; how they are written is in `bot/event_codec.py`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias
from urllib.parse import quote, unquote


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """Where one conversation lives and one voice speaks.

    `thread` is the platform's id of the thread, empty where the whole channel is the conversation
    (a direct message's top level).
    """

    platform: str
    workspace: str
    channel: str
    thread: str = ""

    @property
    def key(self) -> str:
        """Spell the reference as one string that is safe inside a Redis key and a hash tag."""
        parts = (self.platform, self.workspace, self.channel, self.thread)
        return "/".join(quote(part, safe="", errors="replace") for part in parts)

    @property
    def channel_key(self) -> str:
        """Spell the thread's channel in the same way: one name for all of its threads."""
        return ThreadRef(self.platform, self.workspace, self.channel).key

    @classmethod
    def from_key(cls, key: str) -> ThreadRef:
        """Read a reference back from `key`."""
        platform, workspace, channel, thread = (unquote(part) for part in key.split("/"))
        return cls(platform, workspace, channel, thread)


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote or clicked: the platform's id, the name that others see, and where they live."""

    id: str
    name: str
    locale: str = ""
    timezone: str = ""
    """An IANA zone name, empty when the platform does not tell."""
    is_bot: bool = False
    units: str = ""
    """The scale of temperatures that they chose, `celsius` or `fahrenheit`; empty for none."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside a message: a reference, never its bytes.

    `url` is opaque to the core; only the platform that made it can fetch it. `size` is in bytes,
    0 when unknown.
    """

    id: str
    name: str
    media_type: str = ""
    size: int = 0
    url: str = ""


PlaceKind: TypeAlias = Literal["channel", "private", "direct", "group"]


@dataclass(frozen=True, slots=True)
class Place:
    """What the listener knows of the surface that a reply will appear on."""

    kind: PlaceKind = "channel"
    name: str = ""
    locale: str = ""
    can_edit: bool = True
    can_attach: bool = True
    address: dict[str, str] = field(default_factory=dict)
    """Whatever else the platform needs to deliver (a response URL, a token's deadline); opaque to
    the core."""
    lasting: tuple[str, ...] = ()
    """Keys of `address` that hold for an answer that is given anew, whenever that is."""
    can_return: bool = True
    """False where nothing can be written any more once an answer stands."""
    looking_at: str = ""
    """The channel that whoever asks has open beside this conversation: its id, and once it is
    looked up its name."""
    can_thread: bool = True
    """False where an answer cannot have a thread of its own: it stands in the channel, as a reply
    to its question, and `ThreadRef.thread` names the first message of the chain."""


class Relevance(StrEnum):
    """How a message concerns the bot; the inbox keeps the last two only in joined threads."""

    DIRECT = "direct"
    IF_JOINED = "if_joined"
    OVERHEARD = "overheard"


@dataclass(frozen=True, slots=True)
class Source:
    """A message that somebody chose from its menu: its id, and that of who wrote it."""

    id: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """Something a person wrote. `at` is the platform's time in microseconds since the epoch."""

    id: str
    thread: ThreadRef
    author: Author
    text: str
    at: int
    relevance: Relevance = Relevance.DIRECT
    attachments: tuple[Attachment, ...] = ()
    attachments_known: bool = True
    """False when the platform's event never carries files, so that they must be asked for."""
    starts_thread: bool = True
    """False when the thread may hold messages older than this one."""
    mentions: tuple[str, ...] = ()
    """Ids that stand in `text` as `@id` or `#id`, to be shown by name."""
    hidden: tuple[str, ...] = ()
    """Kinds of the secrets that the inbox has hidden in `text`."""
    place: Place = field(default_factory=Place)
    source: Source | None = None
    """The message whose words and files these are, where that is another one."""


@dataclass(frozen=True, slots=True)
class Command:
    """A named request (`ask`, `weather`, `time`, ...) that is answered in a thread of its own."""

    id: str
    thread: ThreadRef
    author: Author
    name: str
    text: str
    at: int
    private: bool = False
    attachments: tuple[Attachment, ...] = ()
    mentions: tuple[str, ...] = ()
    """As in `Message`."""
    hidden: tuple[str, ...] = ()
    place: Place = field(default_factory=Place)
    source: Source | None = None
    """The message whose words and files these are, where that is another one."""


@dataclass(frozen=True, slots=True)
class Regenerate:
    """Answer again the question whose answer is `target`, replacing it in place."""

    id: str
    thread: ThreadRef
    author: Author
    target: str
    at: int
    place: Place = field(default_factory=Place)
    review: str = ""
    """Set where the edit of what was reviewed, or a push, makes the wish: the review's id. Then
    `target` may not be known yet."""
    head: str = ""
    """The newest commit of a pull request, where a push makes the wish."""
    askers: tuple[str, ...] = ()
    """Who else may have the answer given anew, where a review makes the wish."""


@dataclass(frozen=True, slots=True)
class Edit:
    """The message `target` now reads `text`. `at` is the time of the edit in microseconds."""

    target: str
    thread: ThreadRef
    text: str
    at: int
    attachments: tuple[Attachment, ...] | None = None
    """None when the platform does not tell; the known ones are kept."""
    mentions: tuple[str, ...] = ()
    """Ids that stand in the new `text`; those of the old one stay known."""
    is_direct: bool = False
    """True where the message is known to be for the bot, although it may not have come yet."""


@dataclass(frozen=True, slots=True)
class Delete:
    """The message `target` is gone."""

    target: str
    thread: ThreadRef


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody wants the running answer of the thread to end here.

    `anyone` is for those who may stop whatever runs, such as a moderator.
    """

    thread: ThreadRef
    author: Author
    anyone: bool = False


@dataclass(frozen=True, slots=True)
class Reset:
    """Forget the thread; with `whole_channel` what is held in the channel for the author, with
    `everywhere` what is held for them in any channel of the workspace."""

    thread: ThreadRef
    author: Author
    whole_channel: bool = False
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """Follow the thread no more until somebody addresses the bot there again; with
    `whole_channel` all threads of the channel in which the author has asked."""

    thread: ThreadRef
    author: Author
    whole_channel: bool = False


@dataclass(frozen=True, slots=True)
class Feedback:
    """A thumb up (`value` 1), down (-1) or taken back (0) on the answer `target`."""

    target: str
    thread: ThreadRef
    author: Author
    value: Literal[-1, 0, 1]
    reply: str = ""
    """The answer's own name, where the platform tells it: one given anew is another answer."""


TurnEvent: TypeAlias = Message | Command | Regenerate
ControlEvent: TypeAlias = Edit | Delete | Stop | Reset | Leave | Feedback

KINDS: Mapping[str, type[TurnEvent]] = {
    "message": Message,
    "command": Command,
    "regenerate": Regenerate,
}
"""The turn events by the names under which they are stored."""
NAMES: Mapping[type[TurnEvent], str] = {kind: name for name, kind in KINDS.items()}


def with_names(text: str, ids: Iterable[str], people: Mapping[str, Author]) -> str:
    """Return a text in which the `@id` and `#id` of known people and channels are their names."""
    for id in ids:
        if id in people:
            text = text.replace(f"@{id}", f"@{people[id].name}")
            text = text.replace(f"#{id}", f"#{people[id].name}")
    return text


def person_key(thread: ThreadRef, author: Author) -> str:
    """Name a person across the threads of a workspace."""
    return f"{thread.platform}/{thread.workspace}/{author.id}"


def identity(event: TurnEvent) -> str:
    """Name what makes `event` the same event when it is delivered again."""
    place = f"{event.thread.platform}/{event.thread.workspace}/{event.thread.channel}"
    return f"{NAMES[type(event)]}:{place}:{event.id}"


def stands_alone(event: TurnEvent) -> bool:
    """Tell whether `event` never shares a reply with others: commands, and what has an address of
    its own to be answered at."""
    return not isinstance(event, Message) or bool(event.place.address)


def edited(event: TurnEvent, edit: Edit) -> TurnEvent:
    """Return `event` as it reads after `edit`."""
    if isinstance(event, Regenerate):
        return event
    attachments = event.attachments if edit.attachments is None else edit.attachments
    changed = dataclasses.replace(event, text=edit.text, attachments=attachments)
    if isinstance(changed, Message) and edit.mentions:
        mentions = tuple(dict.fromkeys((*changed.mentions, *edit.mentions)))
        changed = dataclasses.replace(changed, mentions=mentions)
    return changed
