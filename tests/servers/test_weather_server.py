"""The local Open-Meteo: true shapes, the service's own refusals, and its troubles on request."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.bounds import PATIENCE
from tests.servers.weather import Trouble, WeatherServer, troubles

NOON = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)
BEIJING = {"latitude": "39.9075", "longitude": "116.39723"}


@pytest.fixture
async def server() -> AsyncIterator[WeatherServer]:
    async with WeatherServer(clock=lambda: NOON) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield session


class Asking:
    """Asks one server; `status` and `raw` are those of the last answer."""

    def __init__(self, http: aiohttp.ClientSession, server: WeatherServer) -> None:
        self._http, self._server = http, server
        self.status, self.raw = 0, b""

    async def get(self, path: str, **query: str) -> Any:
        url = f"{self._server.url}/v1/{path}"
        async with self._http.get(url, params=query) as answer:
            self.status, self.raw = answer.status, await answer.read()
            return json.loads(self.raw)

    async def search(self, name: str, **more: str) -> list[dict[str, Any]]:
        return (await self.get("search", name=name, **more)).get("results", [])

    async def forecast(self, **query: str) -> Any:
        return await self.get("forecast", **{**BEIJING, **query})


@pytest.fixture
def ask(http: aiohttp.ClientSession, server: WeatherServer) -> Asking:
    return Asking(http, server)


# ---- places


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Beijing", ["Beijing"]),
        ("北京", ["Beijing"]),
        ("peking", ["Beijing"]),
        ("Springfield", ["Missouri", "Massachusetts", "Illinois"]),
        ("Springfield, Illinois", ["Illinois"]),
        ("Springfield, IL", ["Illinois"]),
        ("Portland", ["Oregon", "Maine"]),
        ("Paris", ["Île-de-France", "Texas"]),
        ("Paris, France, Europe", ["Île-de-France"]),
        ("London, CA", []),  # California comes before Canada
        ("London, Canada", ["Ontario"]),
        ("Berlin, DE", []),  # Delaware comes before Germany
        ("Berlin, Nowhere", []),
        ("sao paulo", ["São Paulo"]),
        ("NY", ["New York"]),
        ("10001", ["New York"]),
        ("Be", []),  # two characters match whole names only
        ("京", []),
        ("", []),
        ("Pariss", []),
    ],
)
async def test_places_are_found_as_the_service_finds_them(ask: Asking, name, found) -> None:
    assert [place.get("admin1") for place in await ask.search(name)] == found


async def test_no_match_is_an_answer_without_results(ask: Asking) -> None:
    answer = await ask.get("search", name="Nowheresville")
    assert ask.status == 200
    assert set(answer) == {"generationtime_ms"}


async def test_empty_fields_are_missing_from_a_place(ask: Asking) -> None:
    (berlin, *_) = await ask.search("Berlin")
    assert {"population", "elevation", "admin1", "postcodes", "timezone"} <= set(berlin)
    (tiny,) = await ask.search("Longyearbyen")
    assert not {"population", "elevation", "admin1", "postcodes"} & set(tiny)
    assert tiny["timezone"] == "Arctic/Longyearbyen"


async def test_names_come_in_the_wanted_language_and_count_limits_them(ask: Asking) -> None:
    (place,) = await ask.search("Beijing", language="zh", count="1")
    assert (place["name"], place["country"]) == ("北京", "中国")
    assert len(await ask.search("Springfield", count="2")) == 2
    assert [p["country_code"] for p in await ask.search("London", countryCode="CA")] == ["CA"]


# ---- forecasts


async def test_a_forecast_has_the_services_shape(ask: Asking) -> None:
    answer = await ask.forecast(
        current="temperature_2m,weather_code",
        hourly="precipitation_probability",
        daily="temperature_2m_max,sunrise",
        timezone="auto",
        forecast_days="3",
    )
    assert list(answer) == [
        "latitude",
        "longitude",
        "generationtime_ms",
        "utc_offset_seconds",
        "timezone",
        "timezone_abbreviation",
        "elevation",
        "current_units",
        "current",
        "hourly_units",
        "hourly",
        "daily_units",
        "daily",
    ]
    assert (answer["utc_offset_seconds"], answer["timezone"]) == (28800, "Asia/Shanghai")
    assert answer["timezone_abbreviation"] == "GMT+8"
    assert answer["current"]["time"] == "2026-11-20T20:00"
    assert answer["current"]["interval"] == 900
    assert answer["current_units"]["temperature_2m"] == "°C"
    assert answer["daily"]["time"] == ["2026-11-20", "2026-11-21", "2026-11-22"]
    assert answer["daily"]["sunrise"][0].startswith("2026-11-20T0")
    assert len(answer["hourly"]["time"]) == len(answer["hourly"]["precipitation_probability"]) == 72


async def test_times_are_gmt_unless_a_zone_is_asked_for(ask: Asking) -> None:
    answer = await ask.forecast(current="is_day")
    assert (answer["timezone"], answer["current"]["time"]) == ("GMT", "2026-11-20T12:00")
    kathmandu = {"latitude": "27.7", "longitude": "85.3", "timezone": "Asia/Kathmandu"}
    answer = await ask.get("forecast", current="is_day", **kathmandu)
    assert answer["timezone_abbreviation"] == "GMT+5:45"


async def test_the_same_place_and_time_always_have_the_same_weather(ask: Asking) -> None:
    query = {"current": "temperature_2m,weather_code,wind_speed_10m", "daily": "weather_code"}
    first, second = await ask.forecast(**query), await ask.forecast(**query)
    assert first == second
    sydney = {"latitude": "-33.87", "longitude": "151.21"}
    assert (await ask.forecast(**query, **sydney))["current"] != first["current"]


async def test_units_change_values_and_labels(server: WeatherServer, ask: Asking) -> None:
    server.pin("Beijing", temperature_2m=20.0, wind_speed_10m=36.0, precipitation=25.4)
    answer = await ask.forecast(
        current="temperature_2m,wind_speed_10m,precipitation",
        temperature_unit="fahrenheit",
        wind_speed_unit="ms",
        precipitation_unit="inch",
    )
    labels, values = answer["current_units"], answer["current"]
    assert (values["temperature_2m"], labels["temperature_2m"]) == (68.0, "°F")
    assert (values["wind_speed_10m"], labels["wind_speed_10m"]) == (10.0, "m/s")
    assert (values["precipitation"], labels["precipitation"]) == (1.0, "inch")


async def test_several_places_are_answered_with_a_list(ask: Asking) -> None:
    answer = await ask.forecast(latitude="39.9,35.7", longitude="116.4,139.7", timezone="auto")
    assert [place["timezone"] for place in answer] == ["Asia/Shanghai", "Asia/Tokyo"]
    assert answer[1]["location_id"] == 1


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"latitude": "91"}, "Latitude must be in range of -90 to 90°. Given: 91.0."),
        ({"longitude": "-181"}, "Longitude must be in range of -180 to 180°. Given: -181.0."),
        ({"longitude": ""}, "must have the same number of elements"),
        ({"latitude": "north"}, "Data corrupted at path 'latitude'"),
        ({"current": "temperature"}, "from invalid String value temperature."),
        ({"daily": "temperature_2m"}, "Cannot initialize ForecastVariableDaily"),
        ({"forecast_days": "17"}, "Allowed range 0 to 16. Given 17."),
        ({"forecast_days": "-1"}, "Allowed range 0 to 16. Given -1."),
        ({"forecast_days": "many"}, "Data corrupted at path 'forecast_days'"),
        ({"timezone": "Mars/Olympus"}, "Invalid timezone"),
        ({"temperature_unit": "kelvin"}, "Cannot initialize TemperatureUnit"),
        ({"start_date": "2026-11-20"}, "Both 'start_date' and 'end_date' must be set"),
    ],
)
async def test_a_wrong_forecast_request_is_refused_with_the_services_reason(
    ask: Asking, query, reason
) -> None:
    answer = await ask.forecast(**query)
    assert ask.status == 400
    assert answer["error"] is True
    assert reason in answer["reason"]


async def test_a_wrong_search_is_refused(ask: Asking) -> None:
    assert "between 1 and 100" in (await ask.get("search", name="Paris", count="0"))["reason"]
    assert "key 'name'" in (await ask.get("search", q="Paris"))["reason"]
    assert ask.status == 400


async def test_parameters_that_the_service_would_ignore_are_recorded(server, ask) -> None:
    await ask.forecast(temperature="celsius")
    assert server.forecasts[0].unknown == {"temperature"}


# ---- crowds and troubles


async def test_one_is_answered_five_wait_and_the_seventh_is_refused(server, http) -> None:
    server.latency = 0.02
    asking = [Asking(http, server) for _ in range(7)]
    answers = await asyncio.gather(*(each.forecast(current="is_day") for each in asking))
    assert sorted(each.status for each in asking) == [200] * 6 + [429]
    refused = [answer for answer in answers if answer.get("error")]
    assert refused == [{"error": True, "reason": "Too many concurrent requests"}]
    assert server.peak == 7


@pytest.mark.parametrize(
    ("trouble", "status", "reason"),
    [
        (troubles.limited("Minutely"), 429, "Minutely API request limit exceeded."),
        (troubles.limited("Daily"), 429, "Please try again tomorrow."),
        (troubles.crowded(), 429, "Too many concurrent requests"),
        (troubles.overloaded(), 503, "The service is overloaded"),
    ],
)
async def test_a_limit_has_its_reason_and_lasts_one_request(
    server, ask, trouble: Trouble, status, reason
) -> None:
    server.script = [trouble]
    assert reason in (await ask.forecast())["reason"]
    assert ask.status == status
    await ask.forecast()
    assert ask.status == 200


@pytest.mark.parametrize(
    "trouble", [troubles.html(), troubles.truncated(), troubles.not_json(), troubles.empty()]
)
async def test_what_is_no_json_does_not_parse(server, ask, trouble: Trouble) -> None:
    server.script = [trouble]
    with pytest.raises(json.JSONDecodeError):
        await ask.forecast(current="is_day")


async def test_a_trouble_can_be_for_one_endpoint_and_can_last(server, ask) -> None:
    server.script = [troubles.overloaded().on("forecast")]
    assert await ask.search("Beijing")
    assert (await ask.forecast())["error"]
    server.trouble = troubles.overloaded().on("search")
    for _ in range(2):
        assert (await ask.get("search", name="Beijing"))["error"]
    assert "error" not in await ask.forecast()


async def test_answers_can_lose_keys_values_and_types(server, ask) -> None:
    server.script = [troubles.missing("current"), troubles.nulls(), troubles.wrong_types()]
    query = {"current": "temperature_2m", "daily": "weather_code"}
    assert "current" not in await ask.forecast(**query)
    empty = await ask.forecast(**query)
    assert empty["current"]["temperature_2m"] is None
    assert empty["daily"]["weather_code"] == [None] * 7
    wrong = await ask.forecast(**query)
    assert isinstance(wrong["current"]["temperature_2m"], str)
    assert isinstance(wrong["daily"]["weather_code"], str)


async def test_connections_break_and_hang_on_request(server, ask) -> None:
    server.trouble = troubles.resets()
    with pytest.raises(aiohttp.ClientError):
        await ask.forecast()
    server.trouble = None
    server.script = [troubles.hangs()]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ask.forecast(), 0.05)
    await server.wait_for(lambda seen: seen.requests[-1].cancelled)
    assert (await ask.forecast())["timezone"] == "GMT"


async def test_it_runs_alone_and_prints_the_environment_that_points_to_it(http) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.servers.weather"),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    env = json.loads(await asyncio.wait_for(process.stdout.readline(), PATIENCE))
    async with http.get(f"{env['GEOCODING_API_URL']}/v1/search?name=Tokyo") as answer:
        assert (await answer.json())["results"][0]["timezone"] == "Asia/Tokyo"
    assert env["WEATHER_API_URL"] == env["GEOCODING_API_URL"]
    process.terminate()
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
