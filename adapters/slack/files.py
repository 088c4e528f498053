"""Fetches what people attached in Slack. The token goes to Slack's own file host and no other."""

from __future__ import annotations

import asyncio
import html
import logging
import re
import time
from functools import partial
from urllib.parse import urlsplit

from adapters.common import downloads
from adapters.slack.attached import CANVAS
from adapters.slack.client import SlackClient
from bot.events import Attachment
from bot.platform import Download, Problem

_log = logging.getLogger(__name__)

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

    async def fetch() -> Download:
        return await downloads.twice(lambda: _fetch(client, attachment, limit), client.sleep)

    return await downloads.download(attachment, limit, partial(is_slack, client.base_url), fetch)


def is_slack(base_url: str, url: str) -> bool:
    """Tell whether the token may be sent to `url`: Slack's file hosts, or the configured host."""
    host = urlsplit(base_url).hostname or ""
    home = next((home for home in _HOMES if _is_of(host, home)), None)
    return downloads.is_own(url, base_url, lambda asked: home is not None and _is_of(asked, home))


def _is_of(host: str, home: str) -> bool:
    return host == home or host.endswith(f".{home}")


async def _fetch(client: SlackClient, attachment: Attachment, limit: int) -> Download:
    headers = {"Authorization": f"Bearer {client.token}"}
    allowed = partial(is_slack, client.base_url)
    try:
        async with downloads.opened(client.session, attachment.url, allowed, headers) as response:
            if response.status in (401, 403):
                return _refused(client, f"HTTP {response.status}")
            if response.status != 200:
                return Download(problem=Problem.GONE)
            got = await downloads.body(response, limit)
    except downloads.Endless:
        return _refused(client, "one redirect after the other")
    if _is_sign_in(attachment, got):
        return _refused(client, "its sign-in page")
    if attachment.media_type == CANVAS:
        return await asyncio.to_thread(_as_text, got)  # megabytes take their time
    return got


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
