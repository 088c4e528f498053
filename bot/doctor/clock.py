"""Checks the clock and the time zones: Slack refuses signatures of a clock that is minutes off, and
the time tool needs the zones' data."""

from __future__ import annotations

import asyncio
import datetime as dt
import http.client
import time
import urllib.error
import urllib.request
import zoneinfo
from collections.abc import Callable, Iterable
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from bot.doctor.findings import Finding, fault, ok
from bot.models.choose import OPENAI_URL
from bot.settings import Settings

MOST_SKEW = 60.0
"""Seconds. Slack takes requests of five minutes (docs.slack.dev, verifying requests); a clock that
is a minute off has lost its time server and goes on drifting."""

EARLIEST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""Before this code was written no clock can be right."""

ASK_SECONDS = 5.0
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin")


async def check_clock(settings: Settings, now: Callable[[], float] = time.time) -> Finding:
    """Compare the clock with the servers that can be reached. `now` is in seconds since 1970."""
    missing = await asyncio.to_thread(_missing_zones)
    if missing:
        return fault(
            f"no time zone data for {', '.join(missing)}; install the system's tzdata, or the "
            "Python package tzdata"
        )
    moment = dt.datetime.fromtimestamp(now(), dt.UTC)
    read = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    if moment < EARLIEST:
        return fault(f"it is not {read}; set the clock, and let it follow a time server (NTP)")
    asked = (asyncio.to_thread(_skew, url, now) for url in _servers(settings))
    skews = [found for found in await asyncio.gather(*asked) if found is not None]
    if not skews:
        return ok(f"{read}; no server could be reached to compare it with; time zones are there")
    # One server's clock may be wrong; all of them together are not.
    skew, host = min(skews, key=lambda found: abs(found[0]))
    if abs(skew) > MOST_SKEW:
        way = "ahead of" if skew > 0 else "behind"
        return fault(
            f"{read} is {abs(skew):.0f} s {way} the clock of {host}; set it, and let it follow a "
            "time server (NTP): Slack refuses signatures of a clock that is off"
        )
    return ok(f"{read}, as {host} has it; time zones are there")


def _missing_zones() -> list[str]:
    missing = []
    for name in ZONES:
        try:
            zoneinfo.ZoneInfo.no_cache(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            missing.append(name)
    return missing


def _servers(settings: Settings) -> Iterable[str]:
    """List the servers that the bot is bound for anyway; nothing but their time is asked."""
    if settings.slack_configured:
        yield f"{settings.slack_api_url}api.test"
    if settings.model_configured:
        yield settings.openai_base_url or OPENAI_URL
    yield settings.weather_api_url


def _skew(url: str, now: Callable[[], float]) -> tuple[float, str] | None:
    """Return by how many seconds our clock is ahead of a server's, and its host."""
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310  the settings allow only http and https
    before = now()
    try:
        with urllib.request.urlopen(request, timeout=ASK_SECONDS) as answer:  # noqa: S310  see above
            headers = answer.headers
    except urllib.error.HTTPError as refused:
        headers = refused.headers
        refused.close()
    except (OSError, ValueError, http.client.HTTPException):
        return None  # what cannot be reached is told by its own check
    if headers is None or headers.get("Age"):
        return None  # a cache's answer carries the time at which it was made
    try:
        date = parsedate_to_datetime(headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=dt.UTC)
    # The header has whole seconds (RFC 9110 6.6.1): half a one is the fairest guess.
    return (before + now()) / 2 - date.timestamp() - 0.5, urlsplit(url).hostname or ""
