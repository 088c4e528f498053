"""How much memory a process holds: after its start, after answers, after exact counting."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from benchmarks import rig
from benchmarks.kernel import resident_mb
from benchmarks.rig import BOT, Stage
from benchmarks.scale import Scale
from benchmarks.tables import Table, aim, mb

AIM, COUNTING_AIM = 120, 220
SETTLE_SECONDS = 1.0
"""What is loaded behind the start is there by then."""
SMALL_MODEL = "moonshot-v1-8k"
"""A model with so little context that a few long messages have to be counted exactly."""
LONG = 9_000
"""Characters of such a message."""


async def measure(scale: Scale) -> list[Table]:
    """Look at a fresh floor and a fresh bot, and at one that counts exactly."""
    async with rig.stage() as place:
        table = await compare(place, scale)
        counting = await _counting(place)
    rows = [
        (
            "after exact counting",
            *("-", mb(counting[0])),
            aim(f"under {COUNTING_AIM} MB", met=counting[0] < COUNTING_AIM),
        ),
        ("peak while the ranks were loaded", "-", mb(counting[1]), "-"),
    ]
    return [replace(table, rows=[*table.rows, *rows])]


async def compare(place: Stage, scale: Scale) -> Table:
    """Look at a fresh floor and a fresh bot."""
    floor = await _answering(place, place.floor, scale.answers)
    ours = await _answering(place, BOT, scale.answers)
    rows = [
        ("connected", mb(floor[0]), mb(ours[0]), aim(f"under {AIM} MB", met=ours[0] < AIM)),
        (
            f"after {scale.answers} answers",
            *(mb(floor[1]), mb(ours[1])),
            aim(f"under {AIM} MB", met=ours[1] < AIM),
        ),
        ("the store's server", "-", mb(ours[2]), "-"),
    ]
    note = "Resident memory of one process (VmRSS), the store's server apart."
    return Table("Memory", note, ("", "floor", "bot", "aim"), rows)


async def _answering(
    place: Stage, command: tuple[str, ...], answers: int
) -> tuple[float, float, float]:
    await place.order("script", count=50)
    async with rig.running(place, command) as runner:
        await asyncio.sleep(SETTLE_SECONDS)
        fresh = resident_mb(runner.pid)
        await place.ask(answers, within=1.0)
        store = runner.store()
        return fresh, resident_mb(runner.pid), resident_mb(store) if store else 0.0


async def _counting(place: Stage) -> tuple[float, float]:
    await place.order("script", count=50)
    async with rig.running(place, BOT, OPENAI_MODEL=SMALL_MODEL) as runner:
        await place.ask(5, thread=True, padding=LONG)
        return resident_mb(runner.pid), resident_mb(runner.pid, peak=True)
