"""A platform and a model side by side, in the verbs that every order uses, and the orders that only
set them up. `slack` and `discord` fill the verbs in.
"""

from __future__ import annotations

import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from tests.servers.model import ModelServer
from tests.servers.model.parts import Reply
from tests.servers.model.records import ModelRequest
from tests.servers.model.replies import tokens

LOOK_SECONDS = 0.01
"""How often answers are looked at; their times are taken by the servers, not here."""


class Dated(Protocol):
    """What every platform's message tells."""

    at: float


class Look(NamedTuple):
    """How a message reads from a moment on."""

    at: float
    text: str


class Thread(NamedTuple):
    """Where a question and its answers stand, in the platform's own ids."""

    channel: str
    root: str
    workspace: str


M = TypeVar("M", bound=Dated)


class Servers(ABC, Generic[M]):
    """A local platform and a model that says the same to everybody; `M` is a message there."""

    def __init__(self) -> None:
        self.model = ModelServer(mode="compatible")
        self.wanted = ""
        """What a whole answer reads."""
        self.interval = 0.0
        """Seconds from a stream's beginning, without any text, to its first token."""
        self._numbers = itertools.count(1)

    async def start(self) -> dict[str, str]:
        """Start both; returns the environment that points a bot here."""
        await self.model.start()
        return {**await self.open(), **self.model.env}

    async def stop(self) -> None:
        """End both."""
        await self.model.stop()
        await self.close()

    def say(self, reply: Reply, interval: float = 0.0) -> None:
        """Let each answer be `reply`."""
        self.wanted, self.interval = reply.text.strip(), interval
        self.model.script = lambda _: reply

    def forget(self) -> None:
        """Begin a round: calls and requests before it do not count."""
        self.model.requests.clear()
        self.clear()

    def room(self) -> str:
        """Make a channel with everybody in it; returns its id."""
        return self.open_room(f"room-{next(self._numbers)}")

    async def question(
        self, channel: str, thread: str | None = None, padding: int = 0
    ) -> tuple[int, M]:
        """Mention the bot; returns the question's number, which no other has, and the message."""
        number = next(self._numbers)
        text = f"@parley {'word ' * (padding // 5)}question {number}?"
        return number, await self.post(channel, text, thread)

    def whole(self, question: M) -> M | None:
        """Return the message that answers a question, once it is complete."""
        wanted = self.wanted
        return next((r for r in self.replies(question) if self.text(r).strip() == wanted), None)

    def first_token(self, request: ModelRequest) -> float:
        """Return when a model request was answered with its first token."""
        assert request.first_byte is not None
        return epoch(request.first_byte) + self.interval

    # -- what a platform fills in --------------------------------------------------------------

    @abstractmethod
    async def open(self) -> dict[str, str]:
        """Start the platform; returns the environment that points a bot at it."""

    @abstractmethod
    async def close(self) -> None:
        """End the platform."""

    @abstractmethod
    async def connected(self, timeout: float) -> None:
        """Wait until a bot listens."""

    @abstractmethod
    def clear(self) -> None:
        """Forget the calls up to now."""

    @abstractmethod
    def open_room(self, name: str) -> str:
        """Make a channel with everybody in it; returns its id."""

    @abstractmethod
    async def post(self, channel: str, text: str, thread: str | None) -> M:
        """Let somebody write, in a channel or in a thread of it."""

    @abstractmethod
    def thread(self, question: M) -> Thread:
        """Tell where a question and its answers stand."""

    @abstractmethod
    def replies(self, question: M) -> list[M]:
        """Return the bot's messages behind a question in its thread, the oldest first."""

    @abstractmethod
    def text(self, reply: M) -> str:
        """Return what a message reads now."""

    @abstractmethod
    def looks(self, reply: M) -> Sequence[Look]:
        """Return what a message has read, from its post on."""

    @abstractmethod
    def sign(self, question: M) -> float | None:
        """Return when whoever asked first saw the bot at work, apart from the answer's text."""

    @abstractmethod
    def count_calls(self) -> dict[str, int]:
        """Count the calls that the platform carried out, by method."""

    @abstractmethod
    def refused(self) -> dict[str, int]:
        """Count the calls that were answered with 429, by method."""


async def script(
    servers: Servers[Any], count: int, rate: float = 0.0, delay: float = 0.0
) -> dict[str, Any]:
    """Let each answer have `count` tokens at `rate` a second, `delay` seconds late."""
    servers.say(tokens(count, rate).after(delay), 1 / rate if rate else 0.0)
    return {}


async def connected(servers: Servers[Any], timeout: float = 15.0) -> dict[str, Any]:
    """Wait for a bot to listen; says when it did."""
    await servers.connected(timeout)
    return {"at": time.time()}


def epoch(at: float) -> float:
    """Turn a reading of `time.monotonic` into seconds since the epoch."""
    return at + time.time() - time.monotonic()
