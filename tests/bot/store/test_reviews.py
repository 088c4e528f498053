"""Reviews are kept beside their dismissals, found by messages, and gone when they are purged."""

from __future__ import annotations

import asyncio

import pytest

from bot.store import keys
from bot.store.connection import Connection
from bot.store.reviews import MOST_BODY, ReviewStore

pytest_plugins = ("tests.store_fixtures",)

THREAD, CHANNEL = "slack/T/C/1.5", "slack/T/C/"


@pytest.fixture
def reviews(any_store: Connection) -> ReviewStore:
    return ReviewStore(any_store, 3_600)


async def begun(reviews: ReviewStore, id: str = "r1", *messages: str) -> None:
    await reviews.begin(id, THREAD, CHANNEL, '{"a":1}', messages or ("1.5",), new=True)


async def test_a_review_is_found_by_what_is_reviewed_before_it_is_made(
    reviews: ReviewStore,
) -> None:
    await begun(reviews)
    found = await reviews.about(CHANNEL, "1.5")
    assert found is not None
    assert (found.id, found.thread, found.about, found.body) == ("r1", THREAD, '{"a":1}', "")
    assert await reviews.about(CHANNEL, "1.6") is None
    assert await reviews.about("slack/T/D/", "1.5") is None


async def test_a_review_is_read_as_it_was_saved(reviews: ReviewStore) -> None:
    await begun(reviews)
    body = '{"text": "你 \\ud800 x"}' * 1_000
    assert await reviews.save("r1", body)
    await reviews.shown("r1", CHANNEL, ("1.7", "1.8"), (THREAD, "slack/T/C/1.7"))
    kept = await reviews.load("r1")
    assert kept is not None
    assert (kept.body, kept.parts, kept.runs) == (body, ("1.7", "1.8"), 0)
    by_answer = await reviews.about(CHANNEL, "1.8")
    assert by_answer is not None
    assert by_answer.parts == ("1.7", "1.8")
    for thread in (THREAD, "slack/T/C/1.7"):
        assert [one.id for one in await reviews.in_thread(thread)] == ["r1"]


async def test_a_large_review_takes_little_room(
    reviews: ReviewStore, any_store: Connection
) -> None:
    await begun(reviews)
    assert await reviews.save("r1", "x = 1 # the same again\n" * 20_000)
    raw = await any_store.command("hget", f"{keys.review('r1')}record", "body")
    assert len(raw) < 10_000
    assert not await reviews.save("r1", "x" * (MOST_BODY + 1))


async def test_of_many_who_dismiss_the_first_is_kept_and_the_review_with_it(
    reviews: ReviewStore,
) -> None:
    await begun(reviews)
    await reviews.save("r1", "body")
    notes = [f"note {n}" for n in range(10)]
    tasks = [reviews.dismiss("r1", "f1", note) for note in notes]
    tasks += [reviews.dismiss("r1", f"f{n}", "x") for n in range(2, 6)]
    assert all(await asyncio.gather(*tasks, reviews.save("r1", "newer")))
    kept = await reviews.load("r1")
    assert kept is not None
    assert kept.body == "newer"
    assert set(kept.dismissed) == {f"f{n}" for n in range(1, 6)}
    assert kept.dismissed["f1"] in notes


async def test_nothing_is_written_to_what_was_purged(reviews: ReviewStore) -> None:
    await begun(reviews)
    await reviews.purge("r1")
    assert not await reviews.save("r1", "late")
    assert not await reviews.dismiss("r1", "f1", "late")
    await reviews.shown("r1", CHANNEL, ("1.7",), (THREAD,))
    await reviews.begun_again("r1")
    await reviews.begin("r1", THREAD, CHANNEL, "{}", ("1.9",), new=False)
    assert await reviews.load("r1") is None
    assert await reviews.about(CHANNEL, "1.5") is None
    assert await reviews.about(CHANNEL, "1.7") is None
    assert await reviews.in_thread(THREAD) == []


async def test_beginning_anew_keeps_what_is_known(reviews: ReviewStore) -> None:
    await begun(reviews)
    await reviews.save("r1", "body")
    await reviews.dismiss("r1", "f1", "x")
    await reviews.begun_again("r1")
    await begun(reviews)
    kept = await reviews.load("r1")
    assert kept is not None
    assert (kept.body, kept.runs, set(kept.dismissed)) == ("body", 1, {"f1"})


async def test_everything_of_a_review_is_gone_in_time(
    reviews: ReviewStore, any_store: Connection
) -> None:
    await begun(reviews)
    await reviews.shown("r1", CHANNEL, ("1.7",), (THREAD,))
    names = [
        f"{keys.review('r1')}record",
        keys.reviewed(CHANNEL, "1.5"),
        keys.reviewed(CHANNEL, "1.7"),
        keys.reviews_of(THREAD),
    ]
    for name in names:
        assert 0 < await any_store.command("ttl", name) <= 3_600


async def test_a_strangers_id_makes_no_other_key(reviews: ReviewStore) -> None:
    await begun(reviews, "a}:{b", "m}x")
    await reviews.save("a}:{b", "body")
    kept = await reviews.load("a}:{b")
    assert kept is not None
    assert kept.body == "body"
    assert await reviews.load("a") is None
