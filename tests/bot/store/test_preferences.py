"""What people choose is kept, apart from others', until they choose again."""

from __future__ import annotations

import pytest

from bot.store import keys
from bot.store.connection import Connection
from bot.store.preferences import CHOICES, PreferenceBook, Preferences

pytest_plugins = ("tests.store_fixtures",)

ANA, BOB = "slack/T1/ana", "slack/T1/bob"


@pytest.fixture
def book(store: Connection) -> PreferenceBook:
    return PreferenceBook(store)


async def test_who_chose_nothing_has_no_preferences(book: PreferenceBook) -> None:
    assert await book.load(ANA) == Preferences()


async def test_choices_are_kept_by_person_and_taken_back(
    book: PreferenceBook, store: Connection
) -> None:
    await book.choose(ANA, "language", "zh-Hant")
    await book.choose(ANA, "units", "fahrenheit")
    await book.choose(ANA, "answers", "private")
    await book.choose(BOB, "units", "celsius")
    assert await book.load(ANA) == Preferences("zh-Hant", "fahrenheit", "private")
    assert await book.load(BOB) == Preferences(units="celsius")
    assert await book.load("slack/T2/ana") == Preferences()
    await book.choose(ANA, "units", "")
    assert (await book.load(ANA)).units == ""
    assert await store.command("ttl", keys.preferences(ANA)) == -1  # for good


@pytest.mark.parametrize("choice", CHOICES)
async def test_what_is_not_offered_cannot_be_chosen(book: PreferenceBook, choice: str) -> None:
    with pytest.raises(ValueError, match=choice):
        await book.choose(ANA, choice, "klingon")  # type: ignore[arg-type]  # a test's parameter
    assert await book.load(ANA) == Preferences()


async def test_what_another_release_wrote_counts_as_not_chosen(
    book: PreferenceBook, store: Connection
) -> None:
    await store.command("hset", keys.preferences(ANA), "language", "tlh")
    await store.command("hset", keys.preferences(ANA), "colour", "red")
    assert await book.load(ANA) == Preferences()
