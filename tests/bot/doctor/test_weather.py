"""The weather: a search and a forecast, and what to do when they fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.settings import Settings
from tests.bot.doctor.one import one
from tests.servers.weather import WeatherServer, troubles


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (troubles.refuses(400, "bad"), ["place search", "refused", "bad", "GEOCODING_API_URL"]),
        (troubles.refuses(400, "bad").on("forecast"), ["forecast", "WEATHER_API_URL"]),
        (troubles.limited("Daily"), ["today"]),
        (troubles.html(200), ["no answer of Open-Meteo", "GEOCODING_API_URL"]),
        (troubles.nulls().on("forecast"), ["without any value"]),
        (troubles.overloaded(), ["overloaded"]),
    ],
)
async def test_trouble_with_the_weather_is_told_with_what_to_do(
    settings: Callable[..., Settings],
    weather: WeatherServer,
    trouble: troubles.Trouble,
    words: list[str],
) -> None:
    weather.trouble = trouble
    finding = await one("weather", settings())
    assert finding.state == "fault"
    for word in words:
        assert word in finding.text


async def test_weather_that_cannot_be_reached_names_host_and_variable(
    settings: Callable[..., Settings],
) -> None:
    finding = await one("weather", settings(WEATHER_API_URL="http://127.0.0.1:1"))
    assert finding.state == "fault"
    assert "127.0.0.1:1" in finding.text
    assert "WEATHER_API_URL" in finding.text
