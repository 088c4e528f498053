"""Tasks that nobody wants the result of end, and whoever ends them learns when they have."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bot.tasks import AGAIN_SECONDS, ended
from tests.bot.virtual_time import in_virtual_time


async def test_it_returns_when_every_task_has_cleared_up() -> None:
    cleared: list[int] = []

    async def work(number: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleared.append(number)

    tasks = [asyncio.create_task(work(number)) for number in (1, 2)]
    await asyncio.sleep(0)
    await ended(*tasks)
    assert cleared == [1, 2]


async def test_what_a_task_raised_harms_nobody_and_is_not_told_as_never_read() -> None:
    async def fails() -> None:
        raise ValueError("a bug in something that is over")

    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    task = asyncio.create_task(fails())
    await asyncio.sleep(0)
    await ended(task)
    del task
    assert not told


async def test_a_task_that_was_never_begun_is_over() -> None:
    await ended()
    await ended(None)


def test_whoever_clears_up_for_long_is_told_only_once() -> None:
    interrupted: list[str] = []

    async def clears_up() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            try:
                await asyncio.sleep(10 * AGAIN_SECONDS)
            except asyncio.CancelledError:
                interrupted.append("told again")

    async def main() -> None:
        task = asyncio.create_task(clears_up())
        await asyncio.sleep(0)
        await ended(task)
        assert task.done()

    in_virtual_time(main)
    assert not interrupted


def test_a_task_that_survives_its_cancellation_is_told_again_where_one_insists() -> None:
    survived: list[str] = []

    async def survives_twice() -> None:
        for _ in range(2):
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            survived.append("swallowed")
        await asyncio.Event().wait()

    async def main() -> None:
        task = asyncio.create_task(survives_twice())
        await asyncio.sleep(0)
        await ended(task, insist=True)
        assert task.cancelled()

    in_virtual_time(main)
    assert survived == ["swallowed"] * 2
