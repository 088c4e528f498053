"""What a platform offers a delivery: one place of it, as few verbs as that takes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol, runtime_checkable

from bot.cards import ReviewCard
from bot.errors import PlatformGone, PlatformTemporary
from bot.replies import File, ToolFinished, ToolStarted


class MessageGone(PlatformGone):
    """One visible message was deleted under us; the place itself is still there."""


class TooLong(PlatformGone):
    """The platform does not take a text of this length, although it is within `limit`."""


class NoCard(PlatformGone):
    """No card is taken here: the text, which says the same, is shown instead."""


class Moved(PlatformTemporary):
    """Nothing was posted, and from now on the reply stands elsewhere: what is due is written again
    by the rules of that place."""


class Stage(Enum):
    """What a write makes of its message, and so which buttons stand under it."""

    GROWING = auto()
    """The newest part, with more to come."""
    CLOSED = auto()
    """It stays as it is, and offers nothing: the next part follows, or it is not worth a try."""
    ANSWERED = auto()
    """The end of an answer, also of one that a person has stopped."""
    FAILED = auto()
    """The end of a reply that broke off; asking again may help."""


@dataclass(frozen=True, slots=True)
class Found:
    """An own post that carries the reply's key: which part it is, its id, and how it reads."""

    index: int
    id: str
    text: str = ""


@runtime_checkable
class ShowsCards(Protocol):
    """A surface that shows a review in the platform's own form: one message with buttons. Both
    verbs raise as those of `Surface` do, and `NoCard`."""

    async def post_card(self, index: int, card: ReviewCard) -> str:
        """Post a card as part `index`; returns its id."""

    async def edit_card(self, id: str, card: ReviewCard) -> None:
        """Let a message, whatever it showed, show a card."""


@runtime_checkable
class KeepsCards(Protocol):
    """A surface on which a card may stand already when a reply begins."""

    async def keep_card(self, id: str, text: str) -> bool:
        """Let the card in a message stay, with `text` (Markdown) beside it: there is no newer one.
        False where none stands there. Raises as `Surface.edit` does."""


@runtime_checkable
class RenewsCards(Protocol):
    """A surface that can say beneath a card that a newer one is on its way."""

    async def holds_card(self, id: str) -> bool:
        """Tell whether a card stands in a message; False where that cannot be known now."""

    async def renew_card(self, id: str, text: str) -> bool:
        """Show `text` (Markdown) and a way to stop beneath the card that stands in a message. Tried
        once, like growth: False when it failed. Raises `MessageGone`."""


class Surface(Protocol):
    """One place that a reply is written to. Each write raises the `PlatformError` family only after
    its own short retries."""

    limit: int
    """The size of a message, as `measure` counts it."""

    @property
    def grows(self) -> bool:
        """Tell whether what is shown here can be changed; else nothing is shown before the end, as
        another attempt might say it otherwise."""

    def measure(self, markdown: str) -> int:
        """Return the size of a text once rendered."""

    async def may_grow(self, *, first: bool) -> bool:
        """Take a slot for growth now, if there is one: for a first post, whose last edit is then
        sure of its slot, or for an edit between."""

    async def post(self, index: int, markdown: str, stage: Stage) -> str:
        """Post a message that carries the reply's key and `index`; waits for its slot. Where an
        answer was lost, what may stand there already is looked for first. Raises `Moved`."""

    async def edit(self, id: str, markdown: str, stage: Stage) -> bool:
        """Let a message read `markdown`. The last edit of a part waits for its slot and is tried
        again; a growing one is only tried: False when it failed. Raises `MessageGone`."""

    async def remove(self, id: str) -> None:
        """Delete an own message; a missing one is no fault."""

    async def find(self) -> list[Found]:
        """Read which own posts carry the reply's key, oldest first."""

    async def strays(self, known: Collection[str]) -> list[str]:
        """Name own posts of this reply that are not `known`, if any may exist."""

    @property
    def alive(self) -> bool:
        """Tell whether a sign of life is known to stand here."""

    async def status(self, text: str) -> bool:
        """Show a sign of life outside the text, or with an empty text take it away; False where
        this place has none."""

    async def attach(self, file: File) -> None:
        """Put a file beside the reply, once. Raises when it could not be put there."""

    async def close(self) -> None:
        """Give back what was kept for this reply: it has ended, or is handed on."""


def cards_of(surface: Surface) -> ShowsCards:
    """Return a surface that another one stands for as one that shows cards. Raises `NoCard`."""
    if not isinstance(surface, ShowsCards):
        raise NoCard("told in words")
    return surface


@runtime_checkable
class ShowsTools(Protocol):
    """A surface whose messages can show, beside their text, what tools do."""

    def tool(self, reply: ToolStarted | ToolFinished) -> None:
        """Take note of it; the next write shows it."""

    @property
    def owes(self) -> bool:
        """Tell whether something was noted that the open message does not show yet."""

    async def may_begin(self) -> bool:
        """Take a slot for a first message that shows tools alone, with an empty text, if there is
        one and something to show."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a visible text grows, in seconds: early at first, then calmer."""

    least: float = 0.7
    most: float = 3.0
    calm: float = 1.15
    """Each edit lets the next one wait this much longer."""
    life_after: float = 0.5
    """When nothing is known to be visible by then, a sign of life is shown: people are promised one
    within a second."""
    life_again: float = 100.0
    """A sign of life is renewed this often: Slack takes a status away after two minutes."""
