"""The port of a tool: what a tool function may take and return.

A tool is a typed async function with a docstring; `bot.tools.registry` derives the rest. One that
raises `AskAgain` sends the model back to correct its call, `ToolFailed` closes the matter, and
anything else is a bug.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.events import Attachment, Author, Place, ThreadRef
from bot.models.port import Model
from bot.replies import Card, File


def _as_it_is(model: Model) -> Model:
    return model


@dataclass(frozen=True, slots=True)
class ToolContext:
    """Who asks, where, and when: handed to a tool whose first parameter is annotated with it."""

    author: Author
    thread: ThreadRef
    place: Place
    locale: str = "en"
    timezone: str = ""
    """The asker's IANA zone, empty when unknown."""
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))
    attachments: tuple[Attachment, ...] = ()
    person: str = ""
    """A stable hash of who asks, for a model's service."""
    metered: Callable[[Model], Model] = _as_it_is
    """Wraps a model so that what a tool asks it is charged to who asks."""


@dataclass(frozen=True, slots=True)
class ToolOutput:
    """A result with more than text: what the model reads, and what people see beside the answer."""

    text: str
    cards: tuple[Card, ...] = ()
    files: tuple[File, ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A registered tool: what the model sees of it and what runs."""

    name: str
    description: str
    parameters: dict[str, Any]
    run: Callable[[ToolContext, dict[str, Any]], Awaitable[ToolOutput]]
    """Takes the arguments as JSON values, checks them itself, and runs; raises `AskAgain` or
    `ToolFailed`. The engine goes through `Toolbox.call`, which reads JSON and keeps the time."""
    title: Callable[[dict[str, Any], str], str]
    """(arguments, locale) -> what it is doing, for a status line."""
    timeout: float = 20.0
    """Seconds; a tool that takes longer has failed."""
    repeatable: bool = True
    """Running it again after a crash does no harm."""
