"""History reads back in the platform's order, costs what it returns, and never lies."""

from __future__ import annotations

import pytest

from bot import turns
from bot.store.connection import Connection
from bot.store.histories import Histories
from bot.store.mailboxes import HISTORY_CAP, Mailboxes
from tests.bot.store.box import Box, said
from tests.bot.store.probes import ratings

pytest_plugins = ("tests.store_fixtures",)


@pytest.fixture
def box(mailboxes: Mailboxes, histories: Histories) -> Box:
    return Box(mailboxes, histories)


async def remember(box: Box, *entries: turns.Entry) -> None:
    await box.put(str(max(e.at for e in entries) + 1_000_000))
    assert await box.finish(await box.take(), *entries)


async def test_an_unknown_thread_has_an_empty_history(histories: Histories) -> None:
    history = await histories.load("slack/T1/C1/9", 1000)
    assert (history.entries, history.summary, history.primed, history.total) == ((), "", False, 0)


async def test_entries_are_ordered_by_the_platforms_time_not_by_arrival(box: Box) -> None:
    for at in ("5", "3", "4"):
        await remember(box, said(at, f"at {at}"))
    assert await box.remembered() == ["at 3", "at 4", "at 5"]


async def test_an_entry_with_a_known_id_replaces_the_old_one_in_place(box: Box) -> None:
    await remember(box, said("1", "old"), said("2", "next"))
    await remember(box, said("1", "new"))
    assert await box.remembered() == ["new", "next"]


async def test_the_newest_that_fit_are_read_and_at_least_one(box: Box) -> None:
    await remember(box, *(said(str(n), f"{n} " + "x" * 200) for n in range(1, 40)))
    size = len(turns.encode(said("10", "10 " + "x" * 200)))
    history = await box.histories.load(box.thread, 5 * size)
    assert [e.id for e in history.entries] == ["35", "36", "37", "38", "39"]
    assert history.total == 39
    assert [e.id for e in (await box.histories.load(box.thread, 1)).entries] == ["39"]
    assert len((await box.histories.load(box.thread, 10**6, 7)).entries) == 7


async def test_a_long_edit_counts_towards_what_is_read(box: Box) -> None:
    await remember(box, said("1", "short"), said("2", "short"), said("3", "short"))
    await box.edit("2", "y" * 5000)
    history = await box.histories.load(box.thread, 3000)
    assert [e.id for e in history.entries] == ["3"]


async def test_reading_costs_the_same_however_long_the_thread_is(
    box: Box, store: Connection
) -> None:
    async def work() -> int:
        await store.command("config_resetstat")
        await box.histories.load(box.thread, 2_000)
        stats = await store.command("info", "commandstats")
        return sum(int(one["calls"]) for name, one in stats.items() if "info" not in name)

    await remember(box, *(said(str(n), "x" * 100) for n in range(1, 31)))
    short = await work()
    await remember(box, *(said(str(n), "x" * 100) for n in range(31, 2001)))
    assert await work() <= short + 2


async def test_the_oldest_entries_go_when_there_are_too_many(box: Box, store: Connection) -> None:
    await remember(box, *(said(str(n), "old") for n in range(1, HISTORY_CAP + 1)))
    await box.edit("1", "edited")
    await remember(box, said(str(HISTORY_CAP + 1), "new"))
    assert (await box.histories.load(box.thread, 100)).total == HISTORY_CAP
    (name,) = await store.command("keys", "*said*")
    assert await store.command("hlen", name) == HISTORY_CAP


async def test_what_was_there_before_is_remembered_but_wins_over_nothing(box: Box) -> None:
    await remember(box, said("2", "as answered"))
    await box.edit("2", "as edited", 5)
    before = [said("1", "before"), said("2", "as read back")]
    await box.histories.prime(box.thread, before)
    assert await box.remembered() == ["before", "as edited"]
    assert (await box.histories.load(box.thread, 100)).primed


async def test_a_thread_that_begins_with_us_needs_no_reading(box: Box) -> None:
    await box.put("1", begins=True)
    assert (await box.histories.load(box.thread, 100)).primed


async def test_an_entry_of_a_newer_release_is_passed_over(box: Box, store: Connection) -> None:
    await remember(box, said("1", "known"), said("2", "unknown"))
    (name,) = await store.command("keys", "*said*")
    await store.command("hset", name, "2", '{"v":99,"entry":{}}')
    assert await box.remembered() == ["known"]


