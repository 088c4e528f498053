"""Edits, deletions, stops and forgetting reach what waits, what runs and what is remembered."""

from __future__ import annotations

import itertools
import json

import pytest

from bot import turns
from bot.store.connection import Connection
from bot.store.histories import Histories
from bot.store.mailboxes import Mailboxes
from tests.bot.store.box import LEASE_MS, Box, ids, said
from tests.store_servers import Clock

pytest_plugins = ("tests.store_fixtures",)


@pytest.fixture
def box(mailboxes: Mailboxes, histories: Histories) -> Box:
    return Box(mailboxes, histories)


async def answered(box: Box, *questions: str) -> None:
    for id in questions:
        await box.put(id)
        await box.answer(await box.take(), f"answer to {id}")


# -- edits -----------------------------------------------------------------------------------


async def test_a_waiting_message_is_taken_as_it_was_edited_last(box: Box) -> None:
    await box.put("1")
    assert await box.edit("1", "first", 10) == "done"
    assert await box.edit("1", "second", 20) == "done"
    (item,) = (await box.take()).items
    assert json.loads(item.change) == {"text": "second"}


@pytest.mark.parametrize("order", list(itertools.permutations((10, 20, 30))))
async def test_the_newest_edit_wins_in_whatever_order_they_arrive(
    box: Box, order: tuple[int, ...]
) -> None:
    await box.put("2")
    await answered(box, "1")
    for at in order:
        await box.edit("1", f"edit {at}", at)
        await box.edit("2", f"edit {at}", at)
    assert (await box.remembered())[0] == "edit 30"


async def test_of_two_edits_in_one_second_the_last_to_arrive_wins(box: Box) -> None:
    await box.put("1")
    await box.edit("1", "first", 10)
    assert await box.edit("1", "second", 10) == "done"
    (item,) = (await box.take()).items
    assert json.loads(item.change) == {"text": "second"}


async def test_an_edit_of_something_unknown_does_nothing(box: Box) -> None:
    assert await box.edit("1", "new") == "nothing"
    assert await box.delete("1") == "nothing"


async def test_a_remembered_message_reads_as_edited(box: Box) -> None:
    await answered(box, "1", "5")
    assert await box.edit("1", "new", 5) == "done"
    assert await box.remembered() == ["new", "answer to 1", "asked 5", "answer to 5"]


async def test_an_edit_while_its_message_is_answered_amends_the_turn_and_is_remembered(
    box: Box,
) -> None:
    await box.put("1")
    taken = await box.take()
    assert await box.edit("1", "new", 5) == "done"
    assert await box.mailboxes.renew(box.thread, taken.fence, LEASE_MS) == (False, 1)
    await box.answer(taken)  # as it was when it was taken
    assert await box.remembered() == ["new", "answer"]


async def test_an_edit_of_a_message_behind_the_batch_does_not_disturb_the_turn(box: Box) -> None:
    await box.put("1")
    taken = await box.take()
    await box.put("2")
    await box.edit("2", "new", 5)
    assert await box.mailboxes.renew(box.thread, taken.fence, LEASE_MS) == (False, 0)


async def test_an_edit_that_comes_before_its_message_is_laid_over_it(box: Box) -> None:
    for at, text in ((7, "newest"), (5, "older")):
        assert await box.edit("1", text, at, direct=True) == "nothing"
    await box.put("1")
    (item,) = (await box.take()).items
    assert "newest" in item.change
    await box.edit("1", "once more", 9, direct=True)  # it is known: nothing is kept for later
    assert not await box.mailboxes.connection.command("keys", "*early*")


async def test_what_a_joined_thread_overhears_may_have_been_edited_before(box: Box) -> None:
    await box.put("1")
    await box.edit("2", "as it reads now", 9)
    assert await box.put("2", relevance="overheard") == "remembered"
    entries = (await box.histories.load(box.thread, 9999)).entries
    assert [entry.text for entry in entries] == ["as it reads now"]


async def test_of_what_is_not_for_the_bot_nothing_is_kept(box: Box) -> None:
    await box.edit("1", "a secret of others", 5)
    assert not await box.mailboxes.connection.command("keys", "*early*")


async def test_a_deletion_takes_what_was_kept_for_its_message(box: Box) -> None:
    await box.edit("1", "gone", 5, direct=True)
    await box.delete("1")
    assert not await box.mailboxes.connection.command("keys", "*early*")


# -- deletions -------------------------------------------------------------------------------


async def test_a_deleted_message_that_waits_is_never_taken(box: Box, store: Connection) -> None:
    await box.put("1")
    await box.edit("1", "new", 5)
    assert await box.delete("1") == "done"
    assert await box.take_if_due() is None
    assert not await store.command("keys", "*items*")
    assert not await store.command("keys", "*box*")


async def test_a_message_that_was_deleted_before_it_came_is_not_answered(box: Box) -> None:
    await box.delete("1")
    assert await box.put("1") == "known"
    assert await box.take_if_due() is None


async def test_deletions_leave_the_rest_of_a_waiting_batch(box: Box) -> None:
    for id in ("1", "2", "3"):
        await box.put(id)
    await box.delete("2")
    assert ids(await box.take()) == ["1", "3"]


