"""How long the bot is deaf when its socket dies, in every way that happens."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks import rig
from benchmarks.rig import Side
from benchmarks.scale import Scale
from benchmarks.tables import Table, aim, median, ms, secs

AIM_SECONDS = 30.0
"""A half-open or lost socket is replaced."""
AHEAD_SECONDS = 0.0
"""How long the bot may be without a socket when Slack announces the end of one."""
SPREAD_SECONDS = 10.0
"""slack-bolt looks at its socket this often: deaths fall into every part of that."""
GOLDEN = 0.618
"""Multiples of it fill an interval evenly, however many there are."""

DEATHS: Mapping[str, str] = {
    "refresh": "`disconnect`, closed 2 s later",
    "close": "closed by Slack",
    "reset": "TCP reset",
    "half-open": "half-open: neither data nor pong",
    "ticket": "TCP reset, and the next ticket has expired",
}


@dataclass(frozen=True, slots=True)
class Death:
    """One death of a socket: seconds to the next one's hello, and without any socket; None when
    there was no next one."""

    seconds: float | None
    without: float | None


async def measure(scale: Scale) -> list[Table]:
    """Let sockets die in each way on stages of their own, all beside each other: nearly all of it
    is waiting."""
    plays = [(kind, name) for kind in scale.ways for name in ("floor", "bot")]
    names = [name for _, name in plays]
    async with rig.sides(names) as sides, asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_play(kind, one, scale))
            for (kind, _), one in zip(plays, sides, strict=True)
        ]
    found = dict(zip(plays, [task.result() for task in tasks], strict=True))
    return [_table(found, scale)]


async def _play(kind: str, one: Side, scale: Scale) -> list[Death]:
    deaths: list[Death] = []
    for number in range(1, scale.deaths + 1):
        spread = min(SPREAD_SECONDS, scale.death_seconds / 3)
        await asyncio.sleep(spread * (number * GOLDEN % 1))
        told = await one.stage.order("kill", death=kind, patience=scale.death_seconds)
        deaths.append(Death(told["seconds"], told["without"]))
        if told["seconds"] is None:
            break  # it may never come back
        await one.stage.ask(1)  # it hears again, or this fails
    return deaths


def verdicts(ours: Mapping[str, Sequence[Death]]) -> dict[str, bool]:
    """Judge the bot strictly, by its worst: each aim, and whether it was met."""
    worst = [_worst(deaths) for deaths in ours.values()]
    refreshed = [death.without for death in ours["refresh"]]
    return {
        f"each replaced within {AIM_SECONDS:g} s": all(
            seconds is not None and seconds <= AIM_SECONDS for seconds in worst
        ),
        "never without a socket when Slack announces the end": all(
            without is not None and without <= AHEAD_SECONDS for without in refreshed
        ),
    }


def _table(found: Mapping[tuple[str, str], Sequence[Death]], scale: Scale) -> Table:
    rows = [
        (
            DEATHS[kind],
            *(_spell(found[kind, name], scale.death_seconds) for name in ("floor", "bot")),
        )
        for kind in scale.ways
    ]
    gaps = [[d.without or 0.0 for d in found["refresh", name]] for name in ("floor", "bot")]
    rows.insert(
        1, ("- of it without any socket", *(f"{ms(median(g))} / {ms(max(g))}" for g in gaps))
    )
    judged = verdicts({kind: found[kind, "bot"] for kind in scale.ways})
    kept = "; ".join(aim(text, met=met) for text, met in judged.items())
    note = (
        "From the death, or its announcement, to the hello of the next socket: median / worst of "
        f"{scale.deaths}. The floor is slack-bolt's Socket Mode handler with its defaults; an "
        "expired ticket it shows again for ever. Each time a question has to be answered "
        f"afterwards. Aims: {kept}."
    )
    return Table("A socket dies", note, ("", "floor", "bot"), rows)


def _worst(deaths: Sequence[Death]) -> float | None:
    seconds = [death.seconds for death in deaths if death.seconds is not None]
    return max(seconds) if len(seconds) == len(deaths) else None


def _spell(deaths: Sequence[Death], patience: float) -> str:
    worst = _worst(deaths)
    if worst is None:
        return f"not within {patience:g} s"
    spell = ms if worst < 1 else secs
    return f"{spell(median([d.seconds for d in deaths if d.seconds is not None]))} / {spell(worst)}"
