"""What one person waits for: from the event to the model, and from the last token to the end."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.rig import Contest, Journey
from benchmarks.scale import Scale
from benchmarks.tables import Table, aim, median, ms, p95, ratio

WARM_UP = 5

SOON_SECONDS = 0.1
"""First text after the model's first token, with nothing else going on."""
FIRST_TEXT = "first token to first visible text"

STRETCHES: dict[str, Callable[[Journey], float]] = {
    "event to model request": lambda j: j.requested - j.asked,
    FIRST_TEXT: lambda j: j.first_text - j.first_token,
    "last token to final text": lambda j: j.whole_text - j.last_token,
}


async def measure(contest: Contest, scale: Scale) -> list[Table]:
    """Ask bot and floor in turns, one question at a time."""
    for side in contest.sides:
        await side.stage.order("script", count=10, rate=100.0)
        await side.stage.ask(WARM_UP, within=1.0)
    journeys: dict[str, list[Journey]] = {side.name: [] for side in contest.sides}
    for _ in range(scale.singles):
        for side in contest.sides:
            journeys[side.name] += (await side.stage.ask(1)).journeys
    rows = []
    for name, stretch in STRETCHES.items():
        floor = [stretch(each) for each in journeys["floor"]]
        ours = [stretch(each) for each in journeys["bot"]]
        middle = ratio(median(ours), median(floor))
        if name == FIRST_TEXT:
            kept = aim("every one within 100 ms", met=max(ours) <= SOON_SECONDS)
            middle = f"{middle} ({kept})"
        rows.append((name, *map(_both, (floor, ours)), middle))
    note = (
        f"{scale.singles} questions one after the other, each in a channel of its own; "
        "median / 95th percentile."
    )
    return [Table("One question", note, ("stretch", "floor", "bot", "ratio"), rows)]


def _both(values: list[float]) -> str:
    return f"{ms(median(values))} / {ms(p95(values))}"
