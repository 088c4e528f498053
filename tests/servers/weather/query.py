"""What a forecast request asks for: zone, days, units, variables; refused in the service's words.

Pure. Rules: https://open-meteo.com/en/docs
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from .geocoding import BadRequest
from .places import Place

KNOWN = frozenset(
    {
        "latitude",
        "longitude",
        "elevation",
        "current",
        "hourly",
        "daily",
        "timezone",
        "temperature_unit",
        "wind_speed_unit",
        "windspeed_unit",
        "precipitation_unit",
        "timeformat",
        "past_days",
        "forecast_days",
        "forecast_hours",
        "start_date",
        "end_date",
        "models",
        "cell_selection",
        "apikey",
        "format",
    }
)
_MAX_FORECAST_DAYS, _MAX_PAST_DAYS = 16, 92


@dataclass(frozen=True, slots=True)
class Units:
    """The units asked for, as factors and labels."""

    temperature: str = "celsius"
    wind: str = "kmh"
    precipitation: str = "mm"
    unix: bool = False

    def convert(self, unit: str, value: float) -> float:
        """Return a metric value in the wanted unit."""
        if unit == "°C" and self.temperature == "fahrenheit":
            return round(value * 9 / 5 + 32, 1)
        if unit == "km/h":
            return round(value * _WIND[self.wind][1], 1)
        if unit == "mm" and self.precipitation == "inch":
            return round(value / 25.4, 3)
        return value

    def label(self, unit: str) -> str:
        """Return the wanted unit's own label."""
        if unit == "°C" and self.temperature == "fahrenheit":
            return "°F"
        if unit == "km/h":
            return _WIND[self.wind][0]
        if unit in ("mm", "cm") and self.precipitation == "inch":
            return "inch"
        return unit


_WIND = {
    "kmh": ("km/h", 1.0),
    "ms": ("m/s", 1 / 3.6),
    "mph": ("mp/h", 1 / 1.609),
    "kn": ("kn", 1 / 1.852),
}
_CHOICES = {
    "temperature_unit": ("TemperatureUnit", ("celsius", "fahrenheit")),
    "wind_speed_unit": ("WindspeedUnit", tuple(_WIND)),
    "precipitation_unit": ("PrecipitationUnit", ("mm", "inch")),
    "timeformat": ("Timeformat", ("iso8601", "unixtime")),
}


def zone_of(given: str | None, place: Place | None, longitude: float) -> ZoneInfo:
    """Return the zone asked for: GMT when none is, the place's own for "auto"."""
    if given is None:
        return ZoneInfo("GMT")
    if given == "auto":
        west = -round(longitude / 15)  # the names of these zones count towards the west
        return ZoneInfo(place.timezone if place else f"Etc/GMT{west:+d}" if west else "GMT")
    try:
        return ZoneInfo(given)
    except (ValueError, OSError, KeyError):
        raise BadRequest("Invalid timezone") from None


def abbreviation(offset: timedelta) -> str:
    """Return an offset as the service names it, such as GMT+8 or GMT+5:30."""
    minutes = int(offset.total_seconds()) // 60
    if not minutes:
        return "GMT"
    hours, rest = divmod(abs(minutes), 60)
    return f"GMT{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def floats(query: Mapping[str, str], key: str) -> list[float]:
    """Return the numbers of a comma-separated parameter."""
    given = query.get(key, "")
    try:
        return [float(part) for part in given.split(",") if part]
    except ValueError:
        raise BadRequest(
            f"Data corrupted at path '{key}'. Cannot convert String to Float."
        ) from None


def names(query: Mapping[str, str], key: str, known: Mapping[str, object]) -> list[str]:
    """Return the variables of a comma-separated parameter; raise for one that is not known."""
    wanted = [name for name in query.get(key, "").split(",") if name]
    kind = "ForecastVariableDaily" if key == "daily" else "ForecastSurfaceVariable"
    for name in wanted:
        if name not in known:
            raise BadRequest(
                f"Data corrupted at path ''. Cannot initialize {kind} from invalid String value "
                f"{name}."
            )
    return wanted


def units_of(query: Mapping[str, str]) -> Units:
    """Return the units asked for."""
    chosen: dict[str, str] = {}
    for key, (kind, allowed) in _CHOICES.items():
        given = query.get(key) or query.get(key.replace("wind_speed", "windspeed")) or allowed[0]
        if given not in allowed:
            raise BadRequest(
                f"Data corrupted at path '{key}'. Cannot initialize {kind} from invalid String "
                f"value {given}."
            )
        chosen[key] = given
    return Units(
        chosen["temperature_unit"],
        chosen["wind_speed_unit"],
        chosen["precipitation_unit"],
        chosen["timeformat"] == "unixtime",
    )


def days_of(query: Mapping[str, str], today: date) -> list[date]:
    """Return the local days that the answer covers."""
    if "start_date" in query or "end_date" in query:
        return _between(query, today)
    ahead = _integer(query, "forecast_days", 7)
    back = _integer(query, "past_days", 0)
    if not 0 <= ahead <= _MAX_FORECAST_DAYS:
        raise BadRequest(
            f"Forecast days is invalid. Allowed range 0 to {_MAX_FORECAST_DAYS}. Given {ahead}."
        )
    if not 0 <= back <= _MAX_PAST_DAYS:
        raise BadRequest(
            f"Past days is invalid. Allowed range 0 to {_MAX_PAST_DAYS}. Given {back}."
        )
    return [today + timedelta(days=day) for day in range(-back, ahead)]


def _between(query: Mapping[str, str], today: date) -> list[date]:
    if not ("start_date" in query and "end_date" in query):
        raise BadRequest("Both 'start_date' and 'end_date' must be set in the url")
    if "forecast_days" in query:
        raise BadRequest(
            "Parameter 'forecast_days' is mutually exclusive with 'start_date' and 'end_date'"
        )
    try:
        start, end = (date.fromisoformat(query[key]) for key in ("start_date", "end_date"))
    except ValueError:
        raise BadRequest("Invalid date format. Make sure to use 'YYYY-MM-DD'") from None
    if end < start:
        raise BadRequest("End-date must be larger or equals than start-date")
    first, last = today - timedelta(days=_MAX_PAST_DAYS), today + timedelta(days=15)
    for key, day in (("start_date", start), ("end_date", end)):
        if not first <= day <= last:
            raise BadRequest(f"Parameter '{key}' is out of allowed range from {first} to {last}")
    return [start + timedelta(days=day) for day in range((end - start).days + 1)]


def _integer(query: Mapping[str, str], key: str, default: int) -> int:
    try:
        return int(query.get(key, default))
    except ValueError:
        raise BadRequest(f"Data corrupted at path '{key}'. Data was not of type Int.") from None


def hours_of(query: Mapping[str, str]) -> int | None:
    """Return how many hours from now on the hourly part covers; None means whole days."""
    if "forecast_hours" not in query:
        return None
    hours = _integer(query, "forecast_hours", 0)
    most = _MAX_FORECAST_DAYS * 24
    if not 0 <= hours <= most:
        raise BadRequest(f"Forecast days is invalid. Allowed range 0 to {most}. Given {hours}.")
    return hours
