"""A name is looked up once, whoever waits for it, and for no longer than they can."""

from __future__ import annotations

import asyncio

from adapters.common import names
from adapters.common.names import KEPT_SECONDS, UNKNOWN_SECONDS, Names
from bot.errors import PlatformGone, PlatformTemporary
from bot.events import Author

ADA = Author("1", "Ada")


class Book:
    """Answers look-ups, and counts them."""

    def __init__(self, answer: Author | Exception | None) -> None:
        self.answer = answer
        self.asked = 0
        self.now = 0.0
        self.open = asyncio.Event()
        self.open.set()
        self.names = Names[str](lambda: self.now)

    async def find(self, key: str) -> Author | None:
        self.asked += 1
        await self.open.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def look_up(self, seconds: float = 5.0) -> Author | None:
        await self.names.look_up(self.names.missing(["1"]), self.find, seconds)
        return self.names.known("1")


async def test_who_waits_together_asks_once_and_for_an_hour() -> None:
    book = Book(ADA)
    assert await asyncio.gather(book.look_up(), book.look_up()) == [ADA, ADA]
    book.now = KEPT_SECONDS - 1
    assert await book.look_up() == ADA
    assert book.asked == 1
    book.now = KEPT_SECONDS
    assert book.names.known("1") is None
    assert await book.look_up() == ADA
    assert book.asked == 2


async def test_whom_the_platform_does_not_know_is_not_asked_for_at_once_again() -> None:
    for nobody in (None, PlatformGone("no such user")):
        book = Book(nobody)
        assert (await book.look_up(), await book.look_up(), book.asked) == (None, None, 1)
        book.now = UNKNOWN_SECONDS
        assert (await book.look_up(), book.asked) == (None, 2)


async def test_after_a_passing_fault_it_is_asked_again() -> None:
    book = Book(PlatformTemporary("busy"))
    assert await book.look_up() is None
    book.answer = ADA
    assert await book.look_up() == ADA


async def test_an_answer_does_not_wait_for_a_slow_name_but_the_next_one_has_it() -> None:
    book = Book(ADA)
    book.open.clear()
    assert await book.look_up(0.0) is None
    book.open.set()
    assert await book.look_up() == ADA
    assert book.asked == 1


async def test_who_ends_waits_for_no_name() -> None:
    book = Book(ADA)
    book.open.clear()
    await book.look_up(0.0)
    await book.names.close()
    assert book.names.known("1") is None


def test_what_is_kept_is_bounded() -> None:
    kept = Names[int](lambda: 0.0)
    for key in range(names.MOST_KEPT + 1):
        kept.keep(key, ADA)
    assert kept.known(0) is None
    assert kept.known(names.MOST_KEPT) == ADA
