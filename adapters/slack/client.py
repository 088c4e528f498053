"""Slack's Web API with its faults sorted: every call ends in an answer or in one of our errors.

The SDK's own retries are off: a repeated post could stand twice, so each caller decides.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.limits import CALL_SECONDS
from bot.errors import PlatformGone, PlatformRefused, PlatformTemporary
from bot.metrics import Metrics
from bot.platform import Allowance

_log = logging.getLogger(__name__)

GONE = frozenset(
    {
        "channel_not_found",
        "channel_is_archived",
        "is_archived",
        "is_inactive",
        "not_in_channel",
        "thread_not_found",
        "thread_locked",
        "user_is_bot",
        "cannot_dm_bot",
        "messages_tab_disabled",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
    }
)
"""The place is closed to the bot, whatever it tries."""

REFUSED = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_allowed_token_type",
        "missing_scope",
        "no_permission",
        "access_denied",
        "ekm_access_denied",
        "org_login_required",
        "team_access_not_granted",
        "two_factor_setup_required",
    }
)
"""An operator has to mend the installation."""


class AnswerLost(PlatformTemporary):
    """The request may have been applied or not: no answer came, or a broken one."""


class CallRefused(PlatformGone):
    """Slack named an error of this one call; `code` is Slack's word."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"{method}: {code}")
        self.code = code


class SlackClient:
    """One bot token's calls. `workspace` is the team id, known after `auth.test`."""

    def __init__(
        self,
        token: str,
        base_url: str,
        allowance: Allowance,
        metrics: Metrics,
    ) -> None:
        self.token = token
        self.base_url = base_url
        self.allowance = allowance
        self.workspace = ""
        self._metrics = metrics
        self._session: aiohttp.ClientSession | None = None
        self._web: AsyncWebClient | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The one connection pool for everything bound for Slack."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=CALL_SECONDS),
                # A hundred replies at once must not wait for each other's connection.
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60),
            )
        return self._session

    @property
    def web(self) -> AsyncWebClient:
        """The SDK's client, on our session, without its retries."""
        if self._web is None:
            self._web = AsyncWebClient(
                token=self.token,
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
            self._metrics.platform_write("slack", method, "error")
            raise await self._fault(method, error, str(arguments.get("channel", ""))) from error
        except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
            self._metrics.platform_write("slack", method, "lost")
            raise AnswerLost(f"{method}: {type(error).__name__}") from error
        self._metrics.platform_write("slack", method, "ok")
        data: Mapping[str, Any] = response.data
        return data

    async def _fault(self, method: str, error: SlackApiError, channel: str) -> Exception:
        response = error.response
        status = getattr(response, "status_code", 0)
        data = getattr(response, "data", None)
        code = str(data.get("error", "")) if isinstance(data, dict) else ""
        if status == 429 or code in ("ratelimited", "rate_limited"):
            seconds = _retry_after(getattr(response, "headers", None))
            self._metrics.platform_write("slack", method, "ratelimited")
            # Posting is limited by the channel first; pausing all of them would be unfair.
            where = channel if method == "chat.postMessage" else ""
            await self.allowance.pause(self.workspace, method, seconds, where)
            return PlatformTemporary(f"{method}: rate limited", retry_after=seconds)
        if code in REFUSED:
            return PlatformRefused(f"Slack refuses {method}: {code}{_scopes(data)}")
        if (
            status >= 500
            or not code
            or code in ("internal_error", "fatal_error", "request_timeout")
        ):
            return AnswerLost(f"{method}: HTTP {status} {code}".strip())
        if code in ("service_unavailable", "team_added_to_org"):
            return PlatformTemporary(f"{method}: {code}")
        return CallRefused(method, code)

    async def close(self) -> None:
        """Let go of every connection."""
        if self._session is not None:
            await self._session.close()
            # aiohttp closes TLS transports on the next turns of the loop.
            await asyncio.sleep(0)


def _retry_after(headers: Any) -> float:
    value = (headers or {}).get("Retry-After") or (headers or {}).get("retry-after") or "1"
    try:
        return min(max(float(value), 1.0), 300.0)
    except ValueError:
        return 1.0


def _scopes(data: Any) -> str:
    needed = data.get("needed") if isinstance(data, dict) else None
    return f" (needs the scope {needed})" if needed else ""
