"""Zones: every way of writing one, and nothing that only looks like one."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tools.abbreviations import _MEANINGS
from bot.tools.zones import by_name, resolve

from .helpers import NOW


def test_every_iana_zone_is_found_by_its_name_in_any_case() -> None:
    for name in zoneinfo.available_timezones() - {"localtime", "Factory"}:
        found = by_name(name.upper())
        assert found is not None, name
        assert found.key == name


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "Nowhere/City", "/etc/localtime", "\0"])
def test_a_name_that_is_no_zone_opens_no_file(name: str) -> None:
    assert by_name(name) is None


@pytest.mark.parametrize("text", ["UTC+15", "UTC-14:30", "+99", "UTC+5:75", "5", "UTC+"])
def test_an_offset_that_no_clock_has_is_none(text: str) -> None:
    assert resolve(text, NOW, "en") is None


@given(st.integers(-14 * 60, 14 * 60))
def test_every_offset_of_a_clock_is_read_back(minutes: int) -> None:
    sign = "-" if minutes < 0 else "+"
    text = f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    spot = resolve(text, NOW, "en")
    assert spot is not None
    assert spot.zone.utcoffset(NOW) == dt.timedelta(minutes=minutes)


def test_every_abbreviation_means_an_existing_zone() -> None:
    for name, meanings in _MEANINGS.items():
        for meaning in meanings:
            assert by_name(meaning.zone) is not None, name
            assert meaning.name("zh-TW")


@pytest.mark.parametrize(
    ("letters", "month"),
    [("EST", 1), ("EDT", 7), ("CST", 1), ("PDT", 7), ("GMT", 1), ("BST", 7), ("CET", 1),
     ("CEST", 7), ("EET", 1), ("JST", 1), ("AEST", 7), ("AEDT", 1), ("NZDT", 1), ("HST", 1),
     ("AKDT", 7), ("SAST", 1), ("MSK", 1), ("PKT", 1), ("HKT", 1), ("KST", 1)],
)  # fmt: skip
def test_an_abbreviation_is_what_the_clock_itself_calls_its_time(letters: str, month: int) -> None:
    moment = dt.datetime(2026, month, 15, tzinfo=dt.UTC)
    spot = resolve(letters, moment, "en")
    assert spot is not None
    assert moment.astimezone(spot.zone).tzname() in (letters, "UTC")


@given(st.text(max_size=60))
def test_any_text_can_be_resolved_or_not(text: str) -> None:
    spot = resolve(text, NOW, "en")
    assert spot is None or NOW.astimezone(spot.zone)
