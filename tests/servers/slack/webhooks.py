"""HTTP mode: signed requests to the app's request URL, instead of sockets.

Sources: docs.slack.dev/authentication/verifying-requests-from-slack, docs.slack.dev/apis/events-api
(retries, X-Slack-No-Retry), docs.slack.dev/interactivity.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.servers.clock import Clock

from . import limits
from .apps import App
from .delivery import NO_RETRY
from .sockets import Settle


class Webhook:
    """The request URL of one app."""

    def __init__(self, app: App, url: str, clock: Clock, changed: Callable[[], None]) -> None:
        self.app = app
        self.url = url
        self.clock = clock
        self.changed = changed
        self.ack_seconds = limits.ACK_SECONDS
        self.statuses: list[int] = []
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def ready(self) -> list[str]:
        """Return the one address; Slack always tries."""
        return [self.url]

    def offer(self, kind: str, payload: dict[str, Any], settle: Settle, **envelope: Any) -> bool:
        """Post one payload; `settle` hears how it went."""
        headers = {}
        if envelope.get("retry_attempt"):
            headers["X-Slack-Retry-Num"] = str(envelope["retry_attempt"])
            headers["X-Slack-Retry-Reason"] = envelope["retry_reason"]
        body, content_type = _body(kind, payload)
        task = asyncio.create_task(self._post(body, headers | content_type, settle))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    def sign(self, body: str, timestamp: int) -> str:
        """Return the value of X-Slack-Signature."""
        base = f"v0:{timestamp}:{body}".encode()
        return "v0=" + hmac.new(self.app.signing_secret.encode(), base, hashlib.sha256).hexdigest()

    async def verify(self) -> bool:
        """Send the `url_verification` challenge; return whether it was answered rightly."""
        value = "3eZbrw1aBm2rZgRNFdxV"
        challenge = {"type": "url_verification", "token": "t", "challenge": value}
        status, _, text = await self._send(
            json.dumps(challenge), {"Content-Type": "application/json"}
        )
        answer = _answer(text) or {}
        return status == 200 and value in (answer.get("challenge"), answer.get("text"))

    async def _post(self, body: str, headers: dict[str, str], settle: Settle) -> None:
        try:
            status, answered, text = await asyncio.wait_for(
                self._send(body, headers), self.ack_seconds
            )
        except TimeoutError:
            settle("http_timeout", None)
        except aiohttp.ClientError:
            settle("connection_failed", None)
        else:
            self.statuses.append(status)
            if 200 <= status < 300:
                settle("", _answer(text))
            else:
                settle(NO_RETRY if answered.get("X-Slack-No-Retry") == "1" else "http_error", None)
        self.changed()

    async def _send(self, body: str, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        now = int(self.clock.now())
        signed = headers | {
            "X-Slack-Request-Timestamp": str(now),
            "X-Slack-Signature": self.sign(body, now),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }
        async with self._session.post(
            self.url, data=body.encode(), headers=signed, allow_redirects=False
        ) as got:
            return got.status, dict(got.headers), await got.text()

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def _body(kind: str, payload: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Return the request body as Slack sends this kind, with its content type."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    if kind == "slash_commands":
        return urlencode(payload), form
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}), form
    return json.dumps(payload), {"Content-Type": "application/json"}


def _answer(text: str) -> dict[str, Any] | None:
    """Return what the app answered at once: JSON, or plain text for a command."""
    if not text.strip():
        return None
    try:
        answer = json.loads(text)
    except ValueError:
        return {"text": text}
    return answer if isinstance(answer, dict) else None
