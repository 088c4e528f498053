"""Fetches what people attached in Slack. The token goes to Slack's own file host and no other."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

import aiohttp

from adapters.slack.client import SlackClient
from adapters.slack.limits import FILE
from bot.errors import PlatformError
from bot.events import Attachment
from bot.platform import Download, Problem

FETCH_SECONDS = 10.0
MOST_REDIRECTS = 3


async def download(client: SlackClient, attachment: Attachment, limit: int) -> Download:
    """Fetch at most `limit` bytes; the reason instead when there is nothing to read."""
    if attachment.size > limit:
        return Download(problem=Problem.TOO_LARGE)
    if attachment.url == "external:":
        return Download(problem=Problem.FORBIDDEN)
    try:
        url, media_type = attachment.url, attachment.media_type
        if not url:  # a file shared from another organisation comes as its id alone
            answer = await client.call(FILE, file=attachment.id)
            file: Mapping[str, object] = answer.get("file") or {}
            url = str(file.get("url_private_download") or file.get("url_private") or "")
            media_type = str(file.get("mimetype") or media_type)
        if not is_slack(client.base_url, url):
            return Download(problem=Problem.FORBIDDEN)
        return await _fetch(client, url, media_type, limit)
    except PlatformError:
        return Download(problem=Problem.GONE)
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


async def _fetch(client: SlackClient, url: str, media_type: str, limit: int) -> Download:
    headers = {"Authorization": f"Bearer {client.token}"}
    timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
    for _ in range(MOST_REDIRECTS):
        async with client.session.get(
            url, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            if response.status in (301, 302, 303, 307, 308):
                url = urljoin(url, response.headers.get("Location", ""))
                if not is_slack(client.base_url, url):
                    return Download(problem=Problem.FORBIDDEN)
                continue
            if response.status in (401, 403):
                return Download(problem=Problem.FORBIDDEN)
            if response.status != 200:
                return Download(problem=Problem.GONE)
            # Without the scope Slack answers 200 with a page that asks to sign in.
            if response.content_type == "text/html" and media_type != "text/html":
                return Download(problem=Problem.FORBIDDEN)
            content = bytearray()
            async for chunk in response.content.iter_chunked(65_536):
                content += chunk
                if len(content) > limit:
                    return Download(problem=Problem.TOO_LARGE)
            return Download(bytes(content), response.content_type)
    return Download(problem=Problem.FORBIDDEN)
