"""The port of a linter, and how one reads many units: in one run, apart where that breaks.

A unit that a tool could not read is told in its `ToolRun`, never passed over. What to say of a hit
is the business of `bot.review.static.findings`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

from bot.review.static import pragmas, sandbox
from bot.review.static.linters.frames import Frame
from bot.review.static.linters.hits import Answer, Hit
from bot.review.static.rules import Rule
from bot.review.static.sandbox import ToolBroke
from bot.review.static.units import Unit
from bot.review.values import Part, ToolRun

MOST_TRIES = 5
"""How often a fragment that does not parse is framed anew."""

MOST_UNITS = 400
"""One run's worth; the files of one change rarely have more hunks."""

SECONDS = 12.0
"""For all runs of one tool over one review; what is unread by then counts as failed."""


class Linter(Protocol):
    """A static tool: what it is called, what it reads, how it is asked, and what it answers."""

    name: str
    package: str
    """The distribution that carries it, whose version is shown."""
    languages: frozenset[str]
    """What it reads, by the names of `bot.review.reading.languages`."""

    def rules(self) -> Mapping[str, Rule]:
        """Return what is known of its rules; what is not in it is not reported."""
        ...

    def suffix(self, unit: Unit, attempt: int) -> str:
        """Return how the unit's file name is to end, its dot included."""
        ...

    def frame(
        self, unit: Unit, attempt: int, last: Frame | None, broken: Hit | None
    ) -> Frame | None:
        """Return the unit as text to be tried, or None when there is nothing more to try.

        `attempt` counts from 0; `last` is what was tried before, and `broken` where that broke.
        """
        ...

    async def ask(self, files: Mapping[str, bytes]) -> dict[str, Answer]:
        """Run the tool on the files; raises ToolBroke unless it answers for each of them."""
        ...


@dataclass
class _Reading:
    """What is known of one unit so far: the frame in use, what was found, why it is unread."""

    unit: Unit
    frame: Frame | None = None
    hits: dict[Hit, None] = field(default_factory=dict)
    """Each once, in order."""
    broken: Hit | None = None
    failure: str = ""
    is_cut: bool = False


async def lint(linter: Linter, units: Sequence[Unit]) -> tuple[list[tuple[Unit, Hit]], ToolRun]:
    """Let `linter` read the units that are of its languages.

    What costs time that grows with the text is done in threads, for others share the event loop.
    """
    begun = time.monotonic()
    readings = await asyncio.to_thread(_begun, units)
    waiting = readings[:MOST_UNITS]
    for attempt in range(MOST_TRIES):
        waiting = await asyncio.to_thread(_framed, linter, waiting, attempt)
        await _read(linter, waiting, attempt, begun + SECONDS)
        waiting = [each for each in waiting if each.broken is not None]
    return await asyncio.to_thread(_ended, linter, readings, begun)


def _begun(units: Sequence[Unit]) -> list[_Reading]:
    readings = [_Reading(unit) for unit in units]
    for reading in readings[MOST_UNITS:]:
        reading.failure = "too many parts"
    return readings


def _ended(
    linter: Linter, readings: Sequence[_Reading], begun: float
) -> tuple[list[tuple[Unit, Hit]], ToolRun]:
    hits = [(each.unit, hit) for each in readings for hit in each.hits]
    return hits, _told(linter, readings, time.monotonic() - begun)


def _framed(linter: Linter, readings: Sequence[_Reading], attempt: int) -> list[_Reading]:
    """Frame what can be tried; returns that."""
    framed: list[_Reading] = []
    for reading in readings:
        reading.failure = reading.failure or reading.unit.too_large
        if reading.failure:
            continue
        frame = linter.frame(reading.unit, attempt, reading.frame, reading.broken)
        if frame is not None:
            reading.frame = frame
            framed.append(reading)
    return framed


