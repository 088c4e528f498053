"""One interaction as the server keeps it, and as the person who started it sees it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from .mentions import text_of
from .records import Channel, Message, MessageFlag

ACK_SECONDS = 3.0
TOKEN_SECONDS = 900.0
USER_INSTALL_FOLLOW_UPS = 5
ATTACHMENT_BYTES = 10 * 1024 * 1024
NO_RESPONSE = "The application did not respond"
NO_CHOICES = "Loading options failed"


class InteractionKind(IntEnum):
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    """Types of first responses."""

    PONG = 1
    MESSAGE = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


class Context(IntEnum):
    """Where an interaction was started."""

    GUILD = 0
    BOT_DM = 1
    PRIVATE_CHANNEL = 2


@dataclass(frozen=True)
class Modal:
    """A dialog that stands open before a person."""

    custom_id: str
    title: str
    components: list[dict[str, Any]]
    opened_by: Interaction


@dataclass(eq=False)
class Interaction:
    """One interaction, from the moment somebody started it to the end of its token."""

    id: str
    token: str
    kind: InteractionKind
    user_id: str
    channel: Channel
    at: float
    owners: dict[str, str]  # authorizing_integration_owners
    context: Context
    payload: dict[str, Any] = field(default_factory=dict)
    name: str = ""  # of the command
    message: Message | None = None  # the one whose component was used
    trigger: Interaction | None = None  # what opened the modal
    message_command: bool = False
    expires: float = 0.0
    dead: bool = False  # not answered in time: the token is worth nothing
    response: Callback | None = None
    answered_at: float | None = None
    ephemeral: bool = False
    original: Message | None = None
    follow_ups: list[Message] = field(default_factory=list)
    choices: list[dict[str, Any]] | None = None
    modal: Modal | None = None
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def only_for_user(self) -> bool:
        """Tell whether only the person installed the app: five follow-ups, and nothing else."""
        return "0" not in self.owners

    @property
    def loading(self) -> bool:
        """Tell whether the person still sees that the app is thinking."""
        return self.original is not None and bool(self.original.flags & MessageFlag.LOADING)

    def respond(self, response: Callback, now: float) -> None:
        """Note the first response; there is only one."""
        self.response, self.answered_at = response, now
        self.settled.set()


@dataclass(frozen=True)
class Outcome:
    """What became of an interaction, as the person sees it; it follows what comes later."""

    interaction: Interaction

    @property
    def acknowledged(self) -> bool:
        return self.interaction.response is not None

    @property
    def seconds(self) -> float | None:
        """Return how long the first response took, None without one."""
        answered = self.interaction.answered_at
        return None if answered is None else answered - self.interaction.at

    @property
    def error(self) -> str | None:
        """Return the red line that Discord itself shows."""
        if not self.interaction.dead:
            return None
        typing = self.interaction.kind == InteractionKind.AUTOCOMPLETE
        return NO_CHOICES if typing else NO_RESPONSE

    @property
    def deferred(self) -> bool:
        return self.interaction.response in (Callback.DEFER, Callback.DEFER_UPDATE)

    @property
    def loading(self) -> bool:
        """Tell whether "… is thinking" still stands there."""
        return self.interaction.loading

    @property
    def ephemeral(self) -> bool:
        """Tell whether the first response is for this person only."""
        return self.interaction.ephemeral

    @property
    def modal(self) -> Modal | None:
        return self.interaction.modal

    @property
    def choices(self) -> list[dict[str, Any]]:
        """Return what autocomplete offers."""
        return self.interaction.choices or []

    @property
    def original(self) -> Message | None:
        """Return the first response while it stands."""
        original = self.interaction.original
        return None if original is None or original.deleted else original

    @property
    def messages(self) -> list[Message]:
        """Return all answers that stand, the first response and the follow-ups."""
        found = [self.interaction.original, *self.interaction.follow_ups]
        return [m for m in found if m is not None and not m.deleted]

    @property
    def public(self) -> list[Message]:
        """Return the answers that everybody in the place sees."""
        return [m for m in self.messages if m.visible_to is None]

    @property
    def private(self) -> list[Message]:
        """Return the answers that only this person sees."""
        return [m for m in self.messages if m.visible_to is not None]

    @property
    def seen(self) -> list[tuple[float, str]]:
        """Return what the person saw, each (seconds after the start, text), as it came."""
        start = self.interaction.at
        shown = [(v.at - start, v.content) for m in self.messages for v in m.versions]
        return sorted(shown, key=lambda state: state[0])

    @property
    def text(self) -> str:
        """Return all answers' text, in order."""
        return "\n".join(text_of(m).strip("\n") for m in self.messages)
