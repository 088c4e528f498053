"""One leased turn: what the dispatcher holds while it answers a batch, and its durable record.

Every write is fenced by the token that the lease drew: whoever lost the thread cannot write. The
lease is also the `Receipt` that a platform's delivery keeps.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from functools import cached_property
from typing import Any

from bot import codec, event_codec, events, turns
from bot.errors import LostLease, MalformedValue
from bot.events import Attachment, Author, Edit, Message, ThreadRef, TurnEvent
from bot.platform import Batch, Part
from bot.replies import Done, Failed, Final
from bot.store.mailboxes import Ending, Item, Mailboxes, Remembered, Taken

LEASE_SECONDS = 15
RENEW_SECONDS = 5
MARGIN_SECONDS = 4
"""No platform call begins with less of the lease left: it may still be on its way when another
worker takes the thread."""

LOOK_AFTER_MS = 2 * LEASE_SECONDS * 1000
"""A turn that changed hands is looked at once more when its former owner can no longer write."""


class Lease:
    """A thread's running turn, owned by this process until it is finished, released or lost."""

    def __init__(
        self,
        mailboxes: Mailboxes,
        taken: Taken,
        asked_at: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`asked_at` is the time by `clock` before the thread was asked for."""
        self._mailboxes = mailboxes
        self._taken = taken
        self._clock = clock
        self._deadline = asked_at + LEASE_SECONDS
        self._parts = _read_parts(taken.turn)
        self._opened = taken.turn.get("opened", "")
        self._amendments = int(taken.turn.get("amended", "0"))
        self.thread = ThreadRef.from_key(taken.thread)
        self.lost = asyncio.Event()
        self.stop = asyncio.Event()
        self.amended = asyncio.Event()
        self.spoken = False
        """Something of the answer was said in this attempt."""
        if taken.turn.get("stop", "0") != "0":
            self.stop.set()

    @property
    def key(self) -> str:
        """The reply's own name: the same for the same frozen batch, whoever answers it."""
        ids = "\n".join((self._taken.thread, self._taken.turn.get("batch", "")))
        return hashlib.sha256(ids.encode()).hexdigest()[:24]

    @property
    def attempt(self) -> int:
        """1 at the first attempt; those that ended in order do not count."""
        return int(self._taken.turn.get("attempts", "1"))

    @property
    def takes(self) -> int:
        """How often this batch was taken, this time included, however the others ended."""
        return int(self._taken.turn.get("takes", "1"))

    @property
    def faults(self) -> int:
        """How often a platform's fault has put this turn off."""
        return int(self._taken.turn.get("faults", "0"))

    @property
    def failing_since(self) -> int | None:
        """When a platform's fault first put this turn off, in ms; None while none has."""
        since = self._taken.turn.get("since")
        return int(since) if since else None

    @property
    def overflow(self) -> int:
        """How many messages of this burst did not fit into the mailbox."""
        return int(self._taken.turn.get("overflow", "0"))

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is known to be visible, in order."""
        return tuple(Part(index, id) for index, id in sorted(self._parts.items()))

    @property
    def opening(self) -> tuple[ThreadRef, int] | None:
        """The thread that this reply has opened, and when (microseconds); None for none."""
        at, _, key = self._opened.partition(" ")
        return (ThreadRef.from_key(key), int(at)) if key else None

    @property
    def answer(self) -> Final | None:
        """The recorded end of the reply, if an earlier attempt came that far."""
        recorded = self._taken.turn.get("answer")
        if not recorded:
            return None
        fields = json.loads(recorded)
        kind = fields.pop("kind")
        return Done(**fields) if kind == "done" else Failed(**fields)

    @property
    def rounds(self) -> list[tuple[turns.Step, ...]]:
        """The tool results that earlier attempts recorded, by round."""
        numbered = sorted(
            (int(name[1:]), body)
            for name, body in self._taken.turn.items()
            if name[0] == "r" and name[1:].isdigit()
        )
        return [tuple(turns.Step(**step) for step in json.loads(body)) for _, body in numbered]

    def batch(self) -> Batch:
        """Decode the frozen batch as it reads now, without what was deleted or cannot be read.

        Raises `NewerVersion`.
        """
        readable = [i for i in self._taken.items if not (i.deleted or i.id in self.unreadable)]
        return Batch(self.thread, tuple(map(_read, readable)))

    def place(self) -> Batch:
        """Decode the batch with what was deleted, to know where it was asked; what cannot be read
        is stood in for."""
        return Batch(
            self.thread,
            tuple(
                self._stand_in(item) if item.id in self.unreadable else _read(item)
                for item in self._taken.items
            ),
        )

    @cached_property
    def unreadable(self) -> frozenset[str]:
        """The items that no release will ever read. Raises `NewerVersion`."""
        found = set()
        for item in self._taken.items:
            try:
                _read(item)
            except MalformedValue:
                found.add(item.id)
        return frozenset(found)

    def _stand_in(self, item: Item) -> TurnEvent:
        id = item.id.partition(":")[2]
        return Message(id, self.thread, Author("", ""), "", 0)

    def check(self) -> None:
        """Raise `LostLease` when too little of the lease is left for a platform call."""
        if self.lost.is_set() or self._clock() > self._deadline - MARGIN_SECONDS:
            raise LostLease(f"the lease of {self._taken.thread} is lost or nearly over")

    def end(self) -> None:
        """Let the answer end here: a person has said so on the platform itself."""
        self.stop.set()

    async def renew(self) -> None:
        """Hold the lease longer and read the turn's flags."""
        asked_at = self._clock()
        flags = await self._mailboxes.renew(
            self._taken.thread, self._taken.fence, LEASE_SECONDS * 1000
        )
        if flags is None:
            self.lost.set()
            return
        self._deadline = asked_at + LEASE_SECONDS
        stop, amendments = flags
        if stop:
            self.stop.set()
        if amendments != self._amendments:
            self._amendments = amendments
            self.amended.set()

    async def all_deleted(self) -> bool:
        """Tell whether every message of the batch has been deleted meanwhile."""
        items = [item.id for item in self._taken.items]
        return all(i.deleted for i in await self._mailboxes.reread(self._taken.thread, items))

    async def posting(self, index: int) -> None:
        """Record the intent to post part `index`."""
        await self._record({f"p{index}": ""})
        self._parts[index] = ""

    async def posted(self, index: int, id: str) -> None:
        """Record the platform's id of part `index`."""
        self._parts[index] = id
        await self._record({f"p{index}": id})

    async def removed(self, index: int) -> None:
        """Record that part `index` is gone."""
        self._parts.pop(index, None)
        await self._record({}, remove=[f"p{index}"])

    async def opened(self, thread: ThreadRef, at: int) -> None:
        """Record that the reply has opened a thread at the time `at`; it is followed from now."""
        record = f"{at} {thread.key}"
        if self._opened != record:
            await self._mailboxes.join(thread.key)
            await self._record({"opened": record})
            self._opened = record

    async def join(self, thread: ThreadRef, entries: Sequence[Remembered]) -> None:
        """Remember in the thread that the reply has opened what it begins with."""
        await self._mailboxes.join(thread.key, entries)

    async def adopt(self, ids: Sequence[str]) -> None:
        """Take over the visible messages of an earlier answer, to be replaced in place."""
        self._parts = dict(enumerate(ids))
        await self._record({f"p{index}": id for index, id in enumerate(ids)})

    async def round_done(self, number: int, steps: Sequence[turns.Step]) -> None:
        """Record the results of a whole round of tool calls: a crash will not run them again."""
        await self._record({f"r{number}": codec.plain([asdict(s) for s in steps])})

    async def answered(self, final: Final) -> None:
        """Record the end of the reply: from here on the model is not asked again."""
        kind = "done" if isinstance(final, Done) else "failed"
        told = {"kind": kind, **asdict(final)}
        if told.get("retryable"):
            del told["retryable"]  # the default; an earlier release may take the thread next
        await self._record({"answer": codec.plain(told)})

    async def fault(self, now_ms: int) -> None:
        """Count a platform's fault."""
        since = self.failing_since or now_ms
        await self._record({"faults": str(self.faults + 1), "since": str(since)})

    async def finish(
        self,
        entries: Sequence[Remembered],
        *,
        look: str = "",
        overflow_told: int = 0,
        at_ms: int = 0,
    ) -> None:
        """End the turn: history and mailbox in one step.

        `look` is the record of a second look at it, if there shall be one; `overflow_told` is of
        how many messages without room the answer has spoken. What cannot be read is set aside at
        `at_ms`.
        """
        aside = self._aside("unreadable", at_ms, self.unreadable) if self.unreadable else ""
        ending = Ending(tuple(entries), LOOK_AFTER_MS if look else None, look, aside, overflow_told)
        self._own(await self._mailboxes.finish(self._taken.thread, self._taken.fence, ending))

    async def set_aside(self, reason: str, at_ms: int) -> None:
        """Give the batch up: it is kept for an operator, and the mailbox moves on."""
        items = {item.id for item in self._taken.items if not item.deleted}
        ending = Ending(set_aside=self._aside(reason, at_ms, items) if items else "")
        self._own(await self._mailboxes.finish(self._taken.thread, self._taken.fence, ending))

    def _aside(self, reason: str, at_ms: int, ids: Collection[str]) -> str:
        items = [item for item in self._taken.items if item.id in ids]
        return codec.plain(
            {
                "thread": self._taken.thread,
                "reason": reason,
                "at": at_ms,
                "items": [item.id for item in items],
                "events": [
                    item.value if item.id in self.unreadable else event_codec.encode(_read(item))
                    for item in items
                ],
            }
        )

    async def release(self, delay: float, *, counted: bool) -> None:
        """Give the thread back, due again in `delay` seconds."""
        await self._mailboxes.release(
            self._taken.thread, self._taken.fence, int(delay * 1000), counted=counted
        )

    async def _record(self, fields: dict[str, str], remove: Sequence[str] = ()) -> None:
        self._own(
            await self._mailboxes.record(self._taken.thread, self._taken.fence, fields, remove)
        )

    def _own(self, done: bool) -> None:
        if not done:
            self.lost.set()
            raise LostLease(f"another worker owns {self._taken.thread} now")


def _read(item: Item) -> TurnEvent:
    event = event_codec.decode(item.value)
    if not item.change:
        return event
    try:
        change: dict[str, Any] = json.loads(item.change)
        attachments = change.get("attachments")
        files = None if attachments is None else tuple(Attachment(**one) for one in attachments)
        mentions = tuple(change.get("mentions") or ())
        edit = Edit(event.id, event.thread, change["text"], 0, files, mentions)
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedValue(f"an edit that does not fit its form: {error!r:.80}") from None
    return events.edited(event, edit)


def _read_parts(turn: Any) -> dict[int, str]:
    return {int(name[1:]): id for name, id in turn.items() if name[0] == "p" and name[1:].isdigit()}
