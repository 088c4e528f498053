"""Asking one model: tries again, takes back only what it replaces, is never silent for long."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.asking import LONGEST_WAIT, SILENCE, EmptyAnswer, Run, Silent, _wait
from bot.engine import Engine, Task
from bot.errors import ModelTemporary
from bot.metrics import Metrics
from bot.models.port import Completion, Thinking, User
from bot.models.scripted import Moment, Scripted, calling
from bot.outlet import Outlet
from bot.replies import Growing, TextRewritten, Waiting
from bot.wording import say
from tests.bot.turn_helpers import Ran, context, run_engine, toolbox, visible, weather
from tests.bot.virtual_time import in_virtual_time

TOLD_WITHIN = 150.0
BROKEN = ModelTemporary("broken")
IDLE = [60.0, ModelTemporary("the model service did not answer in time")]
"""What a silent service looks like behind the HTTP model, whose idle timeout is 60 s."""


def in_time(model: Scripted, *tools: object) -> Ran:
    return in_virtual_time(lambda: run_engine(model, *tools))  # type: ignore[arg-type]


def test_a_stream_that_breaks_is_asked_again_and_its_text_replaced_not_doubled() -> None:
    ran = in_time(Scripted([["It is su", BROKEN], ["It is ", "sunny."]]))
    assert ran.text == "It is sunny."
    assert TextRewritten("") in ran.replies
    assert ran.run.requests == 2


def test_only_the_broken_round_is_taken_back() -> None:
    call = calling(("weather", '{"place":"x"}'), text="Let me look.")
    ran = in_time(Scripted([call, ["It is su", BROKEN], ["Sunny."]]), weather)
    assert ran.text == "Let me look.\n\nSunny."
    assert TextRewritten("Let me look.") in ran.replies


def test_broken_text_stays_until_there_is_something_better() -> None:
    ran = in_time(Scripted([["Half an ans", BROKEN], *[BROKEN] * 9]))
    assert isinstance(ran.error, ModelTemporary)
    assert ran.text == "Half an ans"
    assert not any(isinstance(reply, TextRewritten) for reply in ran.replies)


def test_a_broken_text_goes_when_the_next_try_calls_a_tool() -> None:
    turns = [["I thi", BROKEN], calling(("weather", '{"place":"x"}')), ["Sunny."]]
    ran = in_time(Scripted(turns), weather)
    assert ran.text == "Sunny."


def test_a_stream_without_its_end_is_a_failure() -> None:
    class Endless(Scripted):
        async def stream(self, request):  # type: ignore[no-untyped-def]
            async for piece in super().stream(request):
                if not isinstance(piece, Completion):
                    yield piece

    ran = in_time(Endless([["Half"]] * 9))
    assert isinstance(ran.error, ModelTemporary)
    assert ran.run.requests == 4


def test_an_empty_answer_is_asked_for_once_more() -> None:
    assert in_time(Scripted([[], ["Yes."]])).text == "Yes."
    assert in_time(Scripted([["\u200b\u2060 ", "\u3164\ufe0f\n"], ["Yes."]])).text == "Yes."
    ran = in_time(Scripted([[]] * 5))
    assert isinstance(ran.error, EmptyAnswer)
    assert ran.run.requests == 2


def test_retry_after_is_honoured_and_people_are_shown_why() -> None:
    ran = in_time(Scripted([ModelTemporary("busy", busy=True, retry_after=20), ["Here."]]))
    assert 20 <= ran.seconds < 20.1
    assert ran.kinds() == ["Waiting", "TextDelta"]


def test_a_long_retry_after_is_not_waited_for() -> None:
    ran = in_time(Scripted([ModelTemporary("busy", busy=True, retry_after=LONGEST_WAIT + 1)]))
    assert ran.seconds < 0.1
    assert isinstance(ran.error, ModelTemporary)
    assert ran.error.retry_after == LONGEST_WAIT + 1


def test_a_slow_but_steady_stream_of_five_minutes_is_fine() -> None:
    words = [part for n in range(60) for part in (5.0, f"{n} ")]
    ran = in_time(Scripted([words]))
    assert ran.seconds == 300
    assert ran.text == "".join(f"{n} " for n in range(60))


def test_a_model_that_thinks_for_long_is_waited_for_and_people_see_it() -> None:
    thoughts: list[Moment] = [part for _ in range(40) for part in (10.0, Thinking())]
    ran = in_time(Scripted([[*thoughts, "At last."]]))
    assert ran.text == "At last."
    assert 9 <= sum(isinstance(reply, Waiting) for reply in ran.replies) <= 13


def test_a_model_that_hangs_for_ever_is_given_up() -> None:
    ran = in_time(Scripted([[3600.0]]))
    assert isinstance(ran.error, Silent)
    assert ran.seconds == pytest.approx(SILENCE, abs=0.1)


def test_a_service_that_times_out_again_and_again_is_given_up_in_time() -> None:
    ran = in_time(Scripted([list(IDLE) for _ in range(9)]))
    assert isinstance(ran.error, Silent)
    assert ran.seconds <= SILENCE
    assert any(isinstance(reply, Waiting) for reply in ran.replies)


def test_a_service_that_stops_at_the_same_word_again_and_again_is_given_up_in_time() -> None:
    ran = in_time(Scripted([["Half a sentence", *IDLE] for _ in range(9)]))
    assert isinstance(ran.error, Silent)
    assert ran.text == "Half a sentence"
    assert ran.seconds <= SILENCE


def is_sign(reply: Growing) -> bool:
    """Tell whether the model has done something; that we wait for it is none of its doing."""
    return not isinstance(reply, Waiting) or reply.text == say("thinking", "en")


Fault = st.sampled_from(
    [
        [3600.0],
        IDLE,
        ["Some text ", *IDLE],
        ["Some text ", 3600.0],
        ["Some text ", BROKEN],
        [Thinking(), 3600.0],
        [BROKEN],
        [30.0, BROKEN],
        [ModelTemporary("busy", busy=True)],
        [ModelTemporary("busy", busy=True, retry_after=40)],
        [20.0, ModelTemporary("busy", busy=True, retry_after=44)],
        [],
        [59.0],
        ["Text.", 50.0],
        calling(("weather", '{"place":"x"}'), text="Looking."),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(Fault, min_size=1, max_size=12))
def test_in_no_combination_of_faults_is_anybody_left_in_silence(turns: list[list[Moment]]) -> None:
    """From the last text or tool to the next, or to the end, it is never longer than 150 s."""

    async def watched() -> None:
        loop = asyncio.get_running_loop()
        run, outlet, times = Run(), Outlet(), []
        model = Scripted([*map(list, turns), *([3600.0] for _ in range(9))])
        run.begin()
        task = Task((User("hi"),), context())
        work = asyncio.ensure_future(Engine(model, toolbox(weather)).run(task, run, outlet))
        times.append(loop.time())
        while not work.done():
            waiter = asyncio.ensure_future(outlet.awake.wait())
            await asyncio.wait({work, waiter}, return_when=asyncio.FIRST_COMPLETED)
            waiter.cancel()
            outlet.awake.clear()
            if any(is_sign(reply) for reply in outlet.take()):
                times.append(loop.time())
        times.append(loop.time())
        assert max(b - a for a, b in itertools.pairwise(times)) < TOLD_WITHIN - 10
        if work.exception() is not None:
            assert isinstance(work.exception(), ModelTemporary)

    in_virtual_time(watched)


@given(
    retry_after=st.none() | st.floats(0, 1e6),
    busy=st.booleans(),
    tries=st.integers(1, 20),
    silent=st.floats(0, 1e4),
)
def test_a_wait_is_never_longer_than_what_is_left(
    retry_after: float | None, busy: bool, tries: int, silent: float
) -> None:
    try:
        wait = _wait(ModelTemporary("x", busy=busy, retry_after=retry_after), tries, silent)
    except ModelTemporary:
        return
    assert 0 <= wait <= LONGEST_WAIT
    assert silent + wait < SILENCE
    assert tries <= 6


def test_requests_and_tokens_are_counted_by_outcome() -> None:
    async def asked() -> str:
        metrics, run = Metrics(), Run()
        run.begin()
        model = Scripted([["Ha", BROKEN], ["Hello there."]])
        engine = Engine(model, toolbox(), metrics=metrics)
        await engine.run(Task((User("hi"),), context()), run, Outlet())
        return metrics.render().decode()

    page = in_virtual_time(asked)
    assert 'parley_model_requests_total{model="scripted",outcome="ok"} 1.0' in page
    assert 'parley_model_requests_total{model="scripted",outcome="temporary"} 1.0' in page
    assert 'parley_model_tokens_total{direction="output",model="scripted"} 4.0' in page


def test_what_is_visible_is_always_what_the_stream_said() -> None:
    ran = in_time(Scripted([["a ", BROKEN], ["b ", BROKEN], ["c", BROKEN], ["d"]]))
    assert visible(ran.replies) == ran.text == "d"
