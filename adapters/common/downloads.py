"""Fetches what people attached, from a platform's own hosts and no other.

Which those are, what goes with the request and what an answer means, the platform decides; here are
the bounds: size, time, redirects, one more try.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.errors import ParleyError
from bot.events import Attachment
from bot.platform import Download, Problem

FETCH_SECONDS = 10.0
AGAIN_SECONDS = 0.5
MOST_REDIRECTS = 3

_CHUNK = 65_536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Astray(Exception):
    """A redirect leads to a host from which nothing is fetched."""


class Endless(Exception):
    """One redirect comes after the other."""


async def download(
    attachment: Attachment,
    limit: int,
    allowed: Callable[[str], bool],
    fetch: Callable[[], Awaitable[Download]],
) -> Download:
    """Fetch at most `limit` bytes if the attachment's address is `allowed`; the reason instead when
    there is nothing to read."""
    if attachment.size > limit:
        return Download(problem=Problem.TOO_LARGE)
    if not attachment.url:
        return Download(problem=Problem.GONE)
    try:
        if not allowed(attachment.url):
            return Download(problem=Problem.FORBIDDEN)
        async with asyncio.timeout(FETCH_SECONDS):
            return await fetch()
    except Astray:
        return Download(problem=Problem.FORBIDDEN)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, ParleyError, Endless):
        return Download(problem=Problem.UNREACHABLE)


def is_own(url: str, base_url: str, is_home: Callable[[str], bool]) -> bool:
    """Tell whether `url` leads to the very server of `base_url`, or to one of the platform's file
    hosts (`is_home`). Raises `ValueError` for what is no address."""
    asked, api = urlsplit(url), urlsplit(base_url)
    if asked.hostname is None or asked.username is not None:
        return False
    if (asked.scheme, asked.hostname, asked.port) == (api.scheme, api.hostname, api.port):
        return True
    return asked.scheme == "https" and asked.port in (None, 443) and is_home(asked.hostname)


async def twice(
    fetch: Callable[[], Awaitable[Download]], sleep: Callable[[float], Awaitable[None]]
) -> Download:
    """Fetch, and once more after a passing fault."""
    try:
        return await fetch()
    except (aiohttp.ClientError, OSError):
        await sleep(AGAIN_SECONDS)
        return await fetch()


@asynccontextmanager
async def opened(
    session: aiohttp.ClientSession,
    url: str,
    allowed: Callable[[str], bool],
    headers: Mapping[str, str] | None = None,
) -> AsyncGenerator[aiohttp.ClientResponse, None]:
    """Ask for `url`, and wherever its redirects lead that is `allowed`. Raises `Astray`, `Endless`,
    and `aiohttp.ClientError` for what may pass: a fault of the server, or a limit of its."""
    for _ in range(MOST_REDIRECTS):
        async with session.get(url, headers=headers, allow_redirects=False) as response:
            if response.status not in _REDIRECTS:
                if response.status >= 500 or response.status == 429:
                    raise aiohttp.ClientPayloadError(f"HTTP {response.status}")
                yield response
                return
            url = urljoin(url, response.headers.get("Location", ""))
        if not allowed(url):
            raise Astray
    raise Endless


async def body(response: aiohttp.ClientResponse, limit: int) -> Download:
    """Read at most `limit` bytes."""
    content = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > limit:
            return Download(problem=Problem.TOO_LARGE)
    return Download(bytes(content), response.content_type)
