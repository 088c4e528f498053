"""The tool `weather`: now and up to seven days anywhere, from Open-Meteo.

What it takes stands here, with all that models write for it; the work is in `bot.tools.survey`, the
service's forms in `bot.tools.geocoding` and `bot.tools.forecast`, the words in
`bot.tools.weather_report`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

from bot.tools import several, weather_wishes
from bot.tools import weather_words as words
from bot.tools.forecast import MOST_DAYS, Forecasts, Unit
from bot.tools.geocoding import Geocoder
from bot.tools.here import is_here
from bot.tools.languages import say, short
from bot.tools.openmeteo import OpenMeteo
from bot.tools.options import Also, Narrowed, tool
from bot.tools.port import ToolContext, ToolOutput
from bot.tools.survey import Survey

_PLACE = Also(
    "city", "location", "places", "cities", "locations", "town", "place_name", "city_name",
    "location_name", "region", "state", "country",
)  # fmt: skip
_DAYS = Also(
    "day", "forecast_days", "num_days", "number_of_days", "days_count", "date", "when", "period",
    "time_range", "timeframe",
)  # fmt: skip
_UNIT = Also("units", "temperature_unit", "temperature_units", "temp_unit", "unit_system")

_MOST_NAMES = 1_000
"""Characters of several names."""


_UNITS: Mapping[str, Unit] = {"celsius": "celsius", "fahrenheit": "fahrenheit"}


def _chosen(context: ToolContext) -> Unit | None:
    """Return the unit that whoever asks has chosen for good."""
    return _UNITS.get(context.author.units)


def _title(arguments: dict[str, Any], locale: str) -> str:
    place = arguments.get("place")
    if not place or is_here(str(place)):
        return say(words.TITLE_PLAIN, locale)
    return say(words.TITLE, locale, place=short(place))


class Weather:
    """The weather tool with its memory of forecasts."""

    def __init__(self, service: OpenMeteo, geocoder: Geocoder) -> None:
        self._geocoder = geocoder
        self._forecasts = Forecasts(service)

    @tool(title=_title, timeout=30)
    async def weather(
        self,
        context: ToolContext,
        place: Annotated[
            str,
            "A city or town in any language, with region or country when known: "
            "'Springfield, Illinois', '北京'. 'here' for where the asker is.",
            _PLACE,
            Narrowed("region", "state", "province", "country", "country_code"),
            BeforeValidator(several.joined),
        ],
        days: Annotated[
            int,
            f"How many days of forecast, 1 to {MOST_DAYS}; 1 is today, 2 is up to tomorrow.",
            _DAYS,
            BeforeValidator(weather_wishes.days),
        ] = 1,
        unit: Annotated[
            Unit | None,
            "Only when somebody wishes it now; otherwise the asker's or the place's own is taken.",
            _UNIT,
            BeforeValidator(weather_wishes.unit),
        ] = None,
    ) -> ToolOutput:
        """Look up the current weather and the forecast for a place, with its local time.

        The result names the place that was taken and others of the same name; tell the person
        which one it is. It ends with the attribution, which is shown beside the answer.
        """
        survey = Survey(self._geocoder, self._forecasts, context, days, unit or _chosen(context))
        return await survey.of(several.apart(place[:_MOST_NAMES]) or ["here"])

    async def close(self) -> None:
        """Stop what is under way."""
        await self._forecasts.close()
