"""Checks the weather service with what one question needs: a search for a place, a forecast."""

from __future__ import annotations

import time

from bot.doctor.findings import Finding, fault, ok
from bot.settings import Settings
from bot.tools.forecast import Forecasts
from bot.tools.geocoding import Geocoder, NoSuchPlace
from bot.tools.openmeteo import OpenMeteo, ServiceError, Trouble

PLACE = "Beijing"

_TOLD = {
    Trouble.OFFLINE: "cannot be reached; check network, proxy and firewall, and {variable}",
    Trouble.SLOW: "did not answer in time; try again, or check network and proxy",
    Trouble.MINUTE: "takes no more requests from here this minute; wait",
    Trouble.HOUR: "takes no more requests from here this hour; wait, or set {variable} to another",
    Trouble.DAY: "takes no more requests from here today; wait, or set {variable} to another",
    Trouble.BUSY: "has too many requests at once; try again in a moment",
    Trouble.DOWN: "is overloaded or out of order; try again in a few minutes",
    Trouble.REFUSED: "refused the request ({reason}); check {variable}",
    Trouble.GARBLED: "answered with something that is no answer of Open-Meteo; check {variable}",
    Trouble.NOTHING: "answered without any value; try again later, or check {variable}",
}


async def check_weather(settings: Settings) -> Finding:
    """Ask for the weather of one place, past every cache."""
    service = OpenMeteo(settings.weather_api_url, settings.geocoding_api_url)
    variable, began = "GEOCODING_API_URL", time.perf_counter()
    try:
        found = await Geocoder(service).find(PLACE)
        variable = "WEATHER_API_URL"
        forecast = await Forecasts(service).at(found.location, "celsius")
    except NoSuchPlace:
        return fault(f"the place search does not know {PLACE}; check GEOCODING_API_URL")
    except ServiceError as error:
        kind = "place search" if variable.startswith("GEO") else "forecast"
        told = _TOLD[error.trouble].format(variable=variable, reason=error.reason or "no reason")
        return fault(f"the {kind} {_at(error.host)}{told}")
    finally:
        await service.close()
    took = time.perf_counter() - began
    now = f"{forecast.now.temperature:g} {forecast.degree} in {PLACE}" if forecast.now else PLACE
    return ok(f"{now}; search and forecast came after {took:.2f} s")


def _at(host: str) -> str:
    return f"({host}) " if host else ""
