"""Rounds of tool calls: errors a model can act on, bounds, and what must not run twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest

from bot.asking import Run
from bot.errors import AskAgain, ToolFailed
from bot.metrics import Metrics
from bot.models.port import Request, Result, ToolCall
from bot.models.scripted import Scripted, calling
from bot.outlet import Outlet
from bot.replies import Card, File, ToolFinished
from bot.rounds import LONGEST_REASON, MOST_CALLS, UNKNOWN, Rounds
from bot.tools.options import tool
from bot.tools.port import ToolOutput
from bot.tools.results import MOST_TEXT
from bot.turns import Step
from tests.bot.turn_helpers import context, run_engine, toolbox, weather


def results_in(request: Request) -> list[str]:
    return [said.text for said in request.messages if isinstance(said, Result)]


async def first_result(function: object, arguments: str = "{}", name: str = "") -> str:
    name = name or getattr(function, "__name__", "")
    model = Scripted([calling((name, arguments)), "ok"])
    await run_engine(model, function)  # type: ignore[arg-type]
    return results_in(model.requests[1])[0]


async def test_an_unknown_tool_is_answered_with_those_that_exist_and_shown_to_nobody() -> None:
    model = Scripted([calling(("wether", "{}")), "ok"])
    ran = await run_engine(model, weather)
    assert "no tool 'wether'" in results_in(model.requests[1])[0]
    assert "weather" in results_in(model.requests[1])[0]
    assert ran.kinds() == ["TextDelta"]


@pytest.mark.parametrize("arguments", ['{"city": 5}', "{", "[]", "null", '{"place": []}'])
async def test_wrong_arguments_are_corrected_by_the_model(arguments: str) -> None:
    model = Scripted(
        [calling(("weather", arguments)), calling(("weather", '{"place": "Rome"}')), "Sunny."]
    )
    ran = await run_engine(model, weather)
    assert results_in(model.requests[1])[0].startswith("The call was not right: ")
    assert results_in(model.requests[2])[1] == "sunny in Rome"
    assert [step.ok for step in ran.run.steps] == [False, True]


async def test_a_tool_that_wants_to_be_asked_again_says_how() -> None:
    async def find(place: str) -> str:
        """Find."""
        raise AskAgain(f"unknown city {place!r}, did you mean Paris?")

    said = await first_result(find, '{"place": "Pariss"}')
    assert said == "The call was not right: unknown city 'Pariss', did you mean Paris?"


async def test_a_tool_that_failed_closes_the_matter() -> None:
    async def find() -> str:
        """Find."""
        raise ToolFailed("the service is down")

    assert await first_result(find) == "The tool failed: the service is down"


async def test_a_bug_in_a_tool_becomes_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    async def find() -> str:
        """Find."""
        raise ZeroDivisionError("secret 42")

    said = await first_result(find)
    assert "secret 42" not in said
    assert "Traceback" not in said
    assert said.startswith("The tool failed: find ")
    assert "ZeroDivisionError" in caplog.text


async def test_a_tool_that_takes_too_long_is_given_up() -> None:
    @tool(timeout=0.02)
    async def find() -> str:
        """Find."""
        await asyncio.sleep(3600)
        return "never"

    assert "within 0.02 seconds" in await first_result(find)


async def test_a_result_is_cut_with_a_note() -> None:
    async def find() -> str:
        """Find."""
        return "x" * 100_000

    said = await first_result(find)
    assert len(said) <= MOST_TEXT
    assert "100,000 characters" in said


async def test_secrets_in_results_are_hidden_from_model_and_people() -> None:
    key = "ghp_" + "a1B2" * 9

    async def find() -> ToolOutput:
        """Find."""
        return ToolOutput(f"key {key}", (Card(f"card {key}"),), (), f"sum {key}")

    model = Scripted([calling(("find", "{}")), "ok"])
    ran = await run_engine(model, find)
    seen = f"{results_in(model.requests[1])} {ran.replies} {ran.run.steps}"
    assert key not in seen
    assert "card •••" in seen


async def test_cards_and_files_follow_their_tool() -> None:
    async def find() -> ToolOutput:
        """Find."""
        return ToolOutput("ok", (Card("text"),), (File("a", "text/plain", b"x"),), "one")

    ran = await run_engine(Scripted([calling(("find", "{}")), "ok"]), find)
    assert ran.kinds() == ["ToolStarted", "ToolFinished", "Card", "File", "TextDelta"]
    assert next(r.summary for r in ran.replies if isinstance(r, ToolFinished)) == "one"


@pytest.mark.parametrize("fault", [AskAgain, ToolFailed])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("down", "the service is down."),
        (
            "x" * LONGEST_REASON,
            ("the service is " + "x" * LONGEST_REASON)[: LONGEST_REASON - 1] + "…",
        ),
    ],
    ids=["short", "long"],
)
async def test_people_are_told_in_a_line_why_a_tool_failed(
    fault: type[AskAgain | ToolFailed], words: str, told: str
) -> None:
    async def find() -> str:
        """Find."""
        raise fault(f"the service\nis {words}. Try it later.")

    ran = await run_engine(Scripted([calling(("find", "{}")), "ok"]), find)
    assert [r.summary for r in ran.replies if isinstance(r, ToolFinished)] == [told]


async def test_too_many_calls_at_once_are_left_out() -> None:
    calls = [("weather", json.dumps({"place": str(n)})) for n in range(MOST_CALLS + 3)]
    model = Scripted([calling(*calls), "ok"])
    ran = await run_engine(model, weather)
    results = results_in(model.requests[1])
    assert len(results) == MOST_CALLS + 3
    assert [text.startswith("sunny") for text in results] == [True] * MOST_CALLS + [False] * 3
    assert sum(isinstance(r, ToolFinished) for r in ran.replies) == MOST_CALLS


async def test_a_call_that_failed_may_be_tried_again() -> None:
    answers = iter([ToolFailed("try again in a moment"), "there"])

    async def find() -> str:
        """Find."""
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    model = Scripted([calling(("find", "{}")), calling(("find", "{}")), "ok"])
    await run_engine(model, find)
    assert results_in(model.requests[2]) == ["The tool failed: try again in a moment", "there"]


async def test_two_throws_of_a_die_in_one_round_are_two() -> None:
    thrown = iter("35")

    async def throw() -> str:
        """Throw a die."""
        return next(thrown)

    model = Scripted([calling(("throw", "{}"), ("throw", "{}")), "8"])
    await run_engine(model, throw)
    assert results_in(model.requests[1]) == ["3", "5"]


class Book:
    """A recorder as the worker has one, and a tool that must not run twice."""

    def __init__(self) -> None:
        self.rounds: dict[int, Sequence[Step]] = {}
        self.booked = 0
        self.began = asyncio.Event()
        self.hang = asyncio.Event()

    async def record(self, number: int, steps: Sequence[Step]) -> None:
        self.rounds[number] = tuple(steps)

    @property
    def tool(self) -> object:
        @tool(repeatable=False)
        async def book() -> str:
            """Book a room."""
            assert self.rounds, "the intent stands before the deed"
            self.booked += 1
            self.began.set()
            await self.hang.wait()
            return "booked"

        return book


CALL = ("book", "{}")


async def test_what_must_not_run_twice_is_recorded_before_it_runs() -> None:
    book = Book()
    model = Scripted([calling(("weather", '{"place": "x"}'), CALL), "ok"])
    stop = asyncio.Event()
    task = asyncio.create_task(
        run_engine(model, weather, book.tool, record=book.record, stop=stop)  # type: ignore[arg-type]
    )
    await book.began.wait()
    assert [(step.name, step.result) for step in book.rounds[0]] == [("book", UNKNOWN)]
    book.hang.set()
    ran = await task
    assert [step.result for step in book.rounds[0]] == ["sunny in x", "booked"]
    assert ran.text == "ok"


async def test_after_a_crash_in_its_middle_it_is_not_run_and_the_model_knows() -> None:
    book = Book()
    stop = asyncio.Event()
    task = asyncio.create_task(
        run_engine(Scripted([calling(CALL)]), book.tool, record=book.record, stop=stop)  # type: ignore[arg-type]
    )
    await book.began.wait()
    stop.set()
    stopped = await task
    assert [step.result for step in stopped.run.steps] == [UNKNOWN]

    model = Scripted([calling(CALL), "I do not know whether it worked."])
    ran = await run_engine(
        model,
        book.tool,  # type: ignore[arg-type]
        record=book.record,
        recorded=list(book.rounds.values()),
    )
    assert book.booked == 1
    assert results_in(model.requests[0]) == [UNKNOWN]
    assert UNKNOWN in results_in(model.requests[1])[1]
    assert ran.text == "I do not know whether it worked."


async def test_the_very_same_call_twice_in_a_round_is_made_once_if_it_must_not_repeat() -> None:
    book = Book()
    book.hang.set()
    model = Scripted([calling(CALL, CALL), "ok"])
    await run_engine(model, book.tool, record=book.record)  # type: ignore[arg-type]
    assert book.booked == 1
    assert results_in(model.requests[1])[1].startswith("Not run")


async def test_calls_are_counted() -> None:
    metrics, run = Metrics(), Run()
    run.begin()
    rounds = Rounds(toolbox(weather), context(), Outlet(), run, hide=str, metrics=metrics)
    await rounds.call([ToolCall("1", "weather", '{"place":"x"}')], None)
    await rounds.call([ToolCall("2", "weather", "{")], None)
    page = metrics.render().decode()
    assert 'parley_tool_calls_total{outcome="ok",tool="weather"} 1.0' in page
    assert 'parley_tool_calls_total{outcome="ask_again",tool="weather"} 1.0' in page
