"""The time tool: any place or zone, conversions across midnight and clock changes, offline."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.errors import AskAgain
from bot.tools.toolbox import Toolbox, open_toolbox
from tests.bounds import FOREVER, PATIENCE
from tests.servers.weather import WeatherServer

from .helpers import NOW, ask, context, output

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
async def box() -> AsyncIterator[Toolbox]:
    """A toolbox without any network."""
    opened = open_toolbox(forecast_url=NOWHERE, geocoding_url=NOWHERE, pause=0)
    yield opened
    await opened.close()


async def test_the_time_at_a_place_with_date_zone_and_offset(box: Toolbox) -> None:
    result = await output(box, "time", context(), place="Beijing")
    assert result.text == (
        "Beijing, China: Friday, 20 November 2026, 19:31 (CST, UTC+08:00, Asia/Shanghai)"
    )
    assert result.summary == "Beijing, China 19:31"


@pytest.mark.parametrize(
    ("asked", "label", "clock"),
    [
        ("NYC", "New York City, New York, United States", "06:31 (EST, UTC-05:00"),
        ("LA", "Los Angeles, California, United States", "03:31 (PST, UTC-08:00"),
        ("Kathmandu", "Kathmandu, Nepal", "17:16 (UTC+05:45"),
        ("São Paulo", "São Paulo, Brazil", "08:31 (UTC-03:00"),
        ("london uk", "London, England, United Kingdom", "11:31 (GMT, UTC"),
        ("Portland, Maine", "Portland, Maine, United States", "06:31"),
        ("Portland ME", "Portland, Maine, United States", "06:31"),
        ("Springfield, IL", "Springfield, Illinois, United States", "05:31"),
        ("Germany", "Germany", "12:31 (CET, UTC+01:00"),
        ("California", "California, United States", "03:31"),
        ("America/Argentina/Ushuaia", "America/Argentina/Ushuaia", "08:31"),
        ("america/new york", "America/New_York", "06:31"),
        ("Ushuaia", "Ushuaia", "08:31"),
        ("UTC", "UTC", "11:31 (UTC)"),
        ("utc+5:30", "UTC+05:30", "17:01 (UTC+05:30)"),
        ("GMT-3", "UTC-03:00", "08:31"),
        ("+0545", "UTC+05:45", "17:16"),
        ("UTC\u22124", "UTC-04:00", "07:31"),
        ("Tokyo time", "Tokyo, Japan", "20:31"),
        ("EST", "Eastern Time (North America)", "06:31 (EST"),
        ("PT", "Pacific Time (North America)", "03:31 (PST"),
        ("CET", "Central European Time", "12:31 (CET"),
        ("Eastern Time", "Eastern Time (North America)", "06:31"),
    ],
)
async def test_cities_countries_zones_abbreviations_and_offsets(
    box: Toolbox, asked: str, label: str, clock: str
) -> None:
    first = (await ask(box, "time", place=asked)).split("\n")[0]
    assert first.startswith(f"{label}: Friday, 20 November 2026, {clock}")


@pytest.mark.parametrize(
    ("asked", "clock"),
    [
        ("北京", "19:31"), ("北京时间", "19:31"), ("东京", "20:31"), ("東京", "20:31"),
        ("纽约", "06:31"), ("紐約", "06:31"), ("伦敦", "11:31"), ("悉尼", "22:31"),
        ("雪梨", "22:31"), ("美国", "06:31"), ("英國", "11:31"), ("加州", "03:31"),
        ("广东深圳", "19:31"), ("台北市", "19:31"), ("乌鲁木齐", "17:31"),
        ("美东时间", "06:31"), ("首都", "19:31"),
    ],
)  # fmt: skip
async def test_chinese_names(box: Toolbox, asked: str, clock: str) -> None:
    first = (await ask(box, "time", locale="zh-CN", place=asked)).split("\n")[0]
    assert f"2026年11月20日 星期五 {clock}" in first


async def test_an_ambiguous_abbreviation_says_which_was_taken(box: Toolbox) -> None:
    text = await ask(box, "time", place="IST")
    assert text.startswith("India Standard Time: ")
    assert "it can also mean: Israel Time, Irish Time" in text


async def test_the_askers_own_zone_decides_between_two_meanings(box: Toolbox) -> None:
    assert (await ask(box, "time", place="CST")).startswith("Central Time")
    assert (await ask(box, "time", zone="Asia/Shanghai", place="CST")).startswith("China Standard")


async def test_an_abbreviation_in_summer_means_the_time_as_it_then_is(box: Toolbox) -> None:
    july = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
    text = (await output(box, "time", context(now=july), place="EST")).text
    assert "08:00 (EDT, UTC-04:00" in text


async def test_an_ambiguous_city_is_the_largest_and_the_others_are_named(box: Toolbox) -> None:
    text = await ask(box, "time", place="Portland")
    assert text.startswith("Portland, Oregon, United States: ")
    assert "it can also mean: Portland, Maine, United States" in text


async def test_a_country_with_several_zones_says_so(box: Toolbox) -> None:
    text = await ask(box, "time", place="Australia")
    assert "Australia has several time zones; this is Australia/Sydney" in text
    assert "Australia/Perth" in text
    for one_time in ("Germany", "Argentina", "India"):
        assert "several" not in await ask(box, "time", place=one_time)


async def test_several_places_at_once_and_how_far_they_are_from_the_asker(box: Toolbox) -> None:
    text = await ask(box, "time", zone="Europe/Berlin", places=["Tokyo", "New York", "here"])
    lines = text.split("\n")
    assert "Tokyo, Japan" in lines[0]
    assert "8 h ahead of the asker" in lines[0]
    assert "6 h behind the asker" in lines[1]
    assert lines[2].startswith("The asker (Europe/Berlin): Friday, 20 November 2026, 12:31 (CET")


async def test_one_unknown_place_does_not_hide_the_others(box: Toolbox) -> None:
    text = await ask(box, "time", places=["Tokyo", "Xyzzy"])
    assert "Tokyo, Japan" in text
    assert "No place or time zone called “Xyzzy” is known" in text
    with pytest.raises(AskAgain, match="Xyzzy"):
        await ask(box, "time", places=["Xyzzy"])


@pytest.mark.parametrize(
    "given",
    [
        {"place": "Tokyo, Berlin and New York"},
        {"place": "Tokyo, Berlin, and New York"},
        {"place": "Tokyo, Berlin, New York"},
        {"place": "Tokyo, Japan; Berlin, Germany; New York, USA"},
        {"place": "Tokyo, Japan, Berlin, Germany and New York, USA"},
        {"place": "东京、柏林和纽约"},
        {"place": ["Tokyo", "Berlin", "New York"]},
        {"place": "Tokyo", "places": ["Berlin", "New York"]},
        {"places": "Tokyo, Berlin & New York"},
        {"cities": ["Tokyo", "Berlin", "New York"]},
        {"city": ["Tokyo", "Berlin", "New York"]},
        {"locations": "Tokyo; Berlin; New York"},
        {"timezones": ["Asia/Tokyo", "Europe/Berlin", "America/New_York"]},
        {"timezone": "Asia/Tokyo\nEurope/Berlin\nAmerica/New_York"},
    ],
)
async def test_several_places_however_they_are_written(
    box: Toolbox, given: dict[str, object]
) -> None:
    """Offline: the tables are enough to see that it is a list."""
    text = await ask(box, "time", **given)
    assert [line.rsplit("(", 1)[1].split(",")[0] for line in text.split("\n")] == [
        "JST",
        "CET",
        "EST",
    ]


@pytest.mark.parametrize(
    ("given", "clock"),
    [
        ({"location": "Tokyo"}, "20:31 (JST"),
        ({"zone": "Europe/Berlin"}, "12:31 (CET"),
        ({"city": "Portland", "state": "Maine"}, "06:31 (EST"),
        ({"city": "Birmingham", "country": "United States"}, "05:31 (CST"),
        ({"country": "Japan"}, "20:31 (JST"),
        ({"place": "Tokyo", "at": "now"}, "20:31 (JST"),
        ({"place": "Tokyo", "time": "now", "date": "2026-11-20"}, "20:31 (JST"),
        ({"parameters": {"place": "Tokyo"}}, "20:31 (JST"),
        ({"place": "Trinidad and Tobago"}, "07:31 ("),
        ({"place": "Bosnia and Herzegovina"}, "12:31 (CET"),
        ({"place": "Washington, DC"}, "06:31 (EST"),
        ({"place": "Springfield, Illinois, USA"}, "05:31 (CST"),
    ],
)
async def test_one_place_however_it_is_given(
    box: Toolbox, given: dict[str, object], clock: str
) -> None:
    lines = (await ask(box, "time", **given)).split("\n")
    assert clock in lines[0]
    assert sum("2026, " in line for line in lines) == 1
    assert "ignored" not in lines[-1]


async def test_a_conversion_under_other_names(box: Toolbox) -> None:
    given = {"time": "02:30", "date": "2026-03-29", "from": "Tokyo", "to": "Berlin and London"}
    text = await ask(box, "time", **given)
    assert text.startswith("02:30 in Tokyo, Japan on Sunday, 29 March 2026")
    assert "Berlin, Germany: Saturday, 28 March 2026, 18:30" in text
    assert "London, England" in text


async def test_what_the_clock_cannot_heed_is_said(box: Toolbox) -> None:
    text = await ask(box, "time", place="Tokyo", timezone="Asia/Tokyo", format="24h")
    assert text.startswith("Tokyo, Japan: ")
    assert text.endswith("(time has no arguments 'timezone', 'format'; they were ignored.)")


async def test_a_list_with_a_town_that_only_the_network_knows() -> None:
    async with WeatherServer() as service:
        box = open_toolbox(forecast_url=service.url, geocoding_url=service.url, pause=0)
        given = {"place": "Tokyo, Berlin, New Hampshire and Paris, Texas"}
        lines = (await ask(box, "time", **given)).split("\n")
        await box.close()
    labels = ["Tokyo, Japan", "Berlin, New Hampshire, United States", "Paris, Texas, United States"]
    assert [line.split(":")[0] for line in lines] == labels


async def test_a_region_stays_with_its_town_in_a_list_offline(box: Toolbox) -> None:
    text = await ask(box, "time", place="Tokyo, Berlin and Paris, Texas")
    lines = text.split("\n")
    assert lines[2].startswith("Paris, Texas, United States: Friday, 20 November 2026, 05:31 (CST")
    assert "“Paris” itself is not in the offline table" in text


@pytest.mark.parametrize("place", ["Tokyo, Berlin", "Tokyo, Xyzzy and Berlin", "Oslo and Xyzzy"])
async def test_what_is_not_surely_a_list_is_asked_for_again(box: Toolbox, place: str) -> None:
    with pytest.raises(AskAgain, match=f"“{place}”"):
        await ask(box, "time", place=place)


async def test_here_is_the_askers_zone_or_honestly_unknown(box: Toolbox) -> None:
    assert "20:31 (JST" in await ask(box, "time", zone="Asia/Tokyo", place="here")
    for unknown in ("", "Not/AZone"):
        text = await ask(box, "time", zone=unknown)
        assert text.startswith("UTC: Friday, 20 November 2026, 11:31 (UTC)")
        assert "set the time zone in the profile" in text
        assert str(int(NOW.timestamp())) in text


@pytest.mark.parametrize(
    ("given", "first", "second"),
    [
        (
            {"at": "3 pm", "from_place": "Tokyo", "place": "Berlin"},
            "15:00 in Tokyo, Japan on Friday, 20 November 2026 (JST",
            "Berlin, Germany: Friday, 20 November 2026, 07:00 (the same day, CET",
        ),
        (
            {"at": "3 pm Tokyo", "place": "Honolulu"},
            "15:00 in Tokyo",
            "Thursday, 19 November 2026, 20:00 (the day before, HST",
        ),
        (
            {"at": "22:00", "from_place": "San Francisco", "place": "Sydney"},
            "22:00 in San Francisco, California, United States on Friday, 20 November 2026",
            "Saturday, 21 November 2026, 17:00 (the next day, AEDT",
        ),
        (
            {"at": "2026-07-01 12:00", "from_place": "London", "place": "New York"},
            "12:00 in London, England, United Kingdom on Wednesday, 1 July 2026 (BST, UTC+01:00",
            "07:00 (the same day, EDT",
        ),
        (
            {"at": "23:30", "from_place": "UTC+14", "place": "UTC-12"},
            "23:30 in UTC+14:00",
            "21:30 (the day before",
        ),
        (
            {"at": "00:30", "from_place": "UTC+14", "place": "UTC-12"},
            "00:30 in UTC+14:00",
            "22:30 (two days before",
        ),
        (
            {"at": "2026-11-20T15:00:00Z", "place": "Tokyo"},
            "15:00 in UTC",
            "Saturday, 21 November 2026, 00:00 (the next day, JST",
        ),
    ],
)
async def test_a_time_is_read_on_other_clocks(
    box: Toolbox, given: dict[str, str], first: str, second: str
) -> None:
    lines = (await ask(box, "time", **given)).split("\n")
    assert lines[0].startswith(first)
    assert second in lines[1]


async def test_the_day_of_a_conversion_is_the_source_places_own(box: Toolbox) -> None:
    """At 23:00 UTC it is tomorrow in Tokyo already: "9 am in Tokyo" is tomorrow's."""
    late = dt.datetime(2026, 11, 20, 23, tzinfo=dt.UTC)
    given = {"at": "9:00", "from_place": "Tokyo", "place": "UTC"}
    text = (await output(box, "time", context(now=late), **given)).text
    assert text.startswith("09:00 in Tokyo, Japan on Saturday, 21 November 2026")


