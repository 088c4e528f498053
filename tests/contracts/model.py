"""The contract of a language model: what the engine may rely on, whoever answers.

An implementation's test module subclasses `ModelContract` and gives it a fixture `stage`, which
sets the scene in that implementation's own way.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Protocol, cast

import pytest

from bot.errors import ModelError, ModelTemporary
from bot.models.port import (
    Assistant,
    Completion,
    Model,
    Piece,
    Request,
    Result,
    System,
    TextPiece,
    Thinking,
    ToolSpec,
    User,
)
from tests.bounds import PATIENCE

TOOLS = (
    ToolSpec(
        "weather",
        "Look up the weather.",
        {
            "type": "object",
            "properties": {"place": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["place"],
            "additionalProperties": False,
        },
    ),
    ToolSpec(
        "time",
        "Tell the time.",
        {
            "type": "object",
            "properties": {"place": {"type": "string"}},
            "required": ["place"],
            "additionalProperties": False,
        },
    ),
    ToolSpec("ping", "Ping.", {"type": "object", "properties": {}, "additionalProperties": False}),
)
QUESTION = "What's the weather in Beijing, and what time is it there?"


class Stage(Protocol):
    """Sets the next answers of a model, in order of the requests."""

    model: Model

    def will_say(self, *pieces: str) -> None:
        """The next answer is this text."""

    def will_call(self, *calls: tuple[str, dict[str, object]]) -> None:
        """The next answer is these calls."""

    def will_break(self, after: str) -> None:
        """The next answer breaks off after some text."""

    def will_fail(self) -> None:
        """The next request is turned away for now."""

    def will_hang(self, after: str) -> None:
        """The next answer goes silent after some text."""

    async def given_up(self) -> bool:
        """Tell whether whoever answers has noticed that nobody listens; waits a little for it."""


def asking(text: str = QUESTION, *more: object) -> Request:
    """Return a request as the engine makes them."""
    said = (System("You are helpful."), User(text), *more)
    return Request(said, TOOLS, person="hash", cache_key="thread")  # type: ignore[arg-type]


async def all_of(model: Model, request: Request | None = None) -> list[Piece]:
    """Return everything that a stream yields."""
    return [piece async for piece in model.stream(request or asking())]


def text_of(pieces: Sequence[Piece]) -> str:
    """Return the text that was streamed."""
    return "".join(piece.text for piece in pieces if isinstance(piece, TextPiece))


def end_of(pieces: Sequence[Piece]) -> Completion:
    """Return the completion, which has to be the only one and the last."""
    assert isinstance(pieces[-1], Completion)
    assert all(isinstance(piece, TextPiece | Thinking) for piece in pieces[:-1])
    return pieces[-1]


class ModelContract:
    """What every model does."""

    async def test_an_answer_is_its_pieces_and_then_one_completion(self, stage: Stage) -> None:
        stage.will_say("北京 ", "is sunny. ", "🌞")
        pieces = await all_of(stage.model)
        end = end_of(pieces)
        assert end.text == text_of(pieces) == "北京 is sunny. 🌞"
        assert (end.calls, end.finish) == ((), "stop")

    async def test_an_answer_that_nobody_watches_comes_in_one_piece(self, stage: Stage) -> None:
        stage.will_say("北京 ", "is sunny.")
        request = dataclasses.replace(asking(), streamed=False)
        end = end_of(await all_of(stage.model, request))
        assert (end.text, end.finish) == ("北京 is sunny.", "stop")

    async def test_no_piece_of_text_is_empty(self, stage: Stage) -> None:
        stage.will_say("a", " b", " c")
        assert all(p.text for p in await all_of(stage.model) if isinstance(p, TextPiece))

    async def test_calls_keep_the_models_order_and_have_ids_of_their_own(
        self, stage: Stage
    ) -> None:
        wanted = [("weather", {"place": "北京"}), ("time", {"place": "Tokyo"}), ("ping", {})]
        stage.will_call(*wanted)
        end = end_of(await all_of(stage.model))
        assert [(call.name, json.loads(call.arguments)) for call in end.calls] == wanted
        assert len({call.id for call in end.calls} - {""}) == 3
        assert end.finish == "calls"

    async def test_a_round_of_calls_goes_on_with_their_results(self, stage: Stage) -> None:
        stage.will_call(("weather", {"place": "北京"}), ("time", {"place": "北京"}))
        stage.will_say("Sunny, and noon.")
        end = end_of(await all_of(stage.model))
        results = [Result(call.id, f"result of {call.name}") for call in end.calls]
        after = asking(QUESTION, Assistant(end.text, end.calls, end.opaque), *results)
        assert end_of(await all_of(stage.model, after)).text == "Sunny, and noon."

    async def test_a_round_goes_on_after_a_crash_that_lost_what_is_opaque(
        self, stage: Stage
    ) -> None:
        stage.will_call(("weather", {"place": "北京"}))
        stage.will_say("Sunny.")
        end = end_of(await all_of(stage.model))
        replayed = (Assistant("", end.calls), Result(end.calls[0].id, "sun"))
        pieces = await all_of(stage.model, asking(QUESTION, *replayed))
        assert end_of(pieces).text == "Sunny."

    async def test_a_stream_that_breaks_off_is_a_passing_fault(self, stage: Stage) -> None:
        stage.will_break("北京 is")
        seen: list[Piece] = []

        async def listen() -> None:
            async for piece in stage.model.stream(asking()):
                seen.append(piece)

        with pytest.raises(ModelTemporary):
            await listen()
        assert not any(isinstance(piece, Completion) for piece in seen)

    async def test_a_request_that_is_turned_away_raises_only_our_errors(self, stage: Stage) -> None:
        stage.will_fail()
        with pytest.raises(ModelError):
            await all_of(stage.model)

    async def test_after_a_fault_the_next_request_works(self, stage: Stage) -> None:
        stage.will_fail()
        stage.will_say("Here I am.")
        with pytest.raises(ModelError):
            await all_of(stage.model)
        assert end_of(await all_of(stage.model)).text == "Here I am."

    async def test_closing_the_iterator_ends_the_answer_at_once(self, stage: Stage) -> None:
        stage.will_hang("北京")
        stream = cast("AsyncIterator[Piece]", stage.model.stream(asking()))
        async with asyncio.timeout(PATIENCE), aclosing(stream) as pieces:  # type: ignore[type-var]
            async for piece in pieces:
                if isinstance(piece, TextPiece):
                    break
        assert await stage.given_up()

    async def test_cancelling_the_task_ends_the_answer_at_once(self, stage: Stage) -> None:
        stage.will_hang("北京")
        heard = asyncio.Event()

        async def listen() -> None:
            async with aclosing(stage.model.stream(asking())) as pieces:  # type: ignore[type-var]
                async for _ in pieces:
                    heard.set()

        task = asyncio.create_task(listen())
        await asyncio.wait_for(heard.wait(), PATIENCE)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await stage.given_up()

    async def test_many_streams_at_once_do_not_mix(self, stage: Stage) -> None:
        for number in range(8):
            stage.will_say(f"answer {number} ", "and its end")
        ends = [end_of(p) for p in await asyncio.gather(*(all_of(stage.model) for _ in range(8)))]
        expected = {f"answer {number} and its end" for number in range(8)}
        assert {end.text for end in ends} == expected

    async def test_its_spec_says_what_fits(self, stage: Stage) -> None:
        spec = stage.model.spec
        assert spec.name
        assert spec.context > spec.max_output > 0

    async def test_warming_it_up_takes_no_answer_and_may_be_done_again(self, stage: Stage) -> None:
        stage.will_say("Here I am.")
        await stage.model.warm()
        await stage.model.warm()
        assert end_of(await all_of(stage.model)).text == "Here I am."

    async def test_closing_it_twice_is_harmless(self, stage: Stage) -> None:
        await stage.model.close()
        await stage.model.close()
