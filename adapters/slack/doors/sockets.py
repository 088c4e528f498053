"""The way in over Socket Mode: one live socket, replaced before Slack closes it and soon after it
dies.

Each socket is one client of the SDK that lives for one connection only: by itself the SDK tries a
dead ticket for ever and leaves a gap at every refresh. Source of the protocol:
https://docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.common.beside import Beside
from adapters.slack.client import SlackClient
from adapters.slack.limits import SOCKET
from bot.errors import ConfigError, PlatformError, PlatformRefused
from bot.platform import Health
from bot.tasks import ended

_log = logging.getLogger(__name__)
_sdk_log = logging.getLogger(f"{__name__}.sdk")
# Each connection is told of here; the SDK's own lines about it say nothing more.
_sdk_log.setLevel(logging.WARNING)

PING_SECONDS = 2.0
"""A half-open socket is noticed within a few pings; the design allows 30 s."""

TICKET_SECONDS = 5.0
"""A ticket is waited for no longer: nothing is heard meanwhile, and the next call may be answered
at once."""

HELLO_SECONDS = 6.0
"""After this long without Slack's hello a ticket is given up and a new one asked for."""

LOOK_SECONDS = 0.25
"""How often a socket is looked at: a reset comes without a word."""

RETIRE_SECONDS = 3.0
"""How long a replaced socket stays open for what it still has to acknowledge."""

FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0
"""Between failed attempts: early at first, then calmer."""

REFUSED_TIMES = 4
"""A refused app token is tried again so many times more seldom: an operator must mend it, or Slack
was wrong for a moment."""

Answer = Callable[["Socket", SocketModeRequest], Awaitable[None]]


class Socket(SocketModeClient):
    """One connection. `over` is set when it is dead, or Slack has announced its end."""

    def __init__(self, app_token: str, url: str, client: SlackClient, answer: Answer) -> None:
        super().__init__(
            app_token=app_token,
            logger=_sdk_log,
            web_client=client.web,
            auto_reconnect_enabled=True,
            ping_interval=PING_SECONDS,
        )
        self.wss_uri = url
        self.over = asyncio.Event()
        self.hello = asyncio.Event()
        self.idle = asyncio.Event()
        """No request waits for its acknowledgement."""
        self.idle.set()
        self._in_hand = 0
        self._answer = answer
        self.message_listeners.append(self._hear_hello)
        self.socket_mode_request_listeners.append(self._hear)

    async def connect(self) -> None:
        """Open the connection once. Raises `aiohttp.ClientError`, `OSError` or `TimeoutError`."""
        self.current_session = await self.aiohttp_client_session.ws_connect(
            self.wss_uri or "", autoping=False, proxy=self.proxy
        )
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Only say that this one is over; called by the SDK where it would make a new one."""
        self.over.set()

    @property
    def alive(self) -> bool:
        """Tell whether Slack has greeted us here and the connection still stands."""
        session = self.current_session
        greeted = self.hello.is_set() and not self.closed
        return greeted and session is not None and not session.closed and not self._silent()

    def _silent(self) -> bool:
        # Pongs come back with the time at which they were asked for.
        heard = self.last_ping_pong_time
        return heard is not None and time.time() - heard > 4 * PING_SECONDS

    async def close(self) -> None:
        """Close without waiting for a peer that may be gone."""
        self.closed = True
        await ended(self.message_processor, self.message_receiver, self.current_session_monitor)
        try:
            async with asyncio.timeout(0.5):
                if self.current_session is not None:
                    await self.current_session.close()
        except TimeoutError:
            pass
        finally:
            await self.aiohttp_client_session.close()

    async def _hear_hello(self, _: AsyncBaseSocketModeClient, message: Any, __: Any) -> None:
        if message.get("type") == "hello":
            self.hello.set()

    async def _hear(self, _: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self._in_hand += 1
        self.idle.clear()
        try:
            await self._answer(self, request)
        except (aiohttp.ClientError, ConnectionError, RuntimeError) as error:
            # The socket died under it: Slack sends again what it was not told of.
            _log.info("not acknowledged, Slack will send it again: %s", type(error).__name__)
        finally:
            self._in_hand -= 1
            if not self._in_hand:
                self.idle.set()


class Sockets:
    """Keeps one live socket until cancelled."""

    def __init__(self, client: SlackClient, app_token: str, answer: Answer) -> None:
        self._client = client
        self._app_token = app_token
        self._answer = answer
        self._current: Socket | None = None
        self._why = "not connected yet"
        self._retiring = Beside(_log)
        self._was_connected = False

    def health(self) -> Health:
        """Tell whether the socket lives, without any call."""
        if self._current is not None and self._current.alive:
            return Health(True)
        return Health(False, self._why)

    async def run(self) -> None:
        """Hold a socket until cancelled. Raises `ConfigError` for an app token that is refused at
        the start."""
        pause = FIRST_PAUSE
        try:
            while True:
                try:
                    fresh = await self._open()
                except (PlatformError, aiohttp.ClientError, OSError) as error:
                    await asyncio.sleep(self._failed(error, pause))
                    pause = min(pause * 2, LONGEST_PAUSE)
                    continue
                pause = FIRST_PAUSE
                self._replace(fresh)
                await self._watch(fresh)
        finally:
            if self._current is not None:
                self._retire(self._current)
            await self._retiring.settle()

    async def _open(self) -> Socket:
        """Open a socket and wait for Slack's hello."""
        async with asyncio.timeout(TICKET_SECONDS):
            ticket = await self._client.call(SOCKET, app_token=self._app_token)
        socket = Socket(self._app_token, str(ticket["url"]), self._client, self._answer)
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                await socket.connect()
                await _first(socket.hello, socket.over)
        except BaseException:
            await socket.close()
            raise
        if not socket.alive:
            await socket.close()
            raise ConnectionError("Slack closed the socket at once")
        return socket

    def _replace(self, fresh: Socket) -> None:
        old, self._current = self._current, fresh
        self._why = "the socket is lost, a new one is asked for"  # told as soon as it is
        if old is not None:
            self._retire(old)
        _log.info("slack connected")
        self._was_connected = True

    async def _watch(self, socket: Socket) -> None:
        """Return when the socket is dead or about to be closed."""
        while socket.alive and not socket.over.is_set():
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await socket.over.wait()
            except TimeoutError:
                continue
        _log.info("slack socket %s", "is to be replaced" if socket.alive else "lost")

    def _failed(self, error: Exception, pause: float) -> float:
        """Note why there is no socket; returns the seconds until the next attempt."""
        # The library's own words hold the address, and the address the ticket.
        why = str(error) if isinstance(error, PlatformError) else type(error).__name__
        if isinstance(error, PlatformRefused):
            why = f"SLACK_APP_TOKEN: {why}"
            if not self._was_connected:
                raise ConfigError(
                    f"{why}. Make an app-level token with the scope connections:write under Basic "
                    "Information of the app, and turn Socket Mode on."
                ) from error
            pause *= REFUSED_TIMES
        if why != self._why:
            _log.warning("slack not connected: %s", why)
            self._why = why
        return max(pause, getattr(error, "retry_after", None) or 0.0)

    def _retire(self, socket: Socket) -> None:
        """Let a socket acknowledge what it has in hand, then close it."""
        self._retiring.start(_retired(socket))


async def _retired(socket: Socket) -> None:
    try:
        async with asyncio.timeout(RETIRE_SECONDS):
            await socket.idle.wait()
    except TimeoutError:
        pass
    finally:
        await socket.close()


async def _first(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await ended(*waiting)
