"""Many at once while the platform refuses what is above its limits: who is answered, when, and how
often it had to say no. What a platform's limits are is said in `limits_slack` and `limits_discord`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks import rig
from benchmarks.rig import Platform, Side
from benchmarks.scale import Scale
from benchmarks.tables import Table, aim, median, secs

TOKENS, RATE = 40, 20.0


@dataclass(frozen=True, slots=True)
class Layout:
    """How many ask at once, in how many channels."""

    count: int
    channels: int

    @property
    def fullest(self) -> int:
        """Return how many ask in the fullest channel."""
        return -(-self.count // self.channels)

    @property
    def where(self) -> str:
        """Spell the channels."""
        return "one channel" if self.channels == 1 else f"{self.channels} channels"


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
    """Posts and edits that the platform took, per question."""
    calls: float
    """All that it took, per question."""

    @property
    def finished(self) -> bool:
        """Tell whether everybody has a whole answer."""
        return len(self.wholes) == self.count


@dataclass(frozen=True, slots=True)
class Rules:
    """What is to be known of a platform. `best`: how many seconds the last answer of a crowd takes
    at the least; `least`: calls per answer; `hopeless`: after how many seconds the floor has done
    all it will; `verdicts` judges the bot, each aim by its words."""

    platform: Platform
    name: str
    sides: Sequence[str]
    writes: Sequence[str]
    """The methods that post and edit."""
    best: Callable[[Layout], float]
    least: int
    hopeless: Callable[[Layout], float]
    verdicts: Callable[[Layout, Outcome], Mapping[str, bool]]
    note: str


async def measure(rules: Rules, layouts: Sequence[Layout], scale: Scale) -> list[Table]:
    """Let each layout be played by each side, all beside each other but begun one after the other:
    what takes long is waiting, and the beginnings are what costs processor time."""
    plays = [(layout, name) for name in reversed(rules.sides) for layout in layouts]
    found: dict[tuple[Layout, str], Outcome] = {}

    async def play(number: int, one: Side) -> None:
        await asyncio.sleep(number * scale.stagger)
        found[plays[number]] = await _play(rules, plays[number][0], one, scale.patience)

    names = [name for _, name in plays]
    async with (
        rig.sides(names, rules.platform, limits=True) as sides,
        asyncio.TaskGroup() as group,
    ):
        for number, one in enumerate(sides):
            group.create_task(play(number, one))
    return [_table(rules, each, {n: found[each, n] for n in rules.sides}) for each in layouts]


async def _play(rules: Rules, layout: Layout, one: Side, patience: float) -> Outcome:
    if one.name == "floor":
        patience = min(patience, rules.hopeless(layout))
    await one.stage.order("script", count=TOKENS, rate=RATE)
    answer = await one.stage.order(
        "crowd", count=layout.count, channels=layout.channels, patience=patience
    )
    begun, waits, calls = answer["begun"], answer["waits"], answer["calls"]

    def after(name: str) -> list[float]:
        return sorted(each[name] - begun for each in waits if each[name] is not None)

    return Outcome(
        count=layout.count,
        signs=after("sign"),
        firsts=after("first_text"),
        wholes=after("whole_text"),
        refused=sum(answer["refused"].values()),
        writes=sum(calls.get(method, 0) for method in rules.writes) / layout.count,
        calls=sum(calls.values()) / layout.count,
    )


def _table(rules: Rules, layout: Layout, by_side: Mapping[str, Outcome]) -> Table:
    least = rules.best(layout)
    spellings: dict[str, Callable[[Outcome], str]] = {
        "sign of life, median": lambda o: _middle(o.signs, o.count),
        "sign of life, last": lambda o: _last(o.signs, o.count),
        "first text, median": lambda o: _middle(o.firsts, o.count),
        "first text, last": lambda o: _last(o.firsts, o.count),
        "whole answer, median": lambda o: _middle(o.wholes, o.count),
        "whole answer, last": lambda o: _last(o.wholes, o.count),
        "last, times the best": lambda o: f"{o.wholes[-1] / least:.2f}" if o.finished else "-",
        "finish lag, behind the best": lambda o: (
            f"{o.wholes[-1] - least:+.1f} s" if o.finished else "-"
        ),
        "whole answers": lambda o: f"{len(o.wholes)} of {o.count}",
        "refused with 429": lambda o: str(o.refused),
        "posts and edits per reply": lambda o: f"{o.writes:.1f}",
        "all calls per reply": lambda o: f"{o.calls:.1f}",
    }
    best = {"whole answer, last": secs(least), "posts and edits per reply": "1.0"}
    best |= {"last, times the best": "1.00", "refused with 429": "0"}
    best |= {"all calls per reply": f"{rules.least:.1f}"}
    rows = [
        (name, *(spell(outcome) for outcome in by_side.values()), best.get(name, "-"))
        for name, spell in spellings.items()
    ]
    judged = rules.verdicts(layout, by_side["bot"])
    kept = "; ".join(aim(text, met=met) for text, met in judged.items())
    note = (
        f"{layout.count} questions in the same instant, answers of {TOKENS} tokens at {RATE:g} a "
        f"second; counted from the first question, the model's time included. {rules.note} "
        f"Aims: {kept}."
    )
    title = f"{layout.count} at once in {layout.where} under {rules.name}'s limits"
    return Table(title, note, ("", *by_side, "best"), rows)


def _middle(values: Sequence[float], count: int) -> str:
    """Spell the median of all questions, those without an answer counting as endless."""
    ended = [*values, *[float("inf")] * (count - len(values))]
    middle = median(ended)
    return "unfinished" if middle == float("inf") else secs(middle)


def _last(values: Sequence[float], count: int) -> str:
    return secs(values[-1]) if len(values) == count else "unfinished"
