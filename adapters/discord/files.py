"""Fetches what people attached in Discord: from its own file hosts and no other, without the token.

An address is signed and ends after a day; Discord signs it anew when asked.
Source: https://docs.discord.com/developers/reference#signed-attachment-cdn-urls.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urljoin, urlsplit

import aiohttp

from adapters.common.payloads import mapping, objects, string
from adapters.discord.client import DiscordClient
from adapters.discord.limits import REFRESH
from bot.errors import ParleyError
from bot.events import Attachment
from bot.platform import Download, Problem

FETCH_SECONDS = 10.0
AGAIN_SECONDS = 0.5
MOST_REDIRECTS = 3

HOMES = frozenset({"cdn.discordapp.com", "media.discordapp.net"})

_OVER = frozenset({401, 403, 404, 410})
"""What an address that has ended is answered with, or one whose file is gone."""


async def download(
    client: DiscordClient,
    attachment: Attachment,
    limit: int,
    clock: Callable[[], float] = time.time,
) -> Download:
    """Fetch at most `limit` bytes; the reason instead when there is nothing to read."""
    if attachment.size > limit:
        return Download(problem=Problem.TOO_LARGE)
    if not attachment.url:
        return Download(problem=Problem.GONE)
    try:
        if not is_discord(client.base_url, attachment.url):
            return Download(problem=Problem.FORBIDDEN)
        async with asyncio.timeout(FETCH_SECONDS):
            return await _signed_anew_where_needed(client, attachment.url, limit, clock())
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, ParleyError):
        return Download(problem=Problem.UNREACHABLE)


def is_discord(base_url: str, url: str) -> bool:
    """Tell whether `url` is one of Discord's file hosts, or the configured host."""
    asked, api = urlsplit(url), urlsplit(base_url)
    if asked.hostname is None or asked.username is not None:
        return False
    if (asked.scheme, asked.hostname, asked.port) == (api.scheme, api.hostname, api.port):
        return True
    return asked.scheme == "https" and asked.hostname in HOMES and asked.port in (None, 443)


def has_ended(url: str, now: float) -> bool:
    """Tell whether an address says itself that its time is over (`ex`, seconds in hexadecimal)."""
    ends = parse_qs(urlsplit(url).query).get("ex", [""])[0]
    try:
        return bool(ends) and int(ends, 16) <= now
    except ValueError:
        return False


async def _signed_anew_where_needed(
    client: DiscordClient, url: str, limit: int, now: float
) -> Download:
    if not has_ended(url, now):
        got = await _persist(client, url, limit)
        if got.problem is not Problem.GONE:
            return got
    fresh = await _signed_anew(client, url)
    if not fresh or fresh == url or not is_discord(client.base_url, fresh):
        return Download(problem=Problem.GONE)
    return await _persist(client, fresh, limit)


async def _signed_anew(client: DiscordClient, url: str) -> str:
    """Ask once for an address that works again; empty when Discord gives none."""
    await client.slot(REFRESH)
    answer = mapping(await client.call(REFRESH, json={"attachment_urls": [url]}))
    return next((string(one, "refreshed") for one in objects(answer, "refreshed_urls")), "")


async def _persist(client: DiscordClient, url: str, limit: int) -> Download:
    """Fetch, and once more after a passing fault."""
    try:
        return await _fetch(client, url, limit)
    except (aiohttp.ClientError, OSError):
        await client.sleep(AGAIN_SECONDS)
        return await _fetch(client, url, limit)


async def _fetch(client: DiscordClient, url: str, limit: int) -> Download:
    for _ in range(MOST_REDIRECTS):
        async with client.session.get(url, allow_redirects=False) as response:
            if response.status in (301, 302, 303, 307, 308):
                url = urljoin(url, response.headers.get("Location", ""))
                if not is_discord(client.base_url, url):
                    return Download(problem=Problem.FORBIDDEN)
                continue
            if response.status >= 500 or response.status == 429:
                raise aiohttp.ClientPayloadError(f"HTTP {response.status}")
            if response.status != 200:
                gone = response.status in _OVER
                return Download(problem=Problem.GONE if gone else Problem.UNREACHABLE)
            return await _body(response, limit)
    return Download(problem=Problem.UNREACHABLE)  # one redirect after the other


async def _body(response: aiohttp.ClientResponse, limit: int) -> Download:
    content = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        content += chunk
        if len(content) > limit:
            return Download(problem=Problem.TOO_LARGE)
    return Download(bytes(content), response.content_type)
