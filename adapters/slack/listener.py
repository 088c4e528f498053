"""Receives from Slack: acknowledges only after the inbox has the event.

Bolt routes, and is made to acknowledge last; what raises here is not acknowledged, and Slack sends
it again. Requests come in over `sockets` or over `door`.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack import inbound
from adapters.slack.doors.sockets import Socket
from adapters.slack.surfaces.clicks import OURS, SESSION_STOPPED, Clicks
from adapters.slack.surfaces.modals import trouble
from adapters.slack.surfaces.promptness import STARTED_SECONDS, WORKSPACE_SECONDS, apology, reading
from adapters.slack.surfaces.reception import PAGE, Reception
from adapters.slack.twins import Twins
from adapters.slack.workspaces import (
    NotInstalled,
    Starting,
    Workspace,
    Workspaces,
    departure,
    team_of,
)
from adapters.streaming import Beside
from bot.errors import ParleyError, PlatformError, StoreUnavailable
from bot.events import Delete, Edit, Message, Relevance
from bot.metrics import Metrics
from bot.platform import Sink, Stored

_log = logging.getLogger(__name__)
_bolt_log = logging.getLogger(f"{__name__}.bolt")
_bolt_log.setLevel(logging.WARNING)

MOST_IN_HAND = 1_000
"""Events that are being put at once: the SDK's queue has no bound. Slack sends the others again."""


class NotAcknowledged(PlatformError):
    """What Slack has sent must not be acknowledged."""


class TooMuch(PlatformError):
    """More events at once than this process takes."""


