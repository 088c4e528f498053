"""From what a person calls a place to the place: Open-Meteo's geocoding, ranked and told apart.

"Springfield, IL" is searched as "Springfield" and narrowed down here, because the service knows
no abbreviations. Answers are remembered for a day; the clock takes time zones from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.tools import places
from bot.tools.answers import Garbled, number, number_or_none, series, text
from bot.tools.cache import Cache
from bot.tools.languages import has_han, language
from bot.tools.openmeteo import OpenMeteo, ServiceError, Trouble
from bot.tools.regions import same_area, simplified

_KEPT_SECONDS = 24 * 3600.0
"""Places do not move; a day bounds the life of a mistake."""

_MOST_KEPT = 2_000
"""Searches; each holds at most `_MOST_PLACES` places, about 1 MB in all."""

_FEW, _MANY = "10", "100"
"""Places asked for: without and with an area to narrow them down."""

_MOST_PLACES = 100

_ABBREVIATION = 3
"""Letters: NYC, LA, DC. The offline table knows better than the service what is meant."""


@dataclass(frozen=True, slots=True)
class Location:
    """A place on the map. `area` is its region (state, province), empty when unknown."""

    name: str
    area: str
    country: str
    country_code: str
    latitude: float
    longitude: float
    timezone: str
    population: float = 0.0
    county: str = ""

    @property
    def label(self) -> str:
        """Name it so that it cannot be mistaken: "Springfield, Illinois, United States"."""
        area = "" if same_area(self.name, self.area, "") else self.area
        return ", ".join(part for part in (self.name, area, self.country) if part)


@dataclass(frozen=True, slots=True)
class Found:
    """The place that was taken for a name, and others that have it too."""

    location: Location
    others: tuple[Location, ...] = ()


class NoSuchPlace(Exception):
    """Nothing matches. `elsewhere` are places of that name outside the area that was asked for."""

    def __init__(self, elsewhere: tuple[Location, ...] = ()) -> None:
        super().__init__("no such place")
        self.elsewhere = elsewhere


class Geocoder:
    """Finds places, and remembers them."""

    def __init__(self, service: OpenMeteo) -> None:
        self._service = service
        self._cache: Cache[tuple[str, str, str], tuple[Location, ...]] = Cache(
            _KEPT_SECONDS, _MOST_KEPT
        )

    async def find(self, place: str, locale: str = "en") -> Found:
        """Find the place that `place` most likely means.

        Raises `NoSuchPlace` and `ServiceError`.
        """
        spoken = "zh" if has_han(place) or language(locale) != "en" else "en"
        nothing = NoSuchPlace()
        for spelling in _spellings(place):
            try:
                return await self._find(spelling, spoken)
            except NoSuchPlace as error:
                nothing = nothing if nothing.elsewhere else error
        raise nothing

    async def _find(self, place: str, spoken: str) -> Found:
        name, areas = _split(place)
        matches = await self._search(name, spoken, _MANY if areas else _FEW)
        if not matches and not areas and " " in name:
            # "Paris Texas": the last word may be the area.
            name, _, tail = name.rpartition(" ")
            matches, areas = await self._search(name, spoken, _MANY), [tail]
        within = [each for each in matches if all(_lies_in(each, area) for area in areas)]
        if not within:
            raise NoSuchPlace(tuple(_ranked(name, matches)[:3]) if areas else ())
        ranked = _ranked(name, within)
        return Found(ranked[0], _others(ranked))

    async def close(self) -> None:
        """Stop what is under way."""
        await self._cache.close()

    async def _search(self, name: str, spoken: str, count: str) -> tuple[Location, ...]:
        query = {"name": name, "count": count, "language": spoken, "format": "json"}

        async def ask() -> tuple[Location, ...]:
            return read(await self._service.search(query))

        return await self._cache.get((simplified(name), spoken, count), ask)


def read(answer: Mapping[str, Any]) -> tuple[Location, ...]:
    """Read a search's answer; without a match it has no `results` at all. Raises `ServiceError`."""
    try:
        results = series(answer.get("results", []), "results")
        found = [_location(each) for each in results[:_MOST_PLACES]]
    except Garbled as error:
        raise ServiceError(Trouble.GARBLED, "", str(error)) from None
    if results and not any(found):
        raise ServiceError(Trouble.GARBLED, "", "results")
    return tuple(each for each in found if each is not None)


def _location(result: Any) -> Location | None:
    """Read one place, None when it lacks what makes it one; most keys may be missing."""
    if not isinstance(result, dict) or not (name := text(result.get("name"))):
        return None
    try:
        latitude = number(result.get("latitude"), "latitude")
        longitude = number(result.get("longitude"), "longitude")
    except Garbled:
        return None
    return Location(
        name=name,
        area=text(result.get("admin1")),
        country=text(result.get("country")),
        country_code=text(result.get("country_code"), 2).upper(),
        latitude=latitude,
        longitude=longitude,
        timezone=text(result.get("timezone")),
        population=number_or_none(result.get("population")) or 0.0,
        county=text(result.get("admin2")),
    )


def _spellings(place: str) -> list[str]:
    """List what to search for: the words themselves, and the name behind a nickname."""
    known = next(iter(places.find(place)), None)
    if known is None or simplified(known.name) == simplified(place):
        return [place]
    name = f"{known.name}, {known.country_code}"
    # The service would take NYC, LA or DC for villages of that name.
    is_short = place.isascii() and len(simplified(place)) <= _ABBREVIATION
    return [name, place] if is_short else [place, name]


def _split(place: str) -> tuple[str, list[str]]:
    """Part a name from the areas behind its commas: "Springfield, IL" -> Springfield, [IL]."""
    parts = [part.strip() for part in place.replace("，", ",").split(",")]
    name, *areas = [part for part in parts if part] or [""]
    return name, areas


def _lies_in(location: Location, area: str) -> bool:
    codes = {location.country_code.lower()}
    names = (location.area, location.county, location.country)
    return area.strip().lower() in codes or any(
        same_area(area, each, location.country_code) for each in names if each
    )


def _ranked(name: str, found: Sequence[Location]) -> list[Location]:
    """Put places of exactly this name first, the most populous before all; keep the service's own
    order among the rest, for it knows other spellings and languages."""
    wanted = simplified(name)
    exact = [each for each in found if simplified(each.name) == wanted]
    rest = [each for each in found if simplified(each.name) != wanted]
    return sorted(exact, key=lambda each: -each.population) + rest


def _others(ranked: list[Location]) -> tuple[Location, ...]:
    """Choose up to three other places of the same name, each with a label of its own."""
    taken = ranked[0]
    others = {
        each.label: each for each in ranked[1:] if simplified(each.name) == simplified(taken.name)
    }
    others.pop(taken.label, None)
    return tuple(others.values())[:3]
