"""Fetches what people attached in Discord: from its own file hosts and no other, without the token.

An address is signed and ends after a day; Discord signs it anew when asked.
Source: https://docs.discord.com/developers/reference#signed-attachment-cdn-urls.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qs, urlsplit

from adapters.common import downloads
from adapters.common.payloads import mapping, objects, string
from adapters.discord.client import DiscordClient
from adapters.discord.limits import REFRESH
from bot.events import Attachment
from bot.platform import Download, Problem

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

    async def fetch() -> Download:
        return await _signed_anew_where_needed(client, attachment.url, limit, clock())

    allowed = partial(is_discord, client.base_url)
    return await downloads.download(attachment, limit, allowed, fetch)


def is_discord(base_url: str, url: str) -> bool:
    """Tell whether `url` is one of Discord's file hosts, or the configured host."""
    return downloads.is_own(url, base_url, HOMES.__contains__)


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
    return await downloads.twice(lambda: _fetch(client, url, limit), client.sleep)


async def _fetch(client: DiscordClient, url: str, limit: int) -> Download:
    allowed = partial(is_discord, client.base_url)
    async with downloads.opened(client.session, url, allowed) as response:
        if response.status == 200:
            return await downloads.body(response, limit)
        gone = response.status in _OVER
        return Download(problem=Problem.GONE if gone else Problem.UNREACHABLE)
