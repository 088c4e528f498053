"""What is noted beside messages: pings, statuses, private messages, one-use handles. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .apps import App, Installation
from .workspace import Channel, Message, Workspace


@dataclass(frozen=True)
class Ping:
    """Somebody whom a bot's message notified: a user id, a group id, or a broadcast."""

    at: float
    channel: str
    ts: str
    target: str
    edit: bool


@dataclass
class Status:
    """What stands under a thread as the bot's status, and what stood there before."""

    text: str
    loading_messages: list[str]
    at: float


@dataclass
class Ephemeral:
    """A message that only one person sees."""

    at: float
    channel: str
    user: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None
    ts: str
    via: str  # the method or response_url it came by
    replaced: bool = False


@dataclass
class Trigger:
    """A trigger_id: good once, for three seconds."""

    app_id: str
    user: str
    expires: float
    used: bool = False


@dataclass
class OAuthCode:
    """What a person's agreement is exchanged for: good once, for ten minutes."""

    value: str
    app: App
    workspace: Workspace
    redirect_uri: str
    scopes: frozenset[str]
    expires: float
    whole_organisation: bool
    used: bool = False


@dataclass
class ResponseUrl:
    """Where a command or click may be answered: five times, for half an hour."""

    id: str
    installation: Installation
    channel: Channel
    user: str
    expires: float
    uses: int = 0
    message: Message | None = None
    ephemeral: Ephemeral | None = None
    thread_ts: str | None = None


@dataclass
class View:
    id: str
    app_id: str
    user: str
    body: dict[str, Any]
    hash: str
    at: float


@dataclass
class Assistant:
    """What an app has set on an assistant thread or message tab."""

    title: str | None = None
    prompts: list[dict[str, str]] = field(default_factory=list)
    prompts_title: str | None = None
