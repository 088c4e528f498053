"""Receives from Slack over Socket Mode: acknowledges only after the inbox has the event.

Bolt routes; it is made to acknowledge last. The SDK's client keeps the socket, a watchdog replaces
what it cannot mend: it would try a dead ticket for ever.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.slack import inbound
from adapters.slack.client import SlackClient
from bot.errors import PlatformError, PlatformRefused
from bot.events import Command, Delete, Edit, Message, Reset, TurnEvent
from bot.metrics import Metrics
from bot.platform import Health, Sink, Stored

_log = logging.getLogger(__name__)

PING_SECONDS = 3.0
"""A half-open socket is noticed within a few pings; the design allows 30 s."""

CONNECT_SECONDS = 8.0
"""After this long a ticket is given up and a new one asked for."""

WATCH_SECONDS = 1.0
LOST_SECONDS = 6.0
"""A socket that the SDK has not brought back by then is replaced."""

REFUSED_SECONDS = 30.0
"""A refused app token is tried again this often: an operator may have mended it."""


class SlackListener:
    """One process's session with Slack."""

    def __init__(
        self,
        client: SlackClient,
        app_token: str,
        *,
        follow_ups: bool,
        metrics: Metrics,
        on_stored: Callable[[TurnEvent], Awaitable[None]],
        on_command: Callable[[Reset | Command, Sink], Awaitable[str]],
    ) -> None:
        self._client = client
        self._app_token = app_token
        self._follow_ups = follow_ups
        self._metrics = metrics
        self._on_stored = on_stored
        self._on_command = on_command
        self._me = inbound.Self("", "", "")
        self._health = Health(False, "not connected yet")
        self._background: set[asyncio.Task[None]] = set()

    def health(self) -> Health:
        """Tell whether the socket lives, without any call."""
        return self._health

    async def run(self, sink: Sink, me: inbound.Self) -> None:
        """Listen until cancelled, with ever new sockets."""
        self._me = me
        app = self._app(sink)
        backoff = 0.5
        while True:
            try:
                url = await self._ticket()
            except PlatformRefused as error:
                self._down(f"SLACK_APP_TOKEN: {error}")
                await asyncio.sleep(REFUSED_SECONDS)
                continue
            except PlatformError as error:
                self._down(str(error))
                backoff = min(backoff * 2, 10.0)
                await asyncio.sleep(max(backoff, getattr(error, "retry_after", None) or 0.0))
                continue
            if await self._session(app, url):
                backoff = 0.5
            else:
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, 10.0)

    async def _ticket(self) -> str:
        answer = await self._client.call("apps.connections.open", app_token=self._app_token)
        return str(answer["url"])

    async def _session(self, app: AsyncApp, url: str) -> bool:
        """Hold one socket as long as it lives; tell whether it ever did."""
        handler = AsyncSocketModeHandler(
            app, self._app_token, web_client=self._client.web, ping_interval=PING_SECONDS
        )
        socket = handler.client
        socket.wss_uri = url
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await socket.connect()  # type: ignore[no-untyped-call]  # the SDK's own gap
            self._health = Health(True)
            _log.info("slack connected")
            lost = 0.0
            while lost < LOST_SECONDS:
                await asyncio.sleep(WATCH_SECONDS)
                lost = 0.0 if await socket.is_connected() else lost + WATCH_SECONDS
                if lost:
                    self._down("the socket is lost")
                elif not self._health.ready:
                    self._health = Health(True)
            return True
        except TimeoutError:
            self._down("no socket on this ticket")
            return False
        finally:
            # The SDK's close may wait for a peer that is gone.
            closing = asyncio.create_task(handler.close_async())  # type: ignore[no-untyped-call]  # see above
            await asyncio.wait({closing}, timeout=2.0)
            closing.cancel()

    def _down(self, why: str) -> None:
        if self._health.ready or self._health.detail != why:
            _log.warning("slack not connected: %s", why)
        self._health = Health(False, why)

    def _app(self, sink: Sink) -> AsyncApp:
        # Its warnings are about arguments that are given on purpose.
        logging.getLogger("slack_bolt").setLevel(logging.ERROR)

        async def authorize() -> AuthorizeResult:
            me = self._me
            return AuthorizeResult(
                enterprise_id=None,
                team_id=me.team,
                bot_id=me.bot,
                bot_user_id=me.user,
                bot_token=self._client.token,
            )

        app = AsyncApp(
            client=self._client.web,
            authorize=authorize,
            # Acknowledge after the listener: what the inbox does not have, Slack sends again.
            process_before_response=True,
            ignoring_self_events_enabled=False,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            url_verification_enabled=False,
        )
        everything = re.compile(".*")

        @app.event(everything)
        async def on_event(body: dict[str, Any]) -> None:
            await self._heard(body, sink)

        @app.command(everything)
        async def on_command(ack: Any, body: dict[str, Any]) -> None:
            event = inbound.command(body, self._me)
            await ack(await self._on_command(event, sink) if event is not None else None)

        return app

    async def _heard(self, body: dict[str, Any], sink: Sink) -> None:
        team = str(body.get("team_id") or self._me.team)
        event = inbound.translate(body.get("event") or {}, self._me, team, self._follow_ups)
        if event is None:
            return
        if isinstance(event, Edit | Delete):
            await sink.control(event)
            return
        stored = await sink.put(event)
        self._metrics.event_received("slack", stored.value)
        if stored is Stored.STORED and isinstance(event, Message):
            # Fire and forget: Slack waits for its acknowledgement.
            task = asyncio.create_task(self._greet(event))
            self._background.add(task)
            task.add_done_callback(self._background.discard)

    async def _greet(self, event: TurnEvent) -> None:
        try:
            await self._on_stored(event)
        except PlatformError as error:
            _log.info("no sign of life: %s", error)
