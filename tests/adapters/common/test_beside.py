"""What runs beside an acknowledgement is held, harms nobody, and ends with its owner."""

from __future__ import annotations

import asyncio
import gc
import logging

import pytest

from adapters.common.beside import Beside
from bot.errors import PlatformTemporary

log = logging.getLogger(__name__)


async def test_work_runs_to_its_end_though_nobody_else_holds_it() -> None:
    beside, done = Beside(log), asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0)
        gc.collect()
        done.set()

    beside.start(work())
    assert not done.is_set()  # it does not hold up who starts it
    await beside.settle()
    assert done.is_set()


async def test_to_settle_waits_for_what_begins_meanwhile_too() -> None:
    beside, done = Beside(log), asyncio.Event()

    async def last() -> None:
        done.set()

    async def first() -> None:
        await asyncio.sleep(0)
        beside.start(last())

    beside.start(first())
    await beside.settle()
    assert done.is_set()


@pytest.mark.parametrize(
    ("fault", "level"), [(PlatformTemporary("away"), "INFO"), (ValueError("a bug"), "ERROR")]
)
async def test_a_fault_is_logged_and_goes_no_further(
    fault: Exception, level: str, caplog: pytest.LogCaptureFixture
) -> None:
    beside = Beside(log)

    async def work() -> None:
        raise fault

    with caplog.at_level(logging.INFO):
        beside.start(work())
        await beside.settle()
    assert [record.levelname for record in caplog.records] == [level]


async def test_what_runs_ends_with_its_owner_also_what_has_not_begun() -> None:
    beside, seen = Beside(log), []

    async def work() -> None:
        seen.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("ended")

    beside.start(work())
    await asyncio.sleep(0)
    beside.start(work())  # never begun: to be closed without a warning
    await beside.close()
    gc.collect()
    assert seen == ["begun", "ended"]
    await beside.close()
