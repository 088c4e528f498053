"""A lease is a turn's durable record, and the guard of everything that is written outside."""

from __future__ import annotations

import pytest

from bot import turns
from bot.errors import LostLease
from bot.events import Author, Message, ThreadRef
from bot.inbox import Inbox
from bot.lease import LEASE_SECONDS, MARGIN_SECONDS, Lease
from bot.platform import Part
from bot.replies import Done, Failed
from bot.store import keys
from bot.store.histories import Histories
from bot.store.mailboxes import Mailboxes
from tests.store_servers import Clock

pytest_plugins = ("tests.store_fixtures",)

THREAD = ThreadRef("slack", "T", "C", "1")
PARTITION = keys.partition(THREAD.key)


@pytest.fixture
def inbox(mailboxes: Mailboxes, histories: Histories, clock: Clock) -> Inbox:
    return Inbox(mailboxes, histories, clock=lambda: clock.now / 1000)


async def put(inbox: Inbox, id: str = "1") -> None:
    await inbox.put(Message(id, THREAD, Author("ana", "Ana"), f"said {id}", int(id)))


async def take(inbox: Inbox) -> Lease:
    (lease,) = (await inbox.take(PARTITION, ["slack"], "me", 1)).taken
    return lease


async def test_what_is_recorded_is_there_for_the_next_attempt(inbox: Inbox, clock: Clock) -> None:
    await put(inbox)
    first = await take(inbox)
    assert (first.parts, first.answer, first.rounds) == ((), None, [])
    step = turns.Step("c1", "time", "{}", "noon \ud83d", ok=False)
    await first.posting(0)
    await first.posted(0, "p0")
    await first.posting(1)
    await first.posting(10)
    await first.round_done(0, [step])
    await first.round_done(10, [])
    await first.round_done(2, [])
    await first.answered(Done("the answer", stopped=True))
    clock.pass_(LEASE_SECONDS)
    second = await take(inbox)
    assert second.key == first.key
    assert second.parts == (Part(0, "p0"), Part(1), Part(10))
    assert second.rounds[0] == (turns.Step("c1", "time", "{}", "noon \ufffd", ok=False),)
    assert len(second.rounds) == 3
    assert second.answer == Done("the answer", stopped=True)
    assert (second.attempt, second.takes) == (2, 2)
    await second.removed(10)
    await second.answered(Failed("sorry", "broke", partial="half"))
    clock.pass_(LEASE_SECONDS)
    third = await take(inbox)
    assert third.parts == (Part(0, "p0"), Part(1))
    assert third.answer == Failed("sorry", "broke", partial="half")
    await third.answered(Failed("no", "refused", retryable=False))
    clock.pass_(LEASE_SECONDS)
    assert (await take(inbox)).answer == Failed("no", "refused", retryable=False)


async def test_the_key_is_that_of_the_batch_and_of_no_other(inbox: Inbox) -> None:
    found = set()
    for id in ("1", "2", "3"):
        await put(inbox, id)
        lease = await take(inbox)
        found.add(lease.key)
        await lease.finish([])
    assert len(found) == 3


async def test_nothing_is_written_to_a_platform_near_the_end_of_a_lease(
    inbox: Inbox, clock: Clock
) -> None:
    await put(inbox)
    lease = await take(inbox)
    clock.pass_(LEASE_SECONDS - MARGIN_SECONDS)
    lease.check()
    clock.pass_(0.1)
    with pytest.raises(LostLease):
        lease.check()
    await lease.renew()
    lease.check()


async def test_a_lost_lease_says_so_everywhere(inbox: Inbox, clock: Clock) -> None:
    await put(inbox)
    zombie = await take(inbox)
    clock.pass_(LEASE_SECONDS)
    owner = await take(inbox)
    for write in (
        zombie.posting(0),
        zombie.posted(0, "p"),
        zombie.removed(0),
        zombie.adopt(["p"]),
        zombie.round_done(0, []),
        zombie.answered(Done("zombie")),
        zombie.fault(5),
        zombie.finish([]),
        zombie.set_aside("why", 5),
    ):
        with pytest.raises(LostLease):
            await write
    await zombie.release(0, counted=True)  # which is nobody's loss
    assert zombie.lost.is_set()
    await owner.renew()
    assert not owner.lost.is_set()
    assert owner.parts == ()


async def test_renewing_tells_of_stops_and_amendments_once(
    inbox: Inbox, mailboxes: Mailboxes
) -> None:
    await put(inbox)
    lease = await take(inbox)
    await lease.renew()
    assert not lease.stop.is_set()
    assert not lease.amended.is_set()
    await mailboxes.edit(THREAD.key, "1", 5, '{"text": "new"}')
    await lease.renew()
    assert lease.amended.is_set()
    lease.amended.clear()
    await lease.renew()
    assert not lease.amended.is_set()
    await mailboxes.stop(THREAD.key, "ana", anyone=False)
    await lease.renew()
    assert lease.stop.is_set()


async def test_a_batch_reads_as_edited_and_without_what_was_deleted(
    inbox: Inbox, mailboxes: Mailboxes
) -> None:
    for id in ("1", "2", "3"):
        await put(inbox, id)
    lease = await take(inbox)
    await mailboxes.edit(THREAD.key, "1", 5, '{"text": "new"}')
    await mailboxes.delete(THREAD.key, "2")
    await mailboxes.edit(THREAD.key, "3", 5, '{"words": "of another form"}')
    await lease.release(0, counted=False)
    again = await take(inbox)
    assert [e.text for e in again.batch().events if isinstance(e, Message)] == ["new"]
    assert again.unreadable == {"m:3"}
    assert [event.id for event in again.place().events] == ["1", "2", "3"]
    assert not await again.all_deleted()


async def test_faults_are_counted_from_the_first_one_on(inbox: Inbox) -> None:
    await put(inbox)
    lease = await take(inbox)
    assert (lease.faults, lease.failing_since) == (0, None)
    for now in (100, 200):
        await lease.fault(now)
        await lease.release(0, counted=False)
        lease = await take(inbox)
    assert (lease.faults, lease.failing_since, lease.attempt) == (2, 100, 1)