async def test_a_deletion_while_its_message_is_answered_amends_the_turn_and_is_remembered(
    box: Box,
) -> None:
    await box.put("1")
    await box.put("2")
    taken = await box.take()
    assert await box.delete("1") == "done"
    assert await box.edit("1", "too late", 99) == "nothing"
    assert await box.mailboxes.renew(box.thread, taken.fence, LEASE_MS) == (False, 1)
    items = await box.mailboxes.reread(box.thread, ["m:1", "m:2"])
    assert [item.deleted for item in items] == [True, False]
    await box.answer(taken)
    assert await box.remembered() == ["asked 2", "answer"]


async def test_a_batch_that_was_put_off_is_not_lost_when_its_messages_are_deleted(
    box: Box,
) -> None:
    """Its answer may be half visible: the next attempt takes that away."""
    await box.put("1")
    taken = await box.take()
    await box.mailboxes.record(box.thread, taken.fence, {"p0": "visible"})
    await box.mailboxes.release(box.thread, taken.fence, 0, counted=False)
    await box.delete("1")
    again = await box.take()
    assert [item.deleted for item in again.items] == [True]
    assert again.turn["p0"] == "visible"


async def test_a_deleted_message_is_gone_from_history(box: Box, store: Connection) -> None:
    await answered(box, "1", "5")
    await box.edit("1", "secret", 5)
    assert await box.delete("1") == "done"
    assert await box.delete("r5") == "done"  # an answer of ours that somebody removed
    assert await box.remembered() == ["answer to 1", "asked 5"]
    for name in await store.command("keys", "*said*"):
        assert "secret" not in str(await store.command("hgetall", name))


async def test_of_an_answer_of_several_messages_no_word_is_left_but_whose_question_it_was(
    box: Box, store: Connection
) -> None:
    at = 1_763_687_000_123_457
    await box.put("1")
    reply = turns.Entry(
        "r1", "bot", "secret words", at, author="Parley", asked_by=("ana",), parts=("r1", "r2")
    )
    await box.finish(await box.take(), said("1", "asked 1"), reply)
    assert await box.delete("r1") == "done"
    history = await box.histories.load(box.thread, 1_000_000)
    assert history.entries[-1] == turns.Entry(
        "r1", "bot", "", at, author="Parley", asked_by=("ana",), parts=("r1", "r2")
    )
    for name in await store.command("keys", "*said*"):
        assert "secret" not in str(await store.command("hgetall", name))
    assert await box.delete("r1") == "done"
    assert len((await box.histories.load(box.thread, 1_000_000)).entries) == 2


# -- stop ------------------------------------------------------------------------------------


async def test_only_who_asked_may_stop_and_whoever_may_stop_anything(box: Box) -> None:
    stop = box.mailboxes.stop
    await box.put("1", author="ana")
    await box.put("2", author="bob\nann")
    assert await stop(box.thread, "ana", anyone=False) == "nothing"
    taken = await box.take()
    assert await stop(box.thread, "eve", anyone=False) == "not_allowed"
    assert await box.mailboxes.renew(box.thread, taken.fence, LEASE_MS) == (False, 0)
    assert await stop(box.thread, "bob ann", anyone=False) == "done"
    assert await box.mailboxes.renew(box.thread, taken.fence, LEASE_MS) == (True, 0)
    assert await stop(box.thread, "eve", anyone=True) == "done"
    await box.answer(taken)
    assert await stop(box.thread, "ana", anyone=False) == "nothing"


async def test_a_stop_holds_for_the_successor_of_a_crashed_worker(box: Box, clock: Clock) -> None:
    await box.put("1")
    await box.take("crashed")
    await box.mailboxes.stop(box.thread, "ana", anyone=False)
    clock.pass_(15)
    assert (await box.take("successor")).turn["stop"] == "1"


# -- forgetting ------------------------------------------------------------------------------


async def test_a_forgotten_thread_is_empty_at_once_and_its_running_turn_is_not_remembered(
    box: Box,
) -> None:
    await answered(box, "1")
    await box.put("2")
    taken = await box.take()
    assert await box.histories.forget(box.thread) == 2
    assert await box.remembered() == []
    assert await box.answer(taken)
    assert await box.remembered() == []
    await box.put("3")
    taken = await box.take()
    assert await box.histories.forget(box.thread) == 1  # nothing but what is being answered
    await box.answer(taken)
    assert await box.remembered() == []
    await box.put("4")
    await box.answer(await box.take())
    assert await box.remembered() == ["asked 4", "answer"]
    assert (await box.histories.load(box.thread, 999)).primed  # nothing older is read back


async def test_one_persons_part_is_forgotten_with_what_only_they_were_answered(box: Box) -> None:
    await box.put("1")
    turn = [
        said("1", "ana's", "ana"),
        turns.Entry("2", "bot", "to ana", 2, asked_by=("ana",)),
        said("3", "bob's", "bob"),
        turns.Entry("4", "bot", "to both", 4, asked_by=("ana", "bob")),
        said("5", "hers, overheard", "ana", overheard=True),
    ]
    await box.finish(await box.take(), *turn)
    assert await box.histories.forget(box.thread, "ana") == 3
    assert await box.remembered() == ["bob's", "to both"]


async def test_an_entry_that_cannot_be_read_does_not_hinder_forgetting(
    box: Box, store: Connection
) -> None:
    await answered(box, "1")
    for name in await store.command("keys", "*said*"):
        await store.command("hset", name, "1", "not json")
    assert await box.remembered() == ["answer to 1"]
    assert await box.histories.forget(box.thread, "ana") == 2
