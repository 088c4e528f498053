"""Socket Mode: tickets, sockets, envelopes, acknowledgements.

Source: docs.slack.dev/apis/events-api/using-socket-mode.
A hub belongs to one app. It hands every envelope to exactly one of the app's sockets and tells the
caller whether it was acknowledged in time; what to send again is decided in `delivery`.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.clock import Clock, Timer
from tests.servers.listening import reset

from . import limits
from .apps import App

# Called once per envelope: (why it failed or "", what the app answered).
Settle = Callable[[str, dict[str, Any] | None], None]


@dataclass(eq=False)
class Socket:
    """One WebSocket of the app, seen from Slack's side."""

    ws: web.WebSocketResponse
    request: web.Request
    opened: float
    outbox: asyncio.Queue[str | bytes | None] = field(default_factory=asyncio.Queue)
    deaf: bool = False
    closing: bool = False
    said_hello: bool = False
    pings: int = 0
    pongs: int = 0
    acks: int = 0

    def send(self, frame: dict[str, Any]) -> None:
        if not self.deaf:
            self.outbox.put_nowait(json.dumps(frame))

    def ping(self) -> None:
        """Ask the client for a pong, as Slack's servers do by themselves."""
        if not self.deaf:
            self.outbox.put_nowait(b"Ping from applink-local")

    def go_deaf(self) -> None:
        """Become half-open: take and give nothing any more, without closing."""
        self.deaf = True

    def reset(self) -> None:
        """Die by TCP reset, without a close frame."""
        self.closing = True
        reset(self.request)

    def close(self) -> None:
        """Close in an orderly way, with a close frame."""
        self.closing = True
        self.outbox.put_nowait(None)


@dataclass
class _Pending:
    settle: Settle
    timer: Timer
    socket: Socket


