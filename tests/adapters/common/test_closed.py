"""Where the bot may not write, who asked and the operator are told, and nothing is raised."""

from __future__ import annotations

from adapters.common.closed import MOST_TOLD, tell_of_it
from bot.errors import PlatformGone
from bot.events import Author, Message, ThreadRef
from bot.platform import Batch

THREAD = ThreadRef("slack", "T", "C", "1")


def batch(*authors: Author) -> Batch:
    said = (Message(str(n), THREAD, who, "", n) for n, who in enumerate(authors))
    return Batch(THREAD, tuple(said))


async def told(asked: Batch, refusing: str = "") -> list[str]:
    said: list[str] = []

    async def person(one: str) -> None:
        if one == refusing:
            raise PlatformGone("takes no messages")
        said.append(one)

    async def operator(channel: str) -> None:
        said.append(channel)
        if refusing == channel:
            raise PlatformGone("no such channel")

    await tell_of_it(asked, person, ["one", "two"], operator)
    return said


async def test_each_who_asked_is_told_once_and_no_bot() -> None:
    ada, bob, bot = Author("A", ""), Author("B", ""), Author("X", "", is_bot=True)
    assert await told(batch(bob, ada, bot, ada)) == ["A", "B", "one", "two"]


async def test_who_cannot_be_told_keeps_nobody_from_the_news() -> None:
    asked = batch(Author("A", ""), Author("B", ""))
    assert await told(asked, refusing="A") == ["B", "one", "two"]
    assert await told(asked, refusing="one") == ["A", "B", "one", "two"]


async def test_a_crowd_is_not_told_one_by_one() -> None:
    crowd = batch(*(Author(f"U{n}", "") for n in range(2 * MOST_TOLD)))
    assert len(await told(crowd)) == MOST_TOLD + 2
