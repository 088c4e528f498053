"""Open-Meteo's forecast, in its true shape: GET /v1/forecast.

Pure. Shapes and rules: https://open-meteo.com/en/docs; the wording of refusals is the service's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from .geocoding import BadRequest
from .places import PLACES, Place
from .query import Units, abbreviation, days_of, floats, hours_of, names, units_of, zone_of
from .variables import DAILY, INSTANT, SUN, Moment, sun_time

_NEAR = 3.0  # degrees; farther from every known place, the zone comes from the longitude
_SECONDS_NOW = 900  # current values stand for quarters of an hour


def forecast(
    query: Mapping[str, str], now: datetime, pinned: Mapping[str, Mapping[str, float]]
) -> dict[str, Any] | list[dict[str, Any]]:
    """Return the answer for one place, or a list for several; raise `BadRequest` as the service.

    `pinned` sets current values by place name, in metric units.
    """
    latitudes, longitudes = floats(query, "latitude"), floats(query, "longitude")
    if len(latitudes) != len(longitudes):
        raise BadRequest(
            "Parameter 'latitude' and 'longitude' must have the same number of elements"
        )
    if not latitudes:
        raise BadRequest("Parameter 'latitude' and 'longitude' must not be empty")
    answers = [
        _forecast_at(query, at, now, pinned) for at in zip(latitudes, longitudes, strict=True)
    ]
    for number, answer in enumerate(answers[1:], 1):
        answer["location_id"] = number
    return answers if len(answers) > 1 else answers[0]


def _forecast_at(
    query: Mapping[str, str],
    at: tuple[float, float],
    now: datetime,
    pinned: Mapping[str, Mapping[str, float]],
) -> dict[str, Any]:
    latitude, longitude = at
    if not -90 <= latitude <= 90:
        raise BadRequest(f"Latitude must be in range of -90 to 90°. Given: {latitude}.")
    if not -180 <= longitude <= 180:
        raise BadRequest(f"Longitude must be in range of -180 to 180°. Given: {longitude}.")
    units = units_of(query)
    current = names(query, "current", INSTANT)
    hourly = names(query, "hourly", INSTANT)
    daily = names(query, "daily", {**DAILY, **dict.fromkeys(SUN)})
    place = nearest(latitude, longitude)
    zone = zone_of(query.get("timezone"), place, longitude)
    offset = now.astimezone(zone).utcoffset() or timedelta()
    days = days_of(query, (now + offset).date())
    answer: dict[str, Any] = {
        "latitude": round(latitude * 8) / 8,  # the grid point that stands for the place
        "longitude": round(longitude * 8) / 8,
        "generationtime_ms": 0.05,
        "utc_offset_seconds": int(offset.total_seconds()),
        "timezone": zone.key,
        "timezone_abbreviation": abbreviation(offset),
        "elevation": place.elevation if place else 0.0,
    }
    table = _Table(latitude, longitude, offset, units)
    if current:
        values = pinned.get(place.name, {}) if place else {}
        answer |= table.current(current, now, values)
    if hourly:
        answer |= table.hourly(hourly, days, hours_of(query), now)
    if daily:
        answer |= table.daily(daily, days)
    return answer


class _Table:
    """Fills in the values of one place in one zone and one choice of units."""

    def __init__(self, latitude: float, longitude: float, offset: timedelta, units: Units) -> None:
        self._at = (latitude, longitude)
        self._offset = offset
        self._units = units

    def current(
        self, names: list[str], now: datetime, pinned: Mapping[str, float]
    ) -> dict[str, Any]:
        seconds = int(now.timestamp()) // _SECONDS_NOW * _SECONDS_NOW
        moment = self._moment(datetime.fromtimestamp(seconds, UTC))
        labels: dict[str, Any] = {"time": self._time_label(), "interval": "seconds"}
        values: dict[str, Any] = {"time": self._time(moment.when), "interval": _SECONDS_NOW}
        for name in names:
            variable = INSTANT[name]
            value = pinned[name] if name in pinned else variable.at(moment)
            labels[name] = self._units.label(variable.unit)
            values[name] = self._units.convert(variable.unit, value)
        return {"current_units": labels, "current": values}

    def hourly(
        self, names: list[str], days: list[date], hours: int | None, now: datetime
    ) -> dict[str, Any]:
        moments = [moment for day in days for moment in self._hours(day)]
        if hours is not None:
            first = now.replace(minute=0, second=0, microsecond=0)
            moments = [self._moment(first + timedelta(hours=hour)) for hour in range(hours)]
        labels = {"time": self._time_label()}
        values: dict[str, Any] = {"time": [self._time(moment.when) for moment in moments]}
        for name in names:
            variable = INSTANT[name]
            labels[name] = self._units.label(variable.unit)
            values[name] = [
                self._units.convert(variable.unit, variable.at(moment)) for moment in moments
            ]
        return {"hourly_units": labels, "hourly": values}

    def daily(self, names: list[str], days: list[date]) -> dict[str, Any]:
        labels = {"time": self._time_label()}
        values: dict[str, Any] = {"time": [self._day(day) for day in days]}
        for name in names:
            if name in SUN:
                labels[name] = self._time_label()
                local = [sun_time(name, day) for day in days]
                values[name] = [self._time(when - self._offset) for when in local]
                continue
            variable = DAILY[name]
            labels[name] = self._units.label(variable.unit)
            values[name] = [
                self._units.convert(variable.unit, variable.on(self._hours(day))) for day in days
            ]
        return {"daily_units": labels, "daily": values}

    def _moment(self, when: datetime) -> Moment:
        return Moment(*self._at, when)

    def _hours(self, day: date) -> list[Moment]:
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - self._offset
        return [self._moment(midnight + timedelta(hours=hour)) for hour in range(24)]

    def _time(self, when: datetime) -> str | int:
        if self._units.unix:
            return int(when.timestamp())
        return (when + self._offset).strftime("%Y-%m-%dT%H:%M")

    def _day(self, day: date) -> str | int:
        if self._units.unix:
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - self._offset
            return int(midnight.timestamp())
        return day.isoformat()

    def _time_label(self) -> str:
        return "unixtime" if self._units.unix else "iso8601"


def nearest(latitude: float, longitude: float) -> Place | None:
    """Return the known place at these coordinates, or None when all are far."""
    best = min(PLACES, key=lambda p: math.hypot(p.latitude - latitude, p.longitude - longitude))
    far = math.hypot(best.latitude - latitude, best.longitude - longitude)
    return best if far <= _NEAR else None
