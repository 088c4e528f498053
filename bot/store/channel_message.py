"""What the playground keeps of one visible message: the value, its codec, and its public form.

Knows neither Redis nor HTTP. `ChannelMessages` stores these values, the web adapter shows them.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

State: TypeAlias = Literal["done", "thinking", "streaming", "stopped", "failed"]
"""`thinking` and `streaming` are answers in the making; people's messages are `done`."""


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A tool call as a person sees it."""

    id: str
    name: str
    title: str
    state: Literal["running", "ok", "failed"] = "running"
    summary: str = ""


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file beside a message: its size is in bytes, its content lives elsewhere."""

    id: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Meta:
    """Everything of a message that is written as one piece; times are in microseconds."""

    channel: str
    author: str
    name: str
    at: int
    thread: str = ""
    """The id of the message that the thread hangs under; empty for one of the channel itself."""
    bot: bool = False
    state: State = "done"
    edited: int = 0
    deleted: bool = False
    files: tuple[FileRef, ...] = ()
    tools: tuple[ToolUse, ...] = ()
    cards: tuple[str, ...] = ()
    note: str = ""
    """A sentence beside the text: why it takes longer, or why there is no more of it."""
    asked: tuple[str, ...] = ()
    """For answers: the ids of the people who asked."""
    answers: str = ""
    """For answers: the id of the newest message that is answered."""


@dataclass(frozen=True, slots=True)
class ChannelMessage:
    """A message of the playground. `rev` grows by one with every change of it."""

    id: str
    meta: Meta
    text: str = ""
    rev: int = 1
    waiting: int = 0
    """When the bot took it in, in microseconds, until an answer begins to show; 0 otherwise."""
    feedback: Mapping[str, int] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    """Who has written in the thread under it, in the order of their first reply."""
    replies: int = 0
    last_reply: int = 0

    def public(self) -> dict[str, Any]:
        """Return what a browser is told of it."""
        around = dataclasses.asdict(self)
        return {**around.pop("meta"), **around}


def encode_meta(meta: Meta) -> str:
    """Write `meta` as JSON, without what is empty."""
    full = dataclasses.asdict(meta)
    return json.dumps({name: value for name, value in full.items() if value}, ensure_ascii=False)


def decode_meta(data: str) -> Meta:
    """Read a `meta` back; names that this release does not know are left out."""
    raw = json.loads(data)
    known = {name: raw[name] for name in _NAMES & raw.keys()}
    known["files"] = tuple(FileRef(**file) for file in raw.get("files", ()))
    known["tools"] = tuple(ToolUse(**tool) for tool in raw.get("tools", ()))
    for name in ("cards", "asked"):
        known[name] = tuple(raw.get(name, ()))
    return Meta(**{"at": 0, **known})


_NAMES = {field.name for field in dataclasses.fields(Meta)}
