"""From what people write to a time zone, without any network: cities, countries, IANA names,
abbreviations and offsets.

Whatever had to be guessed is said in a note. Pure; `bot.tools.clock` calls it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from bot.tools import clock_words as words
from bot.tools import places
from bot.tools.abbreviations import meanings
from bot.tools.languages import has_han, say
from bot.tools.places import KnownPlace
from bot.tools.regions import simplified

_OFFSET = re.compile(
    r"(?:utc|gmt)?\s*(?P<sign>[+\-\u2212\u00b1])\s*(?P<hours>\d{1,2})(?:[:.]?(?P<minutes>\d{2}))?",
    re.IGNORECASE,
)
_HALF_OFFSET = re.compile(
    r"(?:utc|gmt)\s*(?P<sign>[+\-\u2212])\s*(?P<hours>\d{1,2})\.5", re.IGNORECASE
)
_UTC = frozenset(
    {"utc", "gmt", "z", "zulu", "coordinated universal", "universal", "世界协调", "格林威治"}
)
_SUFFIX = re.compile(r"\s*(?:\btime(?: zone|zone)?|时间|時間|的时间|的時間)$", re.IGNORECASE)
_FEW_ZONES = 2
"""Further zones of an area that still let its main one stand for a town in it; the note says so."""

_MOST_OFFSET = dt.timedelta(hours=14)
"""Kiribati's; no clock on Earth is further from UTC."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A zone with the name that people read for it, and what had to be guessed."""

    label: str
    zone: dt.tzinfo
    notes: tuple[str, ...] = ()

    @property
    def zone_name(self) -> str:
        """The IANA name, or the offset."""
        return getattr(self.zone, "key", "") or str(self.zone)


def resolve(text: str, now: dt.datetime, locale: str, asker_zone: str = "") -> Spot | None:
    """Find the zone that `text` means, None when the tables do not know it.

    `now` decides which zones differ at present; `asker_zone` decides between two readings.
    """
    for wanted in dict.fromkeys((text.strip(), _SUFFIX.sub("", text.strip()))):
        spot = (
            _offset(wanted)
            or _abbreviation(wanted, locale, asker_zone)
            or _iana(wanted)
            or _place(wanted, now, locale)
            or _leaf(wanted)
        )
        if spot is not None:
            return spot
    return None


def resolve_area(text: str, now: dt.datetime, locale: str) -> Spot | None:
    """Take the zone of what stands behind a comma: for a town that no table knows.

    That is a state or country, or the city that a quarter belongs to: "Pudong, Shanghai". Two
    known cities, "Tokyo, Berlin", are no such thing.
    """
    town, comma, area = text.rpartition(",")
    found = places.find(area) if comma and town.strip() else ()
    if places.find(town) and not places.is_area(area):
        return None
    if not found or len(found[0].other_zones) > _FEW_ZONES:
        return None
    label = found[0].label(locale)
    note = say(words.AREA_USED, locale, place=town.strip(), area=label)
    notes = [note, _several(found[0], now, locale)]
    label = f"{town.strip()}, {label}"
    return Spot(label, ZoneInfo(found[0].zone), tuple(each for each in notes if each))


def by_name(name: str) -> ZoneInfo | None:
    """Open a zone by its IANA name in any case, None when there is none."""
    key = _names().get(name.strip().replace(" ", "_").lower())
    return ZoneInfo(key) if key else None


def _offset(text: str) -> Spot | None:
    if text.lower() in _UTC:
        return Spot("UTC", dt.UTC)
    half = _HALF_OFFSET.fullmatch(text)
    match = half or _OFFSET.fullmatch(text)
    if match is None:
        return None
    minutes = 30 if half else int(match["minutes"] or 0)
    offset = dt.timedelta(hours=int(match["hours"]), minutes=minutes)
    if offset > _MOST_OFFSET or minutes > 59:
        return None
    zone = dt.timezone(-offset if match["sign"] in "-\u2212" else offset)
    return Spot(str(zone), zone)


def _abbreviation(text: str, locale: str, asker_zone: str) -> Spot | None:
    found = meanings(text, asker_zone)
    if not found:
        return None
    taken, *others = found
    notes = []
    if others:
        also = ", ".join(each.name(locale) for each in others)
        notes = [say(words.AMBIGUOUS, locale, text=text, taken=taken.name(locale), others=also)]
    return Spot(taken.name(locale), ZoneInfo(taken.zone), tuple(notes))


def _iana(text: str) -> Spot | None:
    zone = by_name(text) if "/" in text or text.isalnum() else None
    return Spot(zone.key, zone) if zone is not None else None


def _leaf(text: str) -> Spot | None:
    """Find a zone by its last part: Ushuaia, Knox."""
    key = _leaves().get(simplified(text))
    return Spot(f"{key.rsplit('/', 1)[-1].replace('_', ' ')}", ZoneInfo(key)) if key else None


def _place(text: str, now: dt.datetime, locale: str) -> Spot | None:
    found = places.find(text)
    if not found:
        return None
    taken, others = found[0], found[1:]
    label = taken.label(locale)
    if has_han(text) and simplified(text) not in simplified(label):
        label = f"{text}（{label}）"
    spot = Spot(label, ZoneInfo(taken.zone))
    notes = [_same_name(text, taken, others, locale), _several(taken, now, locale)]
    return replace(spot, notes=tuple(note for note in notes if note))


def _same_name(text: str, taken: KnownPlace, others: tuple[KnownPlace, ...], locale: str) -> str:
    """Name other places of this name whose clocks differ."""
    labels = [each.label(locale) for each in others if each.zone != taken.zone][:3]
    if not labels:
        return ""
    label = taken.label(locale)
    return say(words.AMBIGUOUS, locale, text=text, taken=label, others="; ".join(labels))


def _several(taken: KnownPlace, now: dt.datetime, locale: str) -> str:
    """Say that a country or state has other clocks too."""
    own = now.astimezone(ZoneInfo(taken.zone)).utcoffset()
    others = {now.astimezone(ZoneInfo(each)).utcoffset(): each for each in taken.other_zones}
    others.pop(own, None)
    if not others:
        return ""
    listed = ", ".join(list(others.values())[:6])
    return say(words.SEVERAL, locale, place=taken.label(locale), zone=taken.zone, others=listed)


@cache
def _names() -> dict[str, str]:
    listed = (files("tzdata") / "zones").read_text(encoding="ascii").split()
    return {each.lower(): each for each in listed if each not in ("Factory", "localtime")}


@cache
def _leaves() -> dict[str, str]:
    zones = [each for each in _names().values() if "/" in each and not each.startswith("Etc/")]
    return {simplified(each.rsplit("/", 1)[-1]): each for each in reversed(zones)}