async def _read(
    linter: Linter, readings: Sequence[_Reading], attempt: int, deadline: float
) -> None:
    """Run once for all; when that breaks, halve until what breaks it stands alone."""
    if not readings:
        return
    if time.monotonic() > deadline:
        for reading in readings:
            reading.failure = "there was no time left"
        return
    named = {
        f"{number}{linter.suffix(reading.unit, attempt)}": reading
        for number, reading in enumerate(readings)
    }
    files = await asyncio.to_thread(_files, named)
    try:
        answers = await linter.ask(files)
    except ToolBroke as error:
        if len(readings) == 1:
            readings[0].failure = str(error)
            return
        half = len(readings) // 2
        await _read(linter, readings[:half], attempt, deadline)
        await _read(linter, readings[half:], attempt, deadline)
        return
    await asyncio.to_thread(_taken, linter, named, answers, attempt)


def _files(named: Mapping[str, _Reading]) -> dict[str, bytes]:
    """Write what was framed, with nothing in it that silences a tool."""
    return {
        name: pragmas.neutralised(reading.frame.text).encode(errors="replace")
        for name, reading in named.items()
        if reading.frame is not None
    }


def _taken(
    linter: Linter, named: Mapping[str, _Reading], answers: Mapping[str, Answer], attempt: int
) -> None:
    for name, answer in answers.items():
        _take(linter, named[name], answer, attempt)


def _take(linter: Linter, reading: _Reading, answer: Answer, attempt: int) -> None:
    """Keep what was found in what was posted; a frame's own rows are none of it.

    What does not parse as a whole file is one finding, and is read as a fragment from then on.
    """
    frame, rows, rules = reading.frame, len(reading.unit.rows), linter.rules()
    assert frame is not None  # noqa: S101  # only what was framed is asked about
    is_whole = reading.unit.is_whole and attempt == 0
    reading.is_cut = frame.is_cut
    reading.broken = frame.placed(answer.broken, rows) if answer.broken else None
    if is_whole and reading.broken is not None:
        reading.hits[reading.broken] = None
    for hit in answer.hits:
        rule = rules.get(hit.rule)
        if rule and frame.holds(hit.row) and (is_whole or not rule.whole):
            reading.hits[frame.placed(hit, rows)] = None


def _told(linter: Linter, readings: Sequence[_Reading], seconds: float) -> ToolRun:
    """Say what was read: what does not parse was not, even where a finding says so, too."""
    unread = [
        each.failure or "it could not be parsed"
        for each in readings
        if each.failure or each.broken is not None
    ]
    cut = [each for each in readings if each.is_cut and not each.failure and each.broken is None]
    state: Part = "ok"
    if unread:
        state = "failed" if len(unread) == len(readings) else "partial"
    elif cut:
        state = "partial"
    read = (each for each in readings if not each.failure and each.broken is None)
    sources = {id(each.unit.source) for each in read}
    return ToolRun(
        name=linter.name,
        version=_version(linter.package),
        state=state,
        files=len(sources),
        seconds=round(seconds, 4),
        unread=tuple(
            dict.fromkeys(
                each.unit.source.path for each in readings if each.failure and state == "partial"
            )
        ),
        detail=_detail(unread, len(cut), len(readings)),
    )


def _detail(unread: Sequence[str], cut: int, of: int) -> str:
    if unread:
        reasons = "; ".join(dict.fromkeys(unread))
        return reasons if of == 1 else f"{len(unread)} of {of} parts not read: {reasons}"
    return f"{cut} of {of} parts read without their edges" if cut else ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


async def run(
    name: str,
    arguments: Sequence[str],
    files: Mapping[str, bytes],
    *,
    fine: Collection[int],
    names: Sequence[str] | None = None,
) -> bytes:
    """Run the tool `name` on `files`, or on those of `names`, and return what it wrote.

    Raises ToolBroke when it ends with a code that is not among the `fine` ones.
    """
    asked = list(files) if names is None else names
    ran = await sandbox.run(sandbox.find_tool(name), [*arguments, *asked], files)
    if ran.code not in fine:
        raise ToolBroke(sandbox.complaint(ran))
    return ran.out
