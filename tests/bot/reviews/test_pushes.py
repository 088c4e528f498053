"""A push to a reviewed pull request is noticed, and the review that stands is made anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.allowances import Limits
from bot.cards import ReviewCard
from bot.errors import ModelRejected
from bot.events import Delete, Place
from bot.models.offline import Offline
from bot.models.port import Model
from bot.reviews import pushes
from bot.store import keys
from bot.store.connection import Connection
from tests.bot.paper import NAME, Office, Told
from tests.bot.review.reading.test_pulls import ABOUT, DIFF, Forge, forge
from tests.bot.reviews.test_door import names, reviewing
from tests.bot.turn_helpers import ANN

LINK = "https://github.com/owner/app/pull/7"
BAD = DIFF.replace("+b = 2", "+b = eval(a)")
FIXED = DIFF


class Watch:
    """An office in which a pull request was reviewed, and the forge that has it."""

    def __init__(self, stage: Forge, office: Office) -> None:
        self.stage, self.office = stage, office

    async def review(self, **more: object) -> Told:
        self.told = await self.office.ask(f"review {LINK}", **more)
        return self.told

    def push(self, commit: str, diff: str) -> None:
        self.stage.about = {**ABOUT, "head": {"sha": commit * 40}}
        self.stage.diff = diff

    async def look(self) -> None:
        """Look now, whenever the next look is due, and answer what comes of it."""
        await self.notice()
        await self.office.work()

    async def notice(self) -> None:
        """Look, and let what comes of it wait."""
        store, due = self.office.watches.connection, keys.watch(NAME) + "due"
        for id in await store.command("zrange", due, 0, -1):
            await store.command("zadd", due, {id: 0})
        self.office.now += pushes.SOONEST
        await self.office.pushes.look(NAME)

    async def next_in(self) -> float | None:
        """Return the seconds until the next look; None when there will be none."""
        store, due = self.office.watches.connection, keys.watch(NAME) + "due"
        ids = await store.command("zrange", due, 0, -1)
        if not ids:
            return None
        at, (seconds, micros) = await store.many([("zscore", due, ids[0]), ("time",)])
        return float(at) / 1000 - seconds - micros / 1_000_000

    @property
    def asked(self) -> int:
        return len(self.stage.asked)

    @property
    def answers(self) -> list[Told]:
        return self.office.paper.told

    @property
    def card(self) -> ReviewCard:
        (card,) = self.answers[-1].of(ReviewCard)
        return card


@pytest.fixture
async def watch(connection: Connection) -> AsyncIterator[Watch]:
    async with watching(connection, Offline()) as found:
        yield found


class watching:  # noqa: N801  reads as a function, which an async generator would make of it
    def __init__(self, connection: Connection, model: Model, **more: object) -> None:
        self.connection, self.model, self.more = connection, model, more

    async def __aenter__(self) -> Watch:
        self.forge = forge()
        stage, _, forges = await self.forge.__aenter__()
        self.office = Office(self.connection, self.model, forges=forges, **self.more)
        found = Watch(stage, self.office)
        found.push("1", BAD)
        return found

    async def __aexit__(self, *details: object) -> None:
        await self.office.pulling.close()
        await self.forge.__aexit__(*details)


async def test_a_push_makes_the_review_anew_in_its_place(watch: Watch) -> None:
    first = await watch.review()
    watch.push("2", FIXED)
    await watch.look()
    assert [each.status for each in watch.card.findings] == ["fixed"]
    assert (watch.answers[-1].part, len(watch.answers)) == (first.part, 2)


async def test_while_nobody_pushes_nothing_happens(watch: Watch) -> None:
    await watch.review()
    before = watch.asked
    for _ in range(3):
        await watch.look()
    assert (watch.asked - before, len(watch.answers)) == (3, 1)


async def test_every_push_is_noticed_and_each_once(watch: Watch) -> None:
    await watch.review()
    for commit, diff in (("2", FIXED), ("3", BAD), ("4", FIXED)):
        watch.push(commit, diff)
        for _ in range(3):
            await watch.look()
    assert len(watch.answers) == 4
    assert "review-4.md" in names(watch.answers[-1])


async def test_a_press_that_was_quicker_leaves_nothing_to_do(watch: Watch) -> None:
    first = await watch.review()
    watch.push("2", FIXED)
    await watch.office.tell(watch.office.again(first))
    await watch.look()
    assert len(watch.answers) == 2


async def test_a_push_between_the_look_and_the_turn_costs_one_review(watch: Watch) -> None:
    first = await watch.review()
    watch.push("2", FIXED)
    await watch.notice()
    await watch.office.put(watch.office.again(first))
    await watch.office.work()
    assert [each.status for each in watch.card.findings] == ["fixed"]
    await watch.look()
    await watch.look()
    reviewed = [told for told in watch.answers[1:] if told.of(ReviewCard)]
    assert len(reviewed) == 1


async def test_a_review_that_failed_is_not_tried_without_end(connection: Connection) -> None:
    model = reviewing("bad", then=[ModelRejected("no", status=404)] * 2)  # type: ignore[list-item]  # raised, not said
    async with watching(connection, model) as watch:
        await watch.review()
        watch.push("2", FIXED)
        for _ in range(4):
            await watch.look()
        assert len(watch.answers) == 2


async def test_looks_become_rarer_with_the_time(watch: Watch) -> None:
    await watch.review()
    waits = []
    for hours in (0, 1, 5):
        watch.office.now = 2_000_000.0 + hours * 3600
        await watch.look()
        waits.append(round(await watch.next_in() or 0, -1))
    assert waits == [60, 610, 1800]


@pytest.mark.parametrize("status", [403, 429])
async def test_a_forge_that_wants_to_be_left_alone_is(watch: Watch, status: int) -> None:
    await watch.review()
    watch.stage.status = status
    await watch.look()
    assert round(await watch.next_in() or 0, -1) == pushes.BUSY
    watch.stage.status = 200
    watch.push("2", FIXED)
    await watch.look()
    assert len(watch.answers) == 2


async def test_a_forge_that_is_away_is_asked_again(watch: Watch) -> None:
    await watch.review()
    watch.stage.status = 502
    await watch.look()
    assert round(await watch.next_in() or 0, -1) == pushes.SOONEST


@pytest.mark.parametrize("status", [401, 404])
async def test_what_cannot_be_read_any_more_is_watched_no_longer(watch: Watch, status: int) -> None:
    await watch.review()
    watch.stage.status = status
    await watch.look()
    assert await watch.next_in() is None


async def test_a_closed_pull_request_is_watched_no_longer(watch: Watch) -> None:
    await watch.review()
    watch.push("2", FIXED)
    watch.stage.about = {**watch.stage.about, "state": "closed"}  # type: ignore[dict-item]  # the stage holds an object
    await watch.look()
    assert (await watch.next_in(), len(watch.answers)) == (None, 1)


async def test_after_a_week_without_a_push_nobody_looks(watch: Watch) -> None:
    await watch.review()
    watch.office.now += pushes.GIVE_UP
    before = watch.asked
    await watch.look()
    assert (await watch.next_in(), watch.asked) == (None, before)


async def test_a_review_that_is_gone_is_watched_no_longer(watch: Watch) -> None:
    told = await watch.review()
    message = told.batch.first
    await watch.office.control(Delete(message.id, message.thread))
    watch.push("2", FIXED)
    await watch.look()
    assert (await watch.next_in(), len(watch.answers)) == (None, 1)


async def test_what_was_answered_in_private_is_nobody_elses(watch: Watch) -> None:
    await watch.office.tell(replace(watch.office.command("review", LINK), private=True))
    watch.push("2", FIXED)
    await watch.look()
    assert (await watch.next_in(), len(watch.answers)) == (None, 1)


async def test_where_nobody_can_return_to_nothing_is_made_anew(watch: Watch) -> None:
    await watch.review(place=Place(can_return=False))
    watch.push("2", FIXED)
    await watch.look()
    assert (await watch.next_in(), len(watch.answers)) == (None, 1)


async def test_where_nothing_can_be_edited_nobody_looks(watch: Watch) -> None:
    await watch.review(place=Place(can_edit=False))
    assert await watch.next_in() is None


async def test_there_is_an_end_to_what_one_review_costs(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushes, "MOST_RUNS", 1)
    await watch.review()
    for commit in "234":
        watch.push(commit, FIXED if commit == "2" else BAD)
        await watch.look()
    assert (await watch.next_in(), len(watch.answers)) == (None, 2)


async def test_a_push_costs_who_asked_and_their_limit_keeps_the_review(
    connection: Connection,
) -> None:
    async with watching(connection, Offline(), limits=Limits(turns_per_hour=1)) as watch:
        await watch.review(author=ANN)
        watch.push("2", FIXED)
        await watch.look()
        assert "as it was" in watch.card.note
        assert [each.status for each in watch.card.findings] == ["new"]


async def test_a_record_that_nobody_can_read_is_dropped(watch: Watch) -> None:
    await watch.office.watches.put(NAME, "x", '{"link": []}', 0)
    await watch.look()
    assert await watch.next_in() is None


async def test_it_looks_again_and_again(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushes, "TAKE_SECONDS", 0.01)
    monkeypatch.setattr(pushes, "SOONEST", 0.0)
    await watch.review()
    before = watch.asked
    running = asyncio.create_task(watch.office.pushes.run((NAME,)))
    async with asyncio.timeout(60):
        while watch.asked < before + 3:  # noqa: ASYNC110  the stage announces nothing
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
