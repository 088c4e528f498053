"""The weather at a place as plain values, read from Open-Meteo's forecast, and remembered briefly.

The service's units are kept as it names them: whoever asked for °F gets the numbers of the service.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bot.tools.answers import Garbled, mapping, number, number_or_none, series, text
from bot.tools.cache import Cache
from bot.tools.geocoding import Location
from bot.tools.openmeteo import OpenMeteo, ServiceError, Trouble

Unit: TypeAlias = Literal["celsius", "fahrenheit"]

MOST_DAYS = 7

_KEPT_SECONDS = 600.0
"""The service's own models are read every 15 minutes."""

_MOST_KEPT = 500
"""Forecasts of about 3 kB."""

_CURRENT = (
    "temperature_2m,apparent_temperature,relative_humidity_2m,precipitation,weather_code,"
    "wind_speed_10m,wind_direction_10m,wind_gusts_10m,is_day"
)
_DAILY = (
    "weather_code,temperature_2m_max,temperature_2m_min,precipitation_sum,"
    "precipitation_probability_max,wind_speed_10m_max,uv_index_max,sunrise,sunset"
)


@dataclass(frozen=True, slots=True)
class Now:
    """The weather at `time` (local, "2026-11-20T12:30"). None is what the service did not have."""

    time: str
    temperature: float
    code: int | None = None
    feels_like: float | None = None
    humidity: float | None = None
    precipitation: float | None = None
    wind: float | None = None
    wind_from: float | None = None
    """Degrees, 0 is north."""
    gusts: float | None = None
    is_day: bool = True


@dataclass(frozen=True, slots=True)
class Day:
    """One day's forecast."""

    date: dt.date
    low: float
    high: float
    code: int | None = None
    precipitation: float | None = None
    chance: float | None = None
    """Of precipitation, in percent."""
    wind: float | None = None
    uv: float | None = None
    sunrise: str = ""
    sunset: str = ""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Now and the next days, with the units' own signs."""

    now: Now | None
    days: tuple[Day, ...]
    timezone: str
    degree: str = "°C"
    speed: str = "km/h"
    depth: str = "mm"


class Forecasts:
    """Asks for forecasts and remembers them for ten minutes."""

    def __init__(self, service: OpenMeteo) -> None:
        self._service = service
        self._cache: Cache[tuple[float, float, str], Forecast] = Cache(_KEPT_SECONDS, _MOST_KEPT)

    async def at(self, location: Location, unit: Unit) -> Forecast:
        """Get a week's forecast for `location`. Raises `ServiceError`."""
        query = _query(location, unit)

        async def ask() -> Forecast:
            return read(await self._service.forecast(query), unit)

        return await self._cache.get((location.latitude, location.longitude, unit), ask)

    async def close(self) -> None:
        """Stop what is under way."""
        await self._cache.close()


def _query(location: Location, unit: Unit) -> dict[str, str]:
    query = {
        "latitude": f"{location.latitude:.5f}",
        "longitude": f"{location.longitude:.5f}",
        "current": _CURRENT,
        "daily": _DAILY,
        "timezone": location.timezone or "auto",  # the service's default would be GMT
        "forecast_days": str(MOST_DAYS),
    }
    if unit == "fahrenheit":
        query |= {
            "temperature_unit": "fahrenheit",
            "wind_speed_unit": "mph",
            "precipitation_unit": "inch",
        }
    return query


def read(answer: Mapping[str, Any], unit: Unit) -> Forecast:
    """Read the service's answer to a question in `unit`. Raises `ServiceError`.

    Either half may be missing; an answer without both, or with values of other types, is none.
    """
    units = answer.get("current_units")
    units = units if isinstance(units, dict) else {}
    try:
        now = _now(mapping(answer["current"], "current")) if "current" in answer else None
        days = _days(mapping(answer["daily"], "daily")) if "daily" in answer else ()
    except Garbled as error:
        raise ServiceError(Trouble.GARBLED, "", str(error)) from None
    if now is None and not days:
        known = "current" in answer or "daily" in answer
        raise ServiceError(Trouble.NOTHING if known else Trouble.GARBLED)
    metric = unit == "celsius"
    return Forecast(
        now=now,
        days=days,
        timezone=text(answer.get("timezone")),
        degree=text(units.get("temperature_2m"), 8) or ("°C" if metric else "°F"),
        speed=_speed(text(units.get("wind_speed_10m"), 8)) or ("km/h" if metric else "mph"),
        depth=_depth(text(units.get("precipitation"), 8)) or ("mm" if metric else "in"),
    )


def _now(current: Mapping[str, Any]) -> Now | None:
    """Read the present, None where the service has no values."""
    if current.get("temperature_2m") is None:
        return None
    return Now(
        time=text(current.get("time"), 16),
        temperature=number(current["temperature_2m"], "temperature_2m"),
        code=_code(current.get("weather_code")),
        feels_like=number_or_none(current.get("apparent_temperature")),
        humidity=number_or_none(current.get("relative_humidity_2m")),
        precipitation=number_or_none(current.get("precipitation")),
        wind=number_or_none(current.get("wind_speed_10m")),
        wind_from=number_or_none(current.get("wind_direction_10m")),
        gusts=number_or_none(current.get("wind_gusts_10m")),
        is_day=current.get("is_day") != 0,
    )


def _days(daily: Mapping[str, Any]) -> tuple[Day, ...]:
    """Read the days that have values: the models' horizon may end within the week."""
    dates = series(daily.get("time"), "daily.time")[:MOST_DAYS]
    rows = [{key: _cell(column, row) for key, column in daily.items()} for row in range(len(dates))]
    return tuple(
        _day(row)
        for row in rows
        if row.get("temperature_2m_min") is not None and row.get("temperature_2m_max") is not None
    )


def _cell(column: Any, row: int) -> Any:
    column = series(column, "daily")
    return column[row] if row < len(column) else None


def _day(row: Mapping[str, Any]) -> Day:
    try:
        date = dt.date.fromisoformat(text(row["time"], 10))
    except ValueError:
        raise Garbled("daily.time") from None
    return Day(
        date=date,
        low=number(row["temperature_2m_min"], "temperature_2m_min"),
        high=number(row["temperature_2m_max"], "temperature_2m_max"),
        code=_code(row.get("weather_code")),
        precipitation=number_or_none(row.get("precipitation_sum")),
        chance=number_or_none(row.get("precipitation_probability_max")),
        wind=number_or_none(row.get("wind_speed_10m_max")),
        uv=number_or_none(row.get("uv_index_max")),
        sunrise=text(row.get("sunrise"), 16)[11:],
        sunset=text(row.get("sunset"), 16)[11:],
    )


def _code(value: Any) -> int | None:
    code = number_or_none(value)
    return None if code is None else int(code)


def _speed(unit: str) -> str:
    """The service spells miles per hour "mp/h"."""
    return "mph" if unit == "mp/h" else unit


def _depth(unit: str) -> str:
    return "in" if unit == "inch" else unit
