"""Puts times into words: a clock at a place, and one place's time on the clocks of others.

Pure; `bot.tools.clock` calls it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.tools import clock_words as words
from bot.tools.dates import date_label
from bot.tools.languages import language, say
from bot.tools.zones import Spot


def line(spot: Spot, moment: dt.datetime, locale: str, asker: dt.tzinfo | None = None) -> str:
    """Say what the clock at `spot` shows, and how far it is from the asker's."""
    local = moment.astimezone(spot.zone)
    zone = _zone(spot, local)
    if asker is not None and (away := _away(local, moment.astimezone(asker), locale)):
        zone = f"{zone}{_comma(locale)}{away}"
    date, time = date_label(local.date(), locale), f"{local:%H:%M}"
    return say(words.MOMENT, locale, label=spot.label, date=date, time=time, zone=zone)


def brief(spots: list[Spot], moment: dt.datetime) -> str:
    """Say in one short line what the clocks show."""
    shown = [f"{spot.label} {moment.astimezone(spot.zone):%H:%M}" for spot in spots[:4]]
    return "; ".join(shown)


@dataclass(frozen=True, slots=True)
class Conversion:
    """A time on one clock, ready to be read on others; `notes` tell of clocks that change."""

    source: Spot
    local: dt.datetime
    locale: str
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, source: Spot, local: dt.datetime, locale: str) -> Conversion:
        """Place a local time in its zone, minding the hours that clocks skip or repeat."""
        if local.tzinfo is not None:
            return cls(source, local.astimezone(source.zone), locale)
        first = local.replace(tzinfo=source.zone, fold=0)
        second = local.replace(tzinfo=source.zone, fold=1)
        if first.utcoffset() == second.utcoffset():
            return cls(source, first, locale)
        real = first.astimezone(dt.UTC).astimezone(source.zone)
        if real.replace(tzinfo=None) != local:
            note = say(
                words.GAP, locale, time=f"{local:%H:%M}", label=source.label, meant=f"{real:%H:%M}"
            )
            return cls(source, real, locale, (note,))
        later = second.astimezone(dt.UTC) - first.astimezone(dt.UTC)
        note = say(
            words.TWICE,
            locale,
            time=f"{local:%H:%M}",
            label=source.label,
            first=_zone(source, first),
            second=_zone(source, second),
            hours=f"{later / dt.timedelta(hours=1):g}",
        )
        return cls(source, first, locale, (note,))

    def heading(self) -> str:
        """Say what is converted."""
        return say(
            words.CONVERTED,
            self.locale,
            time=f"{self.local:%H:%M}",
            label=self.source.label,
            date=date_label(self.local.date(), self.locale),
            zone=_zone(self.source, self.local),
        )

    def line(self, spot: Spot) -> str:
        """Say what the clock at `spot` shows then, and on which day."""
        there = self.local.astimezone(dt.UTC).astimezone(spot.zone)
        days = (there.date() - self.local.date()).days
        zone = f"{say(words.RELATIVE[days], self.locale)}{_comma(self.locale)}{_zone(spot, there)}"
        date, time = date_label(there.date(), self.locale), f"{there:%H:%M}"
        return say(words.MOMENT, self.locale, label=spot.label, date=date, time=time, zone=zone)


def _zone(spot: Spot, local: dt.datetime) -> str:
    """Spell the zone: its letters if it has any, and its offset."""
    offset = _offset(local)
    letters = local.tzname() or ""
    known = letters if letters.isalpha() and letters != "UTC" else ""
    name = spot.zone_name if "/" in spot.zone_name and spot.zone_name not in spot.label else ""
    return ", ".join(part for part in (known, offset, name) if part)


def _offset(local: dt.datetime) -> str:
    minutes = int((local.utcoffset() or dt.timedelta()).total_seconds() // 60)
    if not minutes:
        return "UTC"
    sign = "+" if minutes > 0 else "-"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _away(local: dt.datetime, asker: dt.datetime, locale: str) -> str:
    apart = (local.utcoffset() or dt.timedelta()) - (asker.utcoffset() or dt.timedelta())
    if not apart:
        return ""
    hours = f"{abs(apart) / dt.timedelta(hours=1):g}"
    return say(words.AHEAD if apart > dt.timedelta() else words.BEHIND, locale, hours=hours)


def _comma(locale: str) -> str:
    return ", " if language(locale) == "en" else "，"
