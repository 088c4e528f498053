"""The tool `time`: the time anywhere, and what one place's time is in others. Offline; only a town
that the tables do not know is looked up, when there is a network.

Places are found by `bot.tools.spots`, times read by `bot.tools.moments`.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from bot.errors import AskAgain
from bot.tools import clock_words as words
from bot.tools import moments, several
from bot.tools.clock_report import Conversion, brief, line
from bot.tools.geocoding import Geocoder
from bot.tools.here import is_here
from bot.tools.languages import say, short
from bot.tools.options import Also, Narrowed, tool
from bot.tools.port import ToolContext, ToolOutput
from bot.tools.spots import Spots
from bot.tools.zones import Spot, by_name

_PLACE = Also(
    "city", "location", "timezone", "time_zone", "zone", "tz", "town", "place_name", "city_name",
    "to", "to_place", "to_timezone", "target_timezone", "region", "state", "country",
)  # fmt: skip
_PLACES = Also("cities", "locations", "timezones", "time_zones", "zones", "to_places")
_AT = Also("time", "at_time", "datetime", "date_time")
_FROM = Also("from", "from_city", "from_timezone", "from_location", "source_timezone", "source")

_MOST_PLACES = 20
_MOST_NAMES = 1_000
"""Characters of several names."""


def _title(arguments: dict[str, Any], locale: str) -> str:
    place = arguments.get("place") or arguments.get("places")
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
            _PLACE,
            Narrowed("region", "state", "province", "country", "country_code"),
            BeforeValidator(several.joined),
        ] = None,
        places: Annotated[
            list[str] | None,
            "Several places at once.",
            _PLACES,
        ] = None,
        at: Annotated[
            str | None,
            "A time to convert instead of now: '15:00', '3 pm tomorrow' or '2026-03-29 02:30'.",
            _AT,
            Narrowed("date", "day"),
        ] = None,
        from_place: Annotated[
            str | None,
            "Whose clock shows `at`; the asker's when left out.",
            _FROM,
        ] = None,
    ) -> ToolOutput:
        """Tell the date and time at one or several places, or convert a time between places.

        For "what is 3 pm Tokyo in Berlin" give at='15:00', from_place='Tokyo', place='Berlin'.
        Daylight saving is right for the date in question.
        """
        names = _names(place, places)
        if at and not moments.is_now(at):
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
        source = await Spots(self._geocoder, context).one(name)
        if source is None:
            raise AskAgain(say(words.UNKNOWN, context.locale, text=short(name)))
        moment = moments.read(at, context.now.astimezone(source.zone))
        return source, moment or draft

    async def _find_all(
        self, context: ToolContext, names: list[str]
    ) -> tuple[list[Spot], list[str]]:
        finder = Spots(self._geocoder, context)
        spots: list[Spot] = []
        unknown = []
        for name in names[:_MOST_PLACES]:
            found = await finder.every(name)
            spots += found[: _MOST_PLACES - len(spots)]
            if not found:
                unknown.append(say(words.UNKNOWN, context.locale, text=short(name)))
        if not spots:
            raise AskAgain("\n".join(unknown))
        return spots, unknown


def _names(place: str | None, places: list[str] | None) -> list[str]:
    """Gather the names; some models write several into one string."""
    given = [text[:_MOST_NAMES] for text in (place or "", *(places or []))]
    return list(dict.fromkeys(name for text in given for name in several.apart(text)))


def _output(lines: list[str], summary: str) -> ToolOutput:
    return ToolOutput(text="\n".join(dict.fromkeys(lines)), summary=summary)
