"""Fetches what people attached in Slack. The token goes to Slack's own file host and no other."""

from __future__ import annotations

import asyncio
import html
import logging
import re
import time
from urllib.parse import urljoin, urlsplit

import aiohttp

from adapters.slack.attached import CANVAS
from adapters.slack.client import SlackClient
from bot.events import Attachment
from bot.platform import Download, Problem

_log = logging.getLogger(__name__)

FETCH_SECONDS = 10.0
AGAIN_SECONDS = 0.5
MOST_REDIRECTS = 3

TOLD_SECONDS = 3600.0
"""How often an operator is told that Slack gives no files to a workspace's token."""

_HOMES = ("slack.com", "slack-gov.com")
_SIGN_IN = re.compile(rb"<title>[^<]*(sign in|signin|log in|login)", re.IGNORECASE)
_TAG = re.compile(r"<(script|style|title)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
_BLOCK_END = re.compile(r"</(p|div|h[1-6]|li|tr|pre|blockquote)>|<br\s*/?>", re.IGNORECASE)
_told: dict[str, float] = {}
"""When an operator was told last, by workspace."""


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
    home = next((home for home in _HOMES if _is_of(api.hostname or "", home)), None)
    return home is not None and asked.scheme == "https" and _is_of(asked.hostname, home)


def _is_of(host: str, home: str) -> bool:
    return host == home or host.endswith(f".{home}")


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
                return _refused(client, f"HTTP {response.status}")
            if response.status != 200:
                return Download(problem=Problem.GONE)
            got = await _body(response, limit)
            if _is_sign_in(attachment, got):
                return _refused(client, "its sign-in page")
            if attachment.media_type == CANVAS:
                return await asyncio.to_thread(_as_text, got)  # megabytes take their time
            return got
    return _refused(client, "one redirect after the other")


def _refused(client: SlackClient, how: str) -> Download:
    """Tell an operator what to mend, once in a while; the person is told of the file."""
    now = time.monotonic()
    if now - _told.get(client.workspace, -TOLD_SECONDS) >= TOLD_SECONDS:
        _told[client.workspace] = now
        _log.error(
            "slack answers with %s instead of a file in %s: add the scope files:read under "
            "OAuth & Permissions of the app, and install it again",
            how,
            client.workspace,
        )
    return Download(problem=Problem.FORBIDDEN)


def _is_sign_in(attachment: Attachment, got: Download) -> bool:
    """Tell a page that asks to sign in from the file: without the scope Slack answers 200 with
    one (reported in slackapi/bolt-js#2585)."""
    if got.media_type != "text/html":
        return False
    if attachment.media_type == CANVAS:  # comes as HTML too, of any size
        return bool(_SIGN_IN.search(got.content[:4_000]))
    other_size = bool(attachment.size) and len(got.content) != attachment.size
    return attachment.media_type != "text/html" or other_size


def _as_text(got: Download) -> Download:
    """Return what a canvas says: Slack hands it out as HTML."""
    text = _BLOCK_END.sub("\n", got.content.decode("utf-8", "replace"))
    text = html.unescape(_TAG.sub("", text))
    lines = (line.strip() for line in text.splitlines())
    return Download("\n".join(filter(None, lines)).encode(), "text/plain")


async def _body(response: aiohttp.ClientResponse, limit: int) -> Download:
    content = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        content += chunk
        if len(content) > limit:
            return Download(problem=Problem.TOO_LARGE)
    return Download(bytes(content), response.content_type)
