"""Crowds under Slack's limits: what is best there, and what is aimed at."""

from __future__ import annotations

from benchmarks import limits
from benchmarks.limits import Layout, Outcome, Rules
from benchmarks.scale import Scale
from benchmarks.tables import Table
from tests.servers.slack.limits import CHANNEL_PER_SECOND, SPECIAL

SPARE = 1.2
"""How many times what the widest allowance permits the last answer may take."""
SIGN_SECONDS = 1.0
"""Whoever asks sees within this time that the bot is at work."""
HOPELESS_SECONDS = 30.0
"""A floor that gives up at the first 429 has done all it will by then."""
POST = "chat.postMessage"
WRITES = (POST, "chat.update", "chat.startStream", "chat.appendStream", "chat.stopStream")


async def measure(scale: Scale) -> list[Table]:
    """Play every layout, also against a floor that waits out each 429."""
    rules = Rules(
        platform="slack",
        name="Slack",
        sides=("floor", "patient floor", "bot"),
        writes=WRITES,
        best=best,
        least=1,
        hopeless=lambda _: HOPELESS_SECONDS,
        verdicts=verdicts,
        note=(
            f"The best is one post per answer at {SPECIAL[POST]} a minute and "
            f"{CHANNEL_PER_SECOND:g} a second per channel. Slack lets a minute's posts go at once, "
            "so that few in many channels may be quicker. The floor gives a reply up at the first "
            f"429; the patient floor waits each one out, for {scale.patience:.0f} s in all, then "
            "counts as unfinished."
        ),
    )
    return await limits.measure(rules, [Layout(*each) for each in scale.limited], scale)


def best(layout: Layout) -> float:
    """Return how many seconds one post per answer takes at the least: all posts at the
    workspace's rate, or the fullest channel's at its own."""
    return max(layout.count * 60 / SPECIAL[POST], layout.fullest / CHANNEL_PER_SECOND)


def verdicts(layout: Layout, ours: Outcome) -> dict[str, bool]:
    """Judge the bot strictly: each aim, and whether it was met."""
    most = best(layout) * SPARE
    in_time = ours.finished and ours.wholes[-1] <= most
    alive = len(ours.signs) == ours.count and ours.signs[-1] <= SIGN_SECONDS
    return {
        "no 429": ours.refused == 0,
        f"every answer whole within {SPARE:g} times the best, {most:.0f} s": in_time,
        f"a sign of life for everybody within {SIGN_SECONDS:g} s": alive,
    }
