"""Which handler takes what Slack sends, and what goes back with the acknowledgement.

Bolt routes, and is made to acknowledge last: what a handler raises is not acknowledged, and Slack
sends an event again. Bolt does nothing else here, and stands nowhere else.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from adapters.slack.cards import marks
from adapters.slack.surfaces.clicks import OURS
from adapters.slack.surfaces.reception import PAGE
from adapters.slack.workspaces import NotInstalled
from bot.errors import ParleyError, PlatformError

_log = logging.getLogger(__name__)
_bolt_log = logging.getLogger(f"{__name__}.bolt")
_bolt_log.setLevel(logging.WARNING)

Body: TypeAlias = dict[str, Any]
"""One payload, as Slack spells it."""


class NotAcknowledged(PlatformError):
    """What Slack has sent must not be acknowledged."""


@dataclass(frozen=True, slots=True)
class Handlers:
    """Who takes what. Each may raise: then it is not acknowledged."""

    event: Callable[[Body], Awaitable[None]]
    command: Callable[[Body], Awaitable[str | None]]
    """Returns what its author sees."""
    shortcut: Callable[[Body], Awaitable[None]]
    submission: Callable[[Body], Awaitable[Body]]
    """Returns the acknowledgement's payload."""
    page: Callable[[Body], Awaitable[None]]
    """A click in the App Home."""
    press: Callable[[Body], Awaitable[None]]
    """A click under an answer."""
    card: Callable[[Body], Awaitable[None]]
    """A click on a review's card."""


class Router:
    """Sends each payload to its handler."""

    def __init__(self, handlers: Handlers) -> None:
        self._app = _app(handlers.event)
        self._route(handlers)

    async def take(self, body: Body) -> Body | None:
        """Have one payload handled, whichever way it came in; returns what goes back with the
        acknowledgement. Raises `NotAcknowledged`."""
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

    def _route(self, handlers: Handlers) -> None:
        app, everything = self._app, re.compile("")

        @app.command(everything)
        async def on_command(ack: Any, body: Body) -> None:
            await ack(await handlers.command(body))

        @app.message_shortcut(everything)
        async def on_shortcut(ack: Any, body: Body) -> None:
            await handlers.shortcut(body)
            await ack()

        @app.view_submission(everything)
        async def on_submission(ack: Any, body: Body) -> None:
            await ack(**await handlers.submission(body))

        @app.action(PAGE)
        async def on_page(ack: Any, body: Body) -> None:
            await handlers.page(body)
            await ack()

        @app.action(OURS)
        async def on_press(ack: Any, body: Body) -> None:
            await handlers.press(body)
            await ack()

        @app.action(marks.OURS)
        async def on_card(ack: Any, body: Body) -> None:
            await handlers.card(body)
            await ack()

        app.error(_judge)


async def _judge(error: Exception) -> BoltResponse | None:
    """Tell whether a payload is acknowledged although nobody has handled it."""
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


def _app(on_event: Callable[[Body], Awaitable[None]]) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        # Bolt only routes: whoever handles a request calls with its workspace's own client.
        return AuthorizeResult(enterprise_id=None, team_id=None)

    with _unseen_environment():
        return AsyncApp(
            logger=_bolt_log,
            before_authorize=_Events(on_event),
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


class _Events(AsyncMiddleware):
    """Takes each event before Bolt looks for its listener: there is but one, and to authorize, to
    match it and to name its arguments costs more than all the rest."""

    def __init__(self, take: Callable[[Body], Awaitable[None]]) -> None:
        self._take = take

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse | None:
        """Handle an event; leave everything else to Bolt."""
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