async def test_a_time_without_a_place_is_the_askers(box: Toolbox) -> None:
    text = await ask(box, "time", zone="Europe/Berlin", at="15:00", place="Tokyo")
    assert text.startswith("15:00 in The asker (Europe/Berlin)")
    assert "23:00 (the same day, JST" in text
    with pytest.raises(AskAgain, match="Give from_place"):
        await ask(box, "time", at="15:00", place="Tokyo")


async def test_an_hour_that_the_clocks_skip_is_named(box: Toolbox) -> None:
    text = await ask(box, "time", at="2026-03-29 02:30", from_place="Berlin", place="UTC")
    assert "02:30 does not exist in Berlin, Germany on that day" in text
    assert text.startswith("03:30 in Berlin")
    assert "UTC: Sunday, 29 March 2026, 01:30" in text


async def test_an_hour_that_comes_twice_is_named(box: Toolbox) -> None:
    text = await ask(box, "time", at="2026-10-25 02:30", from_place="Berlin", place="UTC")
    assert "02:30 comes twice in Berlin" in text
    assert "the second (CET, UTC+01:00, Europe/Berlin) is 1 h later" in text
    assert "UTC: Sunday, 25 October 2026, 00:30" in text


async def test_half_an_hour_twice_at_lord_howe(box: Toolbox) -> None:
    text = await ask(
        box, "time", at="2026-04-05 01:45", from_place="Australia/Lord_Howe", place="UTC"
    )
    assert "is 0.5 h later" in text


