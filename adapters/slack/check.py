"""Checks Slack's side for `doctor`: tokens, scopes, the way in, and what installation needs."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.doors import signature
from adapters.slack.manifest import REQUEST_PATH, SCOPES
from bot.platform import Health

CALL_SECONDS = 8.0
"""Less than the time of the whole check, so that the method that hangs can be named."""

BOT_TOKEN_PLACE = "the app's page OAuth & Permissions → Bot User OAuth Token"  # noqa: S105  a place, no token
SIGNING_SECRET_PLACE = "the app's page Basic Information → App Credentials"  # noqa: S105  see above
APP_TOKEN_PLACE = "the app's page Basic Information → App-Level Tokens"  # noqa: S105  see above


@dataclass(frozen=True, slots=True)
class Setup:
    """What is configured for Slack; empty for what is not."""

    api_url: str
    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    client_id: str = ""
    client_secret: str = ""
    public_url: str = ""


class _Refused(Exception):
    """A call had no good answer; the text says what to do."""


class _InvalidCode(Exception):
    """Slack knows the app, and not the code."""


async def check(setup: Setup) -> Health:
    """Try the tokens, the way in and the installation; the detail says what was found."""
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=CALL_SECONDS), trust_env=True
    ) as session:
        web = AsyncWebClient(
            token=setup.bot_token or None,
            base_url=setup.api_url,
            session=session,
            timeout=int(CALL_SECONDS),
            retry_handlers=[],
            trust_env_in_session=True,
        )
        try:
            found = [
                await _identity(web) if setup.bot_token else "",
                await _door(web, session, setup),
                await _installation(web, setup) if setup.client_id else "",
            ]
        except _Refused as refused:
            return Health(False, str(refused))
        finally:
            await asyncio.sleep(0)  # aiohttp closes TLS transports on the loop's next turn
    return Health(True, "; ".join(filter(None, found)))


async def _identity(web: AsyncWebClient) -> str:
    """Tell who the bot is. Raises `_Refused` for a token that is refused or lacks a scope."""
    me, headers = await _call(web, "auth.test")
    granted = _granted(headers)
    if missing := sorted(set(SCOPES) - granted) if granted is not None else []:
        raise _Refused(
            f"the app lacks {', '.join(missing)} ({'; '.join(SCOPES[each] for each in missing)}); "
            "add them on its page OAuth & Permissions, or replace its manifest by what "
            "`manifest slack` prints, then install the app again"
        )
    # A proxy may take the header away; what is lacking then shows at the first use.
    scopes = "every scope is there" if granted is not None else "its scopes cannot be seen"
    return f"{me.get('user', '')} in {me.get('team', '')}; {scopes}"


async def _door(web: AsyncWebClient, session: aiohttp.ClientSession, setup: Setup) -> str:
    """Tell how Slack's requests come in."""
    if setup.app_token:
        await _call(web, "apps.connections.open", params={"token": setup.app_token})
        return "Socket Mode"
    if not setup.signing_secret:
        raise _Refused(
            "SLACK_APP_TOKEN is not set, and Socket Mode needs it: an app-level token with "
            f"connections:write, from {APP_TOKEN_PLACE}; or SLACK_SIGNING_SECRET for HTTP"
        )
    if not setup.public_url:
        return f"HTTP: the app's request URLs have to be https://…{REQUEST_PATH} on this server"
    return await _knocked(session, setup)


async def _knocked(session: aiohttp.ClientSession, setup: Setup) -> str:
    """Send what Slack sends to verify a request URL. Raises `_Refused` when it is not taken."""
    url, stamp = setup.public_url + REQUEST_PATH, str(int(time.time()))
    body = json.dumps({"type": "url_verification", "challenge": "doctor"}).encode()
    headers = {
        "Content-Type": "application/json",
        signature.TIMESTAMP: stamp,
        signature.SIGNATURE: signature.sign(setup.signing_secret, stamp, body),
    }
    try:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as got:
            status, text = got.status, (await got.content.read(1_000)).decode(errors="replace")
    except (aiohttp.ClientError, TimeoutError, OSError):
        return f"HTTP, but {url} does not answer: start the bot there, or check proxy and firewall"
    if status == 401:
        raise _Refused(
            f"{url} refuses what is signed with SLACK_SIGNING_SECRET: the bot there has another "
            f"one, or a clock that is off. It stands under {SIGNING_SECRET_PLACE}"
        )
    if status != 200 or "doctor" not in text:
        raise _Refused(f"{url} answers with HTTP {status} and is not this bot; check PUBLIC_URL")
    return f"HTTP, and {url} takes Slack's requests"


async def _installation(web: AsyncWebClient, setup: Setup) -> str:
    """Try the app's own credentials with a code that cannot be good."""
    own = aiohttp.encode_basic_auth(setup.client_id, setup.client_secret)
    with suppress(_InvalidCode):
        await _call(web, "oauth.v2.access", data={"code": "doctor"}, headers={"Authorization": own})
    return f"people install it at {setup.public_url}/slack/install"


async def _call(
    web: AsyncWebClient, method: str, **arguments: Any
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """Call a method; returns its answer and headers. Raises `_Refused`."""
    try:
        response = await web.api_call(method, **arguments)
    except SlackApiError as error:
        if error.response.get("error") == "invalid_code":
            raise _InvalidCode from None
        raise _Refused(_told(method, error)) from None
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
        raise _Refused(
            f"{method} got no answer ({type(error).__name__}); check network, proxy and firewall, "
            "and SLACK_API_URL"
        ) from None
    return response.data if isinstance(response.data, dict) else {}, response.headers


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
    if method == "oauth.v2.access":
        return (
            f"SLACK_CLIENT_ID or SLACK_CLIENT_SECRET is refused ({code}); copy both anew from "
            f"{SIGNING_SECRET_PLACE}"
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
