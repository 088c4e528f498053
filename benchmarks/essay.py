"""A very long answer: what it costs, how soon all of it stands there, and whether it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks import rig
from benchmarks.kernel import cpu_seconds
from benchmarks.scale import Scale
from benchmarks.tables import Table, aim, ms, secs
from benchmarks.texts import Judgement
from tests.servers.slack.limits import CHANNEL_PER_SECOND

RATE = 1_000.0
"""Tokens a second: several times what a fast model says, so that writing is what takes long."""
PATIENCE = 90.0
HOPE = {"floor": 4.0, "bot": PATIENCE}
"""Seconds without a write after which nothing more is waited for: the floor's first failure ends
it."""
LAST_SECONDS = 1.0
"""From the model's end to the last text, where no limit holds it up."""
SPARE = 1.2
RUNS = {"floor": ("floor", False), "bot": ("bot", False), "bot under limits": ("bot", True)}


@dataclass(frozen=True, slots=True)
class Essay:
    """What became of one answer: seconds from the question, processor seconds, and counts."""

    cpu: float
    first_token: float
    last_token: float | None
    first_text: float | None
    last_text: float | None
    messages: int
    posts: int
    edits: int
    refused: int
    judgement: Judgement

    @property
    def lag(self) -> float | None:
        """Return the seconds from the model's last token to the last text."""
        if self.last_token is None or self.last_text is None or not self.judgement.flawless:
            return None
        return self.last_text - self.last_token

    @property
    def best(self) -> float:
        """Return when the last text can stand there at the earliest: not before the model's end,
        nor before one post a second."""
        posting = self.first_token + (self.messages - 1) / CHANNEL_PER_SECOND
        return max(self.last_token or 0.0, posting)


async def measure(scale: Scale) -> list[Table]:
    """Let floor and bot write one each, and the bot one more under Slack's limits."""
    found: dict[str, Essay] = {}
    for title, (name, limits) in RUNS.items():
        async with rig.side(name, limits=limits) as one:
            before = cpu_seconds(one.runner.pid)
            told = await one.stage.order(
                "essay", size=scale.essay, rate=RATE, patience=PATIENCE, hope=HOPE[name]
            )
            found[title] = _essay(told, cpu_seconds(one.runner.pid) - before)
    return [_table(found, scale)]


def _essay(told: Mapping[str, Any], cpu: float) -> Essay:
    calls = told["calls"]

    def since(name: str) -> float | None:
        return None if told[name] is None else told[name] - told["asked"]

    return Essay(
        cpu=cpu,
        first_token=told["first_token"] - told["asked"],
        last_token=since("last_token"),
        first_text=since("first_text"),
        last_text=since("last_text"),
        messages=told["messages"],
        posts=calls.get("chat.postMessage", 0),
        edits=calls.get("chat.update", 0),
        refused=sum(told["refused"].values()),
        judgement=Judgement(**told["judgement"]),
    )


def verdicts(free: Essay, limited: Essay) -> dict[str, bool]:
    """Judge the bot strictly, without and under limits: each aim, and whether it was met."""
    behind = limited.last_text is not None and limited.last_text <= limited.best * SPARE
    return {
        "all text there once": free.judgement.flawless and limited.judgement.flawless,
        f"without limits the last text {LAST_SECONDS:g} s after the last token": free.lag
        is not None
        and free.lag <= LAST_SECONDS,
        f"under limits within {SPARE:g} times the best": limited.judgement.flawless and behind,
        "no 429": limited.refused == 0,
    }


def _table(found: Mapping[str, Essay], scale: Scale) -> Table:
    spellings: dict[str, Callable[[Essay], str]] = {
        "text there at all": lambda e: f"{e.judgement.share:.1%}",
        "words missing": lambda e: f"{e.judgement.missing:,}",
        "words doubled or out of place": lambda e: (
            f"{e.judgement.doubled + e.judgement.misplaced:,}"
        ),
        "processor time": lambda e: ms(e.cpu),
        "messages": lambda e: str(e.messages),
        "posts": lambda e: str(e.posts),
        "edits": lambda e: str(e.edits),
        "refused with 429": lambda e: str(e.refused),
        "last token, from the question": lambda e: _time(e.last_token),
        "last text, from the question": lambda e: _time(e.last_text),
        "the best possible": lambda e: secs(e.best) if e.judgement.flawless else "-",
        "last token to last text": lambda e: "-" if e.lag is None else ms(e.lag),
    }
    rows = [(name, *(spell(each) for each in found.values())) for name, spell in spellings.items()]
    judged = verdicts(found["bot"], found["bot under limits"])
    kept = "; ".join(aim(text, met=met) for text, met in judged.items())
    note = (
        f"An answer of {scale.essay:,} characters in prose, lists, fenced code and tables, at "
        f"{RATE:,.0f} tokens a second; {found['bot'].judgement.words:,} words are numbered and "
        "looked for. The best possible is the model's end, or one post a second. The floor edits "
        "one message, and its first edit above 4,000 bytes is refused: there it ends, so its "
        f"processor time is that of a part. Aims: {kept}."
    )
    return Table("A very long answer", note, ("", *found), rows)


def _time(seconds: float | None) -> str:
    return "-" if seconds is None else secs(seconds)
