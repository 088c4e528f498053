"""No window of a platform's allowance is ever exceeded, whoever asks for what, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.budgets import HOLD_MS, Budgets, Limit
from bot.store.connection import Connection
from tests.store_servers import Clock, StoreServer

pytest_plugins = ("tests.store_fixtures",)

LIMITS = {
    "post": (Limit(1, 1.0, per_channel=True), Limit(5, 4.0)),
    "update": (Limit(6, 5.0, kept=0.5),),
    "both": (Limit(3, 1.0), Limit(4, 3.0)),
    "send": (Limit(3, 2.0, per_channel=True), Limit(4, 1.0, kept=0.25, shared="all")),
    "read": (Limit(4, 1.0, shared="all"),),
}
SHARING = ("send", "read")


@pytest.fixture
def budgets(store: Connection, clock: Clock) -> Budgets:
    return Budgets(store, "slack", LIMITS, clock=clock)


def most_in_a_window(times: list[float], seconds: float) -> int:
    return max(
        (sum(1 for t in times if start <= t < start + seconds) for start in times), default=0
    )


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "try", "wait", "wait long", "pause"]),
        st.sampled_from(["post", "update", "both", "send", "read"]),
        st.sampled_from(["A", "B"]),
        st.integers(1, 1500),
    ),
    min_size=1,
    max_size=60,
)


KEEP = "for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('PERSIST', key) end"
"""The store forgets by its own clock what the test's clock has not yet reached."""


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_no_window_is_ever_exceeded(
    loop: asyncio.AbstractEventLoop, connected: Connection, steps: list[tuple[str, str, str, int]]
) -> None:
    async def play() -> None:
        await connected.command("flushall")
        clock = Clock()
        budgets = Budgets(connected, "slack", LIMITS, clock=clock)
        granted: dict[tuple[str, str], list[float]] = {}
        paused: dict[tuple[str, str], int] = {}
        for step, method, channel, number in steps:
            place = (method, channel)
            at = None
            if step.startswith("wait"):
                clock.now += number * (1000 if "long" in step else 1)
            elif step == "pause":
                await budgets.pause("T", method, number, channel)
                paused[place] = max(paused.get(place, 0), clock.now + number * 1000)
            elif step == "reserve":
                at = clock.now + round(1000 * await budgets.reserve("T", method, channel))
            elif await budgets.try_take("T", method, channel):
                at = clock.now
            if at is not None:
                assert at >= paused.get(place, 0) or at >= clock.now
                assert at >= paused.get(place, 0)
                granted.setdefault(place, []).append(at)
            await connected.command("eval", KEEP, 0)
        for method, limits in LIMITS.items():
            times = {channel: granted.get((method, channel), []) for channel in ("A", "B")}
            for limit in limits:
                groups = list(times.values()) if limit.per_channel else [times["A"] + times["B"]]
                for group in groups:
                    assert most_in_a_window(group, limit.seconds * 1000) <= limit.count
        together = [
            at for (method, _), times in granted.items() if method in SHARING for at in times
        ]
        assert most_in_a_window(together, 1000) <= 4

    loop.run_until_complete(play())


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One loop for all examples: a connection belongs to the loop that opened it."""
    made = asyncio.new_event_loop()
    yield made
    made.close()


@pytest.fixture(scope="module")
def connected(loop: asyncio.AbstractEventLoop, store_server: StoreServer) -> Iterator[Connection]:
    connection = loop.run_until_complete(Connection.open(store_server.url))
    yield connection
    loop.run_until_complete(connection.close())


async def test_a_reservation_is_the_earliest_slot(budgets: Budgets) -> None:
    assert [await budgets.reserve("T", "post", "A") for _ in range(4)] == [0.0, 1.0, 2.0, 3.0]
    # Another channel waits for nobody while the workspace has room.
    assert await budgets.reserve("T", "post", "B") == 0.0
    assert await budgets.reserve("U", "post", "A") == 0.0


async def test_growth_leaves_a_share_to_the_ends_of_replies(budgets: Budgets) -> None:
    assert [await budgets.try_take("T", "update") for _ in range(4)] == [True, True, True, False]
    assert [await budgets.reserve("T", "update") for _ in range(3)] == [0.0, 0.0, 0.0]
    assert await budgets.reserve("T", "update") == 5.0


async def test_growth_takes_nothing_that_is_not_free_now(budgets: Budgets, clock: Clock) -> None:
    for _ in range(9):
        await budgets.reserve("T", "post", "A")
    assert not await budgets.try_take("T", "post", "A")
    clock.pass_(3)
    assert not await budgets.try_take("T", "post", "A")


async def test_of_several_pauses_the_longest_holds(budgets: Budgets, clock: Clock) -> None:
    await budgets.pause("T", "update", 10)
    await budgets.pause("T", "update", 2)
    assert await budgets.reserve("T", "update") == 10.0
    assert not await budgets.try_take("T", "update")
    clock.pass_(10)
    assert await budgets.try_take("T", "update")


async def test_a_channels_pause_is_its_own(budgets: Budgets) -> None:
    await budgets.pause("T", "post", 7, "A")
    assert await budgets.reserve("T", "post", "A") == 7.0
    assert await budgets.reserve("T", "post", "B") == 0.0


async def test_methods_fill_a_shared_window_together_each_within_its_own(budgets: Budgets) -> None:
    assert [await budgets.reserve("T", "send", "A") for _ in range(3)] == [0.0] * 3
    assert await budgets.reserve("T", "read") == 0.0
    assert await budgets.reserve("T", "read") == 1.0
    assert await budgets.reserve("T", "send", "A") == 2.0
    assert await budgets.reserve("U", "read") == 0.0


async def test_growth_leaves_a_share_of_a_shared_window_to_whatever_ends(budgets: Budgets) -> None:
    for _ in range(3):
        assert await budgets.reserve("T", "read") == 0.0
    assert not await budgets.try_take("T", "send", "A")
    assert await budgets.reserve("T", "send", "A") == 0.0


async def test_a_pause_of_a_shared_window_holds_for_all_that_share_it(
    budgets: Budgets, clock: Clock
) -> None:
    await budgets.pause("T", "all", 5)
    assert await budgets.paused("T", "send", "A") == pytest.approx(5, abs=0.5)
    assert not await budgets.try_take("T", "read")
    assert await budgets.reserve("T", "send", "A") == 5.0
    assert await budgets.reserve("T", "post", "A") == 0.0
    await budgets.pause("T", "send", 9, "A")
    assert await budgets.reserve("T", "read") == 5.0


async def test_without_pacing_only_the_platforms_own_pauses_hold(store: Connection) -> None:
    free = Budgets(store, "slack", LIMITS, factor=0)
    assert [await free.reserve("T", "post", "A") for _ in range(20)] == [0.0] * 20
    await free.pause("T", "post", 3, "A")
    assert await free.reserve("T", "post", "A") == pytest.approx(3, abs=0.5)


async def test_a_factor_scales_the_counts_and_never_to_nothing(
    store: Connection, clock: Clock
) -> None:
    double = Budgets(store, "slack", LIMITS, factor=2, clock=clock)
    assert [await double.reserve("T", "both") for _ in range(7)] == [0.0] * 6 + [1.0]
    little = Budgets(store, "slack", LIMITS, factor=0.01, clock=clock)
    assert [await little.reserve("U", "both") for _ in range(2)] == [0.0, 3.0]


async def test_a_method_without_limits_is_never_paced(budgets: Budgets) -> None:
    assert [await budgets.reserve("T", "auth.test") for _ in range(50)] == [0.0] * 50


async def test_a_held_slot_is_there_when_the_reply_ends(budgets: Budgets, clock: Clock) -> None:
    assert await budgets.hold("T", "update", "reply")
    for _ in range(2):
        assert await budgets.try_take("T", "update")
    assert not await budgets.try_take("T", "update")  # 3 are kept, 1 is held
    assert [await budgets.reserve("T", "update") for _ in range(3)] == [0.0] * 3
    assert await budgets.reserve("T", "update") == 5.0
    assert await budgets.reserve("T", "update", hold="reply") == 0.0
    clock.pass_(HOLD_MS / 1000)
    assert await budgets.hold("T", "update", "another")


async def test_a_long_queue_costs_a_reservation_no_more_than_a_short_one(
    store: Connection,
) -> None:
    queue = Budgets(store, "slack", {"post": (Limit(1, 1.05, per_channel=True), Limit(300, 60))})

    async def cost() -> float:
        await store.command("config_resetstat")
        for _ in range(20):
            await queue.reserve("T", "post", "A")
        stats = await store.command("info", "commandstats")
        return sum(int(s["calls"]) for name, s in stats.items() if name != "cmdstat_info") / 20

    async def busy() -> float:
        """Return the seconds of the processor that the store has used."""
        used = await store.command("info", "cpu")
        return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])

    short = await cost()
    for _ in range(1000):
        await queue.reserve("T", "post", "A")
    assert await cost() < short * 1.5
    before = await busy()
    for _ in range(50):
        await queue.reserve("T", "post", "A")
    assert (await busy() - before) / 50 < 0.01  # a far bound: 0.1 ms


async def test_no_window_outlives_its_last_grant_nor_ends_before_it(
    store: Connection,
) -> None:
    roomy = {"post": (Limit(1, 1.0, per_channel=True), Limit(9, 4.0))}
    budgets = Budgets(store, "slack", roomy)
    for _ in range(8):
        await budgets.reserve("T", "post", "A")
    assert await budgets.reserve("T", "post", "B") == 0.0
    (name,) = await store.command("keys", "*window:post/4")
    # The eighth grant lies 7 s ahead and counts for 4 s more.
    assert 9_000 < await store.command("pttl", name) <= 11_000
    for key in await store.command("keys", "*"):
        assert await store.command("pttl", key) > 0, key
