"""One unhurried answer under Slack's limits: how soon it begins, and how soon Stop ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import rig
from benchmarks.scale import Scale
from benchmarks.tables import Table, aim, median, ms

TOKENS, RATE = 1_000, 20.0
"""An answer that would go on for 50 s."""

SOON_SECONDS = 0.1
STOP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Stopped:
    """One answer that was stopped, in seconds since the epoch. `cut`: the model was still speaking
    when Stop was pressed; `refusal`: what the person was told of the press."""

    first_token: float
    first_text: float
    pressed: float
    acknowledged: float
    closed: float
    marked: float
    cut: bool
    refusal: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """One row: what is measured, and its aim."""

    seconds: Callable[[Stopped], float]
    most: float | None = None
    text: str = ""


STRETCHES = {
    "first token to first visible text": Stretch(
        lambda s: s.first_text - s.first_token, SOON_SECONDS, "every one within 100 ms"
    ),
    "Stop to its acknowledgement": Stretch(lambda s: s.acknowledged - s.pressed),
    "Stop to the model's end": Stretch(
        lambda s: s.closed - s.pressed, STOP_SECONDS, "every one within 1 s"
    ),
    "Stop to the text that says so": Stretch(lambda s: s.marked - s.pressed),
}


async def measure(scale: Scale) -> list[Table]:
    """Ask one question after the other and stop each answer."""
    stopped = []
    async with rig.side("bot", limits=True) as one:
        await one.stage.order("script", count=TOKENS, rate=RATE)
        for _ in range(scale.stops):
            stopped.append(Stopped(**await one.stage.order("stop_one")))
    rows = [(name, *_row(stretch, stopped)) for name, stretch in STRETCHES.items()]
    note = (
        f"{scale.stops} answers, one after the other, with Slack's limits and the bot's own pacing "
        "on; the button is pressed half a second after the first text. The floor has no Stop."
    )
    return [Table("Stop", note, ("stretch", "median", "worst", "aim"), rows)]


def _row(stretch: Stretch, stopped: list[Stopped]) -> tuple[str, str, str]:
    seconds = [stretch.seconds(each) for each in stopped]
    return ms(median(seconds)), ms(max(seconds)), verdict(stretch, stopped)


def verdict(stretch: Stretch, stopped: list[Stopped]) -> str:
    """Judge one stretch strictly: a press that failed, or that came too late, meets no aim."""
    if stretch.most is None:
        return "-"
    sound = all(each.cut and not each.refusal for each in stopped)
    met = sound and max(map(stretch.seconds, stopped)) <= stretch.most
    return aim(stretch.text, met=met)
