"""What people chose counts for everything that a turn says."""

from __future__ import annotations

from bot.events import Author, Message, ThreadRef
from bot.platform import Batch
from bot.preferences import applied, preferred
from bot.store.connection import Connection
from bot.store.preferences import PreferenceBook, Preferences

pytest_plugins = ("tests.store_fixtures",)

THREAD = ThreadRef("slack", "T1", "C1", "100")


def test_a_choice_wins_over_what_the_platform_says() -> None:
    ana = Author("ana", "Ana", locale="de-DE", timezone="Europe/Berlin")
    wanted = applied(ana, Preferences("zh-Hans", "fahrenheit"))
    assert (wanted.locale, wanted.units) == ("zh-Hans", "fahrenheit")
    assert (wanted.name, wanted.timezone) == ("Ana", "Europe/Berlin")
    assert applied(ana, Preferences()) == ana


async def test_each_in_a_batch_keeps_to_their_own_choice(store: Connection) -> None:
    book = PreferenceBook(store)
    await book.choose("slack/T1/ana", "language", "zh-Hant")
    await book.choose("slack/T1/bob", "units", "celsius")
    people = [Author("ana", "Ana"), Author("bob", "Bob"), Author("eve", "Eve")]
    asked = [Message(str(n), THREAD, who, "x", n) for n, who in enumerate(people)]
    batch = await preferred(Batch(THREAD, tuple(asked)), book)
    found = [(event.author.locale, event.author.units) for event in batch.events]
    assert found == [("zh-Hant", ""), ("", "celsius"), ("", "")]
