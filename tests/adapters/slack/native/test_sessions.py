"""A session is at work while a reply is on its way, at rest afterwards, and never in the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.slack.native import sessions
from adapters.slack.native.sessions import TRIES
from adapters.streaming import Delivery, Pace
from bot.replies import Done, Failed, Reply, TextDelta
from tests.adapters.slack.native.test_streams import (
    SESSION,
    START,
    STOP,
    TEXT,
    UPDATE,
    Room,
    Thread,
    thread,
)
from tests.bounds import FOREVER
from tests.fakes import Crash, MemoryReceipt


async def reply(
    there: Thread, *said: Reply | float, receipt: MemoryReceipt | None = None
) -> list[str | None]:
    """Deliver a reply as the adapter does; return the session's status at each of its steps."""
    receipt = receipt or MemoryReceipt()
    seen: list[str | None] = []

    async def replies() -> AsyncIterator[Reply]:
        for one in said:
            if isinstance(one, float):
                await asyncio.sleep(one)
                seen.append(status(there))
            elif one is CRASH:
                raise Crash
            else:
                yield one

    surface = there.surface(receipt)
    surface.begin()
    pace = Pace(least=0.01, most=0.02, life_after=0.05)
    await Delivery(surface, receipt, pace=pace, words=str).run(replies())
    return seen


CRASH = TextDelta("crash")


def status(there: Thread) -> str | None:
    return there.slack.sessions.get((there.question.channel, there.question.ts))


def told(there: Thread) -> list[str]:
    return [call.args["status"] for call in there.calls(SESSION)]


async def test_slack_shows_its_stop_button_from_the_start_to_the_end_of_a_stream() -> None:
    async with thread() as there:
        seen = await reply(there, 0.1, TextDelta("w0"), 0.1, TextDelta(" w1"), 0.1, Done("w0 w1"))
        assert seen == ["processing"] * 3
        assert status(there) == "active"
        assert told(there) == ["processing"]
        assert [call.args["session_status"] for call in there.calls(STOP)] == ["active"]
        assert there.allowance.held == set()


@pytest.mark.parametrize(
    "end", [Done("w0", stopped=True), Failed("Sorry.", "broke"), Failed("No.", "set_aside")]
)
async def test_every_end_sets_it_to_rest(end: Reply) -> None:
    async with thread() as there:
        await reply(there, TextDelta("w0"), 0.1, end)
        assert status(there) == "active"
        assert there.only().stream is None


async def test_an_answer_without_a_stream_has_the_button_too() -> None:
    for allowance in (Room(START), Room()):
        async with thread(allowance) as there:
            pause = 0.1 if allowance.short else 0.0
            await reply(there, 0.1, TextDelta("w0"), *[pause] * bool(pause), Done("w0"))
            assert told(there) == ["processing", "active"]
            assert allowance.held == set()


async def test_the_button_stays_while_an_answer_goes_on_in_further_messages() -> None:
    said: list[Reply | float] = []
    for number in range(160):
        said += [TextDelta(f"w{number} " + "word " * 12 + "\n\n"), 0.002]
    async with thread() as there:
        seen = await reply(there, 0.1, *said, Done("x"))
        assert len(there.replies) >= 3
        assert set(seen) == {"processing"}
        assert status(there) == "active"


async def test_a_stream_that_ends_by_its_age_keeps_the_button() -> None:
    async with thread(lasts=0.05) as there:
        seen = await reply(there, 0.05, TextDelta("w0"), 0.3, TextDelta(" w1"), 0.1, Done("w0 w1"))
        assert there.calls(STOP)[0].args["session_status"] == "processing"
        assert seen == ["processing"] * 3
        assert status(there) == "active"


