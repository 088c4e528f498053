"""Turns over the real wires: the openai SDK against a local service that misbehaves as others do.

From the inbox to the reply; only the platform is paper.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.models import choose
from bot.models.port import Model
from bot.replies import Reply, TextDelta, TextRewritten, ToolStarted, Waiting
from bot.store.connection import Connection
from bot.tools.options import tool
from bot.wording import say
from tests.bot.paper import Office, Told
from tests.bot.turn_helpers import context, run_engine, toolbox, visible
from tests.bounds import PATIENCE
from tests.servers.model import (
    ModelRequest,
    ModelServer,
    breaks,
    calls,
    calls_many,
    cuts,
    drops,
    fails,
    hangs,
    is_filtered,
    no_credit,
    overloaded,
    refuses,
    says,
    stops_at_length,
    thinks,
    tokens,
    too_long,
)
from tests.servers.model.quirks import ALL_QUIRKS, Quirk, quirk

WIRES = pytest.mark.parametrize("wire", ["chat", "responses"])
Connect = Callable[..., Model]


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


@pytest.fixture
async def connect(server: ModelServer) -> AsyncIterator[Connect]:
    built: list[Model] = []

    def build(wire: str, model: str = "gpt-6-luna", **more: Any) -> Model:
        api: Any = wire
        made = choose.build(server.api_key, server.base_url, None, model, api, **more)
        built.append(made)
        return made

    yield build
    for model in built:
        await model.close()


async def weather(place: str) -> str:
    """Look up the weather.

    Args:
        place: Where.
    """
    return f"sunny in {place}"


@tool(name="time")
async def clock(place: str) -> str:
    """Tell the time.

    Args:
        place: Where.
    """
    return f"noon in {place}"


async def ping() -> str:
    """Answer."""
    return "pong"


TOOLS = (weather, clock, ping)


def office(connection: Connection, model: Model, **more: Any) -> Office:
    return Office(connection, model, toolbox(*TOOLS), **more)


QUESTION = "What's the weather in Beijing, and what time is it there?"


@WIRES
async def test_the_main_job_two_tools_at_once_and_one_answer(
    wire: str, server: ModelServer, connect: Connect, connection: Connection
) -> None:
    both = calls_many([("weather", {"place": "Beijing"}), ("time", {"place": "Beijing"})])
    server.script = [both, says("It is sunny, and noon.")]
    told = await office(connection, connect(wire)).ask(QUESTION)
    assert told.text == "It is sunny, and noon."
    assert [started.name for started in told.of(ToolStarted)] == ["weather", "time"]
    assert sorted(server.requests[1].tool_results.values()) == [
        "noon in Beijing",
        "sunny in Beijing",
    ]
    assert server.requests[0].last_user_text == f"[Ann] {QUESTION}"


@WIRES
async def test_a_thread_goes_on_with_results_and_names(
    wire: str, server: ModelServer, connect: Connect, connection: Connection
) -> None:
    server.script = [calls("weather", {"place": "Rome"}), says("Sunny."), says("Still sunny.")]
    room = office(connection, connect(wire))
    await room.ask("Weather in Rome?")
    assert (await room.ask("And now?")).text == "Still sunny."
    assert list(server.requests[2].tool_results.values()) == ["sunny in Rome"]
    assert all(request.refusal is None for request in server.requests)


async def test_reasoning_goes_back_sealed_within_the_rounds_of_a_turn(
    server: ModelServer, connect: Connect, connection: Connection
) -> None:
    server.script = [
        thinks("Hm, Beijing.") + calls("weather", {"place": "Beijing"}),
        thinks("And the time.") + calls("time", {"place": "Beijing"}),
        says("Sunny and noon."),
        says("You are welcome."),
    ]
    room = office(connection, connect("responses"))
    assert (await room.ask(QUESTION)).text == "Sunny and noon."
    reasoning = [
        [item for item in request.messages if item.get("type") == "reasoning"]
        for request in server.requests
    ]
    assert [len(items) for items in reasoning] == [0, 1, 2]
    assert all(item["encrypted_content"] for items in reasoning for item in items)
    assert (await room.ask("Thanks")).text == "You are welcome."
    assert server.requests[3].refusal is None


async def test_reasoning_goes_back_on_chat_too_where_it_must(
    server: ModelServer, connect: Connect, connection: Connection
) -> None:
    server.play(quirk(17))
    told = await office(connection, connect("chat", "deepseek-flash")).ask(QUESTION)
    assert told.code == ""
    assert "reasoning_content" in str(server.requests[1].body["messages"][-2])


@pytest.mark.parametrize("each", ALL_QUIRKS, ids=str)
async def test_every_quirk_ends_with_the_right_text_and_calls(
    each: Quirk, server: ModelServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to a quirky round of calls is a plain one."""
    monkeypatch.setattr("bot.asking._TRIES", 0)
    monkeypatch.setattr("bot.asking._BUSY_TRIES", 0)
    made: list[tuple[str, dict[str, Any]]] = []

    async def noted(place: str) -> str:
        """Note a call."""
        return place

    server.play(each)
    wanted = each.outcome
    if wanted.calls and not callable(server.script):
        server.script = [*server.script[: len(each.replies)], says("Done.")]
    model = connect("chat", "some-lookalike")
    box = toolbox(*TOOLS)
    for name, registered in box.tools.items():
        original = registered.run

        async def run(ctx: Any, values: Any, name: str = name, original: Any = original) -> Any:
            made.append((name, values))
            return await original(ctx, values)

        from dataclasses import replace

        box.tools[name] = replace(registered, run=run)
    ran = await run_engine(model, *box.tools.values())
    if wanted.fails:
        assert ran.error is not None
        return
    assert ran.error is None
    assert made == [(name, values) for name, values in wanted.calls]
    assert ran.text.startswith(wanted.text)
    if wanted.calls and len(each.replies) == 1 and not each.repeats:
        assert ran.text == f"{wanted.text}\n\nDone.".strip()
    if not wanted.calls:
        assert ran.text == wanted.text