class Hub:
    """All sockets of one app."""

    def __init__(self, app: App, clock: Clock, changed: Callable[[], None]) -> None:
        self.app = app
        self.clock = clock
        self.changed = changed
        self.sockets: list[Socket] = []
        self.ack_seconds = limits.ACK_SECONDS
        self.ticket_seconds = 30.0
        self.hello_delay = 0.0
        self.ping_seconds = 15.0
        self.refuse_handshakes = 0
        self.handshakes_refused = 0
        self.connections = 0
        self.unknown_acks: list[str] = []
        self._tickets: dict[str, float] = {}
        self._pending: dict[str, _Pending] = {}
        self._turn = 0

    @property
    def waiting(self) -> int:
        """Return how many envelopes are out and not acknowledged yet."""
        return len(self._pending)

    def ticket(self) -> str:
        """Return a fresh ticket: good for one handshake, for a short time."""
        ticket = str(uuid.uuid4())
        self._tickets[ticket] = self.clock.now() + self.ticket_seconds
        return ticket

    def expire_tickets(self) -> None:
        """Make every ticket that was handed out and not used worthless."""
        self._tickets.clear()

    def ready(self) -> list[Socket]:
        """Return the sockets that Slack believes in, half-open ones included."""
        return [s for s in self.sockets if s.said_hello and not s.closing]

    def offer(self, kind: str, payload: dict[str, Any], settle: Settle, **envelope: Any) -> bool:
        """Send an envelope to one socket; `settle(failure, answer)` is called once.

        Returns False, and never settles, when there is no socket to send it to.
        """
        ready = self.ready()
        if not ready:
            return False
        self._turn += 1
        chosen = ready[self._turn % len(ready)]
        envelope_id = str(uuid.uuid4())
        timer = self.clock.call_later(
            self.ack_seconds, lambda: self._settle(envelope_id, "timeout")
        )
        self._pending[envelope_id] = _Pending(settle, timer, chosen)
        chosen.send({"envelope_id": envelope_id, "payload": payload, "type": kind, **envelope})
        return True

    def _settle(self, envelope_id: str, failure: str, answer: dict[str, Any] | None = None) -> None:
        pending = self._pending.pop(envelope_id, None)
        if pending is None:
            if not failure:
                self.unknown_acks.append(envelope_id)
            return
        pending.timer.cancel()
        pending.settle(failure, answer)
        self.changed()

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Serve one WebSocket handshake and then the socket."""
        expiry = self._tickets.get(request.query.get("ticket", ""), 0.0)
        if self.refuse_handshakes > 0:
            self.refuse_handshakes -= 1
            self.handshakes_refused += 1
            return web.Response(status=503, text="try again")
        self._tickets.pop(request.query.get("ticket", ""), None)
        if expiry < self.clock.now() or not self.app.socket_mode:
            self.handshakes_refused += 1
            return web.Response(status=403, text="invalid or expired ticket")
        ws = web.WebSocketResponse(autoping=False, compress=False)
        await ws.prepare(request)
        socket = Socket(ws, request, self.clock.now())
        writer = asyncio.create_task(self._write(socket))
        try:
            self._welcome(socket)
            await self._read(socket)
        finally:
            self._gone(socket)
            socket.outbox.put_nowait(None)
            writer.cancel()
        return ws

    def _welcome(self, socket: Socket) -> None:
        self.connections += 1
        if len(self.sockets) >= limits.MAX_SOCKETS:
            socket.send(self._disconnect_frame("too_many_websockets"))
            socket.close()
            return
        self.sockets.append(socket)
        if self.hello_delay:
            self.clock.call_later(self.hello_delay, lambda: self._hello(socket))
        else:
            self._hello(socket)

    def _hello(self, socket: Socket) -> None:
        socket.said_hello = True
        socket.send(
            {
                "type": "hello",
                "num_connections": len(self.sockets),
                "debug_info": {
                    "host": "applink-local",
                    "build_number": 1,
                    "approximate_connection_time": 18_060,
                },
                "connection_info": {"app_id": self.app.id},
            }
        )
        self.changed()

        self._ping(socket)

    def _ping(self, socket: Socket) -> None:
        """Ping a socket now and then for as long as it lives."""

        def again() -> None:
            if socket in self.sockets:
                socket.ping()
                self._ping(socket)

        self.clock.call_later(self.ping_seconds, again)

    async def _write(self, socket: Socket) -> None:
        while (frame := await socket.outbox.get()) is not None:
            try:
                if isinstance(frame, bytes):
                    await socket.ws.ping(frame)
                else:
                    await socket.ws.send_str(frame)
            except ConnectionError:
                return
        await socket.ws.close()

    async def _read(self, socket: Socket) -> None:
        async for message in _frames(socket.ws):
            if socket.deaf:
                continue
            if message.type is WSMsgType.PING:
                socket.pings += 1
                await socket.ws.pong(message.data)
            elif message.type is WSMsgType.PONG:
                socket.pongs += 1
            elif message.type is WSMsgType.TEXT:
                self._acknowledged(socket, message.data)

    def _acknowledged(self, socket: Socket, frame: str) -> None:
        answer = json.loads(frame)
        envelope_id = answer.get("envelope_id")
        if isinstance(envelope_id, str):
            socket.acks += 1
            self._settle(envelope_id, "", answer.get("payload"))

    def _gone(self, socket: Socket) -> None:
        if socket in self.sockets:
            self.sockets.remove(socket)
        self.changed()

    def _disconnect_frame(self, reason: str) -> dict[str, Any]:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}}

    def disconnect(self, reason: str = "refresh_requested", grace: float | None = None) -> None:
        """Send a `disconnect` frame to every socket and close it after `grace` seconds.

        `warning` is followed by the close after ten seconds, the other reasons after two;
        `link_disabled` also turns Socket Mode off for the app.
        """
        if reason == "link_disabled":
            self.app.socket_mode = False
        seconds = grace if grace is not None else 10.0 if reason == "warning" else 2.0
        for socket in list(self.sockets):
            socket.send(self._disconnect_frame(reason))
            self.clock.call_later(seconds, socket.close)

    async def stop(self) -> None:
        """Close what is left without ceremony."""
        for socket in list(self.sockets):
            socket.close()
            if socket.request.transport is not None:
                socket.request.transport.abort()


async def _frames(ws: web.WebSocketResponse) -> Any:
    """Yield frames until the socket is closed by either side."""
    while True:
        try:
            message = await ws.receive()
        except (ConnectionError, RuntimeError):
            return
        if message.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
            return
        yield message
