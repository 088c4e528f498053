"""What is offered while somebody types a place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.surfaces.suggestions import (
    KEPT_SECONDS,
    LONGEST,
    MOST_KEPT,
    MOST_OFFERED,
    Suggestions,
    apart,
    offered,
)
from bot.errors import StoreUnavailable
from tests.adapters.discord.parts import Memory, notes_of


def test_what_begins_as_it_is_typed_comes_first() -> None:
    assert offered("san", ["Kansan", "San José"], "en", several=False)[:3] == [
        "San José", "San Francisco", "Kansan",
    ]  # fmt: skip


def test_a_place_is_found_in_every_language_and_offered_in_ones_own() -> None:
    assert "东京" in offered("tokyo", [], "zh-CN", several=False)
    assert "臺北" in offered("taipei", [], "zh-TW", several=False)
    assert offered("京", [], "en", several=False)[:1] == ["Beijing"]


def test_the_last_of_several_places_is_completed() -> None:
    assert offered("Rome、  par", [], "en", several=True)[0] == "Rome, Paris"
    assert offered("Rome, ", ["Oslo"], "en", several=True)[0] == "Rome, Oslo"


@given(st.text(max_size=150), st.lists(st.text(min_size=1, max_size=60)), st.booleans())
def test_whatever_is_typed_discord_takes_what_is_offered(
    typed: str, before: list[str], several: bool
) -> None:
    found = offered(typed, before, "en", several=several)
    assert len(found) <= MOST_OFFERED
    assert all(1 <= len(one) <= LONGEST for one in found)
    assert len(set(found)) == len(found)


@given(st.text(max_size=100))
def test_places_apart_are_never_empty(text: str) -> None:
    assert all(one.strip() for one in apart(text))


async def test_what_was_asked_about_is_remembered_newest_first_and_bounded() -> None:
    memory = Memory()
    suggestions = Suggestions(notes_of(memory))
    for n in range(MOST_KEPT + 5):
        await suggestions.learn("1", [f"Place  {n}"])
    await suggestions.learn("1", ["Place 20"])
    other = Suggestions(notes_of(memory))
    found = await other.of("1", "place", "en", several=False)
    assert found[:2] == ["Place 20", "Place 24"]
    assert len(found) == MOST_KEPT
    assert KEPT_SECONDS > 0


async def test_a_secret_that_was_typed_as_a_place_is_not_kept() -> None:
    memory = Memory()
    await Suggestions(notes_of(memory)).learn("1", ["sk-" + "a1B2" * 12])
    assert "a1B2a1B2" not in str(memory.values)


async def test_a_store_that_is_away_costs_only_the_persons_own_places() -> None:
    memory = Memory()
    suggestions = Suggestions(notes_of(memory))
    memory.away = True
    assert await suggestions.of("1", "par", "en", several=False) == ["Paris"]
    with pytest.raises(StoreUnavailable):
        await suggestions.learn("1", ["Oslo"])
