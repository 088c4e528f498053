"""The way in over HTTP: `POST /slack/events` takes events, slash commands and interactivity.

Nothing is parsed before the signature is checked, nothing is acknowledged before it is stored, and
no body is ever logged. Sources: https://docs.slack.dev/apis/events-api/using-http-request-urls,
https://docs.slack.dev/interactivity/handling-user-interaction.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import ClientError, web
from aiohttp.http_exceptions import HttpProcessingError

from adapters.slack.doors import signature
from bot.errors import ParleyError
from bot.logs import fields

_log = logging.getLogger(__name__)

PATH = "/slack/events"

LARGEST_BODY = 1_000_000
"""Bytes. Slack's own are smaller: a message of 40,000 characters with its blocks is the most."""

MOST_FIELDS = 100
"""Of a form: a slash command has about a dozen."""

READ_SECONDS = 3.0
"""In which a body has to be here; Slack itself gives up by then."""

TAKE_SECONDS = 2.8
"""In which a request is stored or refused: after 3 s Slack sends it again in any case."""

OPEN_SECONDS = 1.0
"""What is sent while the bot starts waits so long for it to listen. A worker never does."""

MOST_LINES, LINES_SECONDS = 30, 60.0
"""Refused requests told one by one in such a time; a flood of them is only counted."""

Take = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]
"""Handles one payload and returns what goes back with the acknowledgement; raises when there must
be none."""


class Refused(Exception):
    """A request that is answered with an error; the text says why, in words of ours."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Door:
    """Takes what Slack sends to the request URL, from `open` on. `clock`: seconds since 1970."""

    def __init__(
        self, signing_secret: str, take: Take, clock: Callable[[], float] = time.time
    ) -> None:
        if not signing_secret:
            raise ValueError("without a secret anybody could sign")
        self._secret = signing_secret
        self._take = take
        self._clock = clock
        self._told = _Told()
        self._opened = asyncio.Event()

    def open(self) -> None:
        """Take requests from now on."""
        self._opened.set()

    def close(self) -> None:
        """Take none any more."""
        self._opened.clear()

    def routes(self) -> list[web.RouteDef]:
        """Return the one route."""
        return [web.route("*", PATH, self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            return await self._received(request)
        except Refused as refused:
            self._told.line(refused, request)
            headers = {"Allow": "POST"} if refused.status == 405 else {}
            return web.Response(status=refused.status, text=f"{refused}\n", headers=headers)

    async def _received(self, request: web.Request) -> web.Response:
        body = await self._verified(request)
        payload = parsed(body, request.content_type)
        if payload.get("type") == "url_verification":
            return web.json_response({"challenge": str(payload.get("challenge") or "")})
        if "ssl_check" in payload and "command" not in payload:
            return web.Response()
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await self._opened.wait()
        except TimeoutError:
            raise Refused(503, "nothing is heard here now") from None
        try:
            async with asyncio.timeout(TAKE_SECONDS):
                answer = await self._take(payload)
        except (ParleyError, TimeoutError) as error:
            # Without a header that forbids it, Slack sends it again.
            raise Refused(503, "it could not be stored") from error
        return web.json_response(answer) if answer else web.Response()

    async def _verified(self, request: web.Request) -> bytes:
        """Read the body of a request that Slack has signed. Raises `Refused`."""
        if request.method != "POST":
            raise Refused(405, "only POST is taken")
        if (request.content_length or 0) > LARGEST_BODY:
            raise Refused(413, "its body is too large")
        try:
            signature.check_time(request.headers, self._clock())
            body = await _read(request)
            signature.check(self._secret, request.headers, body, self._clock())
        except signature.Unsigned as error:
            raise Refused(401, str(error)) from None
        return body


async def _read(request: web.Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise Refused(413, "its body is too large")
    except TimeoutError:
        raise Refused(408, "its body did not come in time") from None
    except (ClientError, HttpProcessingError, web.RequestPayloadError, OSError):
        raise Refused(400, "its body is broken") from None
    return bytes(body)


def parsed(body: bytes, content_type: str) -> dict[str, Any]:
    """Read a signed body: JSON, a form, or a form whose field `payload` is JSON. Raises `Refused`
    (400) for anything else."""
    try:
        if content_type == "application/x-www-form-urlencoded":
            found = _form(body)
        elif content_type == "application/json" or body.lstrip().startswith(b"{"):
            found = json.loads(body)
        else:
            found = _form(body)
    except (ValueError, RecursionError):
        raise Refused(400, "its body cannot be read") from None
    if not isinstance(found, dict):
        raise Refused(400, "its body is no object")
    return found


def _form(body: bytes) -> Any:
    """Read a form. Only a form without a command may carry JSON: somebody's slash text may hold the
    word `payload`, or be JSON itself."""
    text = body.decode()
    pairs = parse_qsl(
        text,
        keep_blank_values=True,
        strict_parsing=True,
        errors="strict",
        max_num_fields=MOST_FIELDS,
    )
    form: Mapping[str, str] = dict(reversed(pairs))  # the first of a name counts
    if "payload" in form and "command" not in form:
        return json.loads(form["payload"])
    return dict(form)


class _Told:
    """Log lines of refused requests: one each, until there are too many."""

    def __init__(self) -> None:
        self._since = 0.0
        self._lines = 0
        self._untold = 0

    def line(self, refused: Refused, request: web.Request) -> None:
        now = time.monotonic()
        if now - self._since > LINES_SECONDS:
            if self._untold:
                _log.warning("more requests were refused", extra=fields(count=self._untold))
            self._since, self._lines, self._untold = now, 0, 0
        self._lines += 1
        if self._lines > MOST_LINES:
            self._untold += 1
            return
        _log.warning(
            "a request was refused: %s",
            refused,
            extra=fields(status=refused.status, path=PATH, host=request.remote or ""),
            exc_info=refused.__cause__ if refused.status == 503 else None,
        )