@WIRES
@pytest.mark.parametrize(
    "fault",
    [breaks(3), drops(3), drops(), cuts(3), fails(500), fails(502), overloaded()],
    ids=["breaks", "drops", "severed", "cuts", "500", "502", "overloaded"],
)
async def test_a_passing_fault_is_asked_again_and_nothing_is_doubled(
    wire: str, fault: Any, server: ModelServer, connect: Connect, connection: Connection
) -> None:
    server.script = [fault, says("The whole answer.")]
    told = await office(connection, connect(wire)).ask("Hi")
    assert told.text == "The whole answer."
    assert len(server.requests) == 2


@WIRES
async def test_what_broke_midway_is_replaced_where_people_see_it(
    wire: str, server: ModelServer, connect: Connect, connection: Connection
) -> None:
    broken = says("Half of", 0.05, " it") + breaks(0)
    server.script = [broken, says("All of it.")]
    told = await office(connection, connect(wire)).ask("Hi")
    assert told.of(TextRewritten) == [TextRewritten("")]
    assert visible(told.replies) == "All of it."


@WIRES
async def test_a_fault_in_the_second_round_runs_no_tool_again(
    wire: str, server: ModelServer, connect: Connect
) -> None:
    runs = []

    async def look(place: str) -> str:
        """Look."""
        runs.append(place)
        return "there"

    server.script = [calls("look", {"place": "x"}), breaks(2), says("Found.")]
    ran = await run_engine(connect(wire), look)
    assert ran.text == "Found."
    assert runs == ["x"]


@WIRES
async def test_a_short_retry_after_is_waited_out_and_shown(
    wire: str, server: ModelServer, connect: Connect, connection: Connection
) -> None:
    server.script = [fails(429, retry_after=2), says("Here.")]
    told = await office(connection, connect(wire)).ask("Hi")
    assert told.text == "Here."
    assert told.of(Waiting)
    assert server.requests[1].arrived - server.requests[0].arrived >= 2


@WIRES
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (fails(429, retry_after=600), "model_busy"),
        (no_credit(), "model_rejected"),
        (fails(401), "model_rejected"),
        (too_long(), "context_too_long"),
    ],
    ids=["busy", "no-credit", "key", "too-long"],
)
async def test_what_waiting_cannot_mend_is_said_at_once(
    wire: str, fault: Any, code: str, server: ModelServer, connect: Connect, connection: Connection
) -> None:
    server.script = [fault] * 4
    told = await office(connection, connect(wire)).ask("Hi")
    assert told.code == code
    assert told.text == say(code, "en", wait="10 minutes")


@WIRES
async def test_a_filtered_answer_says_so(
    wire: str, server: ModelServer, connect: Connect, connection: Connection
) -> None:
    server.script = [is_filtered("Well, ")]
    told = await office(connection, connect(wire)).ask("Hi")
    assert told.code == "model_refused"
    assert told.text.endswith(say("model_refused", "en"))


@WIRES
async def test_a_refusal_is_an_answer(
    wire: str, server: ModelServer, connect: Connect, connection: Connection
) -> None:
    server.script = [refuses("I cannot help with that.")]
    told = await office(connection, connect(wire)).ask("Hi")
    assert told.text == "I cannot help with that."


