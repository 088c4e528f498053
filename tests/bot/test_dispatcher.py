"""The dispatcher takes what is due, lets threads run side by side, and hands over what it cannot
end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from bot.dispatcher import LOOKS_AT_ONCE, Dispatcher
from bot.errors import StoreUnavailable
from bot.events import Author, Message, ThreadRef
from bot.inbox import Inbox, Leases
from bot.lease import Lease
from bot.store import keys
from bot.store.connection import Connection
from bot.store.histories import Histories
from bot.store.mailboxes import Mailboxes
from tests.bounds import FOREVER, PATIENCE

pytest_plugins = ("tests.store_fixtures",)

NEVER = 3600.0


@pytest.fixture
def inbox(store: Connection, histories: Histories) -> Inbox:
    return Inbox(Mailboxes(store, 3600), histories)


def thread(name: str) -> ThreadRef:
    return ThreadRef("slack", "T", name, "1")


async def put(inbox: Inbox, name: str, id: str = "1") -> int:
    """Put a message; returns the partition to wake."""
    message = Message(id, thread(name), Author("ana", "Ana"), f"{name} {id}", int(id))
    await inbox.put(message)
    return keys.partition(message.thread.key)


async def finish(lease: Lease) -> None:
    await lease.finish([])


@asynccontextmanager
async def running(
    inbox: Inbox, work: Callable[[Lease], Awaitable[None]], **how: object
) -> AsyncIterator[Dispatcher]:
    how = {"owner": "me", "platforms": ("slack",), "sweep_seconds": NEVER, **how}
    dispatcher = Dispatcher(inbox, work, **how)  # type: ignore[arg-type]
    task = asyncio.create_task(dispatcher.run())
    try:
        yield dispatcher
    finally:
        await dispatcher.drain(0)
        await asyncio.wait_for(task, PATIENCE)


async def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  what is looked at announces nothing
            await asyncio.sleep(0.005)


async def test_threads_run_side_by_side_and_each_has_one_turn_at_a_time(inbox: Inbox) -> None:
    active: dict[str, int] = {}
    most = {"one": 0, "all": 0}
    done: list[str] = []
    together = asyncio.Event()

    async def work(lease: Lease) -> None:
        name = lease.thread.channel
        active[name] = active.get(name, 0) + 1
        most["one"] = max(most["one"], active[name])
        most["all"] = max(most["all"], sum(active.values()))
        await asyncio.sleep(0.01)
        if sum(active.values()) == 8:
            together.set()
        await together.wait()  # each thread's first turn waits for those of the others
        done.extend(event.text for event in lease.batch().events)
        active[name] -= 1
        await lease.finish([])

    async with running(inbox, work) as dispatcher:
        for id in ("1", "2", "3"):
            for name in "abcdefgh":
                dispatcher.wake(await put(inbox, name, id))
        await until(lambda: len(done) == 24)
    assert most["one"] == 1
    assert most["all"] == 8
    for name in "abcdefgh":
        assert [text for text in done if text.startswith(name)] == [f"{name} {n}" for n in "123"]


async def test_what_was_not_announced_is_found_all_the_same(inbox: Inbox) -> None:
    done: list[str] = []

    async def work(lease: Lease) -> None:
        done.append(lease.thread.channel)
        await lease.finish([])

    async with running(inbox, work, sweep_seconds=0.05):
        await put(inbox, "quiet")
        await until(lambda: done == ["quiet"])


async def test_a_retry_is_taken_when_it_comes_due_without_being_announced(inbox: Inbox) -> None:
    loop, times = asyncio.get_running_loop(), []

    async def work(lease: Lease) -> None:
        times.append(loop.time())
        await (lease.finish([]) if len(times) > 1 else lease.release(0.3, counted=True))

    async with running(inbox, work) as dispatcher:
        dispatcher.wake(await put(inbox, "a"))
        await until(lambda: len(times) == 2)
    assert times[1] - times[0] > 0.25


async def test_no_more_turns_run_than_allowed_and_none_is_starved(inbox: Inbox) -> None:
    """A thread that always has something new must not keep the others from their turn."""
    names = [str(number) for number in range(20)]
    first = {keys.partition(thread(name).key): name for name in names}
    busy, patient = first[min(first)], [name for name in names if name != first[min(first)]]
    done: list[str] = []
    counts = {"active": 0, "most": 0, "next": 100}

    async def work(lease: Lease) -> None:
        counts["active"] += 1
        counts["most"] = max(counts["most"], counts["active"])
        if lease.thread.channel == busy:
            counts["next"] += 1
            dispatcher.wake(await put(inbox, busy, str(counts["next"])))
        await asyncio.sleep(0.002)
        done.append(lease.thread.channel)
        await lease.finish([])
        dispatcher.wake(keys.partition(lease.thread.key))
        counts["active"] -= 1

    async with running(inbox, work, concurrency=1) as dispatcher:
        for name in names:
            dispatcher.wake(await put(inbox, name))
        await until(lambda: set(done) == set(names))
    assert counts["most"] == 1
    assert done.count(busy) < 4 * len(patient)


async def test_a_store_that_is_away_is_asked_again(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dispatcher.RETRY_SECONDS", 0.02)
    take, faults = inbox.take, [StoreUnavailable("away"), ValueError("a bug"), OSError("what")]
    done: list[str] = []

    async def failing(*args: object) -> Leases:
        if faults:
            raise faults.pop()
        return await take(*args)  # type: ignore[arg-type]

    async def work(lease: Lease) -> None:
        done.append(lease.thread.channel)
        await lease.finish([])

    monkeypatch.setattr(inbox, "take", failing)
    await put(inbox, "a")
    async with running(inbox, work):
        await until(lambda: done == ["a"])


async def test_a_turn_that_ends_with_a_bug_harms_no_other(
    inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    async def work(lease: Lease) -> None:
        if lease.thread.channel == "bad":
            raise ValueError("a bug")
        done.append(lease.thread.channel)
        await lease.finish([])

    with caplog.at_level(logging.ERROR):
        async with running(inbox, work) as dispatcher:
            dispatcher.wake(await put(inbox, "bad"))
            dispatcher.wake(await put(inbox, "good"))
            await until(lambda: done == ["good"])
    assert "a turn ended with a bug" in caplog.text


async def test_draining_lets_turns_end_and_takes_nothing_more(inbox: Inbox) -> None:
    started, done = asyncio.Event(), []

    async def work(lease: Lease) -> None:
        started.set()
        await asyncio.sleep(0.1)
        await lease.finish([])
        done.append(lease.thread.channel)

    async with running(inbox, work) as dispatcher:
        dispatcher.wake(await put(inbox, "a"))
        await started.wait()
        dispatcher.wake(await put(inbox, "b"))
        await dispatcher.drain(PATIENCE)
        assert "a" in done
        assert dispatcher.active == 0
        left = await inbox.depth(["slack"])
        assert left == 2 - len(done)


async def test_draining_ends_what_takes_too_long_in_time(inbox: Inbox) -> None:
    ended = []

    async def work(lease: Lease) -> None:
        try:
            await asyncio.sleep(FOREVER)
        except asyncio.CancelledError:
            await lease.release(0, counted=False)
            ended.append(lease.thread.channel)
            raise

    async with running(inbox, work) as dispatcher:
        dispatcher.wake(await put(inbox, "a"))
        await until(lambda: dispatcher.active)
        async with asyncio.timeout(PATIENCE):
            await dispatcher.drain(0.1)
    assert ended == ["a"]
    again = await inbox.take(keys.partition(thread("a").key), ["slack"], "other", 5)
    assert [lease.attempt for lease in again.taken] == [1]


async def test_what_is_leased_while_draining_begins_is_not_forgotten(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, asked, answered = inbox.take, asyncio.Event(), asyncio.Event()
    handed_over = []

    async def slow(*args: object) -> Leases:
        found = await take(*args)  # type: ignore[arg-type]
        if found.taken:
            asked.set()
            await answered.wait()
        return found

    async def work(lease: Lease) -> None:
        try:
            await asyncio.sleep(FOREVER)
        finally:
            await lease.release(0, counted=False)
            handed_over.append(lease.thread.channel)

    monkeypatch.setattr(inbox, "take", slow)
    async with running(inbox, work) as dispatcher:
        dispatcher.wake(await put(inbox, "a"))
        await asked.wait()
        draining = asyncio.create_task(dispatcher.drain(0.3))
        await asyncio.sleep(0.05)
        answered.set()
        await draining
    assert handed_over == ["a"]


async def test_flags_are_read_at_once_when_somebody_says_that_there_are_some(
    inbox: Inbox,
) -> None:
    stopped = asyncio.Event()

    async def work(lease: Lease) -> None:
        await lease.stop.wait()
        stopped.set()
        await lease.finish([])

    async with running(inbox, work) as dispatcher:
        dispatcher.wake(await put(inbox, "a"))
        await until(lambda: dispatcher.active)
        dispatcher.check_flags("slack/T/nobody/1")
        await Mailboxes(inbox._mailboxes.connection, 3600).stop(
            thread("a").key, "ana", anyone=False
        )
        dispatcher.check_flags(thread("a").key)
        await asyncio.wait_for(stopped.wait(), PATIENCE)


async def test_a_lease_of_the_same_thread_ends_the_turn_that_had_it_before(inbox: Inbox) -> None:
    """This process could not renew in time; it must not speak with two voices."""
    leases: list[Lease] = []

    async def work(lease: Lease) -> None:
        leases.append(lease)
        await (lease.lost.wait() if len(leases) == 1 else lease.finish([]))

    async with running(inbox, work) as dispatcher:
        number = await put(inbox, "a")
        dispatcher.wake(number)
        await until(lambda: leases)
        await inbox.free_dead(lambda owners: set(owners))
        dispatcher.wake(number)
        await until(lambda: len(leases) == 2 and dispatcher.active == 0)
    assert leases[0].lost.is_set()
    assert not leases[1].lost.is_set()


async def test_an_idle_dispatcher_hardly_asks(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, asked = inbox.take, []

    async def counting(*args: object) -> Leases:
        asked.append(args)
        return await take(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox, "take", counting)
    async with running(inbox, finish):
        await until(lambda: len(asked) >= keys.PARTITIONS)
        await asyncio.sleep(0.3)  # nothing more may be asked in this time
    assert len(asked) == keys.PARTITIONS


class _Looking:
    """An inbox in which each look waits for the others, and one fails."""

    def __init__(self, together: int) -> None:
        self._all_look = asyncio.Barrier(together)
        self.asked: list[int] = []
        self.most: list[int] = []

    async def take(self, partition: int, platforms: object, owner: str, most: int) -> Leases:
        self.asked.append(partition)
        self.most.append(most)
        await self._all_look.wait()
        if partition == 0:
            raise StoreUnavailable("away")
        return Leases([])


async def test_several_partitions_are_looked_at_together_and_share_what_is_free() -> None:
    inbox = _Looking(LOOKS_AT_ONCE)
    dispatcher = Dispatcher(
        inbox,  # type: ignore[arg-type]
        finish,
        owner="me",
        platforms=("slack",),
        concurrency=2 * LOOKS_AT_ONCE + 1,
        sweep_seconds=NEVER,
    )
    task = asyncio.create_task(dispatcher.run())
    try:
        # The one whose look has failed is due again; those beside it are not forgotten.
        await until(lambda: inbox.asked.count(0) == 1 and len(inbox.asked) >= LOOKS_AT_ONCE)
        assert len(set(inbox.asked[:LOOKS_AT_ONCE])) == LOOKS_AT_ONCE
        assert set(inbox.most) == {2}
        await until(lambda: inbox.asked.count(0) == 2, seconds=10.0)
        assert inbox.asked.count(1) == 1
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
