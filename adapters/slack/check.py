"""Checks Slack's side for `doctor`: both tokens, and whether the app has its scopes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.manifest import SCOPES
from bot.platform import Health

CALL_SECONDS = 8.0
"""Less than the time of the whole check, so that the method that hangs can be named."""

BOT_TOKEN_PLACE = "the app's page OAuth & Permissions → Bot User OAuth Token"  # noqa: S105  a place, no token
APP_TOKEN_PLACE = "the app's page Basic Information → App-Level Tokens"  # noqa: S105  see above


class _Refused(Exception):
    """A call had no good answer; the text says what to do."""


async def check(bot_token: str, app_token: str, api_url: str) -> Health:
    """Ask Slack who we are and for a socket's ticket; the detail says what was found."""
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=CALL_SECONDS), trust_env=True
    ) as session:
        web = AsyncWebClient(
            token=bot_token,
            base_url=api_url,
            session=session,
            timeout=int(CALL_SECONDS),
            retry_handlers=[],
            trust_env_in_session=True,
        )
        try:
            me, headers = await _call(web, "auth.test")
            granted = _granted(headers)
            if app_token:
                await _call(web, "apps.connections.open", app_token=app_token)
        except _Refused as refused:
            return Health(False, str(refused))
        finally:
            await asyncio.sleep(0)  # aiohttp closes TLS transports on the loop's next turn
    if missing := sorted(set(SCOPES) - granted) if granted is not None else []:
        return Health(
            False,
            f"the app lacks {', '.join(missing)} ({'; '.join(SCOPES[each] for each in missing)}); "
            "add them on its page OAuth & Permissions, or replace its manifest by what "
            "`manifest slack` prints, then install the app again",
        )
    if not app_token:
        return Health(
            False,
            "SLACK_APP_TOKEN is not set, and Socket Mode needs it: an app-level token with "
            f"connections:write, from {APP_TOKEN_PLACE}",
        )
    # A proxy may take the header away; what is lacking then shows at the first use.
    scopes = "every scope is there" if granted is not None else "its scopes cannot be seen"
    return Health(True, f"{me.get('user', '')} in {me.get('team', '')}; {scopes}")


async def _call(
    web: AsyncWebClient, method: str, **arguments: Any
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """Call a method; returns its answer and headers. Raises `_Refused`."""
    try:
        response = await getattr(web, method.replace(".", "_"))(**arguments)
    except SlackApiError as error:
        raise _Refused(_told(method, error)) from None
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
        raise _Refused(
            f"{method} got no answer ({type(error).__name__}); check network, proxy and firewall, "
            "and SLACK_API_URL"
        ) from None
    return response.data, response.headers


def _told(method: str, error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    status = getattr(error.response, "status_code", 0)
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return f"{method} was called too often; try again in a minute"
    if not code or status >= 500:
        return f"{method} was answered with HTTP {status}; try again, or check SLACK_API_URL"
    if method == "auth.test":
        return (
            f"SLACK_BOT_TOKEN is refused ({code}); copy it anew from {BOT_TOKEN_PLACE}, or install "
            "the app again"
        )
    if code == "forbidden_team":
        return "Socket Mode is off; switch it on, on the app's page Socket Mode"
    if code == "missing_scope":
        return (
            "SLACK_APP_TOKEN lacks the scope connections:write; make one that has it on "
            f"{APP_TOKEN_PLACE}"
        )
    return f"SLACK_APP_TOKEN is refused ({code}); copy it anew from {APP_TOKEN_PLACE}"


def _granted(headers: Mapping[str, str]) -> set[str] | None:
    """Read the scopes that `X-OAuth-Scopes` lists, None without it (docs.slack.dev, scopes)."""
    lowered = {name.lower(): value for name, value in headers.items()}
    if "x-oauth-scopes" not in lowered:
        return None
    return {scope.strip() for scope in lowered["x-oauth-scopes"].split(",")}
