"""A turn in steps, for the inbox's state machine: each boundary is a place to crash or to freeze.

`Place` is a platform reduced to its posts; `SteppedTurn` does what a worker and a delivery do, one
step per call, so that a test may end or suspend it between any two.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from bot import turns
from bot.errors import LostLease
from bot.events import Message
from bot.lease import Lease
from bot.replies import Done
from bot.second_looks import SecondLook
from bot.store.histories import to_stored

STEPS = (
    *("taken", "posting", "before post", "posted", "recorded", "round", "answered"),
    *("before edit", "edited", "finishing", "finished"),
)
"""The boundaries at which a turn may be caught, in order."""


@dataclass
class Post:
    """A visible message: the key of its reply, who made it, and what it reads."""

    id: str
    key: str
    text: str
    orphan: bool = False
    """Its maker died between making it and telling the store, and nobody has adopted it."""


@dataclass
class Place:
    """What everybody sees."""

    posts: dict[str, Post] = field(default_factory=dict)
    disturbed: set[str] = field(default_factory=set)
    """Keys that a zombie wrote to after the second look: the design's known remainder."""
    looked_at: set[str] = field(default_factory=set)
    _ids: itertools.count[int] = field(default_factory=itertools.count)

    def post(self, key: str, text: str) -> Post:
        made = Post(f"post{next(self._ids):04d}", key, text)
        self.posts[made.id] = made
        return made

    def find(self, key: str) -> list[Post]:
        return [post for post in self.posts.values() if post.key == key]

    def tidy(self, look: SecondLook, current: bool) -> None:
        """Do what `Platform.tidy` promises."""
        for post in self.find(look.key):
            if post.id not in look.parts:
                del self.posts[post.id]
            elif look.text and current:
                post.text = look.text
        self.looked_at.add(look.key)


class SteppedTurn:
    """One worker's attempt. `step` goes to the next boundary; it ends at "finished"."""

    def __init__(self, lease: Lease, place: Place) -> None:
        self.lease = lease
        self.place = place
        self.at = "taken"
        self.frozen = False
        self.over = False
        self.finished: tuple[turns.Entry, ...] | None = None
        self.lied: str = ""
        self._unrecorded: Post | None = None
        self._path = self._run()

    async def step(self) -> None:
        """Go on to the next boundary; `over` when there is none left."""
        try:
            self.at = await anext(self._path)
        except StopAsyncIteration:
            self.over = True
        except LostLease:
            self._clean_up()
            self.over = True

    def crash(self) -> None:
        """End here, without a last word."""
        if self._unrecorded is not None:
            self._unrecorded.orphan = True
        self.over = True

    def _clean_up(self) -> None:
        """The loser of a lease removes its own post that nobody knows of."""
        if self._unrecorded is not None:
            self.place.posts.pop(self._unrecorded.id, None)

    async def _run(self) -> AsyncIterator[str]:
        lease, place, key = self.lease, self.place, self.lease.key
        batch = lease.batch()
        shown = self._adopt()
        if not batch.events:
            lease.check()
            for post in place.find(key):
                del place.posts[post.id]
            yield "finishing"
            await lease.finish([])
            self.finished = ()
            yield "finished"
            return
        if shown is None:
            await lease.posting(0)
            yield "posting"
            lease.check()
            yield "before post"
            self._unrecorded = shown = place.post(key, "half")
            yield "posted"
            await lease.posted(0, shown.id)
            self._unrecorded = None
        elif not any(part.id for part in lease.parts):
            await lease.posted(0, shown.id)
        yield "recorded"
        if lease.answer is None:
            if not lease.rounds:
                await lease.round_done(0, [turns.Step("c", "tool", "{}", f"by {lease.takes}")])
            yield "round"
            final = Done(f"answer to {key} of take {lease.takes}")
            await lease.answered(final)
        else:
            final = lease.answer
        yield "answered"
        lease.check()
        yield "before edit"
        if shown.id in place.posts:
            shown.text = final.text
        if key in place.looked_at:
            place.disturbed.add(key)
        yield "edited"
        entries = [_remembered_question(event) for event in batch.events]
        newest = batch.last.at + 1
        entries.append(turns.Entry(shown.id, "bot", final.text, newest, parts=(shown.id,)))
        look = ""
        if lease.takes > 1:
            look = SecondLook(key, batch.first, (shown.id,), final.text).write()
        yield "finishing"
        await lease.finish([to_stored(e) for e in entries], look=look, overflow_told=lease.overflow)
        self.finished = tuple(entries)
        yield "finished"

    def _adopt(self) -> Post | None:
        """Take over what an earlier attempt made visible; of several keep the oldest."""
        known = [part.id for part in self.lease.parts if part.id]
        if known:
            return self.place.posts.get(known[0]) or Post(known[0], self.lease.key, "gone")
        if not self.lease.parts:
            return None
        found = self.place.find(self.lease.key)
        for surplus in found[1:]:
            del self.place.posts[surplus.id]
        if not found:
            return None
        found[0].orphan = False
        return found[0]


def _remembered_question(event: object) -> turns.Entry:
    assert isinstance(event, Message)
    return turns.Entry(event.id, "person", event.text, event.at, event.author.id)
