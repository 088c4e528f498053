"""How much is measured: all in a quarter of an hour, a look in five minutes, a trial for tests."""

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
    limited: tuple[tuple[int, int], ...] = ((100, 1), (100, 20), (100, 100))
    """Crowds under Slack's limits: how many ask at once, in how many channels."""
    crowded: tuple[tuple[int, int], ...] = ((100, 1), (100, 20), (100, 100))
    """The same under Discord's."""
    patience: float = 150.0
    """Seconds after which an answer under limits counts as unfinished."""
    stagger: float = 12.0
    """Seconds between the beginnings of such crowds, which then run beside each other."""
    essay: int = 100_000
    """Characters of a very long answer."""
    stops: int = 8
    deaths: int = 5
    """Of a socket, in each way."""
    death_seconds: float = 30.0
    """After which a socket counts as not replaced; also how far apart deaths are spread, thrice."""
    ways: tuple[str, ...] = ("refresh", "close", "reset", "half-open", "ticket")
    """In which sockets die; the first is announced by Slack."""


SCALES = {
    "full": Scale(40, 100, 4, 25, 2, 400, 50.0, 300, (10, 1_000, 10_000), 30, 5, 10.0),
    "quick": Scale(
        *(10, 100, 1, 10, 1, 100, 50.0, 100, (10, 1_000, 10_000), 10, 2, 3.0),
        limited=((20, 1), (20, 20)),
        crowded=((50, 50),),
        patience=40.0,
        stagger=3.0,
        essay=30_000,
        stops=3,
        deaths=1,
    ),
    "trial": Scale(
        *(2, 5, 1, 3, 1, 20, 100.0, 10, (10, 100), 2, 1, 0.3, 5, 3),
        limited=((3, 1),),
        crowded=((3, 1),),
        patience=8.0,
        stagger=0.0,
        essay=5_000,
        stops=1,
        deaths=1,
        death_seconds=1.5,
        ways=("refresh", "reset"),
    ),
}
