"""A code review as people see it: worded and in their language, without a platform's form.

Platforms lay it out in pages with buttons. Values only; made by `bot.reviews.cards`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.events import Author, ThreadRef

EXPLAIN = "explain"
"""The name of the command that a listener puts for "explain this finding"; its text is
`<review id>/<finding id>`."""

REASONS = ("false_positive", "intended", "later", "other")
"""Why a finding may be dismissed; `say("dismiss_" + reason)` words it."""

LONGEST_NOTE = 300
"""Characters of the words that somebody adds to a reason."""


@dataclass(frozen=True, slots=True)
class CardFinding:
    """One finding on a card. All texts are for people; those of a model or of code are Markdown in
    which nothing is markup but what a rendering has put there."""

    id: str
    number: int
    """By which people speak of it, from 1; the same as in the files."""
    severity: str
    """One of `bot.review.values.SEVERITIES`, for a sign or a colour."""
    status: str
    """`new`, `open`, `fixed` or `dismissed`."""
    title: str
    """One line: number, severity and title."""
    where: str
    """One line: state, place, kind, who found it, how sure that is."""
    text: str
    """Markdown: the explanation, what to do, the quoted lines."""
    note: str = ""
    """Who dismissed it and why, or why it was not looked at again; empty for nothing."""
    has_fix: bool = False
    """Whether `ReviewDesk.fix` has something to show."""

    @property
    def is_living(self) -> bool:
        """Tell whether it still counts."""
        return self.status in ("new", "open")


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """A review as it stands. `version` changes with all that people see of it."""

    id: str
    version: str
    locale: str
    title: str
    """One line: what was reviewed, and the score."""
    facts: str
    """One line: verdict, language, counts, what was read, by whom, what it cost."""
    note: str
    """What is missing of the model's part; empty for nothing."""
    summary: str
    """Markdown; says so when nothing was found."""
    findings: tuple[CardFinding, ...]
    """The living ones first, gravest first; then what was dismissed and what is fixed."""
    closing: str
    """Markdown: recommendations, and what was not read and why."""
    text: str
    """All of it as Markdown, for places that show no card."""
    askers: tuple[str, ...] = ()
    """Ids of those who may dismiss and review again, beside moderators."""
    file: str = "review.md"
    """The name of the file beside it that holds all of it; empty where none is."""
    complete: bool = True
    """Whether all was read, by the model too: only then is a review without findings good news."""


class Dismissed(StrEnum):
    """What became of a dismissal."""

    DONE = "done"
    NOT_ALLOWED = "not_allowed"
    """Only who asked for the review, whose code it is, and moderators may do that."""
    GONE = "gone"
    """The review is forgotten, or has no such finding any more."""


@dataclass(frozen=True, slots=True)
class Dismissal:
    """Somebody does not want to see a finding again. `reason` is one of `REASONS`; `anyone` is for
    those who may dismiss in every review, such as a moderator."""

    review: str
    finding: str
    thread: ThreadRef
    author: Author
    reason: str
    note: str = ""
    anyone: bool = False


class ReviewDesk(Protocol):
    """What a listener asks about reviews that stand in a channel: answered from the store, without
    a model and without a lease. Every call returns within 2 s or raises `StoreUnavailable`.

    `thread` is where the press was made; a review is told only in the channel that it belongs to,
    and a private one only to who asked for it: `alone` is the id of the one person who sees what
    is shown, empty where others do.
    """

    async def card(self, review: str, thread: ThreadRef, alone: str = "") -> ReviewCard | None:
        """Return a review as it stands now; None when it is forgotten, another channel's, or
        somebody else's own."""

    async def fix(
        self, review: str, finding: str, thread: ThreadRef, locale: str, alone: str = ""
    ) -> str:
        """Return a finding's fix as Markdown with a diff, and how far it was checked; empty when
        there is none."""

    async def dismiss(self, dismissal: Dismissal) -> Dismissed:
        """Dismiss a finding; the next `card` shows it."""
