"""A press is one wish however often it comes, and an answer belongs to all who asked for it."""

from __future__ import annotations

from adapters.common.presses import ASKERS, TWICE_SECONDS, askers_of, wish_id
from bot.events import Author, Message, Place, Regenerate, ThreadRef
from bot.platform import Batch

THREAD = ThreadRef("slack", "T", "C", "1")


def test_an_answer_given_anew_still_belongs_to_who_asked_first() -> None:
    again = Regenerate("1", THREAD, Author("C", ""), "2", 1, Place(address={ASKERS: "A B C"}))
    assert askers_of(Batch(THREAD, (again,))) == ("C", "A", "B")
    asked = tuple(Message(str(n), THREAD, Author(who, ""), "", n) for n, who in enumerate("ABA"))
    assert askers_of(Batch(THREAD, asked)) == ("A", "B")


def test_two_presses_within_a_moment_are_one_wish() -> None:
    second = 1_000_000
    first = wish_id("1.2", "key", 0)
    assert wish_id("1.2", "key", (TWICE_SECONDS - 1) * second) == first
    assert wish_id("1.2", "key", TWICE_SECONDS * second) != first
    assert wish_id("1.3", "key", 0) != first
