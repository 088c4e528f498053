"""Puts a forecast into words: the facts for the model, a card for people, one line for the log.

Pure; `bot.tools.weather` calls it. The facts stand first and are complete without the card.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.replies import Card
from bot.tools import weather_words as words
from bot.tools.conditions import condition, sign, wind_from
from bot.tools.dates import date_label
from bot.tools.forecast import MOST_DAYS, Day, Forecast, Now
from bot.tools.geocoding import Found
from bot.tools.languages import Words, language, say
from bot.tools.port import ToolOutput

_MARKUP = str.maketrans({each: "\\" + each for each in "\\`*_[]<>|~#"})


@dataclass(frozen=True, slots=True)
class Report:
    """What was asked and what was found."""

    asked: str
    found: Found
    forecast: Forecast
    days: int
    locale: str

    def facts(self) -> str:
        """Spell the facts, one line for now and one for each day."""
        lines = [self._where(), *self._lines()]
        if self.found.others:
            others = "; ".join(each.label for each in self.found.others)
            label = self.found.location.label
            lines.append(self._say(words.OTHERS, name=self.asked, label=label, others=others))
        if self.days > MOST_DAYS:
            lines.append(self._say(words.ONLY_A_WEEK, days=MOST_DAYS))
        return "\n".join(lines)

    def summary(self) -> str:
        """Say it in one short line."""
        place = self.found.location.label
        now = self.forecast.now
        if now is None:
            return place
        return f"{place}: {self._degrees(now.temperature)}, {condition(now.code, self.locale)}"

    def card(self) -> Card:
        """Show it, with the attribution that the data's licence asks for."""
        now = self.forecast.now
        head = f"**{self.found.location.label.translate(_MARKUP)}**"
        if now is not None:
            icon = sign(now.code, now.is_day)
            text = condition(now.code, self.locale)
            head = f"{icon} {head}: {self._degrees(now.temperature)}, {text}"
        rows = ["- " + self._row(at, day, self._day_short(day)) for at, day in self._shown()]
        credit = f"[{words.ATTRIBUTION}]({words.ATTRIBUTION_URL})"
        return Card("\n".join([head, *rows, "", credit]))

    def _where(self) -> str:
        now = self.forecast.now
        time = now.time.replace("T", " ") if now else "?"
        zone = self.forecast.timezone or self.found.location.timezone
        return self._say(words.WHERE, label=self.found.location.label, time=time, zone=zone)

    def _lines(self) -> list[str]:
        now = self.forecast.now
        lines = [self._now(now) if now else self._say(words.NO_NOW)]
        shown = self._shown()
        lines += [self._row(at, day, self._day(day)) for at, day in shown]
        return lines if shown else [*lines, self._say(words.NO_DAYS)]

    def _now(self, now: Now) -> str:
        facts = [
            condition(now.code, self.locale),
            self._both(now.temperature),
            self._maybe(words.FEELS, now.feels_like, self._degrees),
            self._maybe(words.HUMIDITY, now.humidity, _number),
            self._wind(now),
            self._maybe(words.GUSTS, now.gusts, self._speed),
            self._maybe(words.PRECIPITATION, now.precipitation, self._depth),
        ]
        return self._say(words.NOW, facts=self._joined(facts))

    def _day(self, day: Day) -> str:
        sun = ""
        if day.sunrise and day.sunset:
            sun = self._say(words.SUN, sunrise=day.sunrise, sunset=day.sunset)
        facts = [
            self._day_short(day),
            self._maybe(words.PRECIPITATION, day.precipitation, self._depth),
            self._maybe(words.WIND_UP_TO, day.wind, self._speed),
            self._maybe(words.UV, day.uv, _number),
            sun,
        ]
        return self._joined(facts)

    def _day_short(self, day: Day) -> str:
        low, high = _number(day.low), self._degrees(day.high)
        facts = [
            condition(day.code, self.locale),
            self._say(words.RANGE, low=low, high=high),
            self._maybe(words.CHANCE, day.chance, _number),
        ]
        return self._joined(facts)

    def _wind(self, now: Now) -> str:
        if now.wind is None or now.wind_from is None:
            return self._maybe(words.WIND_ONLY, now.wind, self._speed)
        direction = wind_from(now.wind_from, self.locale)
        return self._say(words.WIND, value=self._speed(now.wind), direction=direction)

    def _shown(self) -> list[tuple[int, Day]]:
        return list(enumerate(self.forecast.days[: max(1, self.days)]))

    def _row(self, at: int, day: Day, facts: str) -> str:
        return self._say(words.DAY, day=self._day_name(at, day), facts=facts)

    def _day_name(self, at: int, day: Day) -> str:
        """Name a day; the service's first is today at the place."""
        name = date_label(day.date, self.locale)
        if at >= len(words.RELATIVE):
            return name
        relative = self._say(words.RELATIVE[at])
        return f"{name} ({relative})" if language(self.locale) == "en" else f"{name}（{relative}）"

    def _joined(self, facts: list[str]) -> str:
        comma = ", " if language(self.locale) == "en" else "，"
        return comma.join(fact for fact in facts if fact)

    def _maybe(self, sentence: Words, value: float | None, spell: Any) -> str:
        return "" if value is None else self._say(sentence, value=spell(value))

    def _say(self, sentence: Words, **values: Any) -> str:
        return say(sentence, self.locale, **values)

    def _degrees(self, value: float) -> str:
        return f"{_number(value)} {self.forecast.degree}"

    def _both(self, value: float) -> str:
        """Spell a temperature in both units, the place's own first."""
        if self.forecast.degree == "°F":
            return f"{self._degrees(value)} ({round((value - 32) / 1.8)} °C)"
        return f"{self._degrees(value)} ({round(value * 1.8 + 32)} °F)"

    def _speed(self, value: float) -> str:
        return f"{_number(value)} {self.forecast.speed}"

    def _depth(self, value: float) -> str:
        digits = 2 if self.forecast.depth == "in" else 1
        return f"{round(value, digits):g} {self.forecast.depth}"


def together(reports: Sequence[Report], remarks: Sequence[str] = ()) -> ToolOutput:
    """Spell the whole result: each place's facts, what is to be said beside, the attribution."""
    credit = f"{words.ATTRIBUTION} ({words.ATTRIBUTION_URL})"
    facts = "\n\n".join(report.facts() for report in reports)
    return ToolOutput(
        text="\n".join([facts, *remarks, credit]),
        cards=tuple(report.card() for report in reports),
        summary="; ".join(report.summary() for report in reports),
    )


def _number(value: float) -> str:
    """Spell a number with at most one decimal, never "-0"."""
    return f"{round(value, 1) + 0.0:g}"
