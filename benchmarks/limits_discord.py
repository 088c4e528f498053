"""Crowds under Discord's limits: what is best there, and what is aimed at."""

from __future__ import annotations

from dataclasses import replace

from benchmarks import limits
from benchmarks.limits import RATE, TOKENS, Layout, Outcome, Rules
from benchmarks.scale import Scale
from benchmarks.tables import Table
from tests.servers.discord.limits import GLOBAL_PER_SECOND, TABLE

POST = "POST /channels/{channel_id}/messages"
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"
LEAST = 2
"""Calls per answer: one opens the thread, one posts."""
SPARE_SECONDS = 30.0
"""discord.py's tries of one call are over so long after the best."""


async def measure(scale: Scale) -> list[Table]:
    """Play every layout."""
    threads = TABLE["thread"]
    rules = Rules(
        platform="discord",
        name="Discord",
        sides=("floor", "bot"),
        writes=(POST, EDIT),
        best=best,
        least=LEAST,
        hopeless=lambda layout: best(layout) + SPARE_SECONDS,
        verdicts=verdicts,
        note=(
            f"The best is a thread and one post per answer at {GLOBAL_PER_SECOND} calls a second, "
            f"{threads.calls} threads in {threads.seconds:g} s per channel, and never before the "
            "model's end. A sign of life is the thread itself or the bot seen typing. The floor's "
            "discord.py waits out a 429 by itself, five times per call."
        ),
    )
    # Crowds in many channels are over sooner than on Slack.
    scale = replace(scale, stagger=scale.stagger / 2)
    return await limits.measure(rules, [Layout(*each) for each in scale.crowded], scale)


def best(layout: Layout) -> float:
    """Return how many seconds the last answer takes at the least: a window's calls leave at once,
    and the last thread is answered when the model has ended."""
    calls, threads = layout.count * LEAST, TABLE["thread"]
    together = (calls - 1) // GLOBAL_PER_SECOND
    opened = (layout.fullest - 1) // threads.calls * threads.seconds
    return max(float(together), opened, TOKENS / RATE)


def verdicts(layout: Layout, ours: Outcome) -> dict[str, bool]:
    """Judge the bot strictly: each aim, and whether it was met."""
    return {"no 429": ours.refused == 0, "every answer whole": ours.finished}