@pytest.mark.parametrize("at", ["tea time", "25:00", "2026-02-30 10:00", "12:75"])
async def test_what_is_no_time_is_asked_for_again(box: Toolbox, at: str) -> None:
    with pytest.raises(AskAgain, match="cannot be read as a time"):
        await ask(box, "time", at=at, from_place="Tokyo", place="Berlin")


async def test_chinese_conversion(box: Toolbox) -> None:
    text = await ask(
        box, "time", locale="zh-CN", at="明天下午3点半", from_place="东京", place="北京"
    )
    assert "2026年11月21日 星期六 15:30" in text
    assert "14:30（同一天" in text


async def test_a_town_in_a_known_state_gets_the_states_time_offline(box: Toolbox) -> None:
    text = await ask(box, "time", place="Paris, Texas")
    assert text.startswith("Paris, Texas, United States: Friday, 20 November 2026, 05:31 (CST")
    assert "not in the offline table" in text
    assert "America/Denver" in text


async def test_a_town_that_the_tables_lack_is_looked_up_and_then_remembered() -> None:
    """What the weather has found, the clock knows, even when the network is gone by then."""
    async with WeatherServer() as service:
        box = open_toolbox(forecast_url=service.url, geocoding_url=service.url, pause=0)
        await ask(box, "weather", place="Berlin, New Hampshire")
        before = len(service.requests)
        text = await ask(box, "time", place="Berlin, New Hampshire")
        assert text.startswith("Berlin, New Hampshire, United States: ")
        assert "06:31 (EST" in text
        assert len(service.requests) == before
    assert "06:31 (EST" in await ask(box, "time", place="Berlin, New Hampshire")
    await box.close()


