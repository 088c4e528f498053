"""The weather tool against a local Open-Meteo that answers as the real one does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.errors import AskAgain, ToolFailed
from bot.tools.toolbox import Toolbox, open_toolbox
from tests.servers.weather import Trouble, WeatherServer, troubles

from .helpers import ask, context, output


@pytest.fixture
async def service() -> AsyncIterator[WeatherServer]:
    async with WeatherServer() as server:
        yield server


@pytest.fixture
async def box(service: WeatherServer) -> AsyncIterator[Toolbox]:
    opened = open_toolbox(forecast_url=service.url, geocoding_url=service.url, pause=0)
    yield opened
    await opened.close()


async def test_the_weather_now_and_today_with_place_and_attribution(
    box: Toolbox, service: WeatherServer
) -> None:
    service.pin("Beijing", temperature_2m=21.5, weather_code=0, wind_direction_10m=0)
    result = await output(box, "weather", context(), place="Beijing")
    facts = result.text[:2_000]
    assert facts.startswith("Weather in Beijing, China (local time ")
    assert "Asia/Shanghai" in facts
    assert "Now: clear sky, 21.5 °C (71 °F)" in facts
    assert "from the north" in facts
    assert facts.count("sunrise") == 1
    assert facts.endswith("Weather data by Open-Meteo.com (https://open-meteo.com/)")
    assert result.summary == "Beijing, China: 21.5 °C, clear sky"


async def test_the_card_shows_the_attribution_whatever_the_model_writes(box: Toolbox) -> None:
    (card,) = (await output(box, "weather", context(), place="Beijing", days=2)).cards
    assert card.kind == "weather"
    assert "[Weather data by Open-Meteo.com](https://open-meteo.com/)" in card.text
    assert card.data["place"] == "Beijing, China"
    assert len(card.data["days"]) == 2
    assert card.data["attribution"]["url"] == "https://open-meteo.com/"


@pytest.mark.parametrize(("days", "shown"), [(1, 1), (3, 3), (7, 7), (10, 7), (0, 1), (-4, 1)])
async def test_up_to_seven_days_and_honest_about_more(box: Toolbox, days: int, shown: int) -> None:
    text = await ask(box, "weather", place="Beijing", days=days)
    assert text.count("sunrise") == shown
    assert ("The forecast reaches 7 days." in text) == (days > 7)
    assert len(text) < 2_000


@pytest.mark.parametrize(
    ("place", "unit", "sign"),
    [
        ("Beijing", None, "°C"),
        ("San Francisco", None, "°F"),
        ("San Francisco", "celsius", "°C"),
        ("Beijing", "F", "°F"),
        ("Beijing", "°C", "°C"),
        ("Beijing", "imperial", "°F"),
    ],
)
async def test_the_unit_follows_the_place_unless_somebody_wishes_another(
    box: Toolbox, service: WeatherServer, place: str, unit: str | None, sign: str
) -> None:
    result = await output(box, "weather", context(), place=place, unit=unit)
    assert result.cards[0].data["unit"] == sign
    wanted = "fahrenheit" if sign == "°F" else None
    assert service.forecasts[0].query.get("temperature_unit") == wanted
    assert ("mph" in result.text) == (sign == "°F")


async def test_an_ambiguous_name_takes_the_largest_and_names_the_others(box: Toolbox) -> None:
    text = await ask(box, "weather", place="Springfield")
    assert "Weather in Springfield, Missouri, United States" in text
    assert "Springfield, Illinois, United States" in text
    assert "Springfield, Massachusetts, United States" in text


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("Springfield, IL", "Springfield, Illinois, United States"),
        ("springfield,illinois", "Springfield, Illinois, United States"),
        ("Paris, Texas", "Paris, Texas, United States"),
        ("Paris Texas", "Paris, Texas, United States"),
        ("London, UK", "London, England, United Kingdom"),
        ("London, Ontario", "London, Ontario, Canada"),
        ("Portland, ME, USA", "Portland, Maine, United States"),
        ("NYC", "New York, United States"),
        ("sf", "San Francisco, California, United States"),
        ("sao paulo", "São Paulo, Brazil"),
        ("Zürich", "Zurich, Switzerland"),
    ],
)
async def test_a_region_country_or_nickname_finds_the_place(
    box: Toolbox, asked: str, label: str
) -> None:
    assert f"Weather in {label} (" in await ask(box, "weather", place=asked)


@pytest.mark.parametrize("asked", ["北京", "北京市"])
async def test_chinese_names_are_found_and_answered_in_chinese(box: Toolbox, asked: str) -> None:
    text = await ask(box, "weather", locale="zh-CN", place=asked)
    assert text.startswith("北京, 中国的天气（当地时间 ")
    assert "现在：" in text
    assert "体感" in text
    assert "（今天）：" in text


async def test_the_model_may_say_city_and_the_title_names_it(box: Toolbox) -> None:
    assert "Beijing" in await ask(box, "weather", city="Beijing")
    titles = [
        box.title("weather", '{"city": "Beijing"}', locale) for locale in ("en", "zh-CN", "zh-TW")
    ]
    assert titles == [
        "Checking the weather in Beijing…",
        "正在查询Beijing的天气…",
        "正在查詢Beijing的天氣…",
    ]
    assert box.title("weather", "not json", "en") == "Using weather…"
    assert box.title("weather", '{"place": "here"}', "en") == "Checking the weather…"


async def test_here_is_the_city_of_the_askers_time_zone(box: Toolbox) -> None:
    text = await ask(box, "weather", zone="America/New_York", place="here")
    assert "Weather in New York, United States" in text
    with pytest.raises(AskAgain, match="Name a city"):
        await ask(box, "weather", place="here")


async def test_no_match_asks_for_another_name(box: Toolbox) -> None:
    with pytest.raises(AskAgain, match="No place called “Xyzzy” was found"):
        await ask(box, "weather", place="Xyzzy")
    with pytest.raises(AskAgain, match=r"matches “Springfield, Narnia”.*Springfield, Missouri"):
        await ask(box, "weather", place="Springfield, Narnia")
    with pytest.raises(AskAgain, match="没有找到"):
        await ask(box, "weather", locale="zh", place="某某")


async def test_a_place_and_its_weather_are_asked_for_once(
    box: Toolbox, service: WeatherServer
) -> None:
    for days in (1, 5, 2):
        await ask(box, "weather", place="Beijing", days=days)
    assert [request.path for request in service.requests] == ["search", "forecast"]


async def test_identical_questions_at_once_share_one_request(
    box: Toolbox, service: WeatherServer
) -> None:
    service.latency = 0.02
    answers = await asyncio.gather(*(ask(box, "weather", place="Tokyo") for _ in range(30)))
    assert len(set(answers)) == 1
    assert len(service.requests) == 2


async def test_one_request_is_in_flight_at_a_time(box: Toolbox, service: WeatherServer) -> None:
    """The service has one place for an address, and turns the seventh in its queue away."""
    service.latency = 0.005
    names = ["Beijing", "Shanghai", "Tokyo", "Singapore", "Mumbai", "London", "Paris", "Berlin"]
    await asyncio.gather(*(ask(box, "weather", place=name) for name in names))
    assert service.peak == 1
    assert len(service.requests) == 16


async def test_whoever_stops_waiting_does_not_take_the_answer_from_others(
    box: Toolbox, service: WeatherServer
) -> None:
    service.latency = 0.05
    first = asyncio.ensure_future(ask(box, "weather", place="Tokyo"))
    await service.wait_for(1)
    second = asyncio.ensure_future(ask(box, "weather", place="Tokyo"))
    await asyncio.sleep(0)
    first.cancel()
    assert "Tokyo" in await second
    assert len(service.searches) == 1


async def test_only_documented_parameters_are_sent(box: Toolbox, service: WeatherServer) -> None:
    await ask(box, "weather", place="Springfield, IL", unit="fahrenheit", days=7)
    assert [request.unknown for request in service.requests] == [set(), set()]
    assert service.forecasts[0].query["timezone"] == "America/Chicago"


FAILURES: list[tuple[Trouble, str]] = [
    (troubles.limited("Minutely"), "Ask again in a minute"),
    (troubles.limited("Hourly"), "next hour"),
    (troubles.limited("Daily"), "Ask again tomorrow"),
    (troubles.crowded(), "too many questions at once"),
    (troubles.overloaded(), "overloaded or out of order"),
    (troubles.html(502), "overloaded or out of order"),
    (troubles.html(200), "not the weather service's answer"),
    (troubles.html(302), "not the weather service's answer"),
    (troubles.refuses(400, "Latitude is odd"), r"refused the question \(Latitude is odd\)"),
    (troubles.refuses(404, "Not Found"), r"refused the question \(Not Found\)"),
    (troubles.html(403), r"refused the question \(HTTP 403\)"),
    (troubles.truncated(), "not the weather service's answer"),
    (troubles.not_json(), "not the weather service's answer"),
    (troubles.empty(), "not the weather service's answer"),
    (troubles.wrong_types(), "not the weather service's answer"),
    (troubles.resets(), "cannot be reached"),
]


@pytest.mark.parametrize("path", ["search", "forecast"])
@pytest.mark.parametrize(("trouble", "sentence"), FAILURES)
async def test_every_failure_is_a_sentence_with_a_next_step(
    box: Toolbox, service: WeatherServer, path: str, trouble: Trouble, sentence: str
) -> None:
    service.trouble = trouble.on(path)  # type: ignore[arg-type]
    with pytest.raises(ToolFailed, match=sentence):
        await ask(box, "weather", place="Beijing")
    with pytest.raises(ToolFailed, match=r"[一-鿿]{4}"):
        await ask(box, "weather", locale="zh-TW", place="Beijing")


async def test_a_failure_is_not_remembered(box: Toolbox, service: WeatherServer) -> None:
    service.script = [troubles.limited("Minutely"), troubles.limited("Hourly").on("forecast")]
    for _ in range(2):
        with pytest.raises(ToolFailed):
            await ask(box, "weather", place="Beijing")
    assert "Weather in Beijing" in await ask(box, "weather", place="Beijing")


@pytest.mark.parametrize("trouble", [troubles.crowded(), troubles.overloaded()])
async def test_a_service_that_is_busy_for_an_instant_is_tried_once_more(
    box: Toolbox, service: WeatherServer, trouble: Trouble
) -> None:
    service.script = [trouble, None, trouble]
    assert "Weather in Beijing" in await ask(box, "weather", place="Beijing")
    assert len(service.requests) == 4


async def test_missing_halves_and_missing_values_are_told(
    box: Toolbox, service: WeatherServer
) -> None:
    service.script = [troubles.missing("current", "current_units").on("forecast")]
    text = await ask(box, "weather", place="Beijing")
    assert "The service sent no current values." in text
    assert "sunrise" in text
    service.script = [troubles.missing("daily").on("forecast")]
    text = await ask(box, "weather", place="Tokyo")
    assert "Now: " in text
    assert "The service sent no forecast for the days." in text
    service.script = [troubles.missing("current", "daily").on("forecast")]
    with pytest.raises(ToolFailed, match="not the weather service's answer"):
        await ask(box, "weather", place="Singapore")
    service.script = [troubles.nulls().on("forecast")]
    with pytest.raises(ToolFailed, match="has no values for this place"):
        await ask(box, "weather", place="Mumbai")


async def test_without_units_in_the_answer_those_asked_for_are_shown(
    box: Toolbox, service: WeatherServer
) -> None:
    service.script = [troubles.replaced(current_units={}).on("forecast")]
    assert " °F (" in await ask(box, "weather", place="San Francisco")


async def test_silence_is_given_up(service: WeatherServer, monkeypatch: pytest.MonkeyPatch) -> None:
    import aiohttp

    monkeypatch.setattr("bot.tools.openmeteo._TIMEOUT", aiohttp.ClientTimeout(total=0.05))
    box = open_toolbox(forecast_url=service.url, geocoding_url=service.url, pause=0)
    service.trouble = troubles.hangs()
    with pytest.raises(ToolFailed, match="did not answer in time"):
        await ask(box, "weather", place="Beijing")
    await box.close()


async def test_a_redirect_is_a_login_page_and_not_followed(service: WeatherServer) -> None:
    from aiohttp import web

    async def elsewhere(request: web.Request) -> web.Response:
        raise web.HTTPFound(service.url + str(request.rel_url))

    app = web.Application()
    app.router.add_get("/{path:.*}", elsewhere)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    box = open_toolbox(forecast_url=url, geocoding_url=url, pause=0)
    with pytest.raises(ToolFailed, match="a login page may be in between"):
        await ask(box, "weather", place="Beijing")
    assert service.requests == []
    await box.close()
    await runner.cleanup()


async def test_a_line_that_does_not_move_is_left(
    box: Toolbox, service: WeatherServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.tools.openmeteo._LINE", 0.05)
    service.trouble = troubles.hangs()
    first = asyncio.ensure_future(ask(box, "weather", place="Beijing"))
    await service.wait_for(1)
    with pytest.raises(ToolFailed, match="too many questions at once"):
        await ask(box, "weather", place="Tokyo")
    first.cancel()
    assert len(service.requests) == 1


async def test_a_flood_of_bytes_is_not_read_to_its_end(
    box: Toolbox, service: WeatherServer
) -> None:
    service.trouble = Trouble(200, b"{" + b" " * 3_000_000 + b"}")
    with pytest.raises(ToolFailed, match="not the weather service's answer"):
        await ask(box, "weather", place="Beijing")


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "cannot be reached.*Check its network"), ("zh-CN", "无法连接"), ("zh-TW", "無法連線")],
)
async def test_without_a_network_it_says_why_and_what_to_do(locale: str, words: str) -> None:
    box = open_toolbox(forecast_url="http://127.0.0.1:9", geocoding_url="http://127.0.0.1:9")
    with pytest.raises(ToolFailed, match=words):
        await ask(box, "weather", locale=locale, place="Berlin")
    await box.close()


async def test_names_from_the_service_cannot_mark_the_card_up(
    box: Toolbox, service: WeatherServer
) -> None:
    place = {"name": "[x](http://e.vil) <b>", "latitude": 1, "longitude": 2}
    service.script = [troubles.replaced(results=[place, "junk", {"name": "no place"}])]
    (card,) = (await output(box, "weather", context(), place="Beijing")).cards
    assert "\\[x\\](http" in card.text
    assert "<b>" not in card.text.replace("\\<b\\>", "")
