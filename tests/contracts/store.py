"""The contract of a store: what the scripts rely on, whichever server runs them.

An implementation's test module subclasses `StoreContract`; the fixture `any_store` gives it a
connection to an emptied store.
"""

from __future__ import annotations

import asyncio

import pytest

from bot import turns
from bot.store import keys
from bot.store.budgets import Budgets, Limit
from bot.store.connection import Connection
from bot.store.histories import Histories
from bot.store.mailboxes import Ending, Mailboxes, Remembered
from bot.store.usage import Usage
from tests.bot.store.probes import tokens_today
from tests.bounds import PATIENCE

THREADS = [f"slack/T1/C{n}/1800000000.{n:06d}" for n in range(24)]
"""Enough to meet every node of a cluster."""


async def put(boxes: Mailboxes, thread: str, item: str = "m:1", at: int = 1) -> str:
    return await boxes.put(
        thread, item, at, f"value of {item}", alone=False, author="ana", relevance="direct"
    )


class StoreContract:
    """Every script runs, on every slot."""

    async def test_a_turn_goes_from_put_to_history_in_every_partition(
        self, any_store: Connection
    ) -> None:
        boxes, histories = Mailboxes(any_store, 3600), Histories(any_store, 3600)
        for thread in THREADS:
            assert await put(boxes, thread) == "stored"
            assert await put(boxes, thread) == "known"
        assert await boxes.depth(["slack", "web"]) == len(THREADS)
        taken = []
        for number in range(keys.PARTITIONS):
            taken += (await boxes.take(number, ["web", "slack"], "me", 15_000, 50)).threads
        assert sorted(one.thread for one in taken) == sorted(THREADS)
        for one in taken:
            assert await boxes.renew(one.thread, one.fence, 15_000) == (False, 0)
            assert await boxes.record(one.thread, one.fence, {"p0": "9"}, ["p1"])
            entry = turns.Entry("1", "person", f"asked in {one.thread}", 1, "ana")
            ending = Ending((Remembered("1", 1, turns.encode(entry)),), 0, "look")
            assert await boxes.finish(one.thread, one.fence, ending)
            assert [e.text for e in (await histories.load(one.thread, 9999)).entries] == [
                f"asked in {one.thread}"
            ]
            number = keys.partition(one.thread)
            assert f"{one.thread}\nlook" in await boxes.second_looks(number, ["slack"], 50)
            await boxes.strike(number, ["slack", "web"], f"{one.thread}\nlook")
        assert await boxes.depth(["slack"]) == 0

    async def test_what_acts_beside_a_turn_runs_in_every_partition(
        self, any_store: Connection
    ) -> None:
        boxes, histories = Mailboxes(any_store, 3600), Histories(any_store, 3600)
        for thread in THREADS:
            await put(boxes, thread, "m:1", 1)
            await put(boxes, thread, "m:2", 2)
            assert await boxes.edit(thread, "1", 5, '{"text": "new"}') == "done"
            assert await boxes.delete(thread, "2") == "done"
            assert await boxes.stop(thread, "ana", anyone=False) == "nothing"
            (one,) = (await boxes.take(keys.partition(thread), ["slack"], "me", 15_000, 1)).threads
            assert await boxes.stop(thread, "ana", anyone=False) == "done"
            assert await boxes.owners(keys.partition(thread)) == {"me"}
            assert await boxes.release(thread, one.fence, 60_000, counted=False)
            await histories.prime(thread, [turns.Entry("0", "person", "before", 0, "bob")])
            read = await histories.load(thread, 9999)
            assert await histories.fold(thread, read, 0, "a summary")
            await histories.note_asker(thread, "slack/T1/C1/", "ana")
            assert await histories.forget(thread, "bob") == 1
            assert await histories.forget(thread) == 1  # the turn that waits to be gone on with
            assert await boxes.leave(thread)
        assert await histories.asked_in("slack/T1/C1/", "ana") == set(THREADS)

    async def test_allowances_and_usage_are_counted(self, any_store: Connection) -> None:
        budgets = Budgets(any_store, "slack", {"post": (Limit(1, 60.0),)})
        for workspace in ("T1", "T2", "T3", "T4"):
            assert await budgets.try_take(workspace, "post")
            assert not await budgets.try_take(workspace, "post")
            assert await budgets.reserve(workspace, "post") > 50
            await budgets.pause(workspace, "other", 30)
            assert await budgets.reserve(workspace, "other") == pytest.approx(30, abs=2)
            usage = Usage(any_store)
            assert not (await usage.begin_turn(f"slack/{workspace}/ana", 1, 10)).refused
            assert (await usage.begin_turn(f"slack/{workspace}/ana", 1, 10)).refused == "turns"
            await usage.add_tokens(f"slack/{workspace}/ana", 11)
            assert await tokens_today(any_store, f"slack/{workspace}/ana") == 11
            assert (await usage.begin_turn(f"slack/{workspace}/ana", 0, 10)).refused == "tokens"

    async def test_a_script_that_a_server_has_forgotten_is_sent_again(
        self, any_store: Connection
    ) -> None:
        boxes = Mailboxes(any_store, 3600)
        await put(boxes, THREADS[0])
        await any_store.command("script_flush")
        for thread in THREADS[1:]:
            assert await put(boxes, thread) == "stored"

    async def test_a_subscriber_hears_what_becomes_due_and_which_turns_have_flags(
        self, any_store: Connection
    ) -> None:
        boxes, heard = Mailboxes(any_store, 3600), asyncio.Queue[tuple[str, str]]()

        async def listen() -> None:
            async for message in any_store.subscribe(keys.WAKE, keys.CONTROL):
                heard.put_nowait(message)

        async def until(expected: tuple[str, str]) -> None:
            # Nodes of a cluster pass messages on to each other, and late: a subscriber may still
            # hear what was said before it came.
            while await heard.get() != expected:
                pass

        listening = asyncio.create_task(listen())
        try:
            async with asyncio.timeout(PATIENCE):
                assert await heard.get() == ("", "")
                assert await heard.get() == ("", "")  # one for each channel
                thread = THREADS[5]
                await put(boxes, thread)
                await until((keys.WAKE, str(keys.partition(thread))))
                await boxes.take(keys.partition(thread), ["slack"], "me", 15_000, 1)
                await boxes.stop(thread, "ana", anyone=False)
                await until((keys.CONTROL, thread))
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def test_the_store_says_that_it_is_reachable(self, any_store: Connection) -> None:
        assert await any_store.reachable()