async def test_the_clock_does_not_wait_for_a_network_that_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tests.servers.weather import troubles

    monkeypatch.setattr("bot.tools.spots._LOOK_UP", 0.05)
    monkeypatch.setattr("bot.tools.openmeteo._TIMEOUT", aiohttp.ClientTimeout(total=FOREVER))
    async with WeatherServer() as service:
        service.trouble = troubles.hangs()
        box = open_toolbox(forecast_url=service.url, geocoding_url=service.url, pause=0)
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(AskAgain, match="Xyzzy"):
                await ask(box, "time", place="Xyzzy")
        await box.close()


async def test_titles_in_three_languages(box: Toolbox) -> None:
    arguments = '{"places": ["Tokyo", "Oslo"]}'
    assert [box.title("time", arguments, each) for each in ("en", "zh-CN", "zh-TW")] == [
        "Checking the time in Tokyo, Oslo…",
        "正在查询Tokyo, Oslo的时间…",
        "正在查詢Tokyo, Oslo的時間…",
    ]
    assert box.title("time", "", "en") == "Checking the time…"


async def test_facts_stand_early_even_for_twenty_places(box: Toolbox) -> None:
    names = ["Tokyo", "Berlin", "Oslo", "Paris", "Rome", "Cairo", "Lima", "Perth", "Seoul", "Doha"]
    text = await ask(box, "time", places=[*names, *names, "Xyzzy"])
    assert len(text.split("\n")) == 11 + text.count("it can also mean")
    assert text.index("Doha, Qatar") < 2_000
