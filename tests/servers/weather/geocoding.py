"""Open-Meteo's place search, as far as the few places go: GET /v1/search.

Pure. Rules: https://open-meteo.com/en/docs/geocoding-api, and of the comma the service's source:
only the first part is searched, the second is a region or country that filters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from .places import AREAS, PLACES, REGIONS, Place

KNOWN = frozenset({"name", "count", "language", "format", "countryCode", "apikey"})
_EXACT_LENGTH = 2  # shorter finds nothing, this length only whole names, longer also beginnings


class BadRequest(Exception):
    """A request that the service answers with 400 and a reason."""


def search(query: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer without its generation time; `results` is missing when nothing matches."""
    if "name" not in query:
        raise BadRequest("Value required for key 'name'.")
    count = _count(query.get("count"))
    name, comma, rest = query["name"].partition(",")
    language = query.get("language", "en")
    found = [place for place in PLACES if _matches(place, _fold(name))]
    area = _fold(rest.split(",")[0])
    if comma and area:
        found = [place for place in found if _lies_in(place, area, language)]
    if country := query.get("countryCode"):
        found = [place for place in found if place.country_code == country]
    found.sort(key=lambda place: (not _is_called(place, _fold(name)), -place.population))
    results = [_result(place, language) for place in found[:count]]
    return {"results": results} if results else {}


def _count(given: str | None) -> int:
    try:
        count = int(given) if given is not None else 10
    except ValueError:
        raise BadRequest("Data corrupted at path 'count'. Data was not of type Int.") from None
    if not 1 <= count <= 100:
        raise BadRequest("Parameter count must be between 1 and 100.")
    return count


def _fold(text: str) -> str:
    """Return text without accents and case, as the service compares it."""
    decomposed = unicodedata.normalize("NFKD", text.strip())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _matches(place: Place, name: str) -> bool:
    if len(name) < _EXACT_LENGTH:
        return False
    if len(name) == _EXACT_LENGTH:
        return _is_called(place, name)
    return any(_fold(each).startswith(name) for each in place.names)


def _is_called(place: Place, name: str) -> bool:
    return any(_fold(each) == name for each in place.names)


def _lies_in(place: Place, area: str, language: str) -> bool:
    if area in REGIONS:
        return place.admin1 == REGIONS[area]
    translated = AREAS.get(language, {})
    names = [place.admin1, place.country, place.country_code]
    names += [translated[name] for name in names if name in translated]
    return area in [_fold(name) for name in names]


def _result(place: Place, language: str) -> dict[str, Any]:
    areas = AREAS.get(language, {})
    fields: dict[str, Any] = {
        "id": place.id,
        "name": place.translations.get(language, place.name),
        "latitude": place.latitude,
        "longitude": place.longitude,
        "elevation": place.elevation,
        "feature_code": place.feature_code,
        "country_code": place.country_code,
        "timezone": place.timezone,
        "population": place.population,
        "postcodes": list(place.postcodes),
        "country": areas.get(place.country, place.country),
        "admin1": areas.get(place.admin1, place.admin1),
        "admin2": place.admin2,
    }
    return {key: value for key, value in fields.items() if value}
