"""What is watched is looked at by one process at a time, and comes back until it is dropped."""

from __future__ import annotations

import asyncio

import pytest

from bot.store import keys, watches
from bot.store.connection import Connection
from bot.store.watches import Watched, Watches

pytest_plugins = ("tests.store_fixtures",)


@pytest.fixture
def watching(any_store: Connection) -> Watches:
    return Watches(any_store, ttl=3600)


async def wait_of(watching: Watches, id: str, platform: str = "slack") -> float:
    """Return the seconds until the next look."""
    due = await watching.connection.command("zscore", keys.watch(platform) + "due", id)
    seconds, micros = await watching.connection.command("time")
    return float(due) / 1000 - (int(seconds) + int(micros) / 1_000_000)


async def test_what_is_due_is_taken_once_and_comes_back(watching: Watches) -> None:
    await watching.put("slack", "a", "record", 0)
    await watching.put("slack", "later", "record", 60)
    await watching.put("discord", "b", "record", 0)
    both = await asyncio.gather(*(watching.take("slack", 10, 120) for _ in range(2)))
    assert sorted(both, key=len) == [[], [Watched("a", "record")]]
    assert 110 < await wait_of(watching, "a") <= 120


async def test_no_more_is_taken_than_was_asked_for(watching: Watches) -> None:
    for name in "abc":
        await watching.put("slack", name, "", 0)
    assert len(await watching.take("slack", 2, 60)) == 2
    assert len(await watching.take("slack", 2, 60)) == 1


async def test_a_look_says_when_the_next_one_is(watching: Watches) -> None:
    await watching.put("slack", "a", "old", 0)
    (taken,) = await watching.take("slack", 1, 60)
    await watching.wait("slack", taken, "new", 500)
    assert 490 < await wait_of(watching, "a") <= 500
    await watching.put("slack", "a", "new", 0)
    assert await watching.take("slack", 1, 60) == [Watched("a", "new")]


async def test_who_knows_less_changes_nothing(watching: Watches) -> None:
    await watching.put("slack", "a", "old", 0)
    (taken,) = await watching.take("slack", 1, 60)
    await watching.put("slack", "a", "newer", 0)
    await watching.wait("slack", taken, "mine", 500)
    await watching.drop("slack", taken)
    assert await watching.take("slack", 1, 60) == [Watched("a", "newer")]


async def test_what_is_dropped_does_not_come_back(watching: Watches) -> None:
    await watching.put("slack", "a", "record", 0)
    (taken,) = await watching.take("slack", 1, 0)
    await watching.drop("slack", taken)
    assert await watching.take("slack", 1, 0) == []
    assert not await watching.connection.command("exists", keys.watch("slack") + "records")


async def test_there_is_an_end_to_how_much_is_watched(
    watching: Watches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "MOST", 2)
    for name in "abc":
        await watching.put("slack", name, "", 0)
    await watching.put("slack", "a", "known already", 0)
    found = {one.id: one.record for one in await watching.take("slack", 10, 60)}
    assert found == {"a": "known already", "b": ""}


async def test_what_nobody_watches_any_more_is_forgotten(watching: Watches) -> None:
    await watching.put("slack", "a", "record", 0)
    for name in ("due", "records"):
        left = await watching.connection.command("ttl", keys.watch("slack") + name)
        assert 3590 < int(left) <= 3600
