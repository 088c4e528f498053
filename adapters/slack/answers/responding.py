"""Response URLs: how a command or a click is answered where a message cannot be posted.

Good for five answers in half an hour, and sent along in payloads: so it is called only on Slack's
own host. Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from adapters.common.retries import AnswerLost
from adapters.slack.client import SlackClient
from bot.errors import PlatformGone, PlatformTemporary

HOST = "hooks.slack.com"

USES = 5

SECONDS = 30 * 60
MARGIN = 60.0
"""Seconds before its end in which a response URL is not begun with any more."""

CALL_SECONDS = 10.0


class UrlClosed(PlatformGone):
    """The response URL is used up, too old, or none that may be called."""


def may_call(base_url: str, url: str) -> bool:
    """Tell whether `url` is Slack's: on its own host, or that of the configured API."""
    try:
        asked, api = urlsplit(url), urlsplit(base_url)
        if asked.hostname is None or asked.username is not None:
            return False
        if (asked.scheme, asked.hostname) == (api.scheme, api.hostname):
            # A stand-in for Slack may serve these at a port of their own; Slack itself does not.
            return api.hostname != "slack.com" or asked.port in (None, 443)
        return asked.scheme == "https" and asked.hostname == HOST and asked.port in (None, 443)
    except ValueError:  # no address at all
        return False


def until(clock: Callable[[], float] = time.time) -> int:
    """Return the time (seconds since the epoch) up to which a response URL of now is good."""
    return int(clock() + SECONDS - MARGIN)


class LookRefused(PlatformGone):
    """Slack does not take the blocks of an answer: nothing is shown."""


class ResponseUrl:
    """One response URL. `in_channel`: everybody there sees what it says; else only who acted."""

    def __init__(
        self,
        client: SlackClient,
        url: str,
        until: float,
        *,
        in_channel: bool = False,
        used: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._url = url
        self._until = until
        self._in_channel = in_channel
        self._used = used
        self._clock = clock

    @property
    def public(self) -> bool:
        """Tell whether everybody there sees what it says."""
        return self._in_channel

    @property
    def open(self) -> bool:
        """Tell whether it may still be called, as far as is known here."""
        return self._used < USES and self._clock() < self._until

    async def say(
        self, text: str, *, blocks: Sequence[Mapping[str, Any]] = (), replace: bool = False
    ) -> None:
        """Show a message; with `replace` in the place of the command's acknowledgement, or of the
        message whose button was pressed.

        Raises `UrlClosed`, `AnswerLost` when it may be shown all the same, `PlatformTemporary` when
        it is not, and `LookRefused`.
        """
        if not self.open or not may_call(self._client.base_url, self._url):
            raise UrlClosed("the response URL is used up, too old, or not Slack's")
        self._used += 1
        body: dict[str, Any] = {
            "response_type": "in_channel" if self._in_channel else "ephemeral",
            # What everybody sees cannot take the place of what only one person saw.
            "replace_original": replace and not self._in_channel,
            "text": text,
        }
        if blocks:
            body["blocks"] = list(blocks)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                # No redirect: it would lead to a host that nobody checked.
                async with self._client.session.post(
                    self._url, json=body, allow_redirects=False
                ) as response:
                    await self._judge(response)
        except aiohttp.ClientConnectorError as error:
            self._used -= 1
            raise PlatformTemporary(f"response URL: {type(error).__name__}") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AnswerLost(f"response URL: {type(error).__name__}") from error

    async def _judge(self, response: aiohttp.ClientResponse) -> None:
        if response.status == 429:
            self._used -= 1
            seconds = response.headers.get("Retry-After", "1")
            wait = float(seconds) if seconds.isdigit() else 1.0
            raise PlatformTemporary("response URL: rate limited", retry_after=wait)
        if response.status >= 500:
            raise AnswerLost(f"response URL: HTTP {response.status}")
        if response.status == 400 and "block" in await response.text():
            raise LookRefused("response URL: its blocks are refused")
        if response.status != 200:
            self._used = USES
            raise UrlClosed(f"response URL: HTTP {response.status}")
