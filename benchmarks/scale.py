"""How much is measured: all of it in five minutes, a quick look in one, a trial for the tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Repetitions and sizes of every subject."""

    singles: int
    """Questions one after the other."""
    crowd: int
    """Questions at once."""
    crowd_rounds: int
    replies: int
    """Streamed replies per round whose processor time is taken."""
    reply_rounds: int
    tokens: int
    """Of such a reply, at `rate` a second."""
    rate: float
    hops: int
    lengths: tuple[int, ...]
    """Of histories, in entries."""
    turns: int
    """At each length."""
    starts: int
    idle_seconds: float
    crowd_tokens: int = 60
    """Of each answer in a crowd, at twenty a second."""
    answers: int = 20
    """Before memory is looked at."""


SCALES = {
    "full": Scale(40, 100, 4, 25, 2, 400, 50.0, 300, (10, 1_000, 10_000), 30, 5, 10.0),
    "quick": Scale(10, 100, 1, 10, 1, 100, 50.0, 100, (10, 1_000, 10_000), 10, 2, 3.0),
    "trial": Scale(2, 5, 1, 3, 1, 20, 100.0, 10, (10, 100), 2, 1, 0.3, 5, 3),
}
