"""`python -m benchmarks`: measures every subject and prints its tables.

`--quick` takes under five minutes and is good for a first look only; `--write` also puts the tables
into `docs/performance.md`, between its markers.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import os
import platform
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.metadata import version

from benchmarks import (
    calls,
    cpu,
    crowd,
    essay,
    history,
    hop,
    latency,
    limits_slack,
    memory,
    on_discord,
    review_anchors,
    review_diffs,
    review_static,
    rig,
    sockets,
    startup,
    stop,
)
from benchmarks.scale import SCALES, Scale
from benchmarks.tables import Table

PAGE = rig.ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"

CONTESTS = {"latency": latency.measure, "crowd": crowd.measure, "cpu": cpu.measure}
ALONE: dict[str, Callable[[Scale], Awaitable[list[Table]]]] = {
    "hop": hop.measure,
    "memory": memory.measure,
    "history": history.measure,
    "calls": calls.measure,
    "startup": startup.measure,
    "stop": stop.measure,
    "essay": essay.measure,
    "limits": limits_slack.measure,
    "sockets": sockets.measure,
    "discord": on_discord.measure,
    "review-lines": review_anchors.measure,
    "review-diffs": review_diffs.measure,
    "review-static": review_static.measure,
}
LIBRARIES = ("slack-bolt", "slack-sdk", "discord.py", "openai", "aiohttp", "redis")


async def _tables(subjects: set[str], scale: Scale) -> AsyncIterator[Table]:
    if chosen := [name for name in CONTESTS if name in subjects]:
        async with rig.contest() as both:
            for name in chosen:
                for table in await CONTESTS[name](both, scale):
                    yield table
    for name, measure in ALONE.items():
        if name in subjects:
            for table in await measure(scale):
                yield table


def _machine(scale: str) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), "
        f"{platform.system()}, Python {platform.python_version()}, {packages}; scale: {scale}."
    )


async def _run(subjects: set[str], scale: str) -> str:
    begun = time.monotonic()
    pieces = [_machine(scale)]
    print(pieces[0], flush=True)
    async for table in _tables(subjects, SCALES[scale]):
        pieces.append(table.markdown())
        print(f"\n{pieces[-1]}", flush=True)
    print(f"Measured in {time.monotonic() - begun:.0f} s.")
    return "\n\n".join(piece.rstrip() for piece in pieces)


def _write(text: str, *, whole: bool) -> None:
    """Put the tables into the page; those of some subjects take the place of their namesakes, and
    say by themselves where and when they were measured."""
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    old, _, after = rest.partition(END)
    PAGE.write_text(
        f"{before}{BEGIN}\n{text if whole else merged(old.strip(), text)}\n{END}{after}"
    )


def merged(old: str, new: str) -> str:
    """Return `old`, tables under headings, with those of `new` in it."""
    top, *sections = old.split("\n\n### ")
    machine, *fresh = new.split("\n\n### ")
    found = {section.partition("\n")[0]: section for section in sections}
    for section in fresh:
        title, _, body = section.partition("\n")
        found[title] = f"{title}\n\n{machine}\n{body}"
    return "\n\n### ".join([top, *found.values()])


def main() -> None:
    """Parse the command line, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    every = [*CONTESTS, *ALONE]
    parser.add_argument("subjects", nargs="*", metavar="subject", help=f"some of: {every}")
    parser.add_argument("--scale", choices=tuple(SCALES), default="full")
    parser.add_argument("--quick", dest="scale", action="store_const", const="quick")
    parser.add_argument("--write", action="store_true", help="put the tables into the docs")
    chosen = parser.parse_args()
    if unknown := set(chosen.subjects) - set(every):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(every)}")
    text = asyncio.run(_run(set(chosen.subjects or every), chosen.scale))
    if chosen.write:
        _write(text, whole=not chosen.subjects)


if __name__ == "__main__":
    main()
