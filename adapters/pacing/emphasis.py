"""Runs of `*`, `_` and `~` paired into emphasis, as people mean it. Pure.

What a pair is written as is the renderer's; a run of which something is left stays literal there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from adapters.pacing.inline import can_close, can_open

_WAITING = 40  # runs of marks that may wait for a partner; older ones are only characters
_LONGEST = 3  # marks in a row that may open emphasis


@dataclass(slots=True)
class Run:
    """A run of marks that may open emphasis or close it: how many are left of it, and what it
    became."""

    char: str
    left: int
    start: int
    end: int
    opened: str = ""
    closed: str = ""


R = TypeVar("R", bound=Run)


@dataclass(slots=True)
class Pairs(Generic[R]):
    """Pairs the runs of one paragraph. `mark` returns what stands at both ends of what it is told
    to be emphasised: by the run that opens it, and by one mark or two."""

    source: str
    mark: Callable[[R, int], str]
    _waiting: list[R] = field(default_factory=list)

    def add(self, run: R) -> None:
        """Take the next run: it closes what it can, innermost first, and may open the rest."""
        if can_close(self.source, run.start, run.end):
            self._close(run)
        if 0 < run.left <= _LONGEST and can_open(self.source, run.start, run.end):
            self._waiting = [*self._waiting[-_WAITING:], run]

    def _close(self, run: R) -> None:
        while run.left:
            waiting = reversed(range(len(self._waiting)))
            place = next((n for n in waiting if self._waiting[n].char == run.char), None)
            if place is None:
                return
            opener = self._waiting[place]
            used = 2 if run.left >= 2 and opener.left >= 2 else 1
            if run.char == "~" and used < 2:
                return
            mark = self.mark(opener, used)
            opener.opened = mark + opener.opened
            run.closed += mark
            opener.left -= used
            run.left -= used
            del self._waiting[place + (opener.left > 0) :]
