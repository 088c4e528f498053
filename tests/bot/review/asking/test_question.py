"""One question to a model: again after passing faults, never past the deadline, and paid for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.errors import ContextTooLong, ModelRefused, ModelRejected, ModelTemporary
from bot.models.port import Completion, Request, Usage
from bot.models.scripted import Moment, Scripted, Turn
from bot.review.asking.question import LONGEST_WAIT, TRIES, Asking, Unanswered

waits: list[float] = []


async def no_sleep(seconds: float) -> None:
    waits.append(seconds)


def asking(turns: Sequence[Turn], seconds: float = 60.0) -> Asking:
    waits.clear()
    deadline = asyncio.get_running_loop().time() + seconds
    return Asking(Scripted(turns), deadline, sleep=no_sleep)


async def why(question: Asking) -> str:
    with pytest.raises(Unanswered) as caught:
        await question.ask("rules", "code")
    return caught.value.word


async def test_an_answer_comes_with_its_cost() -> None:
    one = asking([["Hel", "lo", Completion("Hello", usage=Usage(120, 30))]])
    reply = await one.ask("rules", "code")
    assert (reply.text, reply.is_cut) == ("Hello", False)
    assert (one.usage.input, one.usage.output, one.calls) == (120, 30, 1)


async def test_rules_and_data_are_apart_and_no_tool_is_offered() -> None:
    one = asking(["fine"])
    await one.ask("the rules", "the code")
    (request,) = one.model.requests  # type: ignore[attr-defined]
    assert [message.text for message in request.messages] == ["the rules", "the code"]
    assert request.tools == ()


async def test_an_answer_that_reached_its_limit_is_known_as_cut() -> None:
    reply = await asking([[Completion("[{", finish="length")]]).ask("rules", "code")
    assert reply.is_cut


async def test_passing_faults_are_waited_out_as_long_as_the_service_says() -> None:
    one = asking([ModelTemporary("busy", busy=True, retry_after=3.0), "fine"])
    assert (await one.ask("rules", "code")).text == "fine"
    assert waits == [3.0]
    assert one.calls == 2


@pytest.mark.parametrize(
    ("turns", "word"),
    [
        ([ModelTemporary("x")] * TRIES, "unreachable"),
        ([ModelTemporary("x", busy=True)] * TRIES, "busy"),
        ([ModelTemporary("x", busy=True, retry_after=LONGEST_WAIT + 1)], "busy"),
        ([ModelRejected("wrong key", status=401)], "rejected"),
        ([ModelRefused("filtered")], "refused"),
        ([[Completion("I cannot help with that.", refused=True)]], "refused"),
        ([ContextTooLong("too long")], "too_long"),
        (["  \n"], "empty"),
    ],
)
async def test_each_reason_for_no_answer_has_its_word(turns: Sequence[Turn], word: str) -> None:
    assert await why(asking(turns)) == word


async def test_a_model_that_says_nothing_is_given_up_at_the_deadline() -> None:
    one = asking([["so far", asyncio.Event()]], seconds=0.05)
    assert await why(one) == "timeout"
    assert one.model.closed == 1  # type: ignore[attr-defined]
    assert one.usage.estimated  # what it said has been paid for


async def test_it_does_not_wait_past_the_deadline() -> None:
    assert await why(asking([ModelTemporary("x", retry_after=10.0)], seconds=5.0)) == "unreachable"
    assert waits == []


async def test_cancelling_closes_the_stream() -> None:
    begun = asyncio.Event()

    def turn(_: Request) -> list[Moment]:
        begun.set()
        return ["so far", asyncio.Event()]

    one = asking([turn])
    task = asyncio.create_task(one.ask("rules", "code"))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert one.model.closed == 1  # type: ignore[attr-defined]
