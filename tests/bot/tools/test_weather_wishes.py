"""Wishes: words for a unit and for days that are plain; everything else is handed back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tools.forecast import MOST_DAYS
from bot.tools.weather_wishes import days, unit


@pytest.mark.parametrize(
    "text",
    ["C", "°C", "ºC", "℃", "celsius", "Celcius", "metric", "degrees C", "deg. c", " ° C ", "摄氏"],
)
def test_celsius(text: str) -> None:
    assert unit(text) == "celsius"


@pytest.mark.parametrize(
    "text", ["F", "°F", "℉", "fahrenheit", "Imperial", "US", "degrees Fahrenheit", "华氏度"]
)
def test_fahrenheit(text: str) -> None:
    assert unit(text) == "fahrenheit"


@pytest.mark.parametrize("text", ["auto", "Default", "local"])
def test_a_unit_left_to_the_place(text: str) -> None:
    assert unit(text) is None


@pytest.mark.parametrize("value", ["kelvin", "K", "standard", "cf", 5, ["C", "F"], True])
def test_another_unit_is_not_guessed(value: Any) -> None:
    assert unit(value) == value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("today", 1), ("Now", 1), ("tonight", 1), ("tomorrow", 2), ("the day after  tomorrow", 3),
        ("3", 3), ("3 days", 3), ("3-day", 3), ("3-day forecast", 3), ("5d", 5), ("1 day", 1),
        ("next 3 days", 3), ("the next three days", 3), ("two", 2), ("10 days", 10),
        ("a week", 7), ("this week", 7), ("1 week", 7), ("weekly", 7),
        ("今天", 1), ("明天", 2), ("后天", 3), ("三天", 3), ("未来5天", 5), ("一周", 7), ("7天", 7),
    ],
)  # fmt: skip
def test_days_in_words(text: str, number: int) -> None:
    assert days(text) == number


@pytest.mark.parametrize(
    "text", ["2026-11-22", "Saturday", "on Monday", "this weekend", "周六", "星期天", "本周末"]
)
def test_one_day_is_within_the_week_that_is_shown(text: str) -> None:
    assert days(text) == MOST_DAYS


@pytest.mark.parametrize("value", ["next week", "next month", "some days", "-1 days", "x", 3, 2.5])
def test_other_days_are_not_guessed(value: Any) -> None:
    assert days(value) == value


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_itself(text: str) -> None:
    read = days(text)
    assert read == text or isinstance(read, int)
    assert unit(text) in ("celsius", "fahrenheit", None, text)
