"""Naming: each value gets the tool's own name where it is plain which one; the rest stays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tools.naming import Names
from bot.tools.options import Also, Narrowed

NAMES = Names.of(
    {
        "place": (Also("city", "location", "state", "country"), Narrowed("state", "country")),
        "from_place": (Also("from", "source_city"),),
        "at": (),
    }
)


@pytest.mark.parametrize(
    ("given_values", "expected"),
    [
        ({"city": "Oslo"}, {"place": "Oslo"}),
        ({"CITY": "Oslo", "fromPlace": "Rome"}, {"place": "Oslo", "from_place": "Rome"}),
        ({"source-city": "Rome", "At": 1}, {"from_place": "Rome", "at": 1}),
        ({"city": ["Oslo", "Rome"]}, {"place": ["Oslo", "Rome"]}),
        ({"place": None, "city": "Oslo"}, {"place": "Oslo"}),
        ({"place": " ", "city": "Oslo"}, {"place": "Oslo"}),
        ({"place": "Oslo", "city": "Oslo"}, {"place": "Oslo"}),
        ({"place": "Oslo", "city": "Rome"}, {"place": "Oslo", "city": "Rome"}),
        ({"location": "Rome", "city": "Oslo"}, {"place": "Oslo", "location": "Rome"}),
        ({"city": "Paris", "state": "Texas", "country": "US"}, {"place": "Paris, Texas, US"}),
        ({"place": "Paris, France", "country": "France"}, {"place": "Paris, France"}),
        ({"country": "Japan"}, {"place": "Japan"}),
        ({"state": "Texas", "country": "US"}, {"place": "Texas, US"}),
        ({"place": ["Oslo"], "state": "x"}, {"place": ["Oslo"], "state": "x"}),
        ({"place": "Oslo", "country": 47}, {"place": "Oslo", "country": 47}),
        ({"place": "Oslo", "state": None}, {"place": "Oslo", "state": None}),
        ({"state": "Texas"}, {"place": "Texas"}),
        ({"arguments": {"city": "Oslo"}}, {"place": "Oslo"}),
        ({"arguments": "x"}, {"arguments": "x"}),
        ({"arguments": {"city": "Oslo"}, "at": 1}, {"arguments": {"city": "Oslo"}, "at": 1}),
        ({"Place": "a", "PLACE": "b"}, {"place": "a", "PLACE": "b"}),
        ({"Place": "a", "place": "b"}, {"Place": "a", "place": "b"}),
        ({"unknown": 1}, {"unknown": 1}),
    ],
)
def test_names_that_models_give(given_values: dict[str, Any], expected: dict[str, Any]) -> None:
    assert NAMES.apply(given_values).values == expected


def test_the_models_own_name_is_kept_for_what_is_told_back() -> None:
    assert NAMES.apply({"CITY": "Oslo", "at": 1}).spelled == {"place": "CITY"}


def test_an_argument_may_itself_be_called_like_a_wrapper() -> None:
    names = Names.of({"input": (), "place": ()})
    assert names.apply({"input": {"place": 1}}).values == {"input": {"place": 1}}


def test_two_arguments_whose_names_differ_in_case_alone_stay_two() -> None:
    names = Names.of({"fromplace": (), "from_place": ()})
    both = {"fromplace": 1, "from_place": 2}
    assert names.apply(both).values == both


_KEYS = st.sampled_from(
    ["place", "Place", "city", "location", "country", "state", "from", "at", "x", "arguments"]
)
_VALUES = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=3))


@given(st.dictionaries(_KEYS, _VALUES))
def test_what_has_its_right_name_is_never_replaced_and_nothing_appears_from_nowhere(
    values: dict[str, Any],
) -> None:
    before = dict(values)
    named = NAMES.apply(values)
    assert values == before
    for name in ("place", "from_place", "at"):
        if values.get(name) not in (None, "") and not str(values[name]).isspace():
            kept, own = named.values[name], values[name]
            assert kept == own or kept.startswith(f"{own.strip()}, ")
    assert set(named.values) <= {*values, "place", "from_place", "at"}
    assert NAMES.apply(named.values).values == named.values