class SlackListener:
    """What one process does with what Slack sends it."""

    def __init__(
        self,
        workspaces: Workspaces,
        *,
        follow_ups: bool,
        metrics: Metrics,
        reception: Reception,
        on_stored: Callable[[Workspace, Message], Awaitable[object]],
        clicks: Clicks,
    ) -> None:
        self._workspaces = workspaces
        self._follow_ups = follow_ups
        self._metrics = metrics
        self._reception = reception
        self._on_stored = on_stored
        self._clicks = clicks
        self._app: AsyncApp | None = None
        self._twins = Twins()
        self._in_hand = 0
        self._beside = Beside(_log)

    def open(self, sink: Sink) -> None:
        """Begin to put what is heard into `sink`."""
        self._app = self._build(sink)

    async def answer(self, socket: Socket, request: SocketModeRequest) -> None:
        """Handle one request of a socket and acknowledge it there."""
        try:
            payload = await self.take(request.payload)
        except NotAcknowledged:
            return
        await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    async def take(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """Handle one payload, whichever way it came in; returns what goes back with the
        acknowledgement. Raises `NotAcknowledged`."""
        if self._app is None:
            raise NotAcknowledged("nothing is heard yet")
        if body.get("type") == "app_rate_limited":  # 30,000 events in an hour
            _log.warning("slack holds events back: too many for one workspace in an hour")
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=body)
        except Exception:
            # Bolt looks into it in many places. It would be as unreadable the next time, and the
            # payload is somebody's words: not logged.
            _log.exception("a payload that cannot be read")
            return None
        response = await self._app.async_dispatch(request)
        if response.status != 200:
            raise NotAcknowledged("it could not be handled")
        if not response.body:
            return None
        is_json = response.headers["content-type"][0].startswith("application/json")
        answer = json.loads(response.body) if is_json else {"text": response.body}
        return answer if isinstance(answer, dict) else None

    def read(
        self, raw: Mapping[str, Any], like: Message, workspace: Workspace
    ) -> tuple[Message, ...]:
        """Read a message of a thread, fetched instead of delivered, as its event would be."""
        event = {**raw, "type": "message", "channel": like.thread.channel}
        heard = self._translate({"event": event}, workspace)
        return tuple(replace(m, place=like.place) for m in heard if isinstance(m, Message))

    async def hear(self, event: Mapping[str, Any], workspace: Workspace, sink: Sink) -> None:
        """Store a message that was fetched instead of delivered. Raises `StoreUnavailable`."""
        await self._store({"event": event}, workspace, sink)

    async def close(self) -> None:
        """End what runs beside the acknowledgements."""
        await self._beside.close()
        await self._clicks.close()
        await self._reception.close()

    def _build(self, sink: Sink) -> AsyncApp:
        async def authorize() -> AuthorizeResult:
            # Bolt only routes: whoever handles a request calls with its workspace's own client.
            return AuthorizeResult(enterprise_id=None, team_id=None)

        with _unseen_environment():
            app = AsyncApp(
                logger=_bolt_log,
                before_authorize=_Events(lambda body: self._event(body, sink)),
                authorize=authorize,
                # Acknowledge after the listener: what the inbox does not have, Slack sends again.
                process_before_response=True,
                ignoring_self_events_enabled=False,  # told apart by inbound, with a test
                request_verification_enabled=False,  # a socket is opened with our own token
                ssl_check_enabled=False,
                url_verification_enabled=False,
                attaching_function_token_enabled=False,
                attaching_conversation_kwargs_enabled=False,
                raise_error_for_unhandled_request=True,
            )

        everything = re.compile("")

        @app.command(everything)
        async def on_command(ack: Any, body: dict[str, Any]) -> None:
            try:
                workspace = await self._promptly(body)
            except (StoreUnavailable, Starting) as error:
                await ack(apology(error, ""))
            else:
                await ack(await self._reception.command(body, workspace, sink))

        @app.message_shortcut(everything)
        async def on_shortcut(ack: Any, body: dict[str, Any]) -> None:
            await self._reception.shortcut(body, await self._promptly(body))
            await ack()

        @app.view_submission(everything)
        async def on_submission(ack: Any, body: dict[str, Any]) -> None:
            try:
                workspace = await self._promptly(body)
            except (StoreUnavailable, Starting) as error:
                await ack(**trouble(apology(error, "")))
            else:
                await ack(**await self._reception.submitted(body, workspace, sink))

        @app.action(PAGE)
        async def on_page(ack: Any, body: dict[str, Any]) -> None:
            await self._reception.pressed(body, await self._promptly(body), sink)
            await ack()

        @app.action(OURS)
        async def on_press(ack: Any, body: dict[str, Any]) -> None:
            await self._clicks.handle(body, await self._promptly(body), sink)
            await ack()

        @app.error
        async def on_error(error: Exception) -> BoltResponse | None:
            if isinstance(error, BoltUnhandledRequestError):
                return BoltResponse(status=200)  # wanted or not, it was received
            if isinstance(error, NotInstalled):
                _log.info("not for us: %s", error)
                return BoltResponse(status=200)
            if isinstance(error, ParleyError):
                _log.warning("not acknowledged: %s", error)
            else:
                _log.error("a listener failed", exc_info=error)
            return None

        return app

    async def _promptly(self, body: Mapping[str, Any]) -> Workspace:
        """Return the workspace of an interaction, which Slack does not repeat. Raises
        `NotInstalled` and, within their time, `Starting` and `StoreUnavailable`."""
        await self._workspaces.started(STARTED_SECONDS)
        async with reading(WORKSPACE_SECONDS):
            return await self._workspaces.of(team_of(body))

    async def _event(self, body: dict[str, Any], sink: Sink) -> None:
        """Store one event; raises when it must not be acknowledged."""
        if self._in_hand >= MOST_IN_HAND:
            raise TooMuch(f"{self._in_hand} events at once")
        self._in_hand += 1
        try:
            if (left_at := departure(body)) is not None:
                await self._workspaces.left(team_of(body), left_at)
                return
            workspace = await self._workspaces.of(team_of(body))
            event = body.get("event")
            if isinstance(event, Mapping) and event.get("type") == SESSION_STOPPED:
                await self._clicks.session_stopped(event, workspace, sink)
            await self._reception.event(body, workspace)
            await self._store(body, workspace, sink)
        finally:
            self._in_hand -= 1

    async def _store(self, body: Mapping[str, Any], workspace: Workspace, sink: Sink) -> None:
        for heard in self._translate(body, workspace):
            if isinstance(heard, Edit | Delete):
                await sink.control(heard)
            elif message := await self._reception.message(body, heard, workspace, sink):
                await self._put(message, sink, workspace)

    def _translate(
        self, body: Mapping[str, Any], workspace: Workspace
    ) -> tuple[inbound.Heard, ...]:
        event = body.get("event")
        try:
            if isinstance(event, dict):
                # Its own team, also for what a guest organisation says: a thread is one thread.
                return inbound.translate(event, workspace.me, workspace.team, self._follow_ups)
        except Exception:
            # It would be as unreadable the next time; the payload is somebody's words: not logged.
            _log.exception("an event that cannot be read")
        return ()

    async def _put(self, message: Message, sink: Sink, workspace: Workspace) -> None:
        if await self._twins.stored(message):
            self._metrics.event_received("slack", Stored.KNOWN.value)
            return
        try:
            stored = await sink.put(message)
        except StoreUnavailable:
            self._metrics.event_received("slack", "refused")
            raise
        # What was overheard is known too, and an edit that names the bot still makes it a question.
        known = stored is Stored.KNOWN and message.relevance is Relevance.DIRECT
        self._twins.heard(message, stored=known or stored is Stored.STORED)
        self._metrics.event_received("slack", stored.value)
        if stored is Stored.STORED:
            # Fire and forget: Slack waits for its acknowledgement.
            self._beside.start(self._greet(workspace, message))

    async def _greet(self, workspace: Workspace, message: Message) -> None:
        await self._on_stored(workspace, message)
        await self._reception.stored(message, workspace)


class _Events(AsyncMiddleware):
    """Takes each event before Bolt looks for its listener: there is but one, and to authorize, to
    match it and to name its arguments costs more than all the rest."""

    def __init__(self, take: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        self._take = take

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse | None:
        """Store an event; leave everything else to Bolt."""
        if req.body.get("type") != "event_callback":
            return await next()
        await self._take(req.body)
        return BoltResponse(status=200)


@contextmanager
def _unseen_environment() -> Iterator[None]:
    """Hide Slack's variables from Bolt, which would read them behind the settings' back: a second
    token, or a whole installation flow with files of its own."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("SLACK_")}
    try:
        yield
    finally:
        os.environ.update(hidden)
