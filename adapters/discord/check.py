"""Checks Discord's side for `doctor`: the token, the application, its intents, and the gateway."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from adapters.discord.client import USER_AGENT
from bot.platform import Health

CALL_SECONDS = 8.0
"""Less than the time of the whole check, so that the call that hangs can be named."""

TOKEN_PLACE = "the application's page Bot → Reset Token"  # noqa: S105  a place, no token

MESSAGE_CONTENT, MESSAGE_CONTENT_LIMITED = 1 << 18, 1 << 19
"""Flags of an application: the intent is granted, or is on below the size that needs a review
(https://docs.discord.com/developers/resources/application#application-object-application-flags)."""

HELLO = 10
"""The first thing that a gateway says."""

_INTENT_OFF = (
    "the Message Content intent is off: it hears mentions, direct messages and commands only. "
    "Switch it on, on the application's page Bot, if it is to follow its threads"
)


@dataclass(frozen=True, slots=True)
class Application:
    """What Discord says of the application behind a token."""

    id: str
    name: str
    reads_content: bool


class Trouble(Exception):
    """A call had no good answer; the text says what to do."""


@asynccontextmanager
async def session() -> AsyncGenerator[aiohttp.ClientSession, None]:
    """Open connections that are used for a moment."""
    timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
    headers = {"User-Agent": USER_AGENT}
    async with aiohttp.ClientSession(timeout=timeout, headers=headers, trust_env=True) as web:
        yield web


async def check(token: str, api_url: str) -> Health:
    """Try the token and the gateway; the detail says what was found."""
    try:
        async with session() as web:
            found = await application(web, token, api_url)
            starts = await _gateway(web, token, api_url)
    except Trouble as trouble:
        return Health(False, str(trouble))
    content = "the Message Content intent is on" if found.reads_content else _INTENT_OFF
    return Health(True, f"{found.name}, application {found.id}; {starts}; {content}")


async def application(web: aiohttp.ClientSession, token: str, api_url: str) -> Application:
    """Ask who the application is. Raises `Trouble`."""
    told = await _get(web, token, api_url, "/applications/@me")
    flags = told.get("flags")
    flags = flags if isinstance(flags, int) else 0
    reads = bool(flags & (MESSAGE_CONTENT | MESSAGE_CONTENT_LIMITED))
    return Application(str(told.get("id") or ""), str(told.get("name") or "the bot"), reads)


async def _gateway(web: aiohttp.ClientSession, token: str, api_url: str) -> str:
    """Open a connection, without beginning a session: a day has a thousand. Raises `Trouble`."""
    told = await _get(web, token, api_url, "/gateway/bot")
    url, limit = str(told.get("url") or ""), told.get("session_start_limit")
    try:
        async with web.ws_connect(f"{url}/?v=10&encoding=json", timeout=_patience()) as gateway:
            hello = await gateway.receive_json(timeout=CALL_SECONDS)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, TypeError) as error:
        raise Trouble(
            f"the gateway {url} cannot be reached ({type(error).__name__}); check network, proxy "
            "and firewall: they must let WebSockets through"
        ) from None
    if not isinstance(hello, dict) or hello.get("op") != HELLO:
        raise Trouble(f"what answers at {url} is no gateway of Discord's; check DISCORD_API_URL")
    left = limit.get("remaining") if isinstance(limit, dict) else None
    if left == 0:
        raise Trouble("no further session can be begun today: the bot was restarted too often")
    return "the gateway answers"


def _patience() -> aiohttp.ClientWSTimeout:
    return aiohttp.ClientWSTimeout(ws_receive=CALL_SECONDS, ws_close=1.0)


async def _get(
    web: aiohttp.ClientSession, token: str, api_url: str, path: str
) -> Mapping[str, Any]:
    url = api_url.rstrip("/") + path
    try:
        async with web.get(url, headers={"Authorization": f"Bot {token}"}) as response:
            status, told = response.status, _object(await response.read())
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise Trouble(
            f"{path} got no answer ({type(error).__name__}); check network, proxy and firewall, "
            "and DISCORD_API_URL"
        ) from None
    if status == 401:
        raise Trouble(f"DISCORD_TOKEN is refused; copy it anew from {TOKEN_PLACE}")
    if status == 429:
        raise Trouble(f"{path} was called too often; try again in a minute")
    if status != 200 or told is None:
        raise Trouble(
            f"{path} was answered with HTTP {status}; try again, or check DISCORD_API_URL"
        )
    return told


def _object(raw: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(raw)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
