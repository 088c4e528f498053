"""An absence is read by one listener, given back in any case, and not tried for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from adapters.common import absences
from adapters.common.absences import MOST_TRIES, Budget, Spent, Watch, beginning
from bot.errors import StoreUnavailable
from bot.store.heard import Absence

SECOND = 1_000_000
NOW = 100 * 3600.0


class Notes:
    """Hands out one absence until somebody is done with it."""

    def __init__(self) -> None:
        self.absence = Absence("1", 0, {})
        self.owners: list[str] = []
        self.ended: list[bool] = []
        self.away = False

    async def note(self, owner: str, workspaces: Iterable[str], quiet: float) -> Absence | None:
        if self.away:
            raise StoreUnavailable("away")
        self.owners.append(owner)
        return None if True in self.ended else self.absence

    async def caught_up(self, owner: str, absence: Absence, *, done: bool) -> None:
        self.ended.append(done)


def watch(notes: Notes, *outcomes: bool | Exception) -> Watch:
    script = list(outcomes)

    async def read(absence: Absence) -> bool:
        outcome = script.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return Watch(notes, read)  # type: ignore[arg-type]


async def rounds(watched: Watch, count: int) -> None:
    for _ in range(count):
        assert await watched.note(["T"], 1.0)
        if watched.reading is not None:
            await asyncio.wait({watched.reading})


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(absences, "AGAIN_SECONDS", 0.0)


async def test_what_could_not_be_read_is_given_back_until_it_was_tried_enough() -> None:
    notes = Notes()
    await rounds(watch(notes, *[False] * MOST_TRIES), MOST_TRIES)
    assert notes.ended == [False] * (MOST_TRIES - 1) + [True]
    assert len(set(notes.owners)) == MOST_TRIES


async def test_a_store_that_is_away_costs_no_try() -> None:
    notes = Notes()
    await rounds(watch(notes, *[StoreUnavailable("away")] * MOST_TRIES, True), MOST_TRIES + 1)
    assert notes.ended == [False] * MOST_TRIES + [True]


async def test_what_cannot_be_read_at_all_is_not_tried_again() -> None:
    notes = Notes()
    await rounds(watch(notes, ValueError("a bug")), 2)
    assert notes.ended == [True]


async def test_who_is_stopped_in_the_middle_gives_it_back() -> None:
    notes, begun = Notes(), asyncio.Event()

    async def read(absence: Absence) -> bool:
        begun.set()
        await asyncio.Event().wait()
        return True

    watched = Watch(notes, read)  # type: ignore[arg-type]
    await watched.note(["T"], 1.0)
    await begun.wait()
    await watched.close()
    assert notes.ended == [False]


async def test_what_was_not_noted_is_told() -> None:
    notes = Notes()
    notes.away = True
    assert not await watch(notes).note(["T"], 1.0)


def test_reading_begins_a_little_earlier_but_never_too_far_back() -> None:
    recent = Absence("1", int((NOW - 600) * SECOND), {})
    assert beginning(recent, NOW) == int((NOW - 720) * SECOND)
    assert beginning(Absence("1", 0, {}), NOW) == int((NOW - 12 * 3600) * SECOND)


def test_a_budget_says_when_it_is_spent() -> None:
    budget = Budget(1)
    budget.spend()
    with pytest.raises(Spent):
        budget.spend()
