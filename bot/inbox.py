"""The durable inbox: de-duplicated, ordered per thread, at least once.

Listeners put events and send control events here (`Sink`); the dispatcher takes threads under a
lease. What a lease allows is in `bot/lease.py`, what is stored in `bot/store/mailboxes.py`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from dataclasses import dataclass, replace

from bot import codec, event_codec, events, turns
from bot.errors import ParleyError, StoreUnavailable
from bot.events import (
    Command,
    ControlEvent,
    Delete,
    Edit,
    Feedback,
    Leave,
    Message,
    Regenerate,
    Reset,
    Stop,
    ThreadRef,
    TurnEvent,
    person_key,
)
from bot.guard.masking import find, mask
from bot.lease import LEASE_SECONDS, Lease
from bot.platform import Controlled, Stored
from bot.reviews.records import about, change, subject_text, wish
from bot.store import keys
from bot.store.connection import ACKNOWLEDGE_WITHIN
from bot.store.histories import Histories
from bot.store.mailboxes import Again, Files, Mailboxes
from bot.store.reviews import ReviewStore

_PREFIXES = {Message: "m", Command: "c", Regenerate: "r"}


@dataclass(frozen=True, slots=True)
class SetAside:
    """An event batch that was given up: why, when (ms), and what to put again on a replay."""

    thread: ThreadRef
    reason: str
    at_ms: int
    items: tuple[str, ...]
    events: tuple[str, ...]
    record: str

    @classmethod
    def read(cls, record: str) -> SetAside:
        """Read a stored record."""
        fields = json.loads(record)
        return cls(
            ThreadRef.from_key(fields["thread"]),
            fields["reason"],
            int(fields["at"]),
            tuple(fields["items"]),
            tuple(fields["events"]),
            record,
        )


@dataclass(frozen=True, slots=True)
class Leases:
    """What was due, and in how many seconds something else will be (None: nothing is known to)."""

    taken: list[Lease]
    next_in: float | None = None


@dataclass(frozen=True, slots=True)
class DueLook:
    """A second look that is due: where it is kept, as what, its record."""

    partition: int
    member: str
    record: str


class Inbox:
    """The `Sink` of every listener and the dispatcher's source of leases."""

    def __init__(
        self,
        mailboxes: Mailboxes,
        histories: Histories,
        on_feedback: Callable[[Feedback], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        hide: Callable[[str], str] = mask,
        reviews: ReviewStore | None = None,
    ) -> None:
        self._mailboxes = mailboxes
        self._histories = histories
        self._on_feedback = on_feedback
        self._clock = clock
        self._hide = hide
        self._reviews = reviews

    async def put(self, event: TurnEvent) -> Stored:
        """Store a turn event durably, once, its secrets hidden.

        Raises `StoreUnavailable` within 2 s.
        """
        if not isinstance(event, Regenerate) and (text := self._hide(event.text)) != event.text:
            kinds = tuple(dict.fromkeys(found.kind for found in find(event.text)))
            event = replace(event, text=text, hidden=kinds or ("secret",))
        relevance, entry, files = events.Relevance.DIRECT, "", Files.NONE
        if isinstance(event, Message):
            relevance = event.relevance
            if not event.attachments_known:
                files = Files.UNKNOWN
            elif event.attachments:
                files = Files.SOME
            if relevance is events.Relevance.OVERHEARD:
                entry = turns.encode(overheard(event))
        outcome = await self._mailboxes.put(
            event.thread.key,
            item_id(event),
            event.at,
            event_codec.encode(event),
            alone=events.stands_alone(event),
            author=event.author.id,
            relevance=relevance.value,
            entry=entry,
            files=files,
            begins=isinstance(event, Message) and event.starts_thread,
        )
        return Stored(outcome)

    async def control(self, event: ControlEvent) -> Controlled:
        """Act on a control event at once, beside whatever runs. Raises `StoreUnavailable` within
        2 s."""
        try:
            async with asyncio.timeout(ACKNOWLEDGE_WITHIN):
                return await self._control(event)
        except TimeoutError as error:
            raise StoreUnavailable("the store did not answer in time") from error

    async def _control(self, event: ControlEvent) -> Controlled:
        thread = event.thread.key
        match event:
            case Edit():
                change: dict[str, object] = {"text": self._hide(event.text)}
                if event.attachments is not None:
                    change["attachments"] = [_plain(a) for a in event.attachments]
                if event.mentions:
                    change["mentions"] = list(event.mentions)
                body = codec.plain(change)
                edited = await self._mailboxes.edit(
                    thread, event.target, event.at, body, direct=event.is_direct
                )
                done = Controlled(edited)
                await self._review_again(event)
                return done
            case Delete():
                await self._forget_review_of(event)
                return Controlled(await self._mailboxes.delete(thread, event.target))
            case Stop():
                return Controlled(
                    await self._mailboxes.stop(thread, event.author.id, anyone=event.anyone)
                )
            case Reset():
                return await self._reset(event)
            case Leave():
                return await self._leave(event)
            case Feedback():
                return await self._rate(event)

    async def _review_again(self, event: Edit) -> None:
        """Let what was reviewed be reviewed anew as it reads now; the newest text counts, however
        many edits there were."""
        if self._reviews is None:
            return
        kept = await self._reviews.about(event.thread.channel_key, event.target)
        known = about(kept) if kept is not None else None
        subject = known.subject(event.target) if known is not None else ""
        if kept is None or known is None or not subject:
            return  # the bot's own message, which nobody but the bot edits
        if not known.stays:
            return
        text = ""
        if subject != event.target:
            text = subject_text(self._hide(event.text))
            body = codec.plain({"text": text})
            await self._mailboxes.edit(kept.thread, subject, event.at, body)
        if changed := change(event, text):
            await self._reviews.change(kept.id, subject, changed)
        await self.put(wish(kept, known, event.at))

    async def _forget_review_of(self, event: Delete) -> None:
        """Forget the review of a message that is gone: it quotes it; and the one that stood in it.
        Of a review in several messages the bot itself takes away what it needs no more."""
        if self._reviews is None:
            return
        kept = await self._reviews.about(event.thread.channel_key, event.target)
        if kept is not None and event.target not in kept.parts[1:]:
            await self._reviews.purge(kept.id)

    async def _forget_reviews(self, thread: str, author: str) -> bool:
        """Forget a thread's reviews, or those that only one person asked for, or of their code."""
        if self._reviews is None:
            return False
        gone = False
        for kept in await self._reviews.in_thread(thread):
            known = about(kept)
            if not author or known is None or author in known.askers:
                await self._reviews.purge(kept.id)
                gone = True
        return gone

    async def _rate(self, event: Feedback) -> Controlled:
        """Keep a thumb; what it was before does not count twice."""
        changed = await self._histories.rate(
            event.thread.key, event.target, event.reply, event.author.id, event.value
        )
        if changed:
            self._on_feedback(event)
        return Controlled.DONE if changed else Controlled.NOTHING

    async def take(self, partition: int, platforms: Iterable[str], owner: str, most: int) -> Leases:
        """Lease up to `most` due threads of a partition and these platforms."""
        asked_at = self._clock()  # a lease may have begun as soon as it was asked for
        taken = await self._mailboxes.take(partition, platforms, owner, LEASE_SECONDS * 1000, most)
        leases = [Lease(self._mailboxes, one, asked_at, self._clock) for one in taken.threads]
        return Leases(leases, None if taken.next_in is None else taken.next_in / 1000)

    async def free_dead(self, dead: Callable[[Iterable[str]], set[str]]) -> int:
        """Make the threads of owners that `dead` picks out due at once; returns how many."""
        freed = 0
        for number in range(keys.PARTITIONS):
            owners = await self._mailboxes.owners(number)
            gone = dead(owners) if owners else set()
            if gone:
                freed += await self._mailboxes.free(number, gone)
        return freed

    async def second_looks(self, partition: int, platforms: Collection[str]) -> list[DueLook]:
        """Take the second looks that are due; one that is not struck comes back after a minute."""
        found = await self._mailboxes.second_looks(partition, platforms)
        return [DueLook(partition, look, look.partition("\n")[2]) for look in found]

    async def strike(self, look: DueLook, platforms: Collection[str]) -> None:
        """Let a second look be over."""
        await self._mailboxes.strike(look.partition, platforms, look.member)

    async def depth(self, platforms: Iterable[str]) -> int:
        """Count the threads of these platforms that wait or run."""
        return await self._mailboxes.depth(platforms)

    async def set_aside(self) -> AsyncIterator[SetAside]:
        """Yield what was given up after too many tries."""
        async for record in self._mailboxes.set_aside():
            yield SetAside.read(record)

    async def replay(self, aside: SetAside) -> int:
        """Put a set-aside batch again; returns how many events wait now."""
        again = []
        for item, body in zip(aside.items, aside.events, strict=True):
            try:
                event = event_codec.decode(body)
            except ParleyError:
                continue  # unreadable, which is why it was set aside
            alone = events.stands_alone(event)
            again.append(Again(item, event.at, body, alone, event.author.id))
        if not again:
            return 0  # the record stays: somebody may still read it
        done = await self._mailboxes.replay(aside.thread.key, aside.record, again)
        return len(again) if done else 0

    async def _leave(self, event: Leave) -> Controlled:
        threads = {event.thread.key}
        if event.whole_channel:
            channel = event.thread.channel_key
            threads |= await self._histories.asked_in(channel, event.author.id)
        left = [await self._mailboxes.leave(thread) for thread in threads]
        return Controlled.DONE if any(left) else Controlled.NOTHING

    async def _reset(self, event: Reset) -> Controlled:
        threads = {event.thread.key}
        author = event.author.id if event.whole_channel or event.everywhere else ""
        channels = {event.thread.channel_key} if author else set()
        if event.everywhere:
            channels |= await self._histories.channels_of(person_key(event.thread, event.author))
        # Side by side: whoever waits for it has asked in hundreds of threads, perhaps.
        asked = await asyncio.gather(*(self._histories.asked_in(c, author) for c in channels))
        # In a direct message the channel itself is a conversation.
        threads |= channels.union(*asked)
        # The reviews first: whoever is told that all is forgotten shall not find a copy.
        quoted = await asyncio.gather(*(self._forget_reviews(one, author) for one in threads))
        gone = await asyncio.gather(*(self._histories.forget(thread, author) for thread in threads))
        return Controlled.DONE if any((*quoted, *gone)) else Controlled.NOTHING


def item_id(event: TurnEvent) -> str:
    """Name an event inside its mailbox; messages can be found by their platform's id."""
    return f"{_PREFIXES[type(event)]}:{event.id}"


def overheard(message: Message) -> turns.Entry:
    """Remember a message that nobody asked the bot to answer."""
    return turns.Entry(
        id=message.id,
        role="person",
        text=message.text,
        at=message.at,
        author_id=message.author.id,
        author=message.author.name,
        excerpts=tuple(turns.Excerpt(a.name) for a in message.attachments),
        mentions=message.mentions,
        overheard=True,
    )


def _plain(attachment: events.Attachment) -> dict[str, object]:
    return {name: getattr(attachment, name) for name in attachment.__slots__}
