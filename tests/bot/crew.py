"""Several workers on one store and one platform in memory, as several processes are.

Everything between inbox and platform is real; the model is scripted by one function.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from bot.conversations import Conversations
from bot.dispatcher import Dispatcher
from bot.engine import Engine
from bot.events import Author, Message, ThreadRef
from bot.inbox import Inbox
from bot.metrics import Metrics
from bot.models.port import Request, User
from bot.models.scripted import Moment, Scripted
from bot.platform import Stored
from bot.store import keys
from bot.store.connection import Connection
from bot.store.histories import Histories
from bot.store.mailboxes import Mailboxes
from bot.store.usage import Usage
from bot.tools.toolbox import Toolbox
from bot.worker import Worker
from tests.bounds import PATIENCE
from tests.fakes import NAME, MemoryPlatform

Speaker = Callable[[str], Sequence[Moment]]
"""Given what was asked, what the model does."""


def echo(asked: str) -> Sequence[Moment]:
    return [f"You said: {asked}"]


class Crew:
    """One store, one platform, and as many workers as a test starts."""

    def __init__(self, store: Connection) -> None:
        self.store = store
        self.platform = MemoryPlatform()
        self.histories = Histories(store, 3600)
        self.mailboxes = Mailboxes(store, 3600, storm_pauses=(0, 0))
        self.inbox = Inbox(self.mailboxes, self.histories)
        self.speak: Speaker = echo
        self.model = Scripted([self._turn] * 500)
        self.workers: list[Worker] = []
        self.dispatchers: list[Dispatcher] = []
        self._ids = itertools.count(1)

    def _turn(self, request: Request) -> Sequence[Moment]:
        return self.speak(asked_of(request))

    @property
    def asked(self) -> list[str]:
        """What the model was asked, once for each request."""
        return [asked_of(request) for request in self.model.requests]

    @asynccontextmanager
    async def working(self, count: int = 1, *, drain: float = 2.0) -> AsyncIterator[None]:
        """Let so many workers work; they are drained at the end."""
        async with AsyncExitStack() as stack:
            for _ in range(count):
                await stack.enter_async_context(self.worker(drain=drain))
            yield

    @asynccontextmanager
    async def worker(self, *, drain: float = 2.0) -> AsyncIterator[Dispatcher]:
        """Let one worker work, with what its process would give it."""
        conversations = Conversations(
            Engine(self.model, Toolbox({})), self.histories, Usage(self.store)
        )
        platforms = {NAME: self.platform}
        worker = Worker(conversations, self.histories, platforms, self.inbox, metrics=Metrics())
        owner = f"worker{len(self.workers)}"
        dispatcher = Dispatcher(self.inbox, worker.work, owner=owner, platforms=(NAME,))
        self.workers.append(worker)
        self.dispatchers.append(dispatcher)
        subscribed = asyncio.Event()
        tasks = [
            asyncio.create_task(dispatcher.run()),
            asyncio.create_task(self._hear(dispatcher, subscribed)),
        ]
        await subscribed.wait()
        try:
            yield dispatcher
        finally:
            await dispatcher.drain(drain)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _hear(self, dispatcher: Dispatcher, subscribed: asyncio.Event) -> None:
        async for channel, message in self.store.subscribe(keys.WAKE, keys.CONTROL):
            subscribed.set()
            if channel == keys.CONTROL:
                dispatcher.check_flags(message)
            elif channel == keys.WAKE:
                dispatcher.wake(int(message))

    # -- what people do and see ----------------------------------------------------------------

    def message(self, text: str, thread: str = "t", **more: Any) -> Message:
        number = next(self._ids)
        where = ThreadRef(NAME, "w", more.pop("channel", "c"), thread)
        author = more.pop("author", Author("ana", "Ana"))
        return Message(f"m{number:03d}", where, author, text, number * 1_000_000, **more)

    async def say(self, text: str, thread: str = "t", **more: Any) -> Message:
        message = self.message(text, thread, **more)
        assert await self.inbox.put(message) is Stored.STORED
        return message

    def visible(self, thread: str = "t") -> list[str]:
        return self.platform.texts(ThreadRef(NAME, "w", "c", thread))

    async def history(self, thread: str = "t") -> list[str]:
        key = ThreadRef(NAME, "w", "c", thread).key
        return [entry.text for entry in (await self.histories.load(key, 10**6)).entries]

    async def idle(self, seconds: float = PATIENCE) -> None:
        """Wait until nothing waits and nothing runs."""
        async with asyncio.timeout(seconds):
            while await self.inbox.depth([NAME]):  # noqa: ASYNC110  the store announces no end
                await asyncio.sleep(0.01)

    async def until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110  what is looked at announces nothing
                await asyncio.sleep(0.005)

    async def kill(self, lease_of: str = "t") -> None:
        """Let the owner of a thread look dead: whoever takes next gets it."""
        number = keys.partition(ThreadRef(NAME, "w", "c", lease_of).key)
        owners = await self.mailboxes.owners(number)
        await self.mailboxes.free(number, owners)


def asked_of(request: Request) -> str:
    """Return the last thing that people said."""
    said = [message for message in request.messages if isinstance(message, User)]
    return said[-1].text if said else ""
