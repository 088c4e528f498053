"""The port that a platform adapter implements, and the small ports that the bot hands to it.

The core never calls up into a platform except through `Platform`: the worker and its helpers do,
and whoever opens and closes it. `tests/contracts/` holds the suite that every implementation passes
whose messages can be changed; the terminal, which takes back nothing that it has printed, has tests
of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.errors import PlatformTemporary
from bot.events import (
    Attachment,
    Author,
    ControlEvent,
    Message,
    Regenerate,
    ThreadRef,
    TurnEvent,
)
from bot.replies import Reply


class Stored(StrEnum):
    """What the inbox did with an event; a platform may be told "received" after any of them."""

    STORED = "stored"
    """New: it waits for its answer. The listener shows a sign of life at once."""
    KNOWN = "known"
    """Delivered before."""
    REMEMBERED = "remembered"
    """Overheard in a joined thread: in the history, never answered."""
    DROPPED = "dropped"
    """Not for the bot."""
    FULL = "full"
    """The thread holds too many waiting messages; one honest sentence says so."""


class Controlled(StrEnum):
    """What became of a control event."""

    DONE = "done"
    NOTHING = "nothing"
    """There was nothing to act on: no running answer, an unknown message."""
    NOT_ALLOWED = "not_allowed"
    """Only those who asked may do that."""


class PartlyRead(PlatformTemporary):
    """Only a part of a thread could be read in the time that somebody waits for an answer: `found`,
    oldest first."""

    def __init__(self, message: str, found: Sequence[Message]) -> None:
        super().__init__(message)
        self.found = tuple(found)


class Sink(Protocol):
    """Where a listener puts what it heard. Both calls return within 2 s or raise
    `StoreUnavailable`; what was not stored must not be acknowledged."""

    async def put(self, event: TurnEvent) -> Stored:
        """Store a turn event durably, once."""

    async def control(self, event: ControlEvent) -> Controlled:
        """Act on a control event at once."""


@dataclass(frozen=True, slots=True)
class Part:
    """One visible message of a reply: its place in the order and the platform's id of it.

    `id` is empty while only the intent to post is known: the post may or may not have happened.
    """

    index: int
    id: str = ""


class Receipt(Protocol):
    """The durable record of what is visible of one reply. Every write is fenced: it raises
    `LostLease` when another worker owns the thread, and then nothing more may be written to the
    platform except the removal of one's own surplus post."""

    @property
    def key(self) -> str:
        """The reply's own name, the same after a crash: platforms carry it on each post."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """What earlier attempts made visible, in order; where an id is empty, the post is looked
        for by `key`."""

    def check(self) -> None:
        """Raise `LostLease` when too little of the lease is left for a platform call."""

    def end(self) -> None:
        """Let the answer end here: a person has said so on the platform itself."""

    async def posting(self, index: int) -> None:
        """Record the intent to post part `index`, before the platform is called."""

    async def posted(self, index: int, id: str) -> None:
        """Record the platform's id of part `index`."""

    async def removed(self, index: int) -> None:
        """Record that part `index` is no longer visible."""

    async def opened(self, thread: ThreadRef, at: int) -> None:
        """Record that the reply, which was asked for outside of any thread, has opened one at the
        platform's time `at` (microseconds): what is said there needs no mention."""


class Allowance(Protocol):
    """What a workspace lets us write, shared by every thread and every process."""

    async def reserve(
        self, workspace: str, method: str, channel: str = "", hold: str = ""
    ) -> float:
        """Take the next free slot of `method`, or the one that `hold` keeps, and return the seconds
        to wait for it (0 = now)."""

    async def try_take(
        self, workspace: str, method: str, channel: str = "", hold: str = ""
    ) -> bool:
        """Take a slot only if one is free now above the reserve that finals keep; `hold` is kept
        longer."""

    async def hold(self, workspace: str, method: str, hold: str) -> bool:
        """Keep a slot for a later `reserve`, if there is one to spare: what is shown half can then
        be finished."""

    async def release(self, workspace: str, method: str, hold: str) -> None:
        """Give up a hold that was not spent."""

    async def paused(self, workspace: str, method: str, channel: str = "") -> float:
        """Tell for how many seconds a pause still lasts; it may be younger than a reserved slot."""

    async def pause(self, workspace: str, method: str, seconds: float, channel: str = "") -> None:
        """Grant nothing for `seconds`: the platform said so."""


class Problem(StrEnum):
    """Why a file could not be had."""

    TOO_LARGE = "too_large"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Download:
    """A fetched file: its bytes, or the reason why there are none."""

    content: bytes = b""
    media_type: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The events that one reply answers, in the platform's order; commands stand alone."""

    thread: ThreadRef
    events: tuple[TurnEvent, ...]

    @property
    def first(self) -> TurnEvent:
        """The event whose place and locale the reply follows."""
        return self.events[0]

    @property
    def last(self) -> TurnEvent:
        """The newest event."""
        return self.events[-1]

    @property
    def is_unasked(self) -> bool:
        """Tell whether an edit of what was reviewed, or a push, makes a wish nobody waits for."""
        return isinstance(self.first, Regenerate) and bool(self.first.review)


@dataclass(frozen=True, slots=True)
class Health:
    """The true state of one part for `/readyz`: `detail` says what is wrong, for an operator."""

    ready: bool
    detail: str = ""


class Platform(Protocol):
    """A place where people write. One instance serves all its workspaces."""

    @property
    def name(self) -> str:
        """`slack`, `discord`, `web`, `console`: the `platform` of its thread references."""

    async def start(self) -> None:
        """Open what both halves need (a session, who am I). Waits out temporary faults; raises
        `ConfigError` for a refused token."""

    async def listen(self, sink: Sink) -> None:
        """Receive until cancelled; acknowledge only after `sink` has taken the event."""

    async def earlier(self, message: Message, limit: int) -> list[Message]:
        """Read what was written in the message's thread before it, oldest first, at most `limit`.

        Own messages come back with `author.is_bot` and the author id `self`. Raises `PartlyRead`
        rather than let a person wait: the answer is given with what there is."""

    async def later(self, message: Message, after: int, limit: int) -> list[Message]:
        """Read what people wrote in the message's thread after the time `after` (microseconds),
        oldest first, at most `limit`.

        Each as its event would have told it, `relevance` included."""

    async def complete(self, message: Message) -> Message:
        """Return `message` with the attachments that its event did not carry."""

    async def people(self, thread: ThreadRef, ids: Collection[str]) -> Mapping[str, Author]:
        """Tell who the people (and what the channels and groups) with these ids are; unknown ids
        are left out. Never raises: a name is not worth an answer."""

    async def download(self, thread: ThreadRef, attachment: Attachment, limit: int) -> Download:
        """Fetch a file of a thread, at most `limit` bytes within 10 s; never raises for a missing
        one."""

    async def deliver(self, batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        """Make the reply stream visible: grow, roll over, finish.

        On an attempt after a crash, adopt what `receipt` and the platform's own record show, and
        replace it in place. Raises `PlatformTemporary`, `PlatformGone`, `PlatformRefused` or lets
        `LostLease` through; consumes `replies` to its end otherwise."""

    async def tidy(self, batch: Batch, key: str, parts: Sequence[str], text: str) -> None:
        """Check a finished turn that had changed hands: remove posts that carry its `key` and are
        not among `parts`, and let `parts` read `text` (Markdown; empty: leave them as they are)."""

    def health(self) -> Health:
        """Tell, without any call, whether this platform is connected."""

    async def close(self) -> None:
        """Let go of every connection."""
