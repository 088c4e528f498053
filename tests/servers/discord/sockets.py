"""One WebSocket of the gateway, seen from Discord's side: frames, heartbeats, limits, deaths.

Source: discord-api-docs, developers/events/gateway: "Connections", "Rate Limiting". What the
frames mean is decided in `sockets_ops`; heartbeats and the send limit run on real time, because a
test that moves the server's clock has not made its client miss anything.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.listening import reset

from .compression import Codec, Plain
from .sessions import Session

PAYLOAD_BYTES = 4096
SENDS = 120
SENDS_SECONDS = 60.0
# How late a heartbeat may be, in intervals, before the connection counts as a zombie.
PATIENCE = 1.5

Receive = Callable[["Connection", dict[str, Any]], Awaitable[None]]


class Closed(Exception):
    """Close the connection with one of the gateway's close codes."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


@dataclass(eq=False)
class Connection:
    """One client on the line; `session` is set once it has identified or resumed."""

    ws: web.WebSocketResponse
    request: web.Request
    codec: Codec
    interval: float  # seconds between heartbeats
    session: Session | None = None
    compressed: bool = False
    frozen: bool = False
    greeted: bool = False
    closed_with: int | None = None
    left_with: int | None = None
    heartbeats: int = 0
    frames: int = 0
    received: list[dict[str, Any]] = field(default_factory=list)
    _outbox: asyncio.Queue[str | Closed] = field(default_factory=asyncio.Queue)
    _sends: deque[float] = field(default_factory=deque)
    _beat: asyncio.TimerHandle | None = None
    _orderly: bool = False  # a close frame is on the way

    # -- what the server says -----------------------------------------------------------------

    def send(self, frame: str) -> None:
        """Put a frame on the way; a half-open connection loses it."""
        if not self.frozen and self.closed_with is None:
            self._outbox.put_nowait(frame)

    def say(self, op: int, data: Any = None) -> None:
        """Send a frame that is not a dispatch."""
        self.send(json.dumps({"t": None, "s": None, "op": op, "d": data}))

    def hello(self) -> None:
        self.greeted = True
        self.say(10, {"heartbeat_interval": int(self.interval * 1000), "_trace": ["local"]})
        self._expect_heartbeat()

    def close(self, code: int, reason: str = "") -> None:
        """Close in an orderly way, after what was already put on the way."""
        if self.closed_with is None and not self.frozen:
            self.closed_with = code
            self._orderly = True
            self._outbox.put_nowait(Closed(code, reason))

    def reset(self) -> None:
        """Die by TCP reset, without a close frame."""
        self.closed_with = self.closed_with or 1006
        reset(self.request)

    def freeze(self) -> None:
        """Become half-open: take and give nothing any more, without closing."""
        self.frozen = True
        self._forget_heartbeat()

    def _expect_heartbeat(self) -> None:
        self._forget_heartbeat()
        loop = asyncio.get_running_loop()
        self._beat = loop.call_later(
            self.interval * PATIENCE, lambda: self.close(4000, "heartbeat missed")
        )

    def _forget_heartbeat(self) -> None:
        if self._beat is not None:
            self._beat.cancel()
            self._beat = None

    def heard_heartbeat(self) -> None:
        """Answer a heartbeat and wait for the next."""
        self.heartbeats += 1
        self._expect_heartbeat()
        self.say(11)

    # -- the two loops ------------------------------------------------------------------------

    async def serve(self, receive: Receive) -> None:
        """Read until either side is gone; what `receive` raises as Closed closes with its code."""
        writer = asyncio.create_task(self._write())
        try:
            await self._read(receive)
        finally:
            self._forget_heartbeat()
            if not self._orderly:
                writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    async def _write(self) -> None:
        try:
            while not isinstance(frame := await self._outbox.get(), Closed):
                packed = self.codec.pack(frame)
                self.frames += 1
                if isinstance(packed, bytes):
                    await self.ws.send_bytes(packed)
                else:
                    await self.ws.send_str(packed)
            await self.ws.close(code=frame.code, message=frame.reason.encode())
        except ConnectionError:
            return

    async def _read(self, receive: Receive) -> None:
        while True:
            try:
                message = await self.ws.receive()
            except (ConnectionError, RuntimeError):
                return
            if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED):
                self.left_with = message.data if message.type is WSMsgType.CLOSE else None
                return
            if message.type is WSMsgType.ERROR:
                return
            if self.frozen or self.closed_with is not None:
                continue
            if message.type is WSMsgType.PING:
                await self.ws.pong(message.data)
            else:
                await self._take(message.data, receive)

    async def _take(self, frame: str | bytes, receive: Receive) -> None:
        try:
            payload = self._decode(frame)
            self._spare()
            self.received.append(payload)
            await receive(self, payload)
        except Closed as closed:
            self.close(closed.code, closed.reason)

    def _decode(self, frame: str | bytes) -> dict[str, Any]:
        size = len(frame.encode() if isinstance(frame, str) else frame)
        if size > PAYLOAD_BYTES:
            raise Closed(4002, "payload too large")
        try:
            payload = json.loads(frame)
        except ValueError:
            raise Closed(4002, "not JSON") from None
        if not isinstance(payload, dict) or not isinstance(payload.get("op"), int):
            raise Closed(4002, "not a payload")
        return payload

    def _spare(self) -> None:
        """Count one payload against the connection's allowance."""
        now = asyncio.get_running_loop().time()
        while self._sends and now - self._sends[0] >= SENDS_SECONDS:
            self._sends.popleft()
        self._sends.append(now)
        if len(self._sends) > SENDS:
            raise Closed(4008, "rate limited")

    @property
    def streaming(self) -> bool:
        """Tell whether the transport as a whole is compressed."""
        return not isinstance(self.codec, Plain)
