"""Fetches what people attached in Slack. The token goes to Slack's own file host and no other."""

from __future__ import annotations

import asyncio
from urllib.parse import urljoin, urlsplit

import aiohttp

from adapters.slack.client import SlackClient
from bot.events import Attachment
from bot.platform import Download, Problem

FETCH_SECONDS = 10.0
AGAIN_SECONDS = 0.5
MOST_REDIRECTS = 3


async def download(client: SlackClient, attachment: Attachment, limit: int) -> Download:
    """Fetch at most `limit` bytes; the reason instead when there is nothing to read."""
    if attachment.size > limit:
        return Download(problem=Problem.TOO_LARGE)
    if not attachment.url:
        return Download(problem=Problem.GONE)
    try:
        if not is_slack(client.base_url, attachment.url):
            return Download(problem=Problem.FORBIDDEN)
        async with asyncio.timeout(FETCH_SECONDS):
            return await _persist(client, attachment, limit)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return Download(problem=Problem.UNREACHABLE)


def is_slack(base_url: str, url: str) -> bool:
    """Tell whether the token may be sent to `url`: Slack's file hosts, or the configured host."""
    asked, api = urlsplit(url), urlsplit(base_url)
    if asked.hostname is None or asked.username is not None:
        return False
    if (asked.scheme, asked.hostname, asked.port) == (api.scheme, api.hostname, api.port):
        return True
    own = api.hostname == "slack.com" or (api.hostname or "").endswith(".slack.com")
    return own and asked.scheme == "https" and asked.hostname.endswith(".slack.com")


async def _persist(client: SlackClient, attachment: Attachment, limit: int) -> Download:
    """Fetch, and once more after a passing fault."""
    try:
        return await _fetch(client, attachment, limit)
    except (aiohttp.ClientError, OSError):
        await client.sleep(AGAIN_SECONDS)
        return await _fetch(client, attachment, limit)


async def _fetch(client: SlackClient, attachment: Attachment, limit: int) -> Download:
    headers, url = {"Authorization": f"Bearer {client.token}"}, attachment.url
    for _ in range(MOST_REDIRECTS):
        async with client.session.get(url, headers=headers, allow_redirects=False) as response:
            if response.status in (301, 302, 303, 307, 308):
                url = urljoin(url, response.headers.get("Location", ""))
                if not is_slack(client.base_url, url):
                    return Download(problem=Problem.FORBIDDEN)
                continue
            if response.status >= 500:
                raise aiohttp.ClientPayloadError(f"HTTP {response.status}")
            if response.status in (401, 403):
                return Download(problem=Problem.FORBIDDEN)
            if response.status != 200:
                return Download(problem=Problem.GONE)
            got = await _body(response, limit)
            return Download(problem=Problem.FORBIDDEN) if _is_sign_in(attachment, got) else got
    return Download(problem=Problem.FORBIDDEN)


def _is_sign_in(attachment: Attachment, got: Download) -> bool:
    """Tell a page that asks to sign in from the file: without the scope Slack answers 200 with
    one (reported in slackapi/bolt-js#2585)."""
    if got.media_type != "text/html":
        return False
    other_size = bool(attachment.size) and len(got.content) != attachment.size
    return attachment.media_type != "text/html" or other_size


async def _body(response: aiohttp.ClientResponse, limit: int) -> Download:
    content = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        content += chunk
        if len(content) > limit:
            return Download(problem=Problem.TOO_LARGE)
    return Download(bytes(content), response.content_type)
