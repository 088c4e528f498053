"""The benchmarks run from end to end and print their tables; what they measure is not judged."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from benchmarks.tables import Table, p95, secs

ROOT = Path(__file__).parents[2]
TITLES = (
    "One question",
    "First visible text in a crowd",
    "Processor time",
    "The durable hop",
    "Memory",
    "A turn in a long thread",
    "Store calls of one reply",
    "Start",
    "Imports",
    "Stop",
    "A very long answer",
    "3 at once in one channel under Slack's limits",
    "A socket dies",
    "Discord: one question",
    "Discord: first visible text in a crowd",
    "Discord: processor time",
    "Discord: memory",
    "Discord: start",
    "3 at once in one channel under Discord's limits",
)


async def test_every_subject_prints_a_table_beside_the_floor() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks", "--scale", "trial"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(240):
            said, faults = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, faults.decode()[-3000:]
    for title in TITLES:
        assert f"### {title}\n" in said.decode()


def test_a_table_lines_up_and_keeps_its_note() -> None:
    table = Table("Speed", "Measured.", ("", "bot"), [("slow", "10 ms"), ("quickest", "9 ms")])
    assert table.markdown() == (
        "### Speed\n\nMeasured.\n\n"
        "|          |   bot |\n| -------- | ----: |\n"
        "| slow     | 10 ms |\n| quickest |  9 ms |\n"
    )


def test_the_95th_percentile_is_a_measured_value() -> None:
    assert p95([float(value) for value in range(1, 101)]) == 95.0
    assert p95([7.0]) == 7.0


def test_a_time_in_seconds_says_when_it_never_came() -> None:
    assert [secs(0.456), secs(120.04), secs(None)] == ["0.46 s", "120.0 s", "never"]
