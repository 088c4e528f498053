"""The local Open-Meteo: both of its hosts' paths on one loopback port.

    async with WeatherServer() as weather:
        settings = Settings(**weather.env)

One request at a time, a queue of five, and 429 for the one after: as the free service treats an
address. Every request is recorded.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from aiohttp import web

from tests.bounds import PATIENCE
from tests.servers.listening import Listening

from . import forecast as forecasting
from . import geocoding, query
from .troubles import Path, Trouble, crowded, error_body

_QUEUE = 5  # requests of one address that may wait behind the one being answered
_FOREVER = 3600.0  # a hang ends when the client leaves or the server stops


@dataclass(slots=True)
class WeatherRequest:
    """One GET; times are of `time.monotonic()`."""

    path: Path
    query: Mapping[str, str]
    headers: Mapping[str, str]
    arrived: float
    status: int | None = None
    finished: float | None = None
    cancelled: float | None = None

    @property
    def unknown(self) -> set[str]:
        """Parameters that the service would ignore; a test can demand that there are none."""
        known = geocoding.KNOWN if self.path == "search" else query.KNOWN
        return set(self.query) - known


class WeatherServer(Listening):
    """An Open-Meteo for tests; use it as an async context manager.

    script: troubles for the next requests, each used once by the first request that it is for;
        None is an honest answer. `trouble` is for all requests while it is set.
    latency: seconds that each answer takes, so that requests can overlap.
    clock: what time it is.
    pinned: current values by place name in metric units, over the made-up ones.
    """

    def __init__(
        self,
        script: Sequence[Trouble | None] = (),
        *,
        latency: float = 0.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self.script: list[Trouble | None] = list(script)
        self.trouble: Trouble | None = None
        self.latency = latency
        self.clock = clock
        self.pinned: dict[str, dict[str, float]] = {}
        self.requests: list[WeatherRequest] = []
        self.peak = 0
        self._present: dict[str, int] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._changed = asyncio.Event()

    # ---- life

    def app(self) -> web.Application:
        """Build the routes."""
        app = web.Application()
        app.router.add_get("/v1/forecast", self._forecast)
        app.router.add_get("/v1/search", self._search)
        app.router.add_route("*", "/{path:.*}", _nowhere)
        return app

    @property
    def url(self) -> str:
        """The address for WEATHER_API_URL and GEOCODING_API_URL alike."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """The environment that points a client here."""
        return {"WEATHER_API_URL": self.url, "GEOCODING_API_URL": self.url}

    # ---- what tests do and see

    def pin(self, place: str, **values: float) -> None:
        """Set current values of a place: `pin("Beijing", temperature_2m=21.5, weather_code=0)`."""
        self.pinned.setdefault(place, {}).update(values)

    @property
    def forecasts(self) -> list[WeatherRequest]:
        """The forecast requests so far."""
        return [request for request in self.requests if request.path == "forecast"]

    @property
    def searches(self) -> list[WeatherRequest]:
        """The place searches so far."""
        return [request for request in self.requests if request.path == "search"]

    async def wait_for(
        self, wanted: int | Callable[[Self], object], timeout: float = PATIENCE
    ) -> list[WeatherRequest]:
        """Return all requests once there are `wanted`, or once `wanted(server)` is true.

        Looked at whenever a request arrives or ends. Raises TimeoutError.
        """
        is_met = wanted if callable(wanted) else lambda server: len(server.requests) >= wanted
        deadline = time.monotonic() + timeout
        while not is_met(self):
            self._changed.clear()
            try:
                left = max(0.0, deadline - time.monotonic())
                await asyncio.wait_for(self._changed.wait(), left)
            except TimeoutError:
                seen = [f"{request.path} {request.status}" for request in self.requests]
                raise TimeoutError(f"the weather server waited in vain; it saw {seen}") from None
        return self.requests

    # ---- requests

    async def _forecast(self, http: web.Request) -> web.StreamResponse:
        return await self._serve(http, "forecast")

    async def _search(self, http: web.Request) -> web.StreamResponse:
        return await self._serve(http, "search")

    async def _serve(self, http: web.Request, path: Path) -> web.StreamResponse:
        record = WeatherRequest(path, _joined(http), http.headers.copy(), time.monotonic())
        self.requests.append(record)
        client = http.remote or ""
        self._present[client] = self._present.get(client, 0) + 1
        self.peak = max(self.peak, self._present[client])
        self._changed.set()
        try:
            with self.answering():
                response = await self._in_turn(http, record, client)
            record.status, record.finished = response.status, time.monotonic()
        except asyncio.CancelledError:
            if not self.stopping:
                record.cancelled = time.monotonic()
            raise
        else:
            return response
        finally:
            self._present[client] -= 1
            self._changed.set()

    async def _in_turn(
        self, http: web.Request, record: WeatherRequest, client: str
    ) -> web.Response:
        if self._present[client] > 1 + _QUEUE:
            return _ready(crowded())
        async with self._turns.setdefault(client, asyncio.Lock()):
            trouble = self._next(record.path)
            await asyncio.sleep(self.latency + (trouble.delay if trouble else 0.0))
            return await self._answer(http, record, trouble)

    def _next(self, path: Path) -> Trouble | None:
        for at, trouble in enumerate(self.script):
            if trouble is None or trouble.path in (None, path):
                del self.script[at]
                return trouble
        if self.trouble is not None and self.trouble.path in (None, path):
            return self.trouble
        return None

    async def _answer(
        self, http: web.Request, record: WeatherRequest, trouble: Trouble | None
    ) -> web.Response:
        if trouble is not None:
            if trouble.hangs:
                await asyncio.sleep(_FOREVER)
            if trouble.resets:
                _reset(http)
                return web.Response()  # nobody is there to get it
            if trouble.body is not None:
                return _ready(trouble)
        try:
            answer = self._honest(record)
        except geocoding.BadRequest as no:
            return _json(error_body(str(no)), status=400)
        if trouble is not None and trouble.change is not None and isinstance(answer, dict):
            answer = trouble.change(answer)
        body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
        if trouble is not None and trouble.keep is not None:
            body = body[: int(len(body) * trouble.keep)]
        return _json(body)

    def _honest(self, record: WeatherRequest) -> dict[str, Any] | list[dict[str, Any]]:
        if record.path == "search":
            return {**geocoding.search(record.query), "generationtime_ms": 0.7}
        return forecasting.forecast(record.query, self.clock(), self.pinned)


def _joined(http: web.Request) -> dict[str, str]:
    """Return the query; a list may come as one value with commas or as a repeated parameter."""
    query: dict[str, str] = {}
    for key, value in http.query.items():
        query[key] = f"{query[key]},{value}" if key in query else value
    return query


def _ready(trouble: Trouble) -> web.Response:
    headers = {"Content-Type": trouble.content_type}
    return web.Response(status=trouble.status, body=trouble.body, headers=headers)


def _json(body: bytes, status: int = 200) -> web.Response:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    return web.Response(status=status, body=body, headers=headers)


def _reset(http: web.Request) -> None:
    """Close the connection with RST: a linger time of zero makes the kernel drop it at once."""
    transport = http.transport
    if transport is not None:
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


async def _nowhere(http: web.Request) -> web.Response:
    return _json(error_body("Not Found"), status=404)
