"""The tool `weather`: now and up to seven days anywhere, from Open-Meteo.

It knows what people mean by a place and which unit they read; the service's forms are in
`bot.tools.geocoding` and `bot.tools.forecast`, the words in `bot.tools.weather_report`.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from bot.errors import AskAgain, ToolError, ToolFailed
from bot.tools import weather_words as words
from bot.tools.forecast import MOST_DAYS, Forecasts, Unit
from bot.tools.geocoding import Found, Geocoder, NoSuchPlace
from bot.tools.here import city_of, is_here
from bot.tools.languages import say, short
from bot.tools.openmeteo import OpenMeteo, ServiceError
from bot.tools.options import tool
from bot.tools.port import ToolContext, ToolOutput
from bot.tools.weather_report import Report

_FAHRENHEIT = frozenset(
    {"US", "PR", "GU", "VI", "AS", "MP", "BS", "BZ", "KY", "PW", "FM", "MH", "LR"}
)
"""Where weather is told in °F (https://en.wikipedia.org/wiki/Fahrenheit#Usage)."""

_MOST_NAME = 120
"""Characters of a place's name; the longest official one has 85."""


def _unit(value: Any) -> Any:
    """Accept what people and models write for a unit."""
    spelled = str(value).strip().lower().lstrip("°")
    if spelled in ("c", "centigrade", "metric", "摄氏", "摄氏度", "攝氏", "攝氏度"):
        return "celsius"
    if spelled in ("f", "imperial", "华氏", "华氏度", "華氏", "華氏度"):
        return "fahrenheit"
    return spelled


def _title(arguments: dict[str, Any], locale: str) -> str:
    place = arguments.get("place") or arguments.get("city") or arguments.get("location")
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
            Field(validation_alias=AliasChoices("place", "city", "location")),
        ],
        days: Annotated[
            int, f"How many days of forecast, 1 to {MOST_DAYS}; 1 is today, 2 is up to tomorrow."
        ] = 1,
        unit: Annotated[
            Unit | None,
            "Only when somebody wishes it; otherwise the place's own unit is taken.",
            BeforeValidator(_unit),
        ] = None,
    ) -> ToolOutput:
        """Look up the current weather and the forecast for a place, with its local time.

        The result names the place that was taken and others of the same name; tell the person
        which one it is. It ends with the attribution, which is shown beside the answer.
        """
        asked = _asked(place, context)
        try:
            found = await self._geocoder.find(asked, context.locale)
            unit = unit or _usual_unit(found)
            forecast = await self._forecasts.at(found.location, unit)
        except NoSuchPlace as nothing:
            raise _not_found(asked, nothing, context.locale) from None
        except ServiceError as error:
            raise _failed(error, context.locale) from None
        return Report(asked, found, forecast, max(1, days), context.locale).output()

    async def close(self) -> None:
        """Stop what is under way."""
        await self._forecasts.close()


def _asked(place: str, context: ToolContext) -> str:
    asked = " ".join(place.split())[:_MOST_NAME]
    if asked and not is_here(asked):
        return asked
    if city := city_of(context.timezone):
        return city
    raise AskAgain(say(words.WHICH_PLACE, context.locale))


def _usual_unit(found: Found) -> Unit:
    return "fahrenheit" if found.location.country_code in _FAHRENHEIT else "celsius"


def _not_found(asked: str, nothing: NoSuchPlace, locale: str) -> ToolError:
    if nothing.elsewhere:
        others = "; ".join(each.label for each in nothing.elsewhere)
        return AskAgain(say(words.NOT_THERE, locale, place=asked, others=others))
    return AskAgain(say(words.NOT_FOUND, locale, place=asked))


def _failed(error: ServiceError, locale: str) -> ToolError:
    sentence = words.TROUBLES[error.trouble]
    return ToolFailed(say(sentence, locale, host=error.host, reason=error.reason))
