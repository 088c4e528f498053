"""A mailbox accepts each event once, gives its batch to one worker at a time, and empties it."""

from __future__ import annotations

import pytest

from bot.store.connection import Connection
from bot.store.histories import Histories
from bot.store.mailboxes import Again, Ending, Files, Mailboxes
from tests.bot.store.box import LEASE_MS, Box, ids
from tests.store_servers import Clock, leftovers

pytest_plugins = ("tests.store_fixtures",)


@pytest.fixture
def box(mailboxes: Mailboxes, histories: Histories) -> Box:
    return Box(mailboxes, histories)


def other(box: Box, thread: str) -> Box:
    return Box(box.mailboxes, box.histories, thread)


def beside(box: Box, platform: str = "slack") -> Box:
    """Another thread of the same partition."""
    number = 0
    while True:
        number += 1
        found = other(box, f"{platform}/T1/D{number}/100")
        if found.partition == box.partition and found.thread != box.thread:
            return found


# -- put -------------------------------------------------------------------------------------


async def test_an_event_is_stored_once_and_known_from_then_on(box: Box) -> None:
    assert await box.put("1") == "stored"
    assert await box.put("1") == "known"
    taken = await box.take()
    assert await box.put("1") == "known"
    await box.answer(taken)
    assert await box.put("1") == "known"
    assert await box.take_if_due() is None


async def test_an_identity_counts_within_its_channel_only(box: Box) -> None:
    await box.put("1")
    assert await other(box, "slack/T1/C2/100").put("1") == "stored"
    assert await other(box, "slack/T2/C1/100").put("1") == "stored"


async def test_a_known_message_whose_thread_fell_out_of_the_due_set_makes_it_due_again(
    box: Box, store: Connection
) -> None:
    await box.put("1")
    await store.command("zrem", f"parley:{{{box.partition}}}:due:slack", box.thread)
    assert await box.take_if_due() is None
    assert await box.put("1") == "known"
    assert ids(await box.take()) == ["1"]


async def test_what_is_not_addressed_to_the_bot_is_kept_in_joined_threads_only(box: Box) -> None:
    assert await box.put("1", relevance="if_joined") == "dropped"
    assert await box.put("2", relevance="overheard") == "dropped"
    await box.put("3")
    await box.answer(await box.take())
    assert await box.put("4", relevance="if_joined") == "stored"
    assert await box.put("5", relevance="overheard") == "remembered"
    assert await box.put("5", relevance="overheard") == "known"
    assert ids(await box.take()) == ["4"]
    assert await box.remembered() == ["asked 3", "answer", "said 5"]


async def test_a_thread_that_was_left_is_followed_again_when_the_bot_is_addressed(box: Box) -> None:
    await box.put("1")
    await box.answer(await box.take())
    assert await box.mailboxes.leave(box.thread)
    assert not await box.mailboxes.leave(box.thread)
    assert await box.put("2", relevance="if_joined") == "dropped"
    assert await box.put("3") == "stored"
    assert await box.put("4", relevance="if_joined") == "stored"


async def test_a_mention_that_comes_behind_what_followed_it_says_so(box: Box) -> None:
    for kind, id in (("if_joined", "7"), ("overheard", "6")):
        assert await box.put(id, relevance=kind) == "dropped"
    assert await box.put("8") == "stored"
    assert (await box.histories.load(box.thread, 100)).missed == ()  # that was read as earlier
    assert await box.put("5") == "stored"
    assert await box.put("4") == "stored"
    missed = (await box.histories.load(box.thread, 100)).missed
    assert sorted(missed) == [4, 5]
    await box.histories.caught_up(box.thread, missed)
    assert (await box.histories.load(box.thread, 100)).missed == ()


async def test_only_the_first_call_into_a_thread_can_have_been_overtaken(box: Box) -> None:
    await box.put("1")
    await box.answer(await box.take())
    await box.mailboxes.leave(box.thread)
    assert await box.put("3", relevance="if_joined") == "dropped"
    assert await box.put("4") == "stored"
    assert (await box.histories.load(box.thread, 100)).missed == ()


@pytest.mark.parametrize("first", ["2", "0"])
async def test_a_message_that_comes_as_two_events_has_its_files_whichever_comes_first(
    box: Box, first: str
) -> None:
    second = "0" if first == "2" else "2"
    assert await box.put("1", text=f"files {first}", files=first) == "stored"
    assert await box.put("1", text=f"files {second}", files=second) == "known"
    assert [item.value for item in (await box.take()).items] == ["files 2"]


