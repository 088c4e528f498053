"""Who listens notes it; what was missed while nobody did is handed to one process, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.events import ThreadRef
from bot.store import keys
from bot.store.connection import Connection
from bot.store.heard import CLAIM_SECONDS, Absence, Heard
from bot.store.histories import Histories
from bot.store.mailboxes import FOLLOWED_CAP, Mailboxes
from tests.bot.store.box import Box
from tests.store_servers import Clock

pytest_plugins = ["tests.store_fixtures"]

SECOND = 1_000_000


@pytest.fixture
def heard(any_store: Connection, clock: Clock) -> Heard:
    return Heard(any_store, "slack", clock)


async def note(heard: Heard, owner: str = "me", *teams: str, quiet: float = 7) -> Absence | None:
    return await heard.note(owner, teams or ("T1",), quiet)


async def test_a_first_start_has_missed_nothing(heard: Heard, clock: Clock) -> None:
    assert await note(heard, quiet=0.5) is None
    clock.now += 5_000
    assert await note(heard) is None


async def test_after_an_absence_one_of_two_is_told_since_when(heard: Heard, clock: Clock) -> None:
    began = clock.now
    await note(heard)
    clock.now += 60_000
    absence = await note(heard, "a")
    assert absence is not None
    assert (absence.since, dict(absence.workspaces)) == (began * 1000, {"T1": began * 1000})
    assert await note(heard, "b", quiet=0.5) is None
    assert await note(heard, "a") is None  # it is at it
    await heard.caught_up("a", absence, done=True)
    assert await note(heard, "b") is None


async def test_who_is_killed_in_the_middle_is_followed_by_another(
    heard: Heard, clock: Clock
) -> None:
    await note(heard)
    clock.now += 60_000
    first = await note(heard, "killed")
    clock.now += int(CLAIM_SECONDS * 1000) - 1
    assert await note(heard, "next", quiet=100) is None
    clock.now += 1
    await heard.connection.command(
        "delete", "parley:{heard/slack}:claim"
    )  # its time is the server's
    second = await note(heard, "next", quiet=100)
    assert first is not None
    assert second == first


async def test_a_second_absence_in_the_middle_of_the_first_is_not_forgotten(
    heard: Heard, clock: Clock
) -> None:
    await note(heard)
    began = clock.now
    clock.now += 60_000
    first = await note(heard, "a")
    assert first is not None
    clock.now += 10_000
    assert await note(heard, "a") is None
    await heard.caught_up("a", first, done=True)
    second = await note(heard, "a")
    assert second is not None
    assert (second.since, second.number) == (began * 1000, "2")
    await heard.caught_up("a", second, done=True)
    assert await note(heard, "a") is None


async def test_what_could_not_be_read_is_handed_out_again(heard: Heard, clock: Clock) -> None:
    await note(heard)
    clock.now += 60_000
    first = await note(heard, "a")
    assert first is not None
    await heard.caught_up("b", first, done=True)  # not its own
    assert await note(heard, "b") is None
    await heard.caught_up("a", first, done=False)
    assert await note(heard, "b") == first


async def test_a_workspace_is_not_read_from_before_it_was_known(heard: Heard, clock: Clock) -> None:
    await note(heard)
    began = clock.now
    clock.now += 60_000
    absence = await note(heard, "a", "T1", "T2")
    assert absence is not None
    assert dict(absence.workspaces) == {"T1": began * 1000, "T2": clock.now * 1000}


async def test_the_threads_in_which_something_was_said_last_are_known(
    any_store: Connection, clock: Clock
) -> None:
    heard = Heard(any_store, "slack", clock)
    box = Box(Mailboxes(any_store, 3600, clock), Histories(any_store, 3600), "")
    names = [f"slack/T1/C1/{number}" for number in range(5)]
    for name in names:
        clock.now += 1
        await replace(box, thread=name).put(name[-1] + "1")
    clock.now += 1
    await replace(box, thread=names[0]).put("91", relevance="overheard")
    await replace(box, thread="slack/T2/C9/9").put("1")
    await replace(box, thread="slack/T1/C9/9").put("2", relevance="if_joined")  # not joined
    await replace(box, thread="slack/T1/C9/8").put("3", alone=True)  # a command stands in none
    found = await heard.followed("T1", 3)
    assert found == [ThreadRef("slack", "T1", "C1", number) for number in ("0", "4", "3")]
    assert await heard.followed("T3", 3) == []


async def test_of_too_many_threads_the_newest_are_kept(store: Connection, clock: Clock) -> None:
    box = Box(Mailboxes(store, 3600, clock), Histories(store, 3600), "")
    names = (f"slack/T1/C1/{number}" for number in range(10_000))
    crowded = [name for name in names if keys.partition(name) == 3][: FOLLOWED_CAP + 5]
    for number, name in enumerate(crowded):
        clock.now += 1
        await replace(box, thread=name).put(str(number))
    kept = await store.command("zrange", "parley:{3}:followed:slack/T1", 0, -1)
    assert kept == crowded[5:]


async def test_what_was_only_overheard_is_answered_when_an_edit_calls_the_bot(
    any_store: Connection, clock: Clock
) -> None:
    box = Box(Mailboxes(any_store, 3600, clock), Histories(any_store, 3600))
    await box.put("1")
    await box.answer(await box.take())
    assert await box.put("5", relevance="overheard") == "remembered"
    assert await box.put("5", relevance="if_joined") == "known"
    assert await box.put("5") == "stored"
    taken = await box.take()
    assert [item.id for item in taken.items] == ["m:5"]
    await box.answer(taken)
    assert await box.put("5") == "known"
    assert await box.take_if_due() is None
