"""What is remembered: history entries and their versioned codec.

An entry is one message of a thread, a person's or the bot's, keyed by the platform's message id.
A tool call is remembered inside the answer that needed it, together with its result, so that no
history can ever end in a call without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pydantic import TypeAdapter, ValidationError

from bot import codec
from bot.errors import MalformedValue, NewerVersion

VERSION = 1

Role: TypeAlias = Literal["person", "bot"]


@dataclass(frozen=True, slots=True)
class Step:
    """A finished tool call of an answer: its arguments as JSON text and its result as text."""

    call_id: str
    name: str
    arguments: str
    result: str
    ok: bool = True


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What the model may read of an attachment: text, or the reason why there is none."""

    name: str
    text: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One remembered message. `at` is the platform's time in microseconds since the epoch."""

    id: str
    role: Role
    text: str
    at: int
    author_id: str = ""
    author: str = ""
    excerpts: tuple[Excerpt, ...] = ()
    steps: tuple[Step, ...] = ()
    asked_by: tuple[str, ...] = ()
    """For the bot's answers: the ids of the people whom it answered."""
    parts: tuple[str, ...] = ()
    """For the bot's answers: the platform's ids of all its messages, the first being `id`."""
    mentions: tuple[str, ...] = ()
    """Ids that stand in `text` as `@id` or `#id`, to be shown by name."""
    overheard: bool = False


@dataclass(frozen=True, slots=True)
class _Envelope:
    v: int
    entry: Any


def encode(entry: Entry) -> str:
    """Write `entry` as versioned JSON."""
    body = codec.dump(_adapter(Entry), entry)
    return f'{{"v":{VERSION},"entry":{body}}}'


def decode(data: str | bytes) -> Entry:
    """Read an entry back. Raises `NewerVersion` or `MalformedValue`."""
    try:
        envelope = _adapter(_Envelope).validate_json(data)
        if envelope.v > VERSION:
            raise NewerVersion(f"an entry of version {envelope.v}; this release reads {VERSION}")
        entry: Entry = _adapter(Entry).validate_python(envelope.entry)
    except ValidationError as error:
        raise MalformedValue(f"an entry with {error.error_count()} misfits") from None
    return entry


_adapters: dict[type[Any], TypeAdapter[Any]] = {}
"""Built at first use: building them all would slow the start down."""


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]
