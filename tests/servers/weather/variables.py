"""The weather variables that the local Open-Meteo has: their units, and made-up but steady values.

Values depend on place and time only, so that a test can ask twice. The names are those of
https://open-meteo.com/en/docs; the real service has more, and refuses what it does not know.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Moment:
    """One place at one time (UTC); `noise(key)` is a steady number from 0 to 1."""

    latitude: float
    longitude: float
    when: datetime

    def noise(self, key: str) -> float:
        seed = f"{self.latitude:.2f} {self.longitude:.2f} {self.when:%Y-%m-%dT%H} {key}"
        return hashlib.blake2b(seed.encode(), digest_size=2).digest()[0] / 255

    @property
    def daylight(self) -> float:
        """How high the sun stands, from -1 at midnight to 1 at noon by the sun."""
        hour = self.when.hour + self.when.minute / 60 + self.longitude / 15
        return -math.cos(hour / 24 * 2 * math.pi)

    @property
    def temperature(self) -> float:
        """Degrees Celsius: warm near the equator, in summer, and in the afternoon."""
        season = math.cos((self.when.timetuple().tm_yday - 196) / 365 * 2 * math.pi)
        swing = 12 * season * (1 if self.latitude >= 0 else -1) * min(1.0, abs(self.latitude) / 45)
        return 28 - abs(self.latitude) * 0.45 + swing + 4 * self.daylight + 3 * self.noise("t")

    @property
    def code(self) -> int:
        """A WMO weather code (table 4677), the same for six hours."""
        quarter = self.when.replace(hour=self.when.hour // 6 * 6, minute=0)
        return _CODES[int(Moment(self.latitude, self.longitude, quarter).noise("w") * 255) % 11]

    @property
    def rain(self) -> float:
        """Millimetres in the hour."""
        return round(0.2 + 2 * self.noise("r"), 1) if self.code >= 51 else 0.0


_CODES = (0, 0, 1, 1, 2, 2, 3, 45, 61, 63, 80)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable's unit and its value; `round_to` digits, None for whole numbers."""

    unit: str
    value: Callable[[Moment], float]
    round_to: int | None = 1

    def at(self, moment: Moment) -> float:
        """Return the value at a moment, rounded as the service does."""
        value = self.value(moment)
        return round(value) if self.round_to is None else round(value, self.round_to)


def _wind(moment: Moment) -> float:
    return 4 + 18 * moment.noise("wind")


INSTANT: Mapping[str, Variable] = {
    "temperature_2m": Variable("°C", lambda m: m.temperature),
    "relative_humidity_2m": Variable("%", lambda m: 45 + 50 * m.noise("h"), None),
    "dew_point_2m": Variable("°C", lambda m: m.temperature - 6),
    "apparent_temperature": Variable("°C", lambda m: m.temperature - _wind(m) / 10),
    "is_day": Variable("", lambda m: 1 if m.daylight > 0 else 0, None),
    "precipitation": Variable("mm", lambda m: m.rain, 2),
    "precipitation_probability": Variable("%", lambda m: 80 if m.rain else 5, None),
    "rain": Variable("mm", lambda m: m.rain, 2),
    "showers": Variable("mm", lambda m: 0.0, 2),
    "snowfall": Variable("cm", lambda m: 0.0, 2),
    "snow_depth": Variable("m", lambda m: 0.0, 2),
    "weather_code": Variable("wmo code", lambda m: m.code, None),
    "cloud_cover": Variable("%", lambda m: min(100, m.code * 30), None),
    "pressure_msl": Variable("hPa", lambda m: 1005 + 20 * m.noise("p")),
    "surface_pressure": Variable("hPa", lambda m: 1000 + 20 * m.noise("p")),
    "visibility": Variable("m", lambda m: 24140.0, 2),
    "wind_speed_10m": Variable("km/h", _wind),
    "wind_direction_10m": Variable("°", lambda m: 359 * m.noise("d"), None),
    "wind_gusts_10m": Variable("km/h", lambda m: 1.8 * _wind(m)),
    "uv_index": Variable("", lambda m: max(0.0, 6 * m.daylight), 2),
    "sunshine_duration": Variable("s", lambda m: 3600.0 if m.daylight > 0 else 0.0, 2),
}


@dataclass(frozen=True, slots=True)
class DailyVariable:
    """A day's value out of its 24 moments."""

    unit: str
    value: Callable[[list[Moment]], float]
    round_to: int | None = 1

    def on(self, moments: list[Moment]) -> float:
        """Return the value of a day, rounded as the service does."""
        value = self.value(moments)
        return round(value) if self.round_to is None else round(value, self.round_to)


def _of(pick: Callable[[list[float]], float], name: str) -> Callable[[list[Moment]], float]:
    variable = INSTANT[name]
    return lambda moments: pick([variable.at(moment) for moment in moments])


DAILY: Mapping[str, DailyVariable] = {
    "weather_code": DailyVariable("wmo code", _of(max, "weather_code"), None),
    "temperature_2m_max": DailyVariable("°C", _of(max, "temperature_2m")),
    "temperature_2m_min": DailyVariable("°C", _of(min, "temperature_2m")),
    "temperature_2m_mean": DailyVariable("°C", _of(lambda v: sum(v) / len(v), "temperature_2m")),
    "apparent_temperature_max": DailyVariable("°C", _of(max, "apparent_temperature")),
    "apparent_temperature_min": DailyVariable("°C", _of(min, "apparent_temperature")),
    "precipitation_sum": DailyVariable("mm", _of(sum, "precipitation"), 2),
    "rain_sum": DailyVariable("mm", _of(sum, "rain"), 2),
    "showers_sum": DailyVariable("mm", _of(sum, "showers"), 2),
    "snowfall_sum": DailyVariable("cm", _of(sum, "snowfall"), 2),
    "precipitation_hours": DailyVariable("h", lambda day: sum(1 for m in day if m.rain)),
    "precipitation_probability_max": DailyVariable(
        "%", _of(max, "precipitation_probability"), None
    ),
    "wind_speed_10m_max": DailyVariable("km/h", _of(max, "wind_speed_10m")),
    "wind_gusts_10m_max": DailyVariable("km/h", _of(max, "wind_gusts_10m")),
    "wind_direction_10m_dominant": DailyVariable("°", lambda d: 359 * d[12].noise("d"), None),
    "uv_index_max": DailyVariable("", _of(max, "uv_index"), 2),
    "sunshine_duration": DailyVariable("s", _of(sum, "sunshine_duration"), 2),
    "daylight_duration": DailyVariable("s", lambda day: 43200.0, 2),
}
SUN = ("sunrise", "sunset")  # daily variables whose values are times


def sun_time(name: str, day: date) -> datetime:
    """Return local sunrise or sunset; this world has twelve hours of day everywhere."""
    minutes = 6 * 60 + 12 if name == "sunrise" else 18 * 60 + 7
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes)