async def test_files_that_arrive_while_the_message_is_answered_amend_the_turn(box: Box) -> None:
    await box.put("1", text="bare", files=Files.UNKNOWN)
    taken = await box.take()
    await box.put("1", text="with files", files=Files.SOME)
    assert await box.mailboxes.renew(box.thread, taken.fence, LEASE_MS) == (False, 1)
    await box.put("1", text="no files after all", files=Files.NONE)
    (item,) = await box.mailboxes.reread(box.thread, ["m:1"])
    assert item.value == "with files"


async def test_beyond_the_cap_messages_are_counted_and_told_of_once(box: Box) -> None:
    box.mailboxes.cap = 3
    assert [await box.put(str(n)) for n in range(1, 6)] == ["stored"] * 3 + ["full"] * 2
    assert await box.put("4") == "known"
    taken = await box.take()
    assert (ids(taken), taken.turn["overflow"]) == (["1", "2", "3"], "2")
    assert await box.put("6") == "full"  # while its answer is on the way, which speaks of two
    await box.finish(taken, overflow_told=2)
    await box.put("7")
    taken = await box.take()
    assert taken.turn["overflow"] == "1"
    await box.finish(taken, overflow_told=1)
    await box.put("8")
    assert (await box.take()).turn["overflow"] == "0"


async def test_what_no_answer_has_spoken_of_is_left_for_the_next_one(box: Box) -> None:
    box.mailboxes.cap = 1
    await box.put("1")
    await box.put("2")
    await box.finish(await box.take(), overflow_told=0)
    await box.put("3")
    assert (await box.take()).turn["overflow"] == "1"


# -- take ------------------------------------------------------------------------------------


async def test_waiting_messages_are_one_batch_in_the_platforms_order(box: Box) -> None:
    for id in ("3", "1", "2"):
        await box.put(id, author=f"p{id}")
    taken = await box.take()
    assert ids(taken) == ["1", "2", "3"]
    assert taken.turn["askers"] == '["p1","p2","p3"]'
    assert (taken.turn["attempts"], taken.turn["takes"]) == ("1", "1")


async def test_commands_stand_alone_and_keep_their_place(box: Box) -> None:
    await box.put("1")
    await box.put("2", alone=True)
    await box.put("3")
    await box.put("4")
    batches = []
    while (taken := await box.take_if_due()) is not None:
        batches.append([item.id for item in taken.items])
        await box.finish(taken)
    assert batches == [["m:1"], ["c:2"], ["m:3", "m:4"]]


async def test_a_batch_has_an_end_and_the_rest_follows(box: Box) -> None:
    for n in range(1, 26):
        await box.put(f"{n:02d}")
    taken = await box.take()
    assert len(taken.items) == 20
    await box.finish(taken)
    assert ids(await box.take()) == ["21", "22", "23", "24", "25"]


async def test_a_batch_is_frozen_when_it_is_first_taken(box: Box, clock: Clock) -> None:
    await box.put("2")
    first = await box.take()
    await box.put("1")
    await box.put("3")
    clock.pass_(16)
    again = await box.take("other")
    assert ids(again) == ["2"]
    assert again.turn["batch"] == first.turn["batch"]
    assert (again.turn["attempts"], again.turn["takes"]) == ("2", "2")
    await box.finish(again)
    assert ids(await box.take()) == ["1", "3"]


async def test_a_thread_has_one_voice_until_its_lease_runs_out(box: Box, clock: Clock) -> None:
    await box.put("1")
    taken = await box.take()
    await box.put("2")
    clock.pass_(14.9)
    assert await box.take_if_due("other") is None
    clock.pass_(0.1)
    successor = await box.take("other")
    assert int(successor.fence) > int(taken.fence)


async def test_a_renewed_lease_lasts_from_the_renewal_on(box: Box, clock: Clock) -> None:
    await box.put("1")
    taken = await box.take()
    clock.pass_(10)
    assert await box.mailboxes.renew(box.thread, taken.fence, LEASE_MS) == (False, 0)
    clock.pass_(14)
    assert await box.take_if_due("other") is None
    clock.pass_(1)
    assert await box.take_if_due("other") is not None


