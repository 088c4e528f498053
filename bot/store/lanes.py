"""How calls share a client's connections: a few at a time, and what waits meanwhile goes together.

A call alone goes out at once. Under load those that wait leave as one pipeline, which costs a
quarter of sending each by itself (`docs/performance.md`). Used by `bot.store.connection` only.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, TypeAlias

Call: TypeAlias = tuple[str, tuple[Any, ...]]
"""A method of the client and its arguments."""

LANES = 4
"""Exchanges of one client under way at once: the server runs one call after the other anyway, and a
hundred connections cost more to open than they bring."""

MOST_TOGETHER = 64
"""Calls of one pipeline: their answers come together, and the first should not wait for long."""


class Lanes:
    """The calls of one client. `together`: they may share a pipeline (not on a cluster, where each
    key has a server of its own)."""

    def __init__(self, client: Any, *, together: bool) -> None:
        self._client = client
        self._most = MOST_TOGETHER if together else 1
        self._busy = 0
        self._waiting: deque[tuple[Call, asyncio.Future[Any]]] = deque()
        self._sending: set[asyncio.Task[None]] = set()

    async def call(self, name: str, *args: Any) -> Any:
        """Call a method of the client and return its answer, or raise what it raises."""
        if self._busy < LANES:
            self._busy += 1
            try:
                return await getattr(self._client, name)(*args)
            finally:
                self._free()
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(((name, args), answer))
        return await answer

    def _free(self) -> None:
        """Give a lane to those who have waited longest."""
        self._busy -= 1
        batch: list[tuple[Call, asyncio.Future[Any]]] = []
        while self._waiting and len(batch) < self._most:
            call, answer = self._waiting.popleft()
            if not answer.done():  # whoever asked may have given up
                batch.append((call, answer))
        if batch:
            self._busy += 1
            task = asyncio.create_task(self._send(batch))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _send(self, batch: list[tuple[Call, asyncio.Future[Any]]]) -> None:
        answers: list[Any]
        try:
            answers = await self._exchange([call for call, _ in batch])
        except Exception as error:  # whatever the library raises belongs to those who asked
            answers = [error] * len(batch)
        finally:
            self._free()
        for (_, answer), value in zip(batch, answers, strict=True):
            if answer.done():
                continue
            if isinstance(value, Exception):
                answer.set_exception(value)
            else:
                answer.set_result(value)

    async def _exchange(self, calls: list[Call]) -> list[Any]:
        if len(calls) == 1:
            name, args = calls[0]
            return [await getattr(self._client, name)(*args)]
        async with self._client.pipeline(transaction=False) as pipeline:
            for name, args in calls:
                getattr(pipeline, name)(*args)
            answers: list[Any] = await pipeline.execute(raise_on_error=False)
        return answers
