"""Notes: kept for a while, and claimed by one of many."""

from __future__ import annotations

import asyncio

import pytest

from bot.store import keys
from bot.store.connection import Connection
from bot.store.notes import Notes

pytest_plugins = ("tests.store_fixtures",)


@pytest.fixture
def notes(store: Connection) -> Notes:
    return Notes(store)


async def test_a_note_is_read_as_it_was_kept_and_is_gone_in_time(
    notes: Notes, store: Connection
) -> None:
    assert await notes.read("slack/a") == ""
    await notes.keep("slack/a", "one", 60)
    await notes.keep("slack/a", "two 你", 60)
    assert await notes.read("slack/a") == "two 你"
    assert 0 < await store.command("ttl", keys.note("slack/a")) <= 60
    await notes.drop("slack/a")
    assert await notes.read("slack/a") == ""


async def test_of_all_who_claim_a_note_one_gets_it(notes: Notes) -> None:
    claims = await asyncio.gather(*(notes.claim("slack/b", str(n), 60) for n in range(20)))
    assert sum(claims) == 1
    assert await notes.read("slack/b") == str(claims.index(True))


async def test_a_strangers_name_makes_no_other_key(notes: Notes) -> None:
    await notes.keep("a}:{b", "x", 60)
    assert await notes.read("a}:{b") == "x"
    assert "}:{" not in keys.note("a}:{b").removeprefix("parley:{")