@WIRES
async def test_an_answer_cut_by_its_length_is_continued(
    wire: str, server: ModelServer, connect: Connect, connection: Connection
) -> None:
    server.script = [stops_at_length("The quick bro"), says("wn fox.")]
    told = await office(connection, connect(wire)).ask("Hi")
    assert told.text == "The quick brown fox."
    assert server.requests[1].refusal is None


@WIRES
async def test_a_service_without_usage_is_estimated(
    wire: str, server: ModelServer, connect: Connect
) -> None:
    server.mode = "compatible"
    server.script = [says("Four words are here.")]
    ran = await run_engine(connect(wire))
    assert ran.run.usage.input > 0
    assert ran.run.usage.output > 0


async def _stopped(model: Model, server: ModelServer) -> Any:
    """Stop a model that would go on for an hour; returns what became of it."""
    stop = asyncio.Event()
    running = asyncio.create_task(run_engine(model, *TOOLS, stop=stop))
    await server.wait_for(lambda s: s.requests and s.requests[-1].first_byte)
    await asyncio.sleep(0.05)
    stop.set()
    async with asyncio.timeout(PATIENCE):
        ran = await running
    await server.wait_cancelled(1)
    return ran


@WIRES
async def test_stop_closes_the_models_connection(
    wire: str, server: ModelServer, connect: Connect
) -> None:
    server.script = [tokens(50 * 3600, rate=50)]
    ran = await _stopped(connect(wire), server)
    assert ran.text.startswith("the")


@WIRES
async def test_stop_ends_a_model_that_hangs(
    wire: str, server: ModelServer, connect: Connect
) -> None:
    server.script = [hangs(after=2)]
    await _stopped(connect(wire), server)


@WIRES
async def test_a_model_that_hangs_every_time_is_given_up_and_people_are_told(
    wire: str,
    server: ModelServer,
    connect: Connect,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clock of this test runs a hundred times as fast."""
    monkeypatch.setattr("bot.asking.SILENCE", 1.25)
    monkeypatch.setattr("bot.asking.LAST_TRY", 0.15)
    monkeypatch.setattr("bot.asking.TELL_WAIT", 0.02)
    server.script = lambda _: hangs(after=0)
    async with asyncio.timeout(PATIENCE):
        told = await office(connection, connect(wire, idle_timeout=0.4)).ask("Hi")
    assert told.code in ("model_silent", "model_unreachable")
    assert len(server.requests) <= 4  # 1.25 s are over after three silences of 0.4 s
    assert told.of(Waiting)


@WIRES
async def test_a_small_models_context_is_kept_to(
    wire: str, connect: Connect, server: ModelServer, connection: Connection
) -> None:
    """The service tells how much it reads; history and batch shrink to it."""
    server.context = 3_000
    server.mode = "compatible"
    room = office(connection, connect(wire, "an-unknown-model"))
    for number in range(6):
        told: Told = await room.ask(f"{number} " + "word " * 900)
        assert told.text.startswith("You said: [Ann]")
    assert any(request.refusal for request in server.requests)
    assert server.requests[-1].refusal is None


@WIRES
async def test_a_secret_cut_across_pieces_is_hidden(
    wire: str, server: ModelServer, connect: Connect, connection: Connection
) -> None:
    server.script = [says("The key: sk-proj-AbC", 0.02, "dEf012345", 0.02, "6789xyzABC", " end")]
    told = await office(connection, connect(wire)).ask("Hi")
    assert told.text == f"The key: {'•' * 30} end"


@WIRES
async def test_text_is_visible_before_the_model_says_more(
    wire: str, server: ModelServer, connect: Connect, connection: Connection
) -> None:
    room = office(connection, connect(wire))
    rest = asyncio.Event()
    server.script = [says("Hello", rest, " there")]
    seen: list[str] = []

    def note(reply: Reply) -> None:
        if isinstance(reply, TextDelta):
            seen.append(reply.text)
            rest.set()  # the model says no more until somebody has seen this

    room.paper.on_reply = note
    async with asyncio.timeout(PATIENCE):
        assert (await room.ask("Hi")).text == "Hello there"
    assert seen == ["Hello", " there"]


@WIRES
async def test_the_model_is_told_the_person_only_as_a_hash(
    wire: str, server: ModelServer, connect: Connect, connection: Connection
) -> None:
    def answer(request: ModelRequest) -> Any:
        assert "U1" not in str(request.body)
        return says("ok")

    server.script = answer
    assert (await office(connection, connect(wire)).ask("Hi")).text == "ok"
    assert context().author.id == "U1"
