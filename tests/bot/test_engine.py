"""The loop of model and tools: when it goes on, when it ends, and what is said."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine import MOST_CONTINUATIONS, MOST_ROUNDS, NO_MORE, Answer
from bot.errors import ContextTooLong, ModelRefused, ModelRejected
from bot.models.port import Assistant, Completion, Request, Result, ToolCall, Usage, User
from bot.models.scripted import Moment, Scripted, calling
from bot.replies import ToolFinished, ToolStarted
from bot.turns import Step
from tests.bot.turn_helpers import Ran, run_engine, time, visible, weather
from tests.bounds import PATIENCE

BEIJING = ("weather", '{"place": "Beijing"}')


def results_in(request: Request) -> list[str]:
    return [said.text for said in request.messages if isinstance(said, Result)]


async def test_an_answer_without_tools_is_its_text() -> None:
    ran = await run_engine(Scripted([["Hel", "lo ", "Ann"]]))
    assert ran.text == "Hello Ann"
    assert (ran.run.requests, ran.run.steps, ran.run.rounds) == (1, [], [])


async def test_a_call_runs_and_its_result_goes_back_to_the_model() -> None:
    model = Scripted([calling(BEIJING), "It is sunny."])
    ran = await run_engine(model, weather)
    assert ran.text == "It is sunny."
    assert results_in(model.requests[1]) == ["sunny in Beijing"]
    assert ran.run.steps == [Step("call_1", *BEIJING, "sunny in Beijing")]
    assert ran.kinds() == ["ToolStarted", "ToolFinished", "TextDelta"]


async def test_the_calls_of_a_round_run_side_by_side_and_answer_in_order() -> None:
    together = asyncio.Barrier(3)

    async def slow(place: str) -> str:
        """Wait until three run at once."""
        await asyncio.wait_for(together.wait(), PATIENCE)
        return f"at {place}"

    calls = [("slow", json.dumps({"place": place})) for place in "abc"]
    model = Scripted([calling(*calls), "Done."])
    ran = await run_engine(model, slow)
    assert results_in(model.requests[1]) == ["at a", "at b", "at c"]
    assert ran.text == "Done."


async def test_text_before_and_after_tools_are_paragraphs() -> None:
    model = Scripted(
        [calling(BEIJING, text="Let me look."), calling(("time", '{"place":"x"}')), "\n\nSunny."]
    )
    ran = await run_engine(model, weather, time)
    assert ran.text == "Let me look.\n\nSunny."


async def test_a_title_says_what_runs_in_the_askers_language() -> None:
    ran = await run_engine(Scripted([calling(BEIJING), "ok"]), weather, locale="zh-CN")
    started = next(reply for reply in ran.replies if isinstance(reply, ToolStarted))
    assert "weather" in started.title
    assert any(ord(character) > 0x2E80 for character in started.title)


async def test_what_a_model_gets_back_of_its_own_goes_with_the_round() -> None:
    end = Completion("", (ToolCall("a", *BEIJING),), "calls", opaque={"sealed": 1})
    model = Scripted([[end], "Sunny."])
    await run_engine(model, weather)
    sent = [said for said in model.requests[1].messages if isinstance(said, Assistant)]
    assert sent == [Assistant("", end.calls, {"sealed": 1})]


async def test_a_model_that_calls_for_ever_must_answer_with_what_it_has() -> None:
    def again(request: Request) -> list[Moment]:
        if request.tool_choice == "none":
            return ["This is what I found."]
        number = len(request.messages)
        return calling(("weather", json.dumps({"place": f"town {number}"})))

    model = Scripted([again] * 20)
    ran = await run_engine(model, weather)
    assert len(ran.run.rounds) == MOST_ROUNDS
    assert len(model.requests) == MOST_ROUNDS + 1
    assert ran.answer == Answer("rounds")
    assert ran.text == "This is what I found."
    assert NO_MORE in results_in(model.requests[-1])[-1]


async def test_a_model_that_calls_tools_although_it_must_not_is_ended() -> None:
    def again(request: Request) -> list[Moment]:
        return calling(("weather", json.dumps({"place": str(len(request.messages))})))

    ran = await run_engine(Scripted([again] * 20), weather)
    assert ran.answer == Answer("rounds")
    assert ran.text == ""
    assert len(ran.run.steps) == MOST_ROUNDS


async def test_the_same_call_again_and_again_is_not_run_and_ends_the_rounds() -> None:
    runs = []

    async def look(place: str) -> str:
        """Look."""
        runs.append(place)
        return "nothing new"

    def again(request: Request) -> list[Moment]:
        if request.tool_choice == "none":
            return ["I give up."]
        return calling(("look", '{"place": "x"}'))

    model = Scripted([again] * 20)
    ran = await run_engine(model, look)
    assert runs == ["x"]
    assert len(model.requests) == 4
    assert "already" in results_in(model.requests[2])[1]
    assert "nothing new" in results_in(model.requests[2])[1]
    assert ran.text == "I give up."
    assert ran.answer == Answer("")


@pytest.mark.parametrize("seam", [("The quick bro", "wn fox."), ("One two", " three.")])
async def test_an_answer_cut_by_its_length_goes_on_without_a_seam(seam: tuple[str, str]) -> None:
    first, rest = seam
    model = Scripted([[first, Completion(first, (), "length")], [rest]])
    ran = await run_engine(model)
    assert ran.text == first + rest
    assert model.requests[1].messages[-2] == Assistant(first)
    assert isinstance(model.requests[1].messages[-1], User)


async def test_an_answer_that_never_ends_is_ended_and_says_so() -> None:
    part = [["word ", Completion("word ", (), "length")]]
    ran = await run_engine(Scripted(part * 20))
    assert ran.answer == Answer("length")
    assert ran.run.requests == MOST_CONTINUATIONS + 1
    assert ran.text == "word " * (MOST_CONTINUATIONS + 1)


async def test_the_rounds_of_an_earlier_attempt_are_not_run_again() -> None:
    runs = []

    async def look(place: str) -> str:
        """Look."""
        runs.append(place)
        return "new"

    recorded = [(Step("call_1", "look", '{"place":"x"}', "old"),)]
    model = Scripted([calling(("look", '{"place": "x"}')), "So it is."])
    ran = await run_engine(model, look, recorded=recorded)
    assert runs == []
    assert results_in(model.requests[0]) == ["old"]
    assert "old" in results_in(model.requests[1])[1]
    assert ran.text == "So it is."
    assert ran.run.steps[0].result == "old"


async def test_each_round_is_recorded_before_the_model_is_asked_again() -> None:
    order: list[str] = []

    async def record(number: int, steps: object) -> None:
        order.append(f"round {number}")

    def turn(request: Request) -> list[Moment]:
        order.append(f"request {len(order)}")
        return calling(BEIJING) if len(order) < 2 else ["Sunny."]

    await run_engine(Scripted([turn, turn]), weather, record=record)
    assert order == ["request 0", "round 0", "request 2"]


@pytest.mark.parametrize("error", [ModelRefused, ModelRejected, ContextTooLong])
async def test_what_cannot_be_helped_is_raised_at_once(error: type[Exception]) -> None:
    model = Scripted([["Half", error("no")]])
    ran = await run_engine(model)
    assert isinstance(ran.error, error)
    assert len(model.requests) == 1
    assert ran.text == "Half"


async def test_usage_is_summed_and_estimated_where_nobody_counted() -> None:
    counted = Completion("", (ToolCall("a", *BEIJING),), "calls", Usage(100, 10, 40))
    model = Scripted([[counted], "Four words are here"])
    ran = await run_engine(model, weather)
    assert ran.run.usage.input > 100
    assert 10 < ran.run.usage.output < 30
    assert ran.run.usage.cached == 40
    assert ran.run.usage.estimated


async def test_a_stopped_answer_is_paid_for_by_estimate() -> None:
    stop = asyncio.Event()
    model = Scripted([["Some words that cost something ", 0.0, 3600.0]])
    task = asyncio.create_task(run_engine(model, stop=stop))
    for _ in range(200):
        await asyncio.sleep(0)  # it says what it has to say
    stop.set()
    ran = await task
    assert ran.text == "Some words that cost something "
    assert ran.run.usage.estimated
    assert ran.run.usage.output > 3
    assert model.closed == 1


SCRIPT: list[list[Moment]] = [
    ["Let ", 0.0, "me ", 0.0, *calling(BEIJING, ("once", "{}"), text="look.")],
    ["Hm. ", 0.0, *calling(("time", '{"place": "Rome"}'), ("no_such", "{}"))],
    ["It ", 0.0, "is ", 0.0, "sunny."],
]


async def _stopped_after(steps: int) -> Ran:
    """Run the script and stop it after so many turns of the event loop."""

    async def once() -> str:
        """Do something that must not be done twice."""
        await asyncio.sleep(0)
        return "done"

    from bot.tools.options import tool

    stop = asyncio.Event()
    model = Scripted([list(turn) for turn in SCRIPT])
    task = asyncio.create_task(
        run_engine(model, weather, time, tool(repeatable=False)(once), stop=stop)
    )
    for _ in range(steps):
        await asyncio.sleep(0)
    stop.set()
    return await task


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 120))
def test_stopped_at_any_instant_what_remains_is_whole(steps: int) -> None:
    """Every remembered call has a result; the text is what was shown; nothing runs on."""
    ran = asyncio.run(_stopped_after(steps))
    assert ran.error is None
    assert all(step.result for step in ran.run.steps)
    full = "Let me look.\n\nHm. \n\nIt is sunny."
    assert full.startswith(ran.text)
    assert visible(ran.replies) == ran.text
    started = {r.call_id for r in ran.replies if isinstance(r, ToolStarted)}
    finished = {r.call_id for r in ran.replies if isinstance(r, ToolFinished)}
    assert finished <= started
