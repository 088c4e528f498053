"""The durable inbox: de-duplicated, ordered per thread, at least once.

Listeners put events and send control events here (`Sink`); the dispatcher takes threads under a
lease. What a lease allows is in `bot/lease.py`, what is stored in `bot/store/mailboxes.py`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

from bot import events, turns
from bot.errors import ParleyError
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
)
from bot.lease import LEASE_SECONDS, Lease
from bot.platform import Controlled, Stored
from bot.store import keys
from bot.store.histories import Histories
from bot.store.mailboxes import Mailboxes

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


class Inbox:
    """The `Sink` of every listener and the dispatcher's source of leases."""

    def __init__(
        self,
        mailboxes: Mailboxes,
        histories: Histories,
        on_feedback: Callable[[Feedback], None] = lambda _: None,
    ) -> None:
        self._mailboxes = mailboxes
        self._histories = histories
        self._on_feedback = on_feedback

    async def put(self, event: TurnEvent) -> Stored:
        """Store a turn event durably, once. Raises `StoreUnavailable` within 2 s."""
        relevance, entry, files = events.Relevance.DIRECT, "", "1"
        if isinstance(event, Message):
            relevance = event.relevance
            if not event.attachments_known:
                files = "0"
            elif event.attachments:
                files = "2"
            if relevance is events.Relevance.OVERHEARD:
                entry = turns.encode(overheard(event))
        outcome = await self._mailboxes.put(
            event.thread.key,
            item_id(event),
            event.at,
            events.encode(event),
            alone=events.stands_alone(event),
            author=event.author.id,
            relevance=relevance.value,
            entry=entry,
            files=files,
            begins=isinstance(event, Message) and event.starts_thread,
        )
        return Stored(outcome)

    async def control(self, event: ControlEvent) -> Controlled:
        """Act on a control event at once, beside whatever runs."""
        thread = event.thread.key
        match event:
            case Edit():
                change: dict[str, object] = {"text": event.text}
                if event.attachments is not None:
                    change["attachments"] = [_plain(a) for a in event.attachments]
                body = json.dumps(change, ensure_ascii=False)
                return Controlled(await self._mailboxes.edit(thread, event.target, event.at, body))
            case Delete():
                return Controlled(await self._mailboxes.delete(thread, event.target))
            case Stop():
                return Controlled(
                    await self._mailboxes.stop(thread, event.author.id, anyone=event.anyone)
                )
            case Reset():
                return await self._reset(event)
            case Leave():
                left = await self._mailboxes.leave(thread)
                return Controlled.DONE if left else Controlled.NOTHING
            case Feedback():
                self._on_feedback(event)
                return Controlled.DONE

    async def take(
        self, partition: int, platforms: Iterable[str], owner: str, most: int
    ) -> list[Lease]:
        """Lease up to `most` due threads of a partition and these platforms."""
        taken = await self._mailboxes.take(partition, platforms, owner, LEASE_SECONDS * 1000, most)
        return [Lease(self._mailboxes, one) for one in taken]

    async def free_dead(self, dead: Callable[[Iterable[str]], set[str]]) -> int:
        """Make the threads of owners that `dead` picks out due at once; returns how many."""
        freed = 0
        for number in range(keys.PARTITIONS):
            owners = await self._mailboxes.owners(number)
            gone = dead(owners) if owners else set()
            if gone:
                freed += await self._mailboxes.free(number, gone)
        return freed

    async def depth(self, platforms: Iterable[str]) -> int:
        """Count the threads of these platforms that wait or run."""
        return await self._mailboxes.depth(platforms)

    async def set_aside(self) -> AsyncIterator[SetAside]:
        """Yield what was given up after too many tries."""
        async for record in self._mailboxes.set_aside():
            yield SetAside.read(record)

    async def replay(self, aside: SetAside) -> int:
        """Put a set-aside batch again; returns how many events wait now."""
        if not await self._mailboxes.take_back(aside.thread.key, aside.record, aside.items):
            return 0
        stored = 0
        for body in aside.events:
            try:
                event = events.decode(body)
            except ParleyError:
                continue  # unreadable, which is why it was set aside
            stored += await self.put(event) is Stored.STORED
        return stored

    async def _reset(self, event: Reset) -> Controlled:
        threads = {event.thread.key}
        author = ""
        if event.whole_channel:
            author = event.author.id
            threads |= await self._histories.asked_in(channel_key(event.thread), author)
        gone = 0
        for thread in threads:
            gone += await self._histories.forget(thread, author)
        return Controlled.DONE if gone else Controlled.NOTHING


def item_id(event: TurnEvent) -> str:
    """Name an event inside its mailbox; messages can be found by their platform's id."""
    return f"{_PREFIXES[type(event)]}:{event.id}"


def channel_key(thread: ThreadRef) -> str:
    """Name the channel of a thread."""
    return ThreadRef(thread.platform, thread.workspace, thread.channel).key


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
