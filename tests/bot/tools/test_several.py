"""Several: lists of places are cut where it is certain, and names with "and" stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tools.several import apart, enumerated, joined, parted


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (["Oslo", "Rome"], ["Oslo", "Rome"]),
        ('["Oslo", "Paris, Texas"]', ["Oslo", "Paris, Texas"]),
        ("Oslo; Rome；Bonn", ["Oslo", "Rome", "Bonn"]),
        ("北京、上海", ["北京", "上海"]),
        (" Oslo \n\n Rome\nOslo", ["Oslo", "Rome"]),
        ("Paris, Texas", ["Paris, Texas"]),
        ("Oslo and Rome", ["Oslo and Rome"]),
        ("[half a list", ["[half a list"]),
        ("", []),
        (" ; ", []),
    ],
)
def test_only_what_is_certain_is_cut(value: object, names: list[str]) -> None:
    assert apart(joined(value)) == names


@pytest.mark.parametrize("value", [["Oslo", 7], [], [["Oslo"]], 7, None, {"a": 1}])
def test_what_is_no_list_of_names_is_left_for_the_form_to_refuse(value: object) -> None:
    assert joined(value) == value


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("Oslo", [["Oslo"]]),
        ("Paris, Texas", [["Paris", "Texas"]]),
        ("Beijing, Shanghai and Tokyo", [["Beijing", "Shanghai"], ["Tokyo"]]),
        ("Oslo, Rome, and Bonn", [["Oslo", "Rome"], ["Bonn"]]),
        ("Oslo AND Rome & Bonn plus Lima", [["Oslo"], ["Rome"], ["Bonn"], ["Lima"]]),
        ("Trinidad and Tobago", [["Trinidad and Tobago"]]),
        ("Oslo and Trinidad and Tobago", [["Oslo"], ["Trinidad and Tobago"]]),
        ("Bosnia and Herzegovina and Oslo", [["Bosnia and Herzegovina"], ["Oslo"]]),
        ("Tuzla, Bosnia and Herzegovina", [["Tuzla", "Bosnia and Herzegovina"]]),
        ("Andorra, Rand and Sandy", [["Andorra", "Rand"], ["Sandy"]]),
        ("北京和上海", [["北京"], ["上海"]]),
        ("呼和浩特", [["呼和浩特"]]),
        ("呼和浩特和北京", [["呼和浩特"], ["北京"]]),
        ("", []),
        (", ,", []),
    ],
)
def test_an_enumeration_is_cut_at_ands_that_belong_to_no_name(
    text: str, runs: list[list[str]]
) -> None:
    assert enumerated(text) == runs


KNOWN = {"Oslo", "Rome", "Bonn", "Paris", "Paris, Texas", "Cork", "Springfield", "Ireland"}
KNOWN |= {"Cork, Ireland", "Germany", "Singapore"}


async def find(name: str) -> str | None:
    return name if name in KNOWN else None


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Oslo and Rome", ["Oslo", "Rome"]),
        ("Oslo, Rome and Bonn", ["Oslo", "Rome", "Bonn"]),
        ("Oslo, Rome, Bonn", ["Oslo", "Rome", "Bonn"]),
        ("Paris, Texas and Oslo", ["Paris, Texas", "Oslo"]),
        ("Oslo, Paris, Texas, and Rome", ["Oslo", "Paris, Texas", "Rome"]),
        ("Oslo, Rome", []),
        ("Oslo", []),
        ("Oslo, Atlantis and Rome", []),
        ("Springfield, Cork, Ireland", []),
        ("Springfield, Ireland and Rome", []),
        ("Ireland, Germany and Oslo", ["Ireland", "Germany", "Oslo"]),
        ("Oslo, Singapore and Rome", ["Oslo", "Singapore", "Rome"]),
        (" and ".join(["Oslo"] * 21), []),
    ],
)
async def test_parts_are_places_only_when_all_are_and_a_region_goes_with_its_town(
    text: str, places: list[str]
) -> None:
    assert await parted(text, find) == places


@given(st.text(max_size=60))
def test_any_text_can_be_cut(text: str) -> None:
    assert all(name.strip() for name in apart(text))
    assert all(run and all(run) for run in enumerated(text))


@given(st.lists(st.sampled_from(["Oslo", "Rome", "Bonn", "Paris, Texas"]), min_size=1, unique=True))
def test_a_list_of_names_comes_back_as_it_was(names: list[str]) -> None:
    assert apart(joined(names)) == names
    assert apart("; ".join(names)) == names
