"""Receives from Slack: acknowledges only after the inbox has the event.

`routing` brings each payload here, from `sockets` or from `door`; what raises here is not
acknowledged, and Slack sends it again.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.common.beside import Beside
from adapters.common.payloads import mapping
from adapters.common.promptness import reading
from adapters.slack import inbound
from adapters.slack.doors.sockets import Socket
from adapters.slack.routing import Body, Handlers, NotAcknowledged, Router
from adapters.slack.surfaces import dismissing
from adapters.slack.surfaces.cards import CardPresses
from adapters.slack.surfaces.clicks import SESSION_STOPPED, Clicks
from adapters.slack.surfaces.modals import trouble
from adapters.slack.surfaces.promptness import STARTED_SECONDS, WORKSPACE_SECONDS, excuse
from adapters.slack.surfaces.reception import Reception
from adapters.slack.twins import Twins
from adapters.slack.workspaces import Starting, Workspace, Workspaces, departure, team_of
from bot.errors import PlatformError, StoreUnavailable
from bot.events import Delete, Edit, Message, Relevance
from bot.metrics import Metrics
from bot.platform import Sink, Stored

_log = logging.getLogger(__name__)

MOST_IN_HAND = 1_000
"""Events that are being put at once: the SDK's queue has no bound. Slack sends the others again."""


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
        presses: CardPresses | None = None,
    ) -> None:
        self._workspaces = workspaces
        self._follow_ups = follow_ups
        self._metrics = metrics
        self._reception = reception
        self._on_stored = on_stored
        self._clicks = clicks
        self._presses = presses
        self._router: Router | None = None
        self._twins = Twins()
        self._in_hand = 0
        self._beside = Beside(_log)

    def open(self, sink: Sink) -> None:
        """Begin to put what is heard into `sink`."""
        self._router = Router(
            Handlers(
                event=partial(self._event, sink=sink),
                command=partial(self._command, sink=sink),
                shortcut=partial(self._shortcut, sink=sink),
                submission=partial(self._submission, sink=sink),
                page=partial(self._page, sink=sink),
                press=partial(self._press, sink=sink),
                card=partial(self._card, sink=sink),
            )
        )

    async def answer(self, socket: Socket, request: SocketModeRequest) -> None:
        """Handle one request of a socket and acknowledge it there."""
        try:
            payload = await self.take(request.payload)
        except NotAcknowledged:
            return
        await socket.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    async def take(self, body: Body) -> Body | None:
        """Handle one payload, whichever way it came in; returns what goes back with the
        acknowledgement. Raises `NotAcknowledged`."""
        if self._router is None:
            raise NotAcknowledged("nothing is heard yet")
        return await self._router.take(body)

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
        if self._presses is not None:
            await self._presses.close()
        await self._reception.close()

    async def _command(self, body: Body, sink: Sink) -> str | None:
        try:
            workspace = await self._promptly(body)
        except (StoreUnavailable, Starting) as error:
            return excuse(error, "")
        return await self._reception.command(body, workspace, sink)

    async def _shortcut(self, body: Body, sink: Sink) -> None:
        await self._reception.shortcut(body, await self._promptly(body), sink)

    async def _submission(self, body: Body, sink: Sink) -> Body:
        dismisses = mapping(body.get("view")).get("callback_id") == dismissing.CALLBACK
        try:
            workspace = await self._promptly(body)
        except (StoreUnavailable, Starting) as error:
            said = excuse(error, "")
            return dismissing.trouble(said) if dismisses else trouble(said)
        if dismisses:
            return await self._presses.submitted(body, workspace) if self._presses else {}
        return await self._reception.submitted(body, workspace, sink)

    async def _page(self, body: Body, sink: Sink) -> None:
        await self._reception.pressed(body, await self._promptly(body), sink)

    async def _press(self, body: Body, sink: Sink) -> None:
        await self._clicks.handle(body, await self._promptly(body), sink)

    async def _card(self, body: Body, sink: Sink) -> None:
        if self._presses is not None:
            await self._presses.handle(body, await self._promptly(body), sink)

    async def _promptly(self, body: Mapping[str, Any]) -> Workspace:
        """Return the workspace of an interaction, which Slack does not repeat. Raises
        `NotInstalled` and, within their time, `Starting` and `StoreUnavailable`."""
        await self._workspaces.started(STARTED_SECONDS)
        async with reading(WORKSPACE_SECONDS):
            return await self._workspaces.of(team_of(body))

    async def _event(self, body: Body, sink: Sink) -> None:
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
