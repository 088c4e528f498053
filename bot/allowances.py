"""Who may ask, where, and how much: the guard before every turn, and the bill after it.

Called by `bot.conversations`. A batch is paid for by everybody who asked in it; whoever has nothing
left is told so, and the others are answered.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bot.errors import StoreUnavailable
from bot.events import Author, ThreadRef, person_key
from bot.platform import Batch
from bot.store.usage import Usage
from bot.wording import say

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one person may use, and where the bot answers; 0 and empty mean no limit."""

    turns_per_hour: int = 0
    tokens_per_day: int = 0
    channels: frozenset[str] = frozenset()
    """Ids or names of channels, with or without the leading #."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody is not answered: a stable word, the sentence for them, and whether the same may
    be answered later."""

    code: str
    text: str
    retryable: bool = False


@dataclass(frozen=True, slots=True)
class Admission:
    """Who of a batch is answered and pays for it, and who is refused and why, by author id."""

    payers: tuple[Author, ...] = ()
    refused: dict[str, Refusal] = field(default_factory=dict)
    place: Refusal | None = None
    """Set when the bot does not answer here at all."""

    @property
    def refusal(self) -> Refusal | None:
        """The refusal of the whole batch, None when anybody is answered."""
        if self.place is not None or self.payers:
            return self.place
        return next(iter(self.refused.values()), None)


class Allowances:
    """Admits batches and charges for them, by what the settings allow."""

    def __init__(self, usage: Usage, limits: Limits) -> None:
        self._usage = usage
        self._limits = limits

    async def admit(self, batch: Batch, locale: str, *, counted: bool) -> Admission:
        """Count a turn for everybody in `batch`; `counted` says that an earlier try has."""
        if not self._answers_in(batch):
            return Admission(
                place=Refusal("channel_not_allowed", say("channel_not_allowed", locale))
            )
        people = {event.author.id: event.author for event in batch.events}
        if counted:
            return Admission(tuple(people.values()))
        payers: list[Author] = []
        refused: dict[str, Refusal] = {}
        for author in people.values():
            refusal = await self._refusal(batch.thread, author, author.locale or locale)
            if refusal is None:
                payers.append(author)
            else:
                refused[author.id] = refusal
        return Admission(tuple(payers), refused)

    async def charge(self, thread: ThreadRef, payers: Sequence[Author], tokens: int) -> None:
        """Divide what a turn cost among those who asked; nothing is refused in its middle."""
        if not payers or tokens <= 0:
            return
        share, rest = divmod(tokens, len(payers))
        try:
            for number, author in enumerate(payers):
                part = share + (number < rest)
                await self._usage.add_tokens(person_key(thread, author), part)
        except StoreUnavailable as error:
            _log.warning("usage not counted: %s", error)  # no reason to lose an answer

    def _answers_in(self, batch: Batch) -> bool:
        place = batch.first.place
        if place.kind == "direct":
            return True
        return answers_in(self._limits.channels, batch.thread.channel, place.name)

    async def _refusal(self, thread: ThreadRef, author: Author, locale: str) -> Refusal | None:
        limits = self._limits
        verdict = await self._usage.begin_turn(
            person_key(thread, author), limits.turns_per_hour, limits.tokens_per_day
        )
        if verdict.refused == "turns":
            minutes = max(1, math.ceil(verdict.seconds / 60))
            return Refusal("turns_limit", say("turns_limit", locale, minutes=minutes), True)
        if verdict.refused == "tokens":
            hours = max(1, math.ceil(verdict.seconds / 3600))
            return Refusal("tokens_limit", say("tokens_limit", locale, hours=hours), True)
        return None


def answers_in(channels: Collection[str], *names: str) -> bool:
    """Tell whether the bot answers in a channel with one of these names or ids; `channels` are the
    allowed ones, none for all."""
    allowed = {_plain(channel) for channel in channels}
    return not allowed or any(_plain(name) in allowed for name in names if name)


def _plain(channel: str) -> str:
    return channel.strip().lstrip("#").casefold()