async def test_the_longest_waiting_goes_first_whatever_its_platform(box: Box, clock: Clock) -> None:
    web = beside(box, "web")
    await box.put("1")
    clock.pass_(1)
    await web.put("1")
    for first, second in ((box, web), (web, box)):
        found = await box.mailboxes.take(box.partition, ("web", "slack"), "me", LEASE_MS, 1)
        assert [one.thread for one in found.threads] == [first.thread]
        assert found.next_in == 0  # the other one
        await box.mailboxes.finish(first.thread, found.threads[0].fence, Ending())
        clock.pass_(1)
        await first.put(str(clock.now))
        assert second.thread != first.thread


async def test_a_process_takes_only_what_it_can_answer(box: Box) -> None:
    await box.put("1")
    assert await box.take_if_due(platforms=("web", "discord")) is None
    assert await box.take_if_due(platforms=("web", "slack")) is not None


async def test_a_look_says_when_something_else_will_be_due(box: Box, clock: Clock) -> None:
    look = box.mailboxes.take
    assert (await look(box.partition, ("slack",), "me", LEASE_MS, 5)).next_in is None
    await box.put("1")
    found = await look(box.partition, ("slack",), "me", LEASE_MS, 5)
    assert found.next_in == LEASE_MS
    await box.mailboxes.release(box.thread, found.threads[0].fence, 4_000, counted=True)
    clock.pass_(1)
    assert (await look(box.partition, ("slack",), "me", LEASE_MS, 5)).next_in == 3_000


async def test_at_most_so_many_threads_are_taken_at_once(box: Box) -> None:
    await box.put("1")
    await beside(box).put("1")
    found = await box.mailboxes.take(box.partition, ("slack",), "me", LEASE_MS, 1)
    assert len(found.threads) == 1
    found = await box.mailboxes.take(box.partition, ("slack",), "me", LEASE_MS, 1)
    assert len(found.threads) == 1


# -- a turn's record -------------------------------------------------------------------------


async def test_what_a_turn_records_is_there_for_its_successor(box: Box, clock: Clock) -> None:
    await box.put("1")
    taken = await box.take()
    assert await box.mailboxes.record(box.thread, taken.fence, {"p0": "", "p1": "9"})
    assert await box.mailboxes.record(box.thread, taken.fence, {"p0": "8"}, ["p1"])
    assert await box.mailboxes.record(box.thread, taken.fence, {}, ["p1", "p2"])
    clock.pass_(15)
    turn = (await box.take("other")).turn
    assert turn["p0"] == "8"
    assert "p1" not in turn


async def test_who_lost_the_lease_can_write_nothing(box: Box, clock: Clock) -> None:
    await box.put("1")
    zombie = await box.take()
    clock.pass_(15)
    owner = await box.take("other")
    mailboxes = box.mailboxes
    assert await mailboxes.renew(box.thread, zombie.fence, LEASE_MS) is None
    assert not await mailboxes.record(box.thread, zombie.fence, {"p0": "zombie"})
    assert not await mailboxes.release(box.thread, zombie.fence, 0, counted=False)
    assert not await box.answer(zombie, "zombie")
    assert await mailboxes.renew(box.thread, owner.fence, LEASE_MS) == (False, 0)
    assert await box.answer(owner)
    assert not await box.answer(zombie, "zombie")
    assert await box.remembered() == ["asked 1", "answer"]


async def test_a_turn_that_ended_has_no_owner(box: Box) -> None:
    await box.put("1")
    taken = await box.take()
    assert await box.answer(taken)
    assert not await box.answer(taken)
    assert await box.mailboxes.renew(box.thread, taken.fence, LEASE_MS) is None


# -- finish and release ----------------------------------------------------------------------


async def test_what_arrived_during_a_turn_is_due_when_it_ends(box: Box) -> None:
    await box.put("1")
    taken = await box.take()
    await box.put("2")
    assert await box.take_if_due() is None
    await box.answer(taken)
    assert ids(await box.take()) == ["2"]


async def test_a_released_thread_comes_back_after_its_delay_with_the_same_batch(
    box: Box, clock: Clock
) -> None:
    await box.put("1")
    taken = await box.take()
    await box.put("2")
    assert await box.mailboxes.release(box.thread, taken.fence, 5_000, counted=True)
    assert await box.put("3") == "stored"  # which does not bring it forward
    clock.pass_(4.9)
    assert await box.take_if_due() is None
    clock.pass_(0.1)
    again = await box.take()
    assert (ids(again), again.turn["attempts"]) == (["1"], "2")


