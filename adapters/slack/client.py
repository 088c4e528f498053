"""Slack's Web API with its faults sorted: every call ends in an answer or in one of our errors.

The SDK's own retries are off: a repeated post could stand twice, so each caller decides. Everything
in this room that talks to Slack does it here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
from slack_sdk.web.async_client import AsyncWebClient

from adapters.common.retries import AnswerLost, persist
from adapters.slack.limits import CALL_SECONDS, POST
from bot.errors import (
    PlatformGone,
    PlatformRefused,
    PlatformRejected,
    PlatformTemporary,
    StoreError,
)
from bot.metrics import Metrics
from bot.platform import Allowance

TOKEN_REFUSED = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "org_login_required",
        "team_access_not_granted",
        "two_factor_setup_required",
    }
)
"""The token is worth nothing until an operator mends it."""

REFUSED = TOKEN_REFUSED | {"missing_scope", "no_permission", "access_denied", "ekm_access_denied"}
"""An operator has to mend the installation."""

PASSING = frozenset(
    {"service_unavailable", "team_added_to_org", "accesslimited", "migration_in_progress"}
)
"""Nothing was done, and it may be done later."""

UNKNOWN = frozenset({"internal_error", "fatal_error", "request_timeout"})
"""Slack says that it may have been done or not."""

WORDS = frozenset(
    {
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_attachments",
        "attachment_payload_limit_exceeded",
        "slack_connect_file_link_sharing_blocked",
        "slack_connect_canvas_sharing_blocked",
        "slack_connect_clip_sharing_blocked",
    }
)
"""What was written is not taken (docs.slack.dev/reference/methods/chat.postMessage#errors)."""

PATIENT = 60.0
"""Seconds of a Retry-After that are waited out here; for longer ones the turn is put off."""

T = TypeVar("T")


class CallRefused(PlatformGone):
    """Slack named an error of this one call; `code` is Slack's word."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"{method}: {code}")
        self.code = code


class WordsRefused(CallRefused, PlatformRejected):
    """Slack does not take what was written; something else may stand there."""


class Pool:
    """The one connection pool for everything bound for Slack, opened with its first use."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=CALL_SECONDS),
                # As the SDK chooses it for its own calls. With `trust_env` aiohttp would look for a
                # proxy and a .netrc before each call, in threads that wait for the processor.
                proxy=load_http_proxy_from_env(),
                # A hundred replies at once must not wait for each other's connection.
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60),
            )
        return self._session

    async def close(self) -> None:
        """Let go of every connection."""
        if self._session is not None:
            await self._session.close()
            # aiohttp closes TLS transports on the next turns of the loop.
            await asyncio.sleep(0)


