"""What waits is handled in order, channel by channel, and as long as the store needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.lines import MOST_TRIES, Lines
from bot.errors import PlatformTemporary, StoreUnavailable

Item = tuple[str, int]


async def at_once(_: float) -> None:
    await asyncio.sleep(0)


async def settled(condition: Callable[[], object]) -> None:
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it did not settle")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=30))
def test_each_channel_keeps_its_order_whatever_fails(items: list[Item]) -> None:
    async def run() -> None:
        done: list[tuple[int, Item]] = []
        failures = {index: item[1] for index, item in enumerate(items)}

        async def handle(one: tuple[int, Item]) -> None:
            await asyncio.sleep(0)
            if failures[one[0]] > 0:
                failures[one[0]] -= 1
                raise StoreUnavailable("away")
            done.append(one)

        lines: Lines[tuple[int, Item]] = Lines(handle, sleep=at_once)
        for one in enumerate(items):
            lines.take(one[1][0], one)
        await settled(lambda: not lines.waiting)
        for channel in "abc":
            mine = [one for one in enumerate(items) if one[1][0] == channel]
            assert [one for one in done if one[1][0] == channel] == mine
        assert not lines.stuck
        await lines.close()

    asyncio.run(run())


async def test_a_channel_that_waits_holds_up_no_other() -> None:
    done: list[str] = []

    async def handle(item: str) -> None:
        if item == "stuck":
            raise StoreUnavailable("away")
        done.append(item)

    lines: Lines[str] = Lines(handle, sleep=at_once)
    lines.take("a", "stuck")
    lines.take("a", "behind it")
    lines.take("b", "free")
    await settled(lambda: done)
    assert done == ["free"]
    assert (lines.stuck, lines.waiting) == (True, 2)
    await lines.close()


async def test_what_there_is_no_room_for_is_counted() -> None:
    gate = asyncio.Event()

    async def handle(_: int) -> None:
        await gate.wait()

    lines: Lines[int] = Lines(handle, most=3)
    for n in range(5):
        lines.take("a", n)
    assert (lines.waiting, lines.lost) == (3, 2)
    gate.set()
    await settled(lambda: not lines.waiting)


async def test_what_cannot_be_read_or_found_out_is_given_up() -> None:
    tried: list[str] = []

    async def handle(item: str) -> None:
        tried.append(item)
        if item == "broken":
            raise ValueError
        if item == "unknown":
            raise PlatformTemporary("no answer")

    lines: Lines[str] = Lines(handle, sleep=at_once)
    for item in ("broken", "unknown", "fine"):
        lines.take("a", item)
    await settled(lambda: not lines.waiting)
    assert tried == ["broken", *["unknown"] * MOST_TRIES, "fine"]
