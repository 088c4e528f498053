"""Moments: how people write a time."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tools.moments import read

NOW = dt.datetime(2026, 11, 20, 11, 31, 59)  # a Friday


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("now", "2026-11-20 11:31"),
        ("现在", "2026-11-20 11:31"),
        ("15:00", "2026-11-20 15:00"),
        ("15.30", "2026-11-20 15:30"),
        ("15h30", "2026-11-20 15:30"),
        ("15:30:45", "2026-11-20 15:30"),
        ("3 pm", "2026-11-20 15:00"),
        ("3pm", "2026-11-20 15:00"),
        ("3:05 P.M.", "2026-11-20 15:05"),
        ("12 am", "2026-11-20 00:00"),
        ("12 pm", "2026-11-20 12:00"),
        ("15:00 pm", "2026-11-20 15:00"),
        ("noon", "2026-11-20 12:00"),
        ("midnight tomorrow", "2026-11-21 00:00"),
        ("tomorrow at 9am", "2026-11-21 09:00"),
        ("day after tomorrow 9:15", "2026-11-22 09:15"),
        ("yesterday 23:59", "2026-11-19 23:59"),
        ("tonight at 8", "2026-11-20 20:00"),
        ("Monday 10:00", "2026-11-23 10:00"),
        ("on friday at 10 am", "2026-11-20 10:00"),
        ("2026-03-29 02:30", "2026-03-29 02:30"),
        ("2026-03-29T02:30:00", "2026-03-29 02:30"),
        ("2026/3/29 2:30 pm", "2026-03-29 14:30"),
        ("29 March 2027, 14:30", "2027-03-29 14:30"),
        ("March 29th 2027 at 2:30 pm", "2027-03-29 14:30"),
        ("Dec 24 6pm", "2026-12-24 18:00"),
        ("2027-01-01", "2027-01-01 00:00"),
        ("下午3点", "2026-11-20 15:00"),
        ("下午3點半", "2026-11-20 15:30"),
        ("上午9时15分", "2026-11-20 09:15"),
        ("晚上8点", "2026-11-20 20:00"),
        ("今晚8点", "2026-11-20 20:00"),
        ("凌晨12点", "2026-11-20 00:00"),
        ("中午12点", "2026-11-20 12:00"),
        ("中午", "2026-11-20 12:00"),
        ("明天15：30", "2026-11-21 15:30"),
        ("12月24日 18:00", "2026-12-24 18:00"),
        ("2027年1月2日上午8点", "2027-01-02 08:00"),
        ("周一10:00", "2026-11-23 10:00"),
    ],
)
def test_what_people_write(text: str, local: str) -> None:
    moment = read(text, NOW)
    assert moment is not None
    assert f"{moment.local:%Y-%m-%d %H:%M}" == local
    assert moment.rest == ""


@pytest.mark.parametrize(
    ("text", "rest"),
    [("3 pm Tokyo", "Tokyo"), ("15:00 in New York", "New York"), ("东京下午3点", "东京")],
)
def test_what_is_left_may_be_a_place(text: str, rest: str) -> None:
    moment = read(text, NOW)
    assert moment is not None
    assert moment.local.hour == 15
    assert moment.rest == rest


def test_an_offset_in_the_text_is_kept() -> None:
    moment = read("2026-11-20T15:00+09:00", NOW)
    assert moment is not None
    assert moment.local.utcoffset() == dt.timedelta(hours=9)


@pytest.mark.parametrize("text", ["soon", "25:00", "10:61", "2026-02-30 10:00", "31 June 10:00"])
def test_what_is_no_time(text: str) -> None:
    assert read(text, NOW) is None


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    moment = read(text, NOW)
    assert moment is None or isinstance(moment.local, dt.datetime)


@given(st.times(), st.sampled_from(["{:%H:%M}", "{:%I:%M %p}", "{:%I:%M%p}"]))
def test_every_minute_of_the_day_is_read_back(time: dt.time, form: str) -> None:
    moment = read(form.format(time), NOW)
    assert moment is not None
    assert moment.local.time() == time.replace(second=0, microsecond=0, fold=0)
