"""Answers on the Responses wire are read also from look-alikes that leave things out."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import ModelTemporary
from bot.models.families import family_of
from bot.models.port import Assistant, Completion, Request, Result, ToolSpec, User
from bot.models.responses import ResponsesWire
from bot.models.responses_reader import Items, ResponsesReader

TOOLS = (ToolSpec("weather", "", {"type": "object", "properties": {}}),)
SEALED = {"id": "rs_1", "type": "reasoning", "summary": [], "encrypted_content": "sealed"}
CALL = {
    "id": "fc_1",
    "type": "function_call",
    "status": "completed",
    "call_id": "call_1",
    "name": "weather",
    "arguments": '{"place": "x"}',
}


def delta(text: str, place: int = 0) -> dict[str, Any]:
    return {"type": "response.output_text.delta", "output_index": place, "delta": text}


def done(item: dict[str, Any], place: int = 0) -> dict[str, Any]:
    return {"type": "response.output_item.done", "output_index": place, "item": item}


def last(**response: Any) -> dict[str, Any]:
    return {"type": "response.completed", "response": {"status": "completed", **response}}


def completion(*events: dict[str, Any]) -> Completion:
    reader = ResponsesReader(Request((User("hi"),), TOOLS))
    for event in events:
        reader.take(event)
    return reader.finish()[1]


def input_after(end: Completion) -> list[dict[str, Any]]:
    results = [Result(call.id, "sun") for call in end.calls]
    request = Request((User("hi"), Assistant(end.text, end.calls, end.opaque), *results), TOOLS)
    wire = ResponsesWire("gpt-6-luna", family_of("gpt-6-luna"), at_openai=True)
    return list(wire.body(request, frozenset())["input"])


def test_the_items_count_where_the_last_event_repeats_nothing() -> None:
    end = completion(done(CALL), last(output=[]))
    assert [(call.id, call.name, call.arguments) for call in end.calls] == [
        ("call_1", "weather", '{"place": "x"}')
    ]


def test_the_last_event_counts_where_nothing_was_streamed() -> None:
    message = {"type": "message", "content": [{"type": "output_text", "text": "yes"}]}
    assert completion(last(output=[message])).text == "yes"


def test_arguments_count_where_only_their_deltas_came() -> None:
    name = "response.function_call_arguments.delta"
    pieces = [{"type": name, "output_index": 0, "delta": piece} for piece in ('{"pl', 'ace": 1}')]
    added = {
        "type": "response.output_item.added",
        "output_index": 0,
        "item": {**CALL, "arguments": ""},
    }
    assert completion(added, *pieces, last()).calls[0].arguments == '{"place": 1}'


def test_two_messages_of_one_answer_stand_apart() -> None:
    assert (
        completion(delta("One.", 0), delta("Two", 1), delta(".", 1), last()).text == "One.\n\nTwo."
    )


def test_sealed_reasoning_goes_back_with_its_call() -> None:
    end = completion(last(output=[SEALED, CALL]))
    assert isinstance(end.opaque, Items)
    kinds = [item.get("type", item.get("role")) for item in input_after(end)]
    assert kinds == ["user", "reasoning", "function_call", "function_call_output"]
    assert input_after(end)[1] == SEALED


@pytest.mark.parametrize(
    "reasoning", [{**SEALED, "encrypted_content": None}, {**SEALED, "type": "web_search_call"}]
)
def test_what_the_service_would_not_know_again_stays_out(reasoning: dict[str, Any]) -> None:
    items = input_after(completion(last(output=[reasoning, CALL])))
    assert [item.get("type", item.get("role")) for item in items] == [
        "user",
        "function_call",
        "function_call_output",
    ]
    assert "id" not in items[1]


def test_only_answered_calls_go_back() -> None:
    other = {**CALL, "call_id": "call_2", "id": "fc_2"}
    end = completion(last(output=[SEALED, CALL, other]))
    kept = Assistant("", end.calls[:1], end.opaque)
    request = Request((User("hi"), kept, Result("call_1", "sun")), TOOLS)
    wire = ResponsesWire("m", family_of("m"), at_openai=True)
    ids = [item.get("call_id") for item in wire.body(request, frozenset())["input"]]
    assert ids == [None, None, "call_1", "call_1"]


def test_the_model_that_does_not_call_keeps_nothing() -> None:
    assert completion(delta("yes"), last(output=[SEALED])).opaque is None


def test_an_answer_cut_by_its_length_loses_the_call_that_broke_off() -> None:
    cut = {**CALL, "arguments": '{"pla'}
    end = completion(last(output=[cut], status="incomplete"))
    assert (end.calls, end.finish) == ((), "length")


def test_without_the_last_event_there_is_no_answer() -> None:
    with pytest.raises(ModelTemporary):
        completion(delta("yes"), done(CALL))


def test_a_long_id_is_shortened_the_same_in_the_call_and_in_its_result() -> None:
    long = {**CALL, "call_id": "chatcmpl-tool-" + "0f" * 16}
    items = input_after(completion(last(output=[SEALED, long])))
    ids = {item["call_id"] for item in items if "call_id" in item}
    assert len(ids) == 1
    assert all(len(id) <= 40 for id in ids)
