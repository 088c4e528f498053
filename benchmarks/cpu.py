"""What one streamed reply costs in processor time, and what doing nothing costs."""

from __future__ import annotations

import asyncio

from benchmarks.kernel import cpu_seconds
from benchmarks.rig import Contest, Side
from benchmarks.scale import Scale
from benchmarks.tables import Table, aim, median, ms, ratio

AIM = 0.6
IDLE_AIM = 1.0
"""Percent of one core."""


async def measure(contest: Contest, scale: Scale) -> list[Table]:
    """Stream replies side by side on each, in turns."""
    costs: dict[str, list[float]] = {side.name: [] for side in contest.sides}
    stores: list[float] = []
    writes: dict[str, float] = {}
    for side in contest.sides:
        await side.stage.order("script", count=scale.tokens, rate=scale.rate)
        await side.stage.ask(2)
    for _ in range(scale.reply_rounds):
        for side in contest.sides:
            store = side.runner.store()
            before = cpu_seconds(side.runner.pid), cpu_seconds(store) if store else 0.0
            asked = await side.stage.ask(scale.replies, within=1.0)
            costs[side.name].append((cpu_seconds(side.runner.pid) - before[0]) / scale.replies)
            if store:
                stores.append((cpu_seconds(store) - before[1]) / scale.replies)
            writes[side.name] = median([each.writes for each in asked.journeys])
    floor, ours = median(costs["floor"]), median(costs["bot"])
    kept = aim(f"at most {AIM}", met=ours <= floor * AIM)
    rows = [
        ("processor time per reply", ms(floor), ms(ours), f"{ratio(ours, floor)} ({kept})"),
        ("the store's server, per reply", "-", ms(median(stores or [0.0])), "-"),
        ("post and edits per reply", f"{writes['floor']:g}", f"{writes['bot']:g}", "-"),
        await _idle(contest, scale.idle_seconds),
    ]
    note = (
        f"Replies of {scale.tokens} tokens at {scale.rate:g} tokens a second, {scale.replies} at "
        f"once, {scale.reply_rounds} rounds; the process's own user and system time. Both edit "
        "about once a second."
    )
    return [Table("Processor time", note, ("", "floor", "bot", "ratio"), rows)]


async def _idle(contest: Contest, seconds: float) -> tuple[str, str, str, str]:
    before = [cpu_seconds(side.runner.pid) for side in contest.sides]
    await asyncio.sleep(seconds)
    floor, ours = (_percent(s, b, seconds) for s, b in zip(contest.sides, before, strict=True))
    kept = aim(f"below {IDLE_AIM:g} %", met=ours < IDLE_AIM)
    return "idle, share of one core", f"{floor:.1f} %", f"{ours:.1f} %", kept


def _percent(side: Side, before: float, seconds: float) -> float:
    return (cpu_seconds(side.runner.pid) - before) / seconds * 100
