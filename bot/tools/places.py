"""The offline table of places and their time zones: countries, states, and cities with more than
100,000 people, by their names in English and Chinese and by what people call them.

`data/places.txt` is kept as one text and searched, never parsed as a whole: reading it takes about
a millisecond. Its first line lists the zones; each other line is one place, the most likely first:

    TAB key TAB key TAB | name | country code | area | number of the zone, of further zones

Made by `scripts/make_places.py`. Pure, and without any network.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.tools.languages import has_han, language
from bot.tools.regions import same_area, simplified

_MOST_NAME = 80
"""Characters; no place in the table has a longer name."""


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place of the table. `other_zones` are in use in other parts of a state or country."""

    name: str
    country_code: str
    area: str
    zone: str
    other_zones: tuple[str, ...] = ()

    def label(self, locale: str = "en") -> str:
        """Name it so that it cannot be mistaken: "Portland, Oregon, United States"."""
        country = country_name(self.country_code, locale)
        if self.name == country_name(self.country_code):
            return country
        parts = dict.fromkeys(part for part in (self.name, self.area, country) if part)
        return ", ".join(parts)


def find(text: str) -> tuple[KnownPlace, ...]:
    """Return the places that `text` may mean, the most likely first; empty when unknown.

    Takes "Portland", "Portland, Maine", "Portland OR", "北京市", "Paris, France".
    """
    name, *areas = [part for part in text.replace("，", ",").split(",") if part.strip()] or [""]
    found = _exact(name)
    if areas:
        return tuple(each for each in found if all(_lies_in(each, area) for area in areas))
    if not found and has_han(name):
        found = _exact(name.strip().rstrip("市县縣省州")) or _chinese_in_one(name.strip())
    if not found and " " in name.strip():
        head, _, tail = name.strip().rpartition(" ")
        found = tuple(each for each in _exact(head) if _lies_in(each, tail))
    return found


def is_area(text: str) -> bool:
    """Tell whether `text` means a country or a state before any town; Singapore is a town too."""
    place = next(iter(find(text)), None)
    if place is None:
        return False
    table, code = _table()[0], place.country_code
    if place.name == country_name(code):
        return table.count(f"|{place.name}|{code}|") == 1
    return not place.area and f"|{code}|{place.name}|" in table


def country_name(code: str, locale: str = "en") -> str:
    """Name a country by its ISO 3166 code in the language of `locale`; the code when unknown."""
    names = _countries().get(code)
    if names is None:
        return code
    return names[("en", "zh-CN", "zh-TW").index(language(locale))]


def _exact(name: str) -> tuple[KnownPlace, ...]:
    key = simplified(name[:_MOST_NAME])
    if not key or "|" in key:
        return ()
    text, zones = _table()
    places: dict[str, KnownPlace] = {}
    wanted, at = f"\t{key}\t", 0
    while (at := text.find(wanted, at)) >= 0:
        end = text.find("\n", at)
        place = _place(text[text.find("|", at) + 1 : end], zones)
        places.setdefault(place.label(), place)  # Singapore is a country and a city
        at = end
    return tuple(places.values())


def _place(line: str, zones: list[str]) -> KnownPlace:
    name, country, area, numbers = line.split("|")
    first, *others = [zones[int(number)] for number in numbers.split(" ")]
    return KnownPlace(name, country, area, first, tuple(others))


def _lies_in(place: KnownPlace, area: str) -> bool:
    wanted = simplified(area)
    names = (place.area, *_countries().get(place.country_code, ()))
    return wanted == place.country_code.lower() or any(
        same_area(wanted, each, place.country_code) for each in names if each
    )


def _chinese_in_one(name: str) -> tuple[KnownPlace, ...]:
    """Read a country or province before a city without a break between: "美国纽约"."""
    for at in range(2, min(len(name) - 1, _MOST_NAME)):
        city = tuple(each for each in _exact(name[at:]) if _in_one_of(each, _exact(name[:at])))
        if city:
            return city
    return ()


def _in_one_of(place: KnownPlace, wholes: tuple[KnownPlace, ...]) -> bool:
    return any(
        whole.country_code == place.country_code and whole.name in (place.area, _country(place))
        for whole in wholes
    )


def _country(place: KnownPlace) -> str:
    return country_name(place.country_code)


@cache
def _table() -> tuple[str, list[str]]:
    zones, _, rest = _data("places.txt").partition("\n")
    return rest, zones.split(" ")


@cache
def _countries() -> dict[str, tuple[str, ...]]:
    lines = (line.split("\t") for line in _data("countries.txt").splitlines())
    return {code: tuple(names) for code, *names in lines}


def _data(name: str) -> str:
    return (files("bot.tools") / "data" / name).read_text(encoding="utf-8")
