"""From a name to the clocks it means: the asker's own, the offline tables, and for what they lack
the geocoder, when there is a network. `bot.tools.clock` calls it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.tools import clock_words as words
from bot.tools import several
from bot.tools.geocoding import Geocoder, NoSuchPlace
from bot.tools.here import is_here
from bot.tools.languages import say
from bot.tools.openmeteo import ServiceError
from bot.tools.port import ToolContext
from bot.tools.zones import Spot, by_name, resolve, resolve_area

_MOST_NAME = 120
"""Characters of a place's name; the longest official one has 85."""

_LOOK_UP = 3.0
"""Seconds for what the tables do not know: the clock must not wait for a network."""

_T = TypeVar("_T")


class Spots:
    """Finds clocks for one call."""

    def __init__(self, geocoder: Geocoder, context: ToolContext) -> None:
        self._geocoder = geocoder
        self._context = context

    async def one(self, name: str) -> Spot | None:
        """Find the clock that `name` means, None when it is unknown."""
        return await self._known(name) or await self._online(name, self._anywhere) or self._of(name)

    async def every(self, name: str) -> list[Spot]:
        """Find the clock that `name` means, or each where it enumerates places."""
        if spot := await self._known(name):
            return [spot]
        # The tables come before the network, which may be slow or absent.
        if spots := await several.parted(name, self._known):
            return spots
        if spots := await self._online(name, self._several_anywhere) or []:
            return spots
        if spots := await several.parted(name, self._roughly):
            return spots
        spot = self._of(name) if len(several.enumerated(name)) == 1 else None
        return [spot] if spot else []

    async def _known(self, name: str) -> Spot | None:
        """Find what needs no network; async, so that `parted` takes it."""
        name = _tidy(name)
        if is_here(name):
            return _here(self._context)
        return resolve(name, self._context.now, self._context.locale, self._context.timezone)

    async def _roughly(self, name: str) -> Spot | None:
        return await self._known(name) or self._of(name)

    def _of(self, name: str) -> Spot | None:
        return resolve_area(_tidy(name), self._context.now, self._context.locale)

    async def _several_anywhere(self, name: str) -> list[Spot] | None:
        if spot := await self._anywhere(name):
            return [spot]
        return await several.parted(name, self._anywhere)

    async def _anywhere(self, name: str) -> Spot | None:
        if spot := await self._known(name):
            return spot
        try:
            found = await self._geocoder.find(_tidy(name), self._context.locale)
        except NoSuchPlace:
            return None
        zone = by_name(found.location.timezone)
        return None if zone is None else Spot(found.location.label, zone)

    @staticmethod
    async def _online(name: str, find: Callable[[str], Awaitable[_T | None]]) -> _T | None:
        """Ask the geocoder, or what it remembers; None without a network or an answer."""
        try:
            async with asyncio.timeout(_LOOK_UP):
                return await find(name)
        except (ServiceError, TimeoutError):
            return None


def _tidy(name: str) -> str:
    return " ".join(name.split())[:_MOST_NAME]


def _here(context: ToolContext) -> Spot:
    zone: ZoneInfo | None = by_name(context.timezone)
    if zone is not None:
        return Spot(say(words.HERE, context.locale, zone=zone.key), zone)
    unix = int(context.now.timestamp())
    return Spot("UTC", dt.UTC, (say(words.HERE_UNKNOWN, context.locale, unix=unix),))
