"""A model behind one wire over HTTP: asks, learns what the service refuses, streams the answer.

`ChatWire` and `ResponsesWire` translate; this is the part that they share.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from typing import Any, Protocol

from jiter import from_json

from bot.errors import ContextTooLong, ModelError, ModelRejected, ModelTemporary
from bot.models import complaints, sse
from bot.models.connection import Connection, Exchange, Refused, within
from bot.models.faults import context_in, judge
from bot.models.habits import Habits, blamed
from bot.models.limits import MAX_BODY
from bot.models.port import ModelSpec, Piece, Request
from bot.models.reading import Reader

_USAGE_WAIT = 2.0
"""Seconds that a finished answer waits for its usage: some services never close the stream."""
_END_WAIT = 0.05
"""Seconds that a finished stream waits for the end of its body, which frees the connection."""
_IDLE_COMMENTS = 2.0
"""How many idle timeouts a service may fill with keep-alive comments and nothing else."""
_SMALLEST_CONTEXT = 1_000
"""A smaller limit in a complaint is not the model's."""
_DONE = b"[DONE]"


class Wire(Protocol):
    """Translates between our values and one API."""

    @property
    def path(self) -> str:
        """The endpoint below the base address."""

    def body(self, request: Request, refused: frozenset[str]) -> dict[str, Any]:
        """Write `request` without the features in `refused`."""

    def reader(self, request: Request) -> Reader:
        """Return what reads the answer to `request`."""


class HttpModel:
    """A language model of a service that is reached over HTTP."""

    def __init__(self, wire: Wire, connection: Connection, spec: ModelSpec) -> None:
        self._wire = wire
        self._connection = connection
        self._spec = spec
        self._habits = Habits()

    @property
    def spec(self) -> ModelSpec:
        """The model's name and sizes; the context shrinks when the service says it is smaller."""
        return self._spec

    async def warm(self) -> None:
        """Get ready ahead of the first request."""
        await self._connection.warm()

    async def close(self) -> None:
        """Let go of every connection."""
        await self._connection.close()

    async def stream(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Ask and stream. Closing the iterator closes the connection at once."""
        exchange = await self._ask(request)
        try:
            async with aclosing(self._answer(exchange, self._wire.reader(request))) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            await exchange.close()

    async def _ask(self, request: Request) -> Exchange:
        """Send the request; again at once without whatever the service names and refuses."""
        tried: list[str] = []
        while True:
            body = self._wire.body(request, self._habits.refused | frozenset(tried))
            try:
                exchange = await self._connection.post(self._wire.path, body)
            except Refused as refused:
                feature = blamed(refused.complaint, body, tried)
                if not feature:
                    raise self._judged(refused.complaint) from None
                tried.append(feature)
                continue
            self._habits.learn(tried)
            return exchange

    def _judged(self, complaint: complaints.Complaint) -> ModelError:
        error = judge(complaint)
        told = context_in(complaint)
        if isinstance(error, ContextTooLong) and _SMALLEST_CONTEXT <= told < self._spec.context:
            self._spec = dataclasses.replace(self._spec, context=told)
        return error

    async def _answer(self, exchange: Exchange, reader: Reader) -> AsyncGenerator[Piece, None]:
        decoder, idle = sse.Decoder(), _Idle(self._connection.idle_timeout * _IDLE_COMMENTS)
        first = True
        async for read in exchange.reads:
            if first and not read.strip():
                continue
            if first and read.lstrip()[:1] in (b"{", b"[", b"<"):
                await self._take_whole(exchange, reader, read)
                break
            first = False
            events = _fed(decoder, read)
            idle.check(bool(events))
            trouble = self._take_all(reader, events)
            if (piece := reader.drain()) is not None:
                yield piece  # what came before the trouble was said, even in the same read
            if trouble is not None:
                raise trouble
            if reader.ending or reader.ended:
                await self._wind_up(exchange, reader, decoder)
                break
        else:
            trouble = self._take_all(reader, decoder.finish())
            if trouble is not None:
                if (piece := reader.drain()) is not None:
                    yield piece
                raise trouble
        last, completion = reader.finish()
        if last is not None:
            yield last
        yield completion

    def _take_all(self, reader: Reader, events: Iterable[bytes]) -> ModelError | None:
        """Read events up to the first that is trouble; returns the trouble."""
        try:
            for event in events:
                self._take(reader, event)
        except ModelError as trouble:
            return trouble
        return None

    def _take(self, reader: Reader, event: bytes) -> None:
        if event.strip() == _DONE:
            reader.ended = True
            return
        for data in _parsed(event):
            if complaint := complaints.in_stream(data, self._connection.secret):
                raise self._judged(complaint)
            if isinstance(data, Mapping):
                reader.take(data)

    async def _wind_up(self, exchange: Exchange, reader: Reader, decoder: sse.Decoder) -> None:
        """Read on for the usage, then for the body's end; the answer itself is complete."""
        while not reader.ended:
            read = await within(_USAGE_WAIT, anext(exchange.reads))
            if read is None:
                return
            try:
                for event in _fed(decoder, read):
                    self._take(reader, event)
            except ModelError:
                return  # trouble after the end takes nothing back
        while await within(_END_WAIT, anext(exchange.reads)) is not None:
            pass

    async def _take_whole(self, exchange: Exchange, reader: Reader, read: bytes) -> None:
        """Read a body that is no stream: an answer in one piece, or an error under status 200."""
        body = bytearray(read)
        async for more in exchange.reads:
            body += more
            if len(body) > MAX_BODY:
                raise ModelTemporary("the model service answered with too much")
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            page = self._connection.read(200, bytes(body), {})
            if page.is_page:
                raise judge(page) from None
            raise ModelTemporary("the model service's answer broke off") from None
        if complaint := complaints.in_stream(data, self._connection.secret):
            raise self._judged(complaint)
        if not isinstance(data, Mapping):
            raise ModelRejected("the model service answered with something else than an answer")
        reader.take_whole(data)


class _Idle:
    """Rings when a service keeps the line open with comments and never says anything."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._clock = asyncio.get_running_loop().time
        self._since = self._clock()

    def check(self, said_something: bool) -> None:
        """Note a read. Raises `ModelTemporary` when too long nothing was said."""
        if said_something:
            self._since = self._clock()
        elif self._clock() - self._since > self._limit:
            raise ModelTemporary("the model service did not answer in time")


def _fed(decoder: sse.Decoder, read: bytes) -> list[bytes]:
    try:
        return decoder.feed(read)
    except sse.TooLarge:
        raise ModelTemporary("the model service answered with too much") from None


def _parsed(event: bytes) -> list[Any]:
    """Return the JSON values of an event: one, or one a line where blank lines were forgotten.

    What is no JSON is passed over when it cannot be part of the answer ("ping").
    """
    try:
        return [from_json(event)]
    except ValueError:
        pass
    try:
        return [json.loads(event.decode("utf-8", "replace"))]  # takes halves of characters too
    except (ValueError, RecursionError):
        pass
    if b"\n" in event:
        return [data for line in event.split(b"\n") for data in _parsed(line)]
    if event.lstrip().startswith((b"{", b"[")):
        raise ModelTemporary("the model's stream is garbled")
    return []
