"""What goes out: the stream of values that the core returns for a batch, and platforms deliver.

A stream holds any number of the growing kinds and ends with exactly one `Done` or `Failed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.cards import ReviewCard


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The answer grew by `text` (Markdown)."""

    text: str


@dataclass(frozen=True, slots=True)
class TextRewritten:
    """All the text so far is replaced by `text`: the model failed midway and began again."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A tool runs. `title` says what it does, in the asker's language, for a status line."""

    call_id: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class ToolFinished:
    """The tool of `call_id` ended; `summary` is one short line."""

    call_id: str
    name: str
    ok: bool
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing is lost, but it takes longer: `text` says why, for a status line."""

    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a tool has found, for platforms that show it beside the answer, which says the same in
    other words: `text` is Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that belongs to the answer."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """The answer is complete: `text` is all of it, the same as the deltas together.
    `stopped` when a person ended it early."""

    text: str
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """There is no answer; `text` is the honest sentence to show after whatever `partial` text is
    visible. `code` is a stable word for logs and metrics."""

    text: str
    code: str
    partial: str = ""
    retryable: bool = True
    """False where asking for the same once more leads nowhere."""


Growing: TypeAlias = (
    TextDelta | TextRewritten | ToolStarted | ToolFinished | Waiting | Card | ReviewCard | File
)
"""A `ReviewCard` takes the place of all text, where a platform can show one; the text says the same
for those that cannot."""

Final: TypeAlias = Done | Failed
Reply: TypeAlias = Growing | Final
