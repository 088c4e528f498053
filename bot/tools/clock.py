"""The tool `time`: the time anywhere, and what one place's time is in others. Offline; only a town
that the tables do not know is looked up, when there is a network.

The tables are in `bot.tools.zones`, the reading of times in `bot.tools.moments`.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, Field

from bot.errors import AskAgain
from bot.tools import clock_words as words
from bot.tools import moments
from bot.tools.clock_report import Conversion, brief, line
from bot.tools.geocoding import Geocoder, NoSuchPlace
from bot.tools.here import is_here
from bot.tools.languages import say, short
from bot.tools.openmeteo import ServiceError
from bot.tools.options import tool
from bot.tools.port import ToolContext, ToolOutput
from bot.tools.zones import Spot, by_name, resolve, resolve_area

_MOST_PLACES = 20
_MOST_NAME = 120
"""Characters of a place's name; the longest official one has 85."""

_LOOK_UP = 3.0
"""Seconds for a town that the tables do not know: the clock must not wait for a network."""


def _title(arguments: dict[str, Any], locale: str) -> str:
    place = arguments.get("place") or arguments.get("city") or arguments.get("places")
    if not place or is_here(str(place)):
        return say(words.TITLE_PLAIN, locale)
    return say(words.TITLE, locale, place=short(place))


class Clock:
    """The time tool; the geocoder is shared with the weather, and so is what it remembers."""

    def __init__(self, geocoder: Geocoder) -> None:
        self._geocoder = geocoder

    @tool(title=_title, timeout=15)
    async def time(
        self,
        context: ToolContext,
        place: Annotated[
            str | None,
            "A city, country, IANA zone, abbreviation such as EST, or UTC offset, in any language. "
            "'here' for where the asker is.",
            Field(validation_alias=AliasChoices("place", "city", "location", "timezone")),
        ] = None,
        places: Annotated[
            list[str] | None,
            "Several places at once.",
            Field(validation_alias=AliasChoices("places", "cities")),
        ] = None,
        at: Annotated[
            str | None,
            "A time to convert instead of now: '15:00', '3 pm tomorrow' or '2026-03-29 02:30'.",
        ] = None,
        from_place: Annotated[
            str | None,
            "Whose clock shows `at`; the asker's when left out.",
        ] = None,
    ) -> ToolOutput:
        """Tell the date and time at one or several places, or convert a time between places.

        For "what is 3 pm Tokyo in Berlin" give at='15:00', from_place='Tokyo', place='Berlin'.
        Daylight saving is right for the date in question.
        """
        names = _names(place, places)
        if at and at.strip():
            return await self._convert(context, names or ["here"], at, from_place or "")
        if from_place and from_place.strip():
            names = list(dict.fromkeys([*names, *_names(from_place, None)]))
        return await self._now(context, names or ["here"])

    async def _now(self, context: ToolContext, names: list[str]) -> ToolOutput:
        spots, unknown = await self._find_all(context, names)
        asker = None if len(names) == 1 and is_here(names[0]) else by_name(context.timezone)
        lines = [line(spot, context.now, context.locale, asker) for spot in spots]
        notes = [note for spot in spots for note in spot.notes]
        return _output([*lines, *notes, *unknown], brief(spots, context.now))

    async def _convert(
        self, context: ToolContext, names: list[str], at: str, from_place: str
    ) -> ToolOutput:
        source, moment = await self._source(context, at, from_place)
        conversion = Conversion.of(source, moment.local, context.locale)
        spots, unknown = await self._find_all(context, names)
        lines = [conversion.heading(), *(conversion.line(spot) for spot in spots)]
        notes = [*conversion.notes, *source.notes, *(note for spot in spots for note in spot.notes)]
        return _output([*lines, *notes, *unknown], brief([source, *spots], conversion.local))

    async def _source(
        self, context: ToolContext, at: str, from_place: str
    ) -> tuple[Spot, moments.Moment]:
        """Find whose clock shows `at`, and read it there; "3 pm Tokyo" names the place itself."""
        draft = moments.read(at, context.now)
        if draft is None:
            raise AskAgain(say(words.NO_TIME, context.locale, at=short(at)))
        name = from_place.strip() or draft.rest or ("UTC" if draft.local.tzinfo else "here")
        if is_here(name) and by_name(context.timezone) is None:
            raise AskAgain(say(words.WHOSE, context.locale, at=short(at)))
        source = await self._find(context, name)
        if source is None:
            raise AskAgain(say(words.UNKNOWN, context.locale, text=short(name)))
        moment = moments.read(at, context.now.astimezone(source.zone))
        return source, moment or draft

    async def _find_all(
        self, context: ToolContext, names: list[str]
    ) -> tuple[list[Spot], list[str]]:
        spots, unknown = [], []
        for name in names[:_MOST_PLACES]:
            spot = await self._find(context, name)
            if spot is not None:
                spots.append(spot)
            else:
                unknown.append(say(words.UNKNOWN, context.locale, text=short(name)))
        if not spots:
            raise AskAgain("\n".join(unknown))
        return spots, unknown

    async def _find(self, context: ToolContext, name: str) -> Spot | None:
        name = " ".join(name.split())[:_MOST_NAME]
        if is_here(name):
            return _here(context)
        return (
            resolve(name, context.now, context.locale, context.timezone)
            or await self._look_up(name, context.locale)
            or resolve_area(name, context.now, context.locale)
        )

    async def _look_up(self, name: str, locale: str) -> Spot | None:
        """Ask the geocoder, or what it remembers; None without a network or an answer."""
        try:
            async with asyncio.timeout(_LOOK_UP):
                found = await self._geocoder.find(name, locale)
        except (NoSuchPlace, ServiceError, TimeoutError):
            return None
        zone = by_name(found.location.timezone)
        return None if zone is None else Spot(found.location.label, zone)


def _here(context: ToolContext) -> Spot:
    zone: ZoneInfo | None = by_name(context.timezone)
    if zone is not None:
        return Spot(say(words.HERE, context.locale, zone=zone.key), zone)
    unix = int(context.now.timestamp())
    return Spot("UTC", dt.UTC, (say(words.HERE_UNKNOWN, context.locale, unix=unix),))


def _names(place: str | None, places: list[str] | None) -> list[str]:
    """Gather the names; some models write several into one string."""
    given = [*(place or "").replace("；", ";").replace("、", ";").split(";"), *(places or [])]
    return list(dict.fromkeys(" ".join(each.split()) for each in given if each.strip()))


def _output(lines: list[str], summary: str) -> ToolOutput:
    return ToolOutput(text="\n".join(dict.fromkeys(lines)), summary=summary)
