"""Strangers' payloads are read safely, and ids and times as Discord means them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.payloads import id_of, microseconds, moment, shown_name, snowflake


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2015-01-01T00:00:00+00:00", 1_420_070_400_000_000),
        ("2015-01-01T00:00:00.000001+00:00", 1_420_070_400_000_001),
        ("2015-01-01T00:00:00", 1_420_070_400_000_000),
        ("soon", 0),
        (None, 0),
        (5, 0),
    ],
)
def test_times_are_microseconds(text: object, at: int) -> None:
    assert moment(text) == at


@given(st.integers(0, (1 << 63) - 1), st.integers(0, (1 << 63) - 1))
def test_the_times_of_ids_have_the_order_of_their_milliseconds(one: int, other: int) -> None:
    low, high = sorted((one, other))
    if low >> 22 < high >> 22:
        assert microseconds(str(low)) < microseconds(str(high))


@given(st.integers(1_420_070_400_000_000, 4_000_000_000_000_000))
def test_an_id_of_a_time_is_the_lowest_of_its_millisecond(at: int) -> None:
    lowest = int(snowflake(at))
    assert microseconds(str(lowest)) == at // 1000 * 1000
    assert microseconds(str(max(lowest - 1, 0))) // 1000 <= at // 1000


@pytest.mark.parametrize("value", [None, "", "x", "١٢", "1" * 21, [], {}, -5, 1.5, True])
def test_what_is_no_id_is_none(value: object) -> None:
    assert id_of({"id": value}) == ""
    assert microseconds("") == 0


def test_an_id_may_come_as_a_number() -> None:
    assert id_of({"id": 123}) == "123"


def test_the_name_that_others_see_is_the_most_particular() -> None:
    user = {"username": "ada", "global_name": "Ada"}
    assert shown_name(user, {"nick": "Countess"}) == "Countess"
    assert shown_name(user, {"nick": None}) == "Ada"
    assert shown_name({"username": "ada", "global_name": None}) == "ada"
    assert shown_name({}) == ""
