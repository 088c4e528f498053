"""What the server has seen so far, and waiting for more: the side that tests read.

`ModelServer` is a `Ledger` that also serves.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Self

from tests.bounds import PATIENCE

from .records import ModelRequest


class Ledger:
    """All requests in order of arrival, and how many were under way at once (`active`, `peak`)."""

    def __init__(self) -> None:
        self.requests: list[ModelRequest] = []
        self.active = 0
        self.peak = 0
        self._changed = asyncio.Event()

    @property
    def answered(self) -> list[ModelRequest]:
        """The requests that passed the checks."""
        return [request for request in self.requests if request.refusal is None]

    @property
    def cancelled(self) -> list[ModelRequest]:
        """The requests whose client left before the end."""
        return [request for request in self.requests if request.cancelled is not None]

    async def wait_for(
        self, wanted: int | Callable[[Self], object], timeout: float = PATIENCE
    ) -> list[ModelRequest]:
        """Return all requests once there are `wanted`, or once `wanted(server)` is true.

        Looked at whenever a request arrives or ends. Raises TimeoutError that tells what was seen.
        """
        is_met = wanted if callable(wanted) else lambda server: len(server.requests) >= wanted
        deadline = time.monotonic() + timeout
        while not is_met(self):
            self._changed.clear()
            try:
                left = max(0.0, deadline - time.monotonic())
                await asyncio.wait_for(self._changed.wait(), left)
            except TimeoutError:
                raise TimeoutError(self._seen()) from None
        return self.requests

    async def wait_cancelled(self, count: int = 1, timeout: float = PATIENCE) -> list[ModelRequest]:
        """Return the requests that their clients gave up, once there are `count`."""
        await self.wait_for(lambda server: len(server.cancelled) >= count, timeout)
        return self.cancelled

    def _enter(self, request: ModelRequest) -> None:
        self.requests.append(request)
        self.active += 1
        self.peak = max(self.peak, self.active)
        self._changed.set()

    def _leave(self) -> None:
        self.active -= 1
        self._changed.set()

    def _seen(self) -> str:
        states = [f"{request.wire} {request.state}" for request in self.requests]
        return f"the model server waited in vain; it saw {states}"
