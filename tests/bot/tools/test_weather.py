"""The weather tool against a local Open-Meteo that answers as the real one does."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.errors import AskAgain, ToolFailed
from bot.replies import Card
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


def place_on(card: Card) -> str:
    return card.text.split("**")[1]


def unit_on(card: Card) -> str:
    return re.findall("°[CF]", card.text)[0]


def days_on(card: Card) -> int:
    return card.text.count("\n- ")


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
    assert "[Weather data by Open-Meteo.com](https://open-meteo.com/)" in card.text
    assert place_on(card) == "Beijing, China"
    assert days_on(card) == 2


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
    assert unit_on(result.cards[0]) == sign
    wanted = "fahrenheit" if sign == "°F" else None
    assert service.forecasts[0].query.get("temperature_unit") == wanted
    assert ("mph" in result.text) == (sign == "°F")


@pytest.mark.parametrize(
    ("chosen", "unit", "sign"),
    [("fahrenheit", None, "°F"), ("celsius", "F", "°F"), ("", None, "°C"), ("kelvin", None, "°C")],
)
async def test_what_the_asker_chose_for_good_wins_over_the_places_own_unit(
    box: Toolbox, chosen: str, unit: str | None, sign: str
) -> None:
    plain = context()
    asked = replace(plain, author=replace(plain.author, units=chosen))
    result = await output(box, "weather", asked, place="Beijing", unit=unit)
    assert unit_on(result.cards[0]) == sign


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


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ({"location": "Beijing"}, "Beijing, China"),
        ({"arguments": {"city": "Beijing"}}, "Beijing, China"),
        ({"city": "London", "country": "Canada"}, "London, Ontario, Canada"),
        ({"city": "Springfield", "state": "IL"}, "Springfield, Illinois, United States"),
        ({"city": "Paris", "region": "Texas", "country": "US"}, "Paris, Texas, United States"),
        ({"place": "Paris, Texas", "country": "USA"}, "Paris, Texas, United States"),
    ],
)
async def test_one_place_in_several_arguments_is_that_place(
    box: Toolbox, given: dict[str, object], label: str
) -> None:
    text = await ask(box, "weather", **given)
    assert text.startswith(f"Weather in {label} (")
    assert "ignored" not in text


@pytest.mark.parametrize(
    "given",
    [
        {"place": ["Beijing", "Shanghai", "Tokyo"]},
        {"place": '["Beijing", "Shanghai", "Tokyo"]'},
        {"places": ["Beijing", "Shanghai", "Tokyo"]},
        {"cities": "Beijing, Shanghai and Tokyo"},
        {"place": "Beijing; Shanghai; Tokyo"},
        {"place": "Beijing\nShanghai\nTokyo"},
        {"place": "Beijing, Shanghai and Tokyo"},
        {"place": "Beijing, Shanghai, and Tokyo"},
        {"place": "Beijing, Shanghai, Tokyo"},
        {"place": "Beijing & Shanghai & Tokyo"},
        {"place": "Beijing, China; Shanghai, China; Tokyo, Japan"},
        {"place": "Beijing, China, Shanghai, China, and Tokyo, Japan"},
        {"place": "北京、上海和东京"},
        {"place": "北京，上海，东京"},
        {"place": "北京和上海以及东京"},
    ],
)
async def test_several_places_in_one_call_are_all_reported(
    box: Toolbox, given: dict[str, object]
) -> None:
    result = await output(box, "weather", context(), **given)
    assert [place_on(card).split(",")[0] for card in result.cards] in (
        ["Beijing", "Shanghai", "Tokyo"],
        ["北京", "上海", "东京"],
    )
    assert result.text.count("Weather in ") == 3
    assert result.text.count("Weather data by") == 1
    assert result.text.endswith("(https://open-meteo.com/)")
    assert result.summary.count("°C") == 3


@pytest.mark.parametrize(
    "place",
    [
        "Paris, Texas", "London, Ontario, Canada", "Springfield, Illinois, USA",
        "Portland, Maine, United States", "Longyearbyen, Svalbard and Jan Mayen",
    ],
)  # fmt: skip
async def test_a_place_with_commas_or_and_in_its_name_stays_one(box: Toolbox, place: str) -> None:
    assert len((await output(box, "weather", context(), place=place)).cards) == 1


@pytest.mark.parametrize("name", ["Trinidad and Tobago", "Bosnia and Herzegovina"])
async def test_a_country_with_and_in_its_name_stays_one(
    box: Toolbox, service: WeatherServer, name: str
) -> None:
    found = {"name": name, "country": name, "latitude": 1, "longitude": 2}
    service.script = [troubles.replaced(results=[found])]
    assert f"Weather in {name}" in await ask(box, "weather", place=name)
    assert [request.query["name"] for request in service.searches] == [name]


@pytest.mark.parametrize(
    ("place", "labels"),
    [
        ("Paris, Texas and Tokyo", ["Paris, Texas, United States", "Tokyo, Japan"]),
        ("Tokyo and London, Ontario", ["Tokyo, Japan", "London, Ontario, Canada"]),
        ("Paris, France and NYC", ["Paris, Île-de-France, France", "New York, United States"]),
        ("Tokyo; Tokyo, Japan; Tokyo", ["Tokyo, Japan"]),
    ],
)
async def test_a_region_stays_with_its_town_in_a_list(
    box: Toolbox, place: str, labels: list[str]
) -> None:
    cards = (await output(box, "weather", context(), place=place)).cards
    assert [place_on(card) for card in cards] == labels


@pytest.mark.parametrize(
    "place",
    ["Springfield, Narnia", "Tokyo, Berlin", "Tokyo, Xyzzy and Berlin", "Xyzzy, Tokyo, Japan"],
)
async def test_what_is_not_surely_a_list_is_asked_for_again(box: Toolbox, place: str) -> None:
    with pytest.raises(AskAgain, match=f"“{place}”"):
        await ask(box, "weather", place=place)


async def test_one_unknown_place_does_not_hide_the_others(box: Toolbox) -> None:
    text = await ask(box, "weather", place=["Tokyo", "Xyzzy", "here"])
    assert text.count("Weather in ") == 1
    assert "No place called “Xyzzy” was found" in text
    assert "It is not known where the asker is" in text
    with pytest.raises(AskAgain, match=r"(?s)“Xyzzy”.*“Plugh”"):
        await ask(box, "weather", place=["Xyzzy", "Plugh"])


async def test_a_service_that_fails_between_two_places_keeps_what_there_is(
    box: Toolbox, service: WeatherServer
) -> None:
    service.script = [None, None, troubles.limited("Hourly")]
    text = await ask(box, "weather", place="Tokyo; Berlin; Paris; London")
    assert text.count("Weather in ") == 1
    assert "no more questions this hour" in text
    assert "Not looked up: Paris; London." in text
    assert len(service.requests) == 3


async def test_a_place_without_values_does_not_hide_those_that_have_some(
    box: Toolbox, service: WeatherServer
) -> None:
    service.script = [None, troubles.nulls().on("forecast")]
    text = await ask(box, "weather", place="Tokyo; Berlin")
    assert "Weather in Berlin" in text
    assert "has no values for this place" in text


async def test_more_places_than_cards_are_left_for_another_call(box: Toolbox) -> None:
    names = ["Beijing", "Shanghai", "Tokyo", "Mumbai", "London", "Paris", "Berlin", "Sydney"]
    result = await output(box, "weather", context(), place=[*names, "Zurich", "Singapore"])
    assert len(result.cards) == 8
    assert "Not looked up: Zurich; Singapore." in result.text


@pytest.mark.parametrize(
    ("given", "unit", "days"),
    [
        ({"units": "celsius"}, "°C", 1),
        ({"temperature_unit": "°F"}, "°F", 1),
        ({"units": "Imperial", "forecast_days": "3"}, "°F", 3),
        ({"unit": "degrees Fahrenheit", "days": "three days"}, "°F", 3),
        ({"unit": "auto", "days": "tomorrow"}, "°C", 2),
        ({"date": "2026-11-21"}, "°C", 7),
        ({"day": "Saturday", "unit": None}, "°C", 7),
        ({"days": [2], "unit": ["metric"]}, "°C", 2),
    ],
)
async def test_what_models_write_for_unit_and_days(
    box: Toolbox, given: dict[str, object], unit: str, days: int
) -> None:
    result = await output(box, "weather", context(), place="Beijing", **given)
    assert unit_on(result.cards[0]) == unit
    assert days_on(result.cards[0]) == days
    assert "ignored" not in result.text


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"language": "en"}, "argument 'language'; it was"),
        ({"units": "kelvin"}, "argument 'units'; it was"),
        ({"timezone": "auto", "hourly": True}, "arguments 'timezone', 'hourly'; they were"),
        ({"days": 2, "date": "2026-11-21"}, "argument 'date'; it was"),
    ],
)
async def test_what_the_weather_cannot_heed_is_said(
    box: Toolbox, given: dict[str, object], names: str
) -> None:
    text = await ask(box, "weather", place="Beijing", **given)
    assert text.startswith("Weather in Beijing")
    assert text.endswith(f"(weather has no {names} ignored.)")


async def test_a_unit_that_there_is_not_is_still_refused(box: Toolbox) -> None:
    with pytest.raises(AskAgain, match=r"'unit'.*'celsius' or 'fahrenheit'"):
        await ask(box, "weather", place="Beijing", unit="kelvin")


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
