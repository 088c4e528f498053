"""How long a start takes, and which packages take it."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections import Counter
from dataclasses import replace

from benchmarks import rig
from benchmarks.rig import BOT, ROOT, Platform
from benchmarks.scale import Scale
from benchmarks.tables import Table, aim, median, ms, ratio

AIM_SECONDS = 2.0
MOST_PACKAGES = 10
IMPORTED = "import bot.running, bot.house, adapters.slack.adapter, bot.store.budgets, openai"
"""What a bot on Slack imports, the model's SDK, which it loads behind the start, included."""

_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \| +(\S+)")


async def measure(scale: Scale) -> list[Table]:
    """Start bot and floor in turns, and look at what a start imports."""
    table = await compare("slack", scale)
    manifest = [await _seconds("-m", "bot", "manifest", "slack") for _ in range(scale.starts)]
    row = ("`python -m bot manifest slack`", "-", ms(median(manifest)), "-")
    return [replace(table, rows=[*table.rows, row]), await _imports()]


async def compare(platform: Platform, scale: Scale) -> Table:
    """Start bot and floor in turns."""
    waits: dict[str, list[float]] = {"floor": [], "bot": []}
    for _ in range(scale.starts):
        for name, spent in waits.items():
            async with rig.stage(platform) as place:
                command = BOT if name == "bot" else place.floor
                async with rig.running(place, command) as runner:
                    spent.append(runner.connected - runner.started)
    floor, ours = median(waits["floor"]), median(waits["bot"])
    kept = aim("within 2 s", met=ours <= AIM_SECONDS)
    rows = [("process start to connected", ms(floor), ms(ours), f"{ratio(ours, floor)} ({kept})")]
    note = f"Median of {scale.starts}; the bot starts its own store, too."
    return Table("Start", note, ("", "floor", "bot", "ratio"), rows)


async def _seconds(*arguments: str) -> float:
    begun = time.monotonic()
    await _said(*arguments)
    return time.monotonic() - begun


async def _said(*arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {said.decode()[-2000:]}")
    return said.decode()


async def _imports() -> Table:
    """Sum up the import time that each package itself takes, in microseconds (`-X importtime`)."""
    spent: Counter[str] = Counter()
    for took, module in _LINE.findall(await _said("-X", "importtime", "-c", IMPORTED)):
        package = module.partition(".")[0]
        spent["the standard library" if package in sys.stdlib_module_names else package] += int(
            took
        )
    rows = [(name, ms(took / 1e6)) for name, took in spent.most_common(MOST_PACKAGES)]
    rows.append(("all", ms(spent.total() / 1e6)))
    note = "Time that importing each package itself takes; measuring it makes it longer."
    return Table("Imports", note, ("package", "time"), rows)
