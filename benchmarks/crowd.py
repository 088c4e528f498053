"""A hundred people at once: when each sees the first text."""

from __future__ import annotations

from benchmarks.rig import Contest
from benchmarks.scale import Scale
from benchmarks.tables import Table, aim, median, ms, p95, ratio

RATE = 20.0


async def measure(contest: Contest, scale: Scale) -> list[Table]:
    """Let everybody ask in the same instant, bot and floor in turns."""
    waits: dict[str, list[float]] = {side.name: [] for side in contest.sides}
    for side in contest.sides:
        await side.stage.order("script", count=scale.crowd_tokens, rate=RATE)
        # Not counted: who asks a hundred at once for the first time opens a hundred connections.
        await side.stage.ask(scale.crowd)
    for _ in range(scale.crowd_rounds):
        for side in contest.sides:
            journeys = (await side.stage.ask(scale.crowd)).journeys
            begun = min(each.asked for each in journeys)
            waits[side.name] += [each.first_text - begun for each in journeys]
    floor, ours = waits["floor"], waits["bot"]
    rows = [
        (name, ms(of(floor)), ms(of(ours)), ratio(of(ours), of(floor)))
        for name, of in (("median", median), ("95th percentile", p95), ("last", max))
    ]
    early = aim("as early as the floor's", met=median(ours) <= median(floor))
    note = (
        f"{scale.crowd} questions in the same instant in as many channels, {scale.crowd_rounds} "
        "times, after a first time that does not count; the model answers at once. Without "
        f"platform limits. Aim: {early}."
    )
    return [Table("First visible text in a crowd", note, ("", "floor", "bot", "ratio"), rows)]