class SlackClient:
    """One bot token's calls. `workspace` is the team id, known after `auth.test`; `refused` says
    why Slack refuses the token, empty while it does not. Clients may share their connections."""

    def __init__(
        self,
        token: str,
        base_url: str,
        allowance: Allowance,
        metrics: Metrics,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        pool: Pool | None = None,
    ) -> None:
        self.token = token
        self.base_url = base_url
        self.allowance = allowance
        self.workspace = ""
        self.refused = ""
        self.short_pages = False
        """Slack gives this app few messages at a time, as far as is known."""
        self.sleep = sleep
        self._metrics = metrics
        self._pool = pool or Pool()
        self._web: AsyncWebClient | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connections that it shares."""
        return self._pool.session

    def beside(self, token: str) -> SlackClient:
        """Make a client with another token on the same connections."""
        return SlackClient(
            token, self.base_url, self.allowance, self._metrics, self.sleep, self._pool
        )

    @property
    def web(self) -> AsyncWebClient:
        """The SDK's client, on our session, without its retries."""
        if self._web is None:
            self._web = AsyncWebClient(
                token=self.token or None,
                base_url=self.base_url,
                session=self.session,
                timeout=int(CALL_SECONDS),
                retry_handlers=[],
            )
        return self._web

    async def call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call `method` once.

        Raises `AnswerLost`, `PlatformTemporary` (429, with its pause shared among all processes),
        `PlatformRefused` and `CallRefused`.
        """
        try:
            response = await getattr(self.web, method.replace(".", "_"))(**arguments)
        except SlackApiError as error:
            raise await self._fault(method, error, arguments) from error
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError, ValueError) as error:
            # ValueError: a body that is neither text nor JSON as it claims.
            self._metrics.platform_write("slack", method, "lost")
            raise AnswerLost(f"{method}: {type(error).__name__}") from error
        self._metrics.platform_write("slack", method, "ok")
        if "app_token" not in arguments:
            self.refused = ""
        data: Mapping[str, Any] = response.data
        return data

    async def slot(self, method: str, channel: str = "", hold: str = "") -> None:
        """Wait for the next free slot of `method`, or take the held one."""
        wait = await self.allowance.reserve(self.workspace, method, channel, hold)
        self._metrics.allowance_waited("slack", method, wait)
        while wait > 0:
            await self.sleep(wait)
            # Slack may have asked somebody else meanwhile to slow down.
            wait = await self.allowance.paused(self.workspace, method, channel)

    async def read(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call a reading method in its slot; once more after passing faults."""

        async def once() -> Mapping[str, Any]:
            await self.slot(method)
            return await self.call(method, **arguments)

        return await self.persist(once)

    async def persist(
        self,
        once: Callable[[], Awaitable[T]],
        already: Callable[[], Awaitable[T | None]] | None = None,
    ) -> T:
        """Call again after passing faults; `already` finds out whether a lost answer was a yes."""
        return await persist(once, self.sleep, PATIENT, already)

    async def _fault(
        self, method: str, error: SlackApiError, arguments: Mapping[str, Any]
    ) -> Exception:
        response = error.response
        status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
        data = getattr(response, "data", None)
        code = str(data.get("error", "")) if isinstance(data, dict) else ""
        if status == 429 or code in ("ratelimited", "rate_limited"):
            self._metrics.platform_write("slack", method, "ratelimited")
            return await self._slow_down(method, response, arguments)
        self._metrics.platform_write("slack", method, "error")
        if code in TOKEN_REFUSED and "app_token" not in arguments:
            self.refused = f"Slack refuses the bot token: {code}"
        if code in REFUSED:
            return PlatformRefused(f"Slack refuses {method}: {code}{_scopes(data)}")
        if status >= 500 or not code or code in UNKNOWN:
            return AnswerLost(f"{method}: HTTP {status} {code}".strip())
        if code in PASSING:
            return PlatformTemporary(f"{method}: {code}")
        return (WordsRefused if code in WORDS else CallRefused)(method, code)

    async def _slow_down(
        self, method: str, response: Any, arguments: Mapping[str, Any]
    ) -> PlatformTemporary:
        """Let all processes pause a method that Slack limits."""
        seconds = _retry_after(getattr(response, "headers", None))
        # Posting is limited by the channel first; pausing all of them would be unfair.
        where = str(arguments.get("channel", "")) if method == POST else ""
        with suppress(StoreError):  # without a store nobody takes a slot either
            await self.allowance.pause(self.workspace, method, seconds, where)
        return PlatformTemporary(f"{method}: rate limited", retry_after=seconds)

    async def close(self) -> None:
        """Let go of every connection, the shared ones too."""
        await self._pool.close()


def _retry_after(headers: Any) -> float:
    value = (headers or {}).get("Retry-After") or (headers or {}).get("retry-after") or "1"
    try:
        return min(max(float(value), 1.0), 300.0)
    except ValueError:
        return 1.0


def _scopes(data: Any) -> str:
    needed = data.get("needed") if isinstance(data, dict) else None
    return f" (needs the scope {needed})" if needed else ""
