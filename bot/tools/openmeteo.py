"""The client of Open-Meteo's two services: one request at a time, bounded, and every failure named.

It knows addresses, limits and faults, and hands back the JSON object; `bot.tools.geocoding` and
`bot.tools.forecast` know what is in it. Documentation: https://open-meteo.com/en/docs.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import aiohttp

_MOST_BYTES = 1_000_000
"""A week's forecast is 3 kB and a hundred places are 60 kB."""

_TIMEOUT = aiohttp.ClientTimeout(total=8, connect=4)
"""Seconds. The services answer within 0.5 s; three requests still fit into a tool's 20 s."""

_LINE = 15.0
"""Seconds of waiting for one's turn: about 50 requests ahead, or two that hang. Whoever waits
longer is told so; without a bound, questions to a dead service would pile up."""

PAUSE = 1.0
"""Seconds before the second and last try where the service is only busy at this instant."""

_MOST_REASON = 200


class Trouble(StrEnum):
    """Why there is no answer."""

    OFFLINE = "offline"
    SLOW = "slow"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    BUSY = "busy"
    DOWN = "down"
    REFUSED = "refused"
    GARBLED = "garbled"
    NOTHING = "nothing"
    """A sound answer in which every value is missing."""


_AGAIN = frozenset({Trouble.BUSY, Trouble.DOWN})


class ServiceError(Exception):
    """The service gave no answer. `host` is whom we asked; `reason` is the service's own word."""

    def __init__(self, trouble: Trouble, host: str = "", reason: str = "") -> None:
        super().__init__(f"{trouble.value} {host} {reason}".strip())
        self.trouble = trouble
        self.host = host
        self.reason = reason


class OpenMeteo:
    """Both services behind one line: they allow one request at a time for each address of ours."""

    def __init__(self, forecast_url: str, geocoding_url: str, *, pause: float = PAUSE) -> None:
        self._forecast_url = f"{forecast_url.rstrip('/')}/v1/forecast"
        self._search_url = f"{geocoding_url.rstrip('/')}/v1/search"
        self._pause = pause
        self._line = asyncio.Lock()
        self._session: aiohttp.ClientSession | None = None

    async def forecast(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Ask for a forecast. Raises `ServiceError`."""
        return await self._ask(self._forecast_url, query)

    async def search(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Ask for places of a name. Raises `ServiceError`."""
        return await self._ask(self._search_url, query)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, url: str, query: Mapping[str, str]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(_LINE):
                await self._line.acquire()
        except TimeoutError:
            raise ServiceError(Trouble.BUSY, urlsplit(url).netloc) from None
        try:
            return await self._try_twice(url, query)
        finally:
            self._line.release()

    async def _try_twice(self, url: str, query: Mapping[str, str]) -> dict[str, Any]:
        try:
            return await self._get(url, query)
        except ServiceError as error:
            if error.trouble not in _AGAIN:
                raise
        await asyncio.sleep(self._pause)
        return await self._get(url, query)

    async def _get(self, url: str, query: Mapping[str, str]) -> dict[str, Any]:
        host = urlsplit(url).netloc
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=True)
        try:
            # A redirect would be a network's login page: never the service.
            async with self._session.get(url, params=query, allow_redirects=False) as response:
                body = await _read(response)
                status = response.status
        except TimeoutError:
            raise ServiceError(Trouble.SLOW, host) from None
        except aiohttp.ClientPayloadError:
            raise ServiceError(Trouble.GARBLED, host) from None
        except (aiohttp.ClientConnectionError, OSError):
            raise ServiceError(Trouble.OFFLINE, host) from None
        except (aiohttp.ClientError, ValueError):
            raise ServiceError(Trouble.GARBLED, host) from None
        return _understand(status, body, host)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > _MOST_BYTES:
            raise ValueError("too large")
    return bytes(body)


def _understand(status: int, body: bytes, host: str) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    known = answer if isinstance(answer, dict) else {}
    reason = " ".join(str(known.get("reason") or "").split())[:_MOST_REASON]
    if status == 200 and not known.get("error"):
        if not isinstance(answer, dict):
            raise ServiceError(Trouble.GARBLED, host)
        return answer
    raise ServiceError(_trouble(status, reason), host, reason or f"HTTP {status}")


def _trouble(status: int, reason: str) -> Trouble:
    """Name a failure by its status and the service's word for it
    (https://github.com/open-meteo/open-meteo; there is no Retry-After)."""
    if status == 429:
        words = {"minute": Trouble.MINUTE, "hour": Trouble.HOUR, "dai": Trouble.DAY}
        found = [each for word, each in words.items() if word in reason.lower()]
        return found[0] if found else Trouble.BUSY
    if status in (200, 400):
        return Trouble.REFUSED
    if status >= 500:
        return Trouble.DOWN
    return Trouble.REFUSED if 400 <= status < 500 else Trouble.GARBLED
