"""One call of the weather tool: finds each place, asks for its forecast, and for what is not to be
had says why. What there is, is reported; without any report, the reason is raised.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.errors import AskAgain, ToolError, ToolFailed
from bot.tools import several
from bot.tools import weather_words as words
from bot.tools.forecast import Forecasts, Unit
from bot.tools.geocoding import Found, Geocoder, NoSuchPlace
from bot.tools.here import city_of, is_here
from bot.tools.languages import say, short
from bot.tools.openmeteo import ServiceError, Trouble
from bot.tools.port import ToolContext, ToolOutput
from bot.tools.results import MOST_CARDS
from bot.tools.weather_report import Report, together

_FAHRENHEIT = frozenset(
    {"US", "PR", "GU", "VI", "AS", "MP", "BS", "BZ", "KY", "PW", "FM", "MH", "LR"}
)
"""Where weather is told in °F (https://en.wikipedia.org/wiki/Fahrenheit#Usage)."""

_MOST_PLACES = MOST_CARDS
"""Places of one call: each has a card, and two short requests for each fit into the tool's time."""

_MOST_NAME = 120
"""Characters of a place's name; the longest official one has 85."""


class Survey:
    """The weather at the places of one call."""

    def __init__(
        self,
        geocoder: Geocoder,
        forecasts: Forecasts,
        context: ToolContext,
        days: int,
        unit: Unit | None,
    ) -> None:
        self._geocoder = geocoder
        self._forecasts = forecasts
        self._context = context
        self._days = max(1, days)
        self._unit = unit
        self._reports: list[Report] = []
        self._troubles: list[ToolError] = []
        self._left: list[str] = []
        self._down = False

    async def of(self, names: Sequence[str]) -> ToolOutput:
        """Report on `names` in their order. Raises `AskAgain` and `ToolFailed`."""
        for name in names:
            if self._ended():
                self._left.append(name)
            else:
                await self._add(name)
        if not self._reports:
            raise self._hindrance()
        remarks = [str(trouble) for trouble in self._troubles]
        if self._left:
            left = "; ".join(short(name) for name in self._left)
            remarks.append(say(words.NOT_ASKED, self._context.locale, places=left))
        return together(self._reports, remarks)

    def _ended(self) -> bool:
        return self._down or len(self._reports) >= _MOST_PLACES

    async def _add(self, name: str) -> None:
        """Add the report on `name`, or what hinders it; a service in trouble is not asked again."""
        try:
            for asked, found in await self._find(name):
                if self._ended():
                    self._left.append(asked)
                else:
                    await self._report(asked, found)
        except ToolError as error:
            self._troubles.append(error)
        except ServiceError as error:
            self._troubles.append(self._failed(error))
            self._down = error.trouble is not Trouble.NOTHING  # which is about this place alone

    async def _find(self, name: str) -> list[tuple[str, Found]]:
        """Find the place that `name` means, or several where it enumerates them."""
        asked = self._asked(name)
        try:
            return [(asked, await self._geocoder.find(asked, self._context.locale))]
        except NoSuchPlace as nothing:
            found = await several.parted(name, self._part)
            if not found:
                raise self._not_found(asked, nothing) from None
            return found

    async def _part(self, name: str) -> tuple[str, Found] | None:
        try:
            asked = self._asked(name)
            return asked, await self._geocoder.find(asked, self._context.locale)
        except (AskAgain, NoSuchPlace):
            return None

    def _asked(self, name: str) -> str:
        asked = name[:_MOST_NAME]
        if not is_here(asked):
            return asked
        if city := city_of(self._context.timezone):
            return city
        raise AskAgain(say(words.WHICH_PLACE, self._context.locale))

    async def _report(self, asked: str, found: Found) -> None:
        if any(each.found.location == found.location for each in self._reports):
            return
        unit = self._unit or _usual_unit(found)
        forecast = await self._forecasts.at(found.location, unit)
        report = Report(asked, found, forecast, self._days, self._context.locale)
        self._reports.append(report)

    def _hindrance(self) -> ToolError:
        for trouble in self._troubles:
            if isinstance(trouble, ToolFailed):
                return trouble
        return AskAgain("\n".join(dict.fromkeys(map(str, self._troubles))))

    def _not_found(self, asked: str, nothing: NoSuchPlace) -> ToolError:
        locale = self._context.locale
        if nothing.elsewhere:
            others = "; ".join(each.label for each in nothing.elsewhere)
            return AskAgain(say(words.NOT_THERE, locale, place=asked, others=others))
        return AskAgain(say(words.NOT_FOUND, locale, place=asked))

    def _failed(self, error: ServiceError) -> ToolError:
        sentence = words.TROUBLES[error.trouble]
        locale = self._context.locale
        return ToolFailed(say(sentence, locale, host=error.host, reason=error.reason))


def _usual_unit(found: Found) -> Unit:
    return "fahrenheit" if found.location.country_code in _FAHRENHEIT else "celsius"
