"""Many at once while Slack refuses what is above its tiers: who is answered, when, and how often
Slack had to say no."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks import rig
from benchmarks.rig import Side
from benchmarks.scale import Scale
from benchmarks.tables import Table, aim, median, secs
from tests.servers.slack.limits import CHANNEL_PER_SECOND, SPECIAL

SPARE = 1.2
"""How many times what the widest allowance permits the last answer may take."""
SIGN_SECONDS = 1.0
"""Whoever asks sees within this time that the bot is at work."""
TOKENS, RATE = 40, 20.0
HOPELESS_SECONDS = 30.0
"""A floor that gives up at the first 429 has done all it will by then."""
POST = "chat.postMessage"
WRITES = (POST, "chat.update", "chat.startStream", "chat.appendStream", "chat.stopStream")


@dataclass(frozen=True, slots=True)
class Layout:
    """How many ask at once, in how many channels."""

    count: int
    channels: int

    @property
    def best(self) -> float:
        """Return how many seconds one post per answer takes at the least: all posts at the
        workspace's rate, or the fullest channel's at its own."""
        fullest = -(-self.count // self.channels)
        return max(self.count * 60 / SPECIAL[POST], fullest / CHANNEL_PER_SECOND)

    @property
    def title(self) -> str:
        """Return the heading."""
        where = "one channel" if self.channels == 1 else f"{self.channels} channels"
        return f"{self.count} at once in {where} under Slack's limits"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one crowd; each list holds seconds from the first question, shortest first,
    and leaves out what did not come."""

    count: int
    signs: Sequence[float]
    firsts: Sequence[float]
    wholes: Sequence[float]
    refused: int
    writes: float
    """Posts and edits that Slack took, per question."""

    @property
    def finished(self) -> bool:
        """Tell whether everybody has a whole answer."""
        return len(self.wholes) == self.count


async def measure(scale: Scale) -> list[Table]:
    """Let each layout be played by each side, all beside each other but begun one after the other:
    what takes long is waiting, and the beginnings are what costs processor time."""
    layouts = [Layout(*each) for each in scale.limited]
    plays = [(layout, name) for name in ("bot", "patient floor", "floor") for layout in layouts]
    found: dict[tuple[Layout, str], Outcome] = {}

    async def play(number: int, one: Side) -> None:
        await asyncio.sleep(number * scale.stagger)
        found[plays[number]] = await _play(plays[number][0], one, scale.patience)

    names = [name for _, name in plays]
    async with rig.sides(names, limits=True) as sides, asyncio.TaskGroup() as group:
        for number, one in enumerate(sides):
            group.create_task(play(number, one))
    return [
        _table(each, {name: found[each, name] for name in rig.SIDES}, scale) for each in layouts
    ]


async def _play(layout: Layout, one: Side, patience: float) -> Outcome:
    if one.name == "floor":
        patience = min(patience, HOPELESS_SECONDS)
    await one.stage.order("script", count=TOKENS, rate=RATE)
    answer = await one.stage.order(
        "crowd", count=layout.count, channels=layout.channels, patience=patience
    )
    begun, waits = answer["begun"], answer["waits"]

    def after(name: str) -> list[float]:
        return sorted(each[name] - begun for each in waits if each[name] is not None)

    return Outcome(
        count=layout.count,
        signs=after("sign"),
        firsts=after("first_text"),
        wholes=after("whole_text"),
        refused=sum(answer["refused"].values()),
        writes=sum(answer["calls"].get(method, 0) for method in WRITES) / layout.count,
    )


def verdicts(layout: Layout, ours: Outcome) -> dict[str, bool]:
    """Judge the bot strictly: each aim, and whether it was met."""
    most = layout.best * SPARE
    in_time = ours.finished and ours.wholes[-1] <= most
    alive = len(ours.signs) == ours.count and ours.signs[-1] <= SIGN_SECONDS
    return {
        "no 429": ours.refused == 0,
        f"every answer whole within {SPARE:g} times the best, {most:.0f} s": in_time,
        f"a sign of life for everybody within {SIGN_SECONDS:g} s": alive,
    }


def _table(layout: Layout, by_side: Mapping[str, Outcome], scale: Scale) -> Table:
    spellings: dict[str, Callable[[Outcome], str]] = {
        "sign of life, median": lambda o: _middle(o.signs, o.count),
        "sign of life, last": lambda o: _last(o.signs, o.count),
        "first text, median": lambda o: _middle(o.firsts, o.count),
        "first text, last": lambda o: _last(o.firsts, o.count),
        "whole answer, median": lambda o: _middle(o.wholes, o.count),
        "whole answer, last": lambda o: _last(o.wholes, o.count),
        "last, times the best": lambda o: (
            f"{o.wholes[-1] / layout.best:.2f}" if o.finished else "-"
        ),
        "finish lag, behind the best": lambda o: (
            f"{o.wholes[-1] - layout.best:+.1f} s" if o.finished else "-"
        ),
        "whole answers": lambda o: f"{len(o.wholes)} of {o.count}",
        "refused with 429": lambda o: str(o.refused),
        "posts and edits per reply": lambda o: f"{o.writes:.1f}",
    }
    best = {"whole answer, last": secs(layout.best), "posts and edits per reply": "1.0"}
    best |= {"last, times the best": "1.00", "refused with 429": "0"}
    rows = [
        (name, *(spell(outcome) for outcome in by_side.values()), best.get(name, "-"))
        for name, spell in spellings.items()
    ]
    kept = "; ".join(aim(text, met=met) for text, met in verdicts(layout, by_side["bot"]).items())
    note = (
        f"{layout.count} questions in the same instant, answers of {TOKENS} tokens at {RATE:g} a "
        "second; counted from the first question, the model's time included. The best is one post "
        f"per answer at {SPECIAL[POST]} a minute and {CHANNEL_PER_SECOND:g} a second per channel. "
        "Slack lets a minute's posts go at once, so that few in many channels may be quicker. The "
        "floor gives a reply up at the first 429; the patient floor waits each one out, for "
        f"{scale.patience:.0f} s in all, then counts as unfinished. Aims: {kept}."
    )
    return Table(layout.title, note, ("", *by_side, "best"), rows)


def _middle(values: Sequence[float], count: int) -> str:
    """Spell the median of all questions, those without an answer counting as endless."""
    ended = [*values, *[float("inf")] * (count - len(values))]
    middle = median(ended)
    return "unfinished" if middle == float("inf") else secs(middle)


def _last(values: Sequence[float], count: int) -> str:
    return secs(values[-1]) if len(values) == count else "unfinished"
