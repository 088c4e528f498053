"""A platform and a receipt in memory, for tests of the rooms between.

The platform delivers with the same code as the real ones, onto a surface of short messages; it
passes the same contract (`tests/contracts/platform.py`). `hook` sees each call that would reach the
network and may hold it, fail it, or look at what stands there.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.streaming import Delivery, Found, MessageGone, Pace, Stage
from bot.events import Attachment, Author, Message, ThreadRef
from bot.platform import Batch, Download, Health, Part, Problem, Receipt, Sink
from bot.replies import File, Reply

NAME = "memory"
LIMIT = 300
"""Characters of one message: short, so that answers roll over."""

Hook = Callable[[str, str], Awaitable[None]]
"""Called with the name of a call ("post", "posted", "edit", "edited", ...) and its text."""


async def _nothing(_: str, __: str) -> None:
    pass


@dataclass
class Post:
    """A visible message of the bot."""

    id: str
    thread: ThreadRef
    key: str
    index: int
    text: str
    versions: list[str] = field(default_factory=list)


class MemoryPlatform:
    """A place where messages are posted, edited and removed."""

    def __init__(self, name: str = NAME) -> None:
        self.name = name
        self.posts: dict[str, Post] = {}
        self.hook: Hook = _nothing
        self.before: list[Message] = []
        self.after: list[Message] = []
        self.deliveries = 0
        self.sink: Sink | None = None
        self._ids = itertools.count(1)

    async def start(self) -> None: ...

    async def listen(self, sink: Sink) -> None:
        self.sink = sink

    async def earlier(self, message: Message, limit: int) -> list[Message]:
        return self.before[-limit:]

    async def later(self, message: Message, after: int, limit: int) -> list[Message]:
        return [one for one in self.after if one.at > after][:limit]

    async def complete(self, message: Message) -> Message:
        return message

    async def people(self, thread: ThreadRef, ids: Collection[str]) -> Mapping[str, Author]:
        return {}

    async def download(self, thread: ThreadRef, attachment: Attachment, limit: int) -> Download:
        return Download(problem=Problem.GONE)

    async def deliver(self, batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        self.deliveries += 1
        surface = MemorySurface(self, batch.thread, receipt.key, receipt.check)
        pace = Pace(least=0.01, most=0.02, life_after=0.3)
        await Delivery(surface, receipt, pace=pace, words=lambda key: key).run(replies)

    async def tidy(self, batch: Batch, key: str, parts: Sequence[str], text: str) -> None:
        for post in self.of(batch.thread):
            if post.key == key and post.id not in parts:
                del self.posts[post.id]
        if text and len(parts) == 1 and parts[0] in self.posts:
            self.posts[parts[0]].text = text

    def health(self) -> Health:
        return Health(ready=True)

    async def close(self) -> None: ...

    # -- what tests look at -------------------------------------------------------------------

    def of(self, thread: ThreadRef) -> list[Post]:
        """Return the bot's messages in a thread, oldest first."""
        return [post for post in self.posts.values() if post.thread == thread]

    def texts(self, thread: ThreadRef) -> list[str]:
        return [post.text for post in self.of(thread)]


class MemorySurface:
    """One thread of a `MemoryPlatform`."""

    limit = LIMIT
    grows = True

    def __init__(
        self,
        platform: MemoryPlatform,
        thread: ThreadRef,
        key: str,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._platform = platform
        self._thread = thread
        self._key = key
        self._check = check

    def measure(self, markdown: str) -> int:
        return len(markdown)

    async def may_grow(self, *, first: bool) -> bool:
        return True

    async def post(self, index: int, markdown: str, stage: Stage) -> str:
        self._check()
        await self._platform.hook("post", markdown)
        made = Post(f"p{next(self._platform._ids):04d}", self._thread, self._key, index, markdown)
        self._platform.posts[made.id] = made
        await self._platform.hook("posted", markdown)
        return made.id

    async def edit(self, id: str, markdown: str, stage: Stage) -> bool:
        self._check()
        await self._platform.hook("edit", markdown)
        post = self._platform.posts.get(id)
        if post is None:
            raise MessageGone(id)
        post.versions.append(post.text)
        post.text = markdown
        await self._platform.hook("edited", markdown)
        return True

    async def remove(self, id: str) -> None:
        await self._platform.hook("remove", "")
        self._platform.posts.pop(id, None)

    async def find(self) -> list[Found]:
        await self._platform.hook("find", "")
        return [
            Found(post.index, post.id, post.text)
            for post in self._platform.of(self._thread)
            if post.key == self._key
        ]

    async def strays(self, known: Collection[str]) -> list[str]:
        return []

    @property
    def alive(self) -> bool:
        return True

    async def status(self, text: str) -> bool:
        return True

    async def close(self) -> None:
        await self._platform.hook("close", "")

    async def attach(self, file: File) -> None:
        await self._platform.hook("attach", file.name)


class Crash(BaseException):
    """The process ends here: nothing catches it, nothing is cleaned up by an `except`."""


@dataclass
class MemoryReceipt:
    """A receipt that keeps what it is told; `fails` raises instead, at the named step."""

    key: str = "key"
    known: dict[int, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    fails: dict[str, BaseException] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(Part(index, id) for index, id in sorted(self.known.items()))

    def check(self) -> None:
        self._step("check")

    def end(self) -> None:
        self.log.append("end")

    async def posting(self, index: int) -> None:
        self._step("posting")
        self.log.append(f"posting {index}")
        self.known.setdefault(index, "")

    async def posted(self, index: int, id: str) -> None:
        self._step("posted")
        self.log.append(f"posted {index}")
        self.known[index] = id

    async def removed(self, index: int) -> None:
        self._step("removed")
        self.known.pop(index, None)

    async def opened(self, thread: ThreadRef, at: int) -> None:
        self._step("opened")
        self.log.append(f"opened {thread.thread} at {at}")

    def after_a_crash(self) -> MemoryReceipt:
        """Return what the next attempt is given."""
        return MemoryReceipt(self.key, dict(self.known))

    def _step(self, name: str) -> None:
        if name in self.fails:
            raise self.fails[name]
