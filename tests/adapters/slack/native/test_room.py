"""Room for a stream: its place, and its slots in the budget that all share."""

from __future__ import annotations

import pytest

from adapters.slack.limits import LIMITS, START, STOP
from adapters.slack.native.room import ASKED_AGAIN_SECONDS, MOST_REFUSED, Refusals, Room, suits
from bot.events import ThreadRef
from bot.store.budgets import Budgets
from bot.store.connection import Connection
from tests.adapters.slack.parts import client_of
from tests.servers.slack import LocalSlack


@pytest.mark.parametrize(
    ("channel", "root", "fits"),
    [("D1", "1.1", True), ("D1", "", False), ("C1", "1.1", False), ("G1", "1.1", False)],
)
def test_streams_are_for_threads_of_direct_messages(channel: str, root: str, fits: bool) -> None:
    assert suits(ThreadRef("slack", "T", channel, root)) is fits


def test_a_refusal_stands_for_a_while_and_for_its_place_only() -> None:
    now = [0.0]
    refusals = Refusals(lambda: now[0])
    refusals.note("D1")
    assert refusals.stand("D1")
    assert not refusals.stand("D2")
    now[0] = ASKED_AGAIN_SECONDS
    assert not refusals.stand("D1")


def test_refusals_do_not_pile_up() -> None:
    refusals = Refusals(lambda: 0.0)
    for number in range(3 * MOST_REFUSED):
        refusals.note(f"D{number}")
    assert len(refusals._until) <= MOST_REFUSED


async def test_streams_of_all_processes_end_within_the_bucket(connection: Connection) -> None:
    """Each holds its stop: what may be started can also be ended at once."""
    budgets = Budgets(connection, "slack", LIMITS)
    async with LocalSlack() as slack, client_of(slack) as client:
        client.allowance = budgets
        rooms = [Room(client, f"reply {number}") for number in range(40)]
        started = [room for room in rooms if await room.for_start()]
        assert len(started) == 18  # 20 a minute; a tenth is for what others left open
        for room in started:
            assert await budgets.reserve(client.workspace, STOP, "", room._hold) == 0.0
        late = [await Room(client, f"late {number}").for_start() for number in range(10)]
        assert late.count(True) == 20 - 18


async def test_a_successor_stops_in_the_slot_that_was_kept_before_it(
    connection: Connection,
) -> None:
    budgets = Budgets(connection, "slack", LIMITS)
    async with LocalSlack() as slack, client_of(slack) as client:
        client.allowance = budgets
        waits: list[float] = []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)

        client.sleep = sleep
        rooms = [Room(client, f"reply {number}") for number in range(18)]
        assert all([await room.for_start() for room in rooms])
        for number in range(18):  # the process has died; another one goes on
            await Room(client, f"reply {number}").for_stop()
        assert waits == []


async def test_a_start_that_is_not_to_be_had_keeps_no_stop(connection: Connection) -> None:
    budgets = Budgets(connection, "slack", LIMITS)
    async with LocalSlack() as slack, client_of(slack) as client:
        client.allowance = budgets
        await budgets.pause(client.workspace, START, 30)
        for number in range(30):
            assert not await Room(client, f"reply {number}").for_start()
        await budgets.hold(client.workspace, STOP, "another")
        assert await budgets.reserve(client.workspace, STOP, "", "another") == 0.0


async def test_without_pacing_there_is_always_room(connection: Connection) -> None:
    async with LocalSlack() as slack, client_of(slack) as client:
        client.allowance = Budgets(connection, "slack", LIMITS, factor=0)
        rooms = [Room(client, f"reply {number}") for number in range(60)]
        assert all([await room.for_start() and await room.for_append() for room in rooms])