# -- the summary -----------------------------------------------------------------------------


async def test_a_summary_is_kept_once_of_what_was_read(box: Box) -> None:
    await remember(box, said("1", "a"), said("2", "b"), said("3", "c"))
    read = await box.histories.load(box.thread, 1000)
    assert await box.histories.fold(box.thread, read, 2, "a and b")
    assert not await box.histories.fold(box.thread, read, 1, "somebody slower's")
    again = await box.histories.load(box.thread, 1000)
    assert (again.summary, again.summary_upto) == ("a and b", 2)
    assert await box.histories.fold(box.thread, again, 3, "all of it")


@pytest.mark.parametrize("change", ["edit", "delete", "reset", "forget"])
async def test_a_summary_of_what_was_changed_while_it_was_made_is_not_kept(
    box: Box, change: str
) -> None:
    await remember(box, said("1", "secret"), said("2", "b"), said("3", "c", "bob"))
    read = await box.histories.load(box.thread, 1000)
    match change:
        case "edit":
            await box.edit("1", "harmless")
        case "delete":
            await box.delete("1")
        case "reset":
            await box.histories.forget(box.thread)
        case "forget":
            await box.histories.forget(box.thread, "ana")
    assert not await box.histories.fold(box.thread, read, 2, "the secret, and b")
    assert (await box.histories.load(box.thread, 1000)).summary == ""


async def test_a_change_of_what_is_summarised_spoils_the_summary_and_others_do_not(
    box: Box,
) -> None:
    await remember(box, said("1", "a"), said("2", "b"), said("3", "c"))
    await box.histories.fold(box.thread, await box.histories.load(box.thread, 999), 2, "a, b")
    await box.edit("3", "behind it")
    await box.delete("3")
    assert (await box.histories.load(box.thread, 999)).summary == "a, b"
    await box.edit("2", "inside it")
    history = await box.histories.load(box.thread, 999)
    assert (history.summary, history.summary_upto) == ("", 0)


async def test_no_summary_is_kept_of_a_thread_that_has_expired(box: Box, store: Connection) -> None:
    await remember(box, said("1", "a"))
    read = await box.histories.load(box.thread, 999)
    await store.command("flushall")
    assert not await box.histories.fold(box.thread, read, 1, "a")
    assert await store.command("keys", "*") == []


async def test_who_asked_where_is_known_by_channel(histories: Histories) -> None:
    await histories.note_asker("slack/T1/C1/1", "slack/T1/C1/", "ana")
    await histories.note_asker("slack/T1/C1/2", "slack/T1/C1/", "ana")
    await histories.note_asker("slack/T1/C1/2", "slack/T1/C1/", "bob}:{x")
    assert await histories.asked_in("slack/T1/C1/", "ana") == {"slack/T1/C1/1", "slack/T1/C1/2"}
    assert await histories.asked_in("slack/T1/C1/", "bob}:{x") == {"slack/T1/C1/2"}
    assert await histories.asked_in("slack/T1/C2/", "ana") == set()


async def test_each_person_s_opinion_of_each_answer_is_kept_once(box: Box) -> None:
    rate, thread = box.histories.rate, box.thread
    assert await rate(thread, "1.5", "k1", "ana", 1)
    assert not await rate(thread, "1.5", "k1", "ana", 1)
    assert await rate(thread, "1.5", "k1", "ana", -1)
    assert await rate(thread, "1.5", "k1", "bo", 1)
    assert await rate(thread, "1.5", "k2", "ana", -1)  # the answer was given anew
    assert await ratings(box.histories.connection, thread) == {
        ("1.5", "k1", "ana"): -1,
        ("1.5", "k1", "bo"): 1,
        ("1.5", "k2", "ana"): -1,
    }


async def test_who_is_forgotten_is_forgotten_as_a_judge_too(box: Box) -> None:
    for person in ("ana", "bo", "nana"):
        await box.histories.rate(box.thread, "1/5", "", person, 1)
    await box.histories.forget(box.thread, "ana")
    people = {person for _, _, person in await ratings(box.histories.connection, box.thread)}
    assert people == {"bo", "nana"}
    await box.histories.forget(box.thread)
    assert await ratings(box.histories.connection, box.thread) == {}
