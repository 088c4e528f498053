"""A thread that an answer opens is followed at once, and begins with question and answer."""

from __future__ import annotations

import pytest

from bot.store.connection import Connection
from bot.store.histories import Histories, to_stored
from bot.store.mailboxes import Mailboxes
from bot.turns import Entry
from tests.bot.store.box import Box, said

pytest_plugins = ("tests.store_fixtures",)

ANSWER = Entry("101", "bot", "the whole answer", 101, asked_by=("ana",))


@pytest.fixture
def box(store: Connection) -> Box:
    return Box(Mailboxes(store, 3600), Histories(store, 3600), "slack/T1/C1/101")


async def test_before_it_is_opened_nobody_is_heard_there(box: Box) -> None:
    assert await box.put("105", relevance="if_joined") == "dropped"


async def test_an_opened_thread_is_followed_and_read_back_at_its_first_question(box: Box) -> None:
    await box.mailboxes.join(box.thread)
    assert await box.put("105", relevance="if_joined") == "stored"
    assert not (await box.histories.load(box.thread, 10**6)).primed


async def test_with_its_entries_nothing_needs_to_be_read_back(box: Box) -> None:
    await box.mailboxes.join(box.thread)
    entries = [to_stored(said("100", "what?")), to_stored(ANSWER)]
    await box.mailboxes.join(box.thread, entries)
    history = await box.histories.load(box.thread, 10**6)
    assert history.primed
    assert [entry.text for entry in history.entries] == ["what?", "the whole answer"]


async def test_what_was_read_while_the_answer_grew_is_replaced_by_the_whole_of_it(box: Box) -> None:
    await box.mailboxes.join(box.thread)
    await box.histories.prime(box.thread, [Entry("101", "bot", "the wh", 101, overheard=True)])
    await box.mailboxes.join(box.thread, [to_stored(said("100", "what?")), to_stored(ANSWER)])
    assert await box.remembered() == ["what?", "the whole answer"]


async def test_who_was_sent_away_before_the_answer_ended_stays_away(box: Box) -> None:
    await box.mailboxes.join(box.thread)
    assert await box.mailboxes.leave(box.thread)
    await box.mailboxes.join(box.thread, [to_stored(ANSWER)])
    assert await box.put("105", relevance="if_joined") == "dropped"


async def test_a_thread_that_nobody_comes_back_to_is_forgotten(box: Box, store: Connection) -> None:
    await box.mailboxes.join(box.thread)
    (meta,) = await store.command("keys", "*meta:*")
    assert 0 < await store.command("ttl", meta) <= 3600