@pytest.mark.parametrize("kind", ["unknown_method", "missing_scope", "not_authorized"])
async def test_a_workspace_without_sessions_is_asked_once(kind: str) -> None:
    async with thread() as there:
        there.slack.fail(SESSION, kind, 99)
        for _ in range(3):
            await reply(there, 0.05, TextDelta("w0"), 0.05, Done("w0"), receipt=MemoryReceipt())
        assert len(there.calls(SESSION)) == 1
        assert all(there.slack.visible(one) == "w0" for one in there.replies)
        assert all("session_status" not in call.args for call in there.calls(STOP))
        assert there.allowance.held == set()


async def test_a_place_without_a_session_says_nothing_about_others() -> None:
    async with thread() as there:
        there.slack.fail(SESSION, "thread_not_found")
        await reply(there, 0.05, TextDelta("w0"), Done("w0"))
        assert len(there.calls(SESSION)) == 1
        await reply(there, 0.05, TextDelta("w0"), Done("w0"), receipt=MemoryReceipt(key="next"))
        assert status(there) == "active"


async def test_a_session_that_hangs_does_not_hold_up_the_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sessions, "TRY_SECONDS", FOREVER)
    async with thread() as there:
        hung = there.slack.fail(SESSION, "hang")
        task = asyncio.create_task(reply(there, TextDelta(TEXT), 0.1, Done(TEXT)))
        await there.slack.wait_for(lambda: there.replies)
        assert hung.hits
        hung.release.set()
        await task
        assert told(there) == ["processing", "active"]


@pytest.mark.parametrize("kind", ["lost", "500", "ratelimited", "reset", "lost_hang"])
async def test_it_is_set_to_rest_although_calls_fail(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "TRY_SECONDS", 0.3)
    for skip in (0, 1):
        async with thread(Room(START)) as there:
            there.slack.fail(SESSION, kind, skip=skip)
            await reply(there, 0.1, TextDelta("w0"), 0.05, Done("w0"))
            assert status(there) in {"active", None}
            assert there.slack.visible(there.only()) == "w0"
            assert there.allowance.held == set()


async def test_a_session_that_cannot_be_set_to_rest_is_given_up() -> None:
    async with thread(Room(START)) as there:
        there.slack.fail(SESSION, "500", 99, skip=1)
        await reply(there, 0.1, TextDelta("w0"), Done("w0"))
        assert len(there.calls(SESSION)) == 1 + TRIES


async def test_without_a_slot_for_its_end_no_session_is_begun() -> None:
    async with thread(Room(SESSION)) as there:
        await reply(there, 0.05, TextDelta("w0"), 0.05, Done("w0"))
        assert there.calls(SESSION) == []
        assert "session_status" not in there.calls(STOP)[0].args


async def test_a_stop_that_takes_no_status_is_asked_without_it_from_then_on() -> None:
    async with thread() as there:
        there.slack.fail(STOP, "invalid_arguments")
        await reply(there, 0.1, TextDelta("w0"), 0.05, Done("w0"))
        assert there.slack.visible(there.only()) == "w0"
        assert there.calls(UPDATE) == []
        assert told(there) == ["processing", "active"]


async def test_after_slack_s_own_stop_it_is_set_to_rest() -> None:
    async with thread() as there:
        there.slack.fail(STOP, "stopped_by_user", 99)
        there.slack.fail(UPDATE, "streaming_state_conflict", 99)
        await reply(there, 0.05, TextDelta("w0"), 0.05, Done("w0", stopped=True))
        assert told(there) == ["processing", "active"]


@pytest.mark.parametrize("short", [(), (SESSION,)])
async def test_the_successor_of_a_crashed_reply_sets_it_to_rest(short: tuple[str, ...]) -> None:
    async with thread() as there:
        receipt = MemoryReceipt()
        with pytest.raises(Crash):
            await reply(there, 0.05, TextDelta("w0"), 0.1, CRASH, receipt=receipt)
        assert status(there) == "processing"
        there.allowance.short = short
        successor = receipt.after_a_crash()
        await reply(there, 0.05, TextDelta("w0"), 0.1, Done("w0"), receipt=successor)
        assert status(there) == "active"
        assert there.slack.visible(there.only()) == "w0"