async def test_a_turn_given_back_in_order_is_no_failed_attempt(box: Box) -> None:
    await box.put("1")
    for takes in ("1", "2", "3"):
        taken = await box.take()
        assert (taken.turn["attempts"], taken.turn["takes"]) == ("1", takes)
        await box.mailboxes.release(box.thread, taken.fence, 0, counted=False)


async def test_the_threads_of_dead_owners_are_due_at_once(box: Box) -> None:
    await box.put("1")
    await box.take("dead")
    thread = beside(box)
    await thread.put("1")
    await thread.take("living")
    assert await box.mailboxes.owners(box.partition) == {"dead", "living"}
    assert await box.mailboxes.free(box.partition, ["dead", "unknown"]) == 1
    found = await box.mailboxes.take(box.partition, ("slack",), "me", LEASE_MS, 5)
    assert [one.thread for one in found.threads] == [box.thread]


async def test_a_set_aside_batch_leaves_the_mailbox_and_can_be_put_back_once(box: Box) -> None:
    await box.put("1")
    await box.put("2")
    taken = await box.take()
    await box.put("3")
    await box.finish(taken, set_aside="why")
    assert [record async for record in box.mailboxes.set_aside()] == ["why"]
    assert await box.put("1") == "known"
    again = [Again(item.id, 1, item.value, alone=False, author="ana") for item in taken.items]
    await box.finish(await box.take())
    assert await box.mailboxes.replay(box.thread, "why", again)
    assert not await box.mailboxes.replay(box.thread, "why", again)
    assert [record async for record in box.mailboxes.set_aside()] == []
    assert await box.put("1") == "known"
    assert ids(await box.take()) == ["1", "2"]


async def test_second_looks_come_when_due_and_again_until_they_are_struck(
    box: Box, clock: Clock
) -> None:
    await box.put("1")
    await box.finish(await box.take(), look_in_ms=30_000, look="look")
    due, number = box.mailboxes.second_looks, box.partition
    member = f"{box.thread}\nlook"
    assert await due(number, ["slack"]) == []
    clock.pass_(30)
    assert await due(number, ["web"]) == []
    assert await due(number, ["web", "slack"]) == [member]
    assert await due(number, ["slack"]) == []
    clock.pass_(60)
    assert await due(number, ["slack"]) == [member]
    await box.mailboxes.strike(number, ["slack"], member)
    clock.pass_(60)
    assert await due(number, ["slack"]) == []


async def test_a_second_look_waits_while_a_turn_runs_in_its_thread(box: Box, clock: Clock) -> None:
    await box.put("1")
    await box.finish(await box.take(), look_in_ms=0, look="look")
    await box.put("2")
    taken = await box.take()
    assert await box.mailboxes.second_looks(box.partition, ["slack"]) == []
    await box.finish(taken)
    clock.pass_(60)
    assert await box.mailboxes.second_looks(box.partition, ["slack"]) == [f"{box.thread}\nlook"]


async def test_nothing_stays_for_ever_once_all_is_answered(box: Box, store: Connection) -> None:
    box.mailboxes.cap = 3
    for n in range(1, 6):
        await box.put(str(n))
    taken = await box.take()
    await box.edit("1", "new")
    await box.delete("2")
    await box.mailboxes.record(box.thread, taken.fence, {"p0": "9"})
    await box.finish(taken, overflow_told=2, look_in_ms=5, look="look", set_aside="why")
    await box.put("7", relevance="overheard")
    await box.edit("7", "newer")
    await box.delete("99")
    await box.histories.note_asker(box.thread, "slack/T1/C1/", "ana")
    # A number per partition is all that remains of it.
    assert list(await leftovers(store)) == [f"parley:{{{box.partition}}}:fence"]


async def test_after_three_deaths_a_batch_waits_for_the_storm_to_pass(
    box: Box, clock: Clock
) -> None:
    await box.put("1")
    for wait in (0, 0, 0, 5, 15, 15):
        if wait:
            clock.pass_(wait - 1)
            assert await box.take_if_due() is None
            clock.pass_(1)
        await box.take("dead")
        await box.mailboxes.free(box.partition, ["dead"])
