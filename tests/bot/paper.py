"""The whole path from inbox to history with a platform that is a sheet of paper.

Everything is real but the platform and, where a test says so, the model: store, inbox, leases,
worker, preparation, conversations, engine.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.allowances import Limits
from bot.conversations import Conversations
from bot.engine import Engine
from bot.events import (
    Attachment,
    Author,
    Command,
    ControlEvent,
    Edit,
    Message,
    Place,
    Regenerate,
    Relevance,
    ThreadRef,
    TurnEvent,
)
from bot.guard.masking import mask
from bot.inbox import Inbox
from bot.lease import Lease
from bot.metrics import Metrics
from bot.models.port import Model
from bot.platform import Batch, Controlled, Download, Health, Receipt, Sink, Stored
from bot.replies import Done, Failed, Reply, TextDelta
from bot.review.reading.pulls import Forges
from bot.reviews.desk import Desk
from bot.reviews.door import Reviews
from bot.reviews.pulling import Pulling
from bot.reviews.pushes import Pushes
from bot.store import keys
from bot.store.connection import Connection
from bot.store.histories import Histories, History
from bot.store.mailboxes import Mailboxes
from bot.store.reviews import ReviewStore
from bot.store.usage import Usage
from bot.store.watches import Watches
from bot.tools.toolbox import Toolbox
from bot.worker import Worker
from tests.bot.turn_helpers import ANN, visible

NAME = "paper"
TTL = 3_600
SECOND = 1_000_000


@dataclass
class Told:
    """One reply as the platform got it."""

    batch: Batch
    replies: list[Reply] = field(default_factory=list)
    part: str = ""

    @property
    def final(self) -> Done | Failed:
        assert isinstance(self.replies[-1], Done | Failed)
        assert not any(isinstance(reply, Done | Failed) for reply in self.replies[:-1])
        return self.replies[-1]

    @property
    def text(self) -> str:
        """What people read; the stream and its end must agree."""
        seen = visible(self.replies)
        if isinstance(self.final, Done):
            assert self.final.text == seen
            return seen
        assert self.final.partial == seen
        return f"{seen}\n\n{self.final.text}".strip()

    @property
    def code(self) -> str:
        return self.final.code if isinstance(self.final, Failed) else ""

    def of(self, kind: type[Any]) -> list[Any]:
        return [reply for reply in self.replies if isinstance(reply, kind)]


class Paper:
    """A platform that writes down what it is told."""

    name = NAME

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.before: list[Message] = []
        self.after: list[Message] = []
        self.files: dict[str, Download] = {}
        self.on_reply: Callable[[Reply], Any] = lambda _: None
        self.on_text: Callable[[], Awaitable[Any]] | None = None
        """Called once, when the first text was seen."""
        self._ids = itertools.count(1)

    async def start(self) -> None: ...

    async def listen(self, sink: Sink) -> None: ...

    async def earlier(self, message: Message, limit: int) -> list[Message]:
        return self.before[-limit:]

    async def later(self, message: Message, after: int, limit: int) -> list[Message]:
        return [one for one in self.after if one.at > after][:limit]

    async def complete(self, message: Message) -> Message:
        return message

    async def people(self, thread: ThreadRef, ids: Collection[str]) -> Mapping[str, Author]:
        return {}

    async def download(self, thread: ThreadRef, attachment: Attachment, limit: int) -> Download:
        return self.files[attachment.id]

    async def deliver(self, batch: Batch, replies: AsyncIterator[Reply], receipt: Receipt) -> None:
        told = Told(batch)
        self.told.append(told)
        async for reply in replies:
            told.replies.append(reply)
            self.on_reply(reply)
            if self.on_text is not None and isinstance(reply, TextDelta):
                said, self.on_text = self.on_text, None
                await said()
        if receipt.parts:
            told.part = receipt.parts[0].id
        else:
            await receipt.posting(0)
            told.part = f"b{next(self._ids)}"
            await receipt.posted(0, told.part)

    async def tidy(self, batch: Batch, key: str, parts: Sequence[str], text: str) -> None: ...

    def health(self) -> Health:
        return Health(ready=True)

    async def close(self) -> None: ...


class Office:
    """A bot with one sheet of paper: put events, let it work, read what it wrote."""

    def __init__(
        self,
        connection: Connection,
        model: Model,
        tools: Toolbox | None = None,
        *,
        limits: Limits | None = None,
        instructions: str = "",
        secrets: tuple[str, ...] = (),
        forges: Forges | None = None,
    ) -> None:
        self._connection = connection
        self._leases: dict[str, Lease] = {}
        self.paper = Paper()
        self.metrics = Metrics()
        self.histories = Histories(connection, TTL)
        mailboxes = Mailboxes(connection, TTL)
        hide = partial(mask, known=secrets)
        self.kept = ReviewStore(connection, TTL)
        self.desk = Desk(self.kept, hide)
        self.inbox = Inbox(mailboxes, self.histories, hide=hide, reviews=self.kept)
        self.pulling = Pulling((lambda: forges) if forges else None)
        self.now = 2_000_000.0
        """By the clock of those who look out for pushes; a test moves it."""
        self.watches = Watches(connection, TTL)
        self.pushes = Pushes(
            self.watches, self.kept, self.pulling, self.inbox.put, clock=lambda: self.now
        )
        self.reviews = Reviews(
            model,
            self.pulling,
            store=self.kept,
            pushes=self.pushes,
            hide=hide,
            metrics=self.metrics,
        )
        self.conversations = Conversations(
            Engine(model, tools or Toolbox({}), metrics=self.metrics),
            self.histories,
            Usage(connection),
            reviews=self.reviews,
            limits=limits,
            instructions=instructions,
            secrets=secrets,
            leave=mailboxes.leave,
            metrics=self.metrics,
        )
        self.worker = Worker(
            self.conversations,
            self.histories,
            {NAME: self.paper},
            self.inbox,
            metrics=self.metrics,
        )
        self._clock = itertools.count(1_000_000 * SECOND, SECOND)
        self._ids = itertools.count(1)

    def message(self, text: str, author: Author = ANN, thread: str = "t", **more: Any) -> Message:
        where = ThreadRef(NAME, "w", more.pop("channel", "c"), thread)
        return Message(f"m{next(self._ids)}", where, author, text, next(self._clock), **more)

    def command(self, name: str, text: str, author: Author = ANN) -> Command:
        where = ThreadRef(NAME, "w", "c", f"cmd{next(self._ids)}")
        return Command(f"c{next(self._ids)}", where, author, name, text, next(self._clock))

    def again(self, told: Told, author: Author = ANN) -> Regenerate:
        thread = told.batch.thread
        return Regenerate(
            f"r{next(self._ids)}", thread, author, told.part, next(self._clock), Place()
        )

    async def put(self, *events: TurnEvent) -> list[Stored]:
        return [await self.inbox.put(event) for event in events]

    async def control(self, event: ControlEvent) -> Controlled:
        return await self.inbox.control(event)

    async def work(self) -> None:
        """Answer whatever waits, one turn after the other."""
        for number in range(keys.PARTITIONS):
            for lease in (await self.inbox.take(number, (NAME,), "me", 10)).taken:
                self._leases[lease.thread.key] = lease
                await self.worker.work(lease)

    @asynccontextmanager
    async def hearing_flags(self) -> AsyncIterator[None]:
        """Let running turns hear of flags, as the dispatcher does."""

        async def hear() -> None:
            async for channel, thread in self._connection.subscribe(keys.CONTROL):
                ready.set()
                if channel and (lease := self._leases.get(thread)):
                    await lease.renew()

        ready = asyncio.Event()
        hearing = asyncio.create_task(hear())
        await ready.wait()
        yield
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)

    async def tell(self, *events: TurnEvent) -> Told:
        """Put events, work, and return the newest reply."""
        await self.put(*events)
        await self.work()
        return self.paper.told[-1]

    async def ask(self, text: str, author: Author = ANN, **more: Any) -> Told:
        return await self.tell(self.message(text, author, **more))

    async def overhear(self, text: str, author: Author = ANN, **more: Any) -> None:
        await self.put(self.message(text, author, relevance=Relevance.OVERHEARD, **more))

    async def edit(self, message: Message, text: str) -> Controlled:
        return await self.control(Edit(message.id, message.thread, text, next(self._clock)))

    async def history(self, thread: str = "t", channel: str = "c") -> History:
        where = ThreadRef(NAME, "w", channel, thread)
        return await self.histories.load(where.key, 1_000_000)
