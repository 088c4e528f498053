"""What the model server says when nothing is wrong, read by the real SDK on both wires."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.servers.model import (
    Framing,
    Usage,
    calls,
    calls_many,
    is_filtered,
    refuses,
    says,
    stops_at_length,
    thinks,
)
from tests.servers.model.talk import ASK, WIRES, stream, text


@WIRES
async def test_an_empty_script_echoes_the_last_thing_the_person_said(client, wire) -> None:
    assert await text(client, wire) == "You said: What is the weather in 北京?"


@WIRES
async def test_a_script_answers_in_turn_and_then_echoes(server, client, wire) -> None:
    server.script = [says("one"), lambda request: says(f"two for {request.model}")]
    assert [await text(client, wire) for _ in range(3)] == [
        "one",
        "two for gpt-4o",
        "You said: What is the weather in 北京?",
    ]


@WIRES
async def test_text_is_streamed_piece_by_piece_as_the_script_cuts_it(server, client, wire) -> None:
    gate = asyncio.Event()
    server.script = [says("first", gate, " second", 0.01, " third")]
    reading = asyncio.create_task(text(client, wire))
    await server.wait_for(1)
    await asyncio.sleep(0.05)
    assert not reading.done()
    gate.set()
    assert await reading == "first second third"


async def test_a_chat_stream_carries_parallel_calls_and_counts(server, client) -> None:
    asked = [("weather", {"place": "北京"}), ("time", {"place": "Tokyo"})]
    server.script = [(says("Looking.") + calls_many(asked)).counting(Usage(10, 4))]
    chunks = await stream(client, "chat", stream_options={"include_usage": True})
    deltas = [
        c for chunk in chunks if chunk.choices for c in chunk.choices[0].delta.tool_calls or []
    ]
    arguments = {0: "", 1: ""}
    for delta in deltas:
        arguments[delta.index] += delta.function.arguments
    assert [json.loads(arguments[at]) for at in (0, 1)] == [{"place": "北京"}, {"place": "Tokyo"}]
    assert [delta.function.name for delta in deltas if delta.id] == ["weather", "time"]
    assert len({delta.id for delta in deltas if delta.id}) == 2
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "tool_calls"
    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens == 14


async def test_the_sdks_own_stream_helper_is_content_with_both_wires(server, client) -> None:
    server.script = [calls("weather", {"place": "北京"}), calls("weather", {"place": "北京"})]
    async with client.chat.completions.stream(model="gpt-4o", messages=ASK) as chat:
        final = await chat.get_final_completion()
    assert final.choices[0].message.tool_calls[0].function.arguments == '{"place": "北京"}'
    async with client.responses.stream(model="gpt-6-luna", input=ASK) as responses:
        answer = await responses.get_final_response()
    assert [item.type for item in answer.output] == ["reasoning", "function_call"]


async def test_responses_events_come_in_order_and_numbered(server, client) -> None:
    server.script = [thinks("hm") + says("It is ", "sunny.") + calls("time", {})]
    answer = await client.responses.create(
        model="gpt-6-luna",
        input=ASK,
        stream=True,
        store=False,
        reasoning={"summary": "auto"},
        include=["reasoning.encrypted_content"],
    )
    events = [event async for event in answer]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert [event.type.removeprefix("response.") for event in events] == [
        "created",
        "in_progress",
        "output_item.added",
        "reasoning_summary_part.added",
        "reasoning_summary_text.delta",
        "reasoning_summary_text.done",
        "reasoning_summary_part.done",
        "output_item.done",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "output_item.added",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "output_item.done",
        "completed",
    ]
    final = events[-1].response
    assert final.output_text == "It is sunny."
    assert final.output[0].encrypted_content.startswith("gAAAA")
    assert final.usage.output_tokens > 0


@WIRES
async def test_every_frame_is_a_valid_object_of_the_sdk(server, client, wire) -> None:
    """The SDK does not validate on its own, so each piece is checked against its model here."""
    server.script = [thinks("hm") + says("Yes.") + calls("time", {"place": "x"}), refuses()]
    for _ in range(2):
        for piece in await stream(client, wire):
            type(piece).model_validate(piece.model_dump(by_alias=True, exclude_unset=True))


@WIRES
async def test_without_a_stream_the_same_answer_comes_whole(server, client, wire) -> None:
    server.script = [says("It is sunny.") + calls("time", {"place": "Tokyo"})]
    if wire == "chat":
        message = (
            (await client.chat.completions.create(model="gpt-4o", messages=ASK)).choices[0].message
        )
        assert (message.content, message.tool_calls[0].function.name) == ("It is sunny.", "time")
    else:
        response = await client.responses.create(model="gpt-4o", input=ASK)
        assert response.output_text == "It is sunny."
        assert response.output[-1].name == "time"


@pytest.mark.parametrize(
    ("reply", "finish", "status"),
    [
        (says("x"), "stop", "completed"),
        (stops_at_length(), "length", "incomplete"),
        (is_filtered("x"), "content_filter", "incomplete"),
        (calls("time", {}), "tool_calls", "completed"),
        (refuses(), "stop", "completed"),
    ],
)
async def test_an_answer_ends_as_scripted_on_both_wires(
    server, client, reply, finish, status
) -> None:
    server.script = [reply, reply]
    chunks = await stream(client, "chat")
    events = await stream(client, "responses")
    assert chunks[-1].choices[0].finish_reason == finish
    assert events[-1].response.status == status


@pytest.mark.parametrize(
    "framing",
    [Framing(crlf=True), Framing(comments=True), Framing(space=False), Framing(split=1)],
    ids=["crlf", "comments", "no space", "single bytes"],
)
@WIRES
async def test_every_legal_framing_reads_the_same(server, client, wire, framing) -> None:
    server.script = [says("北京 is ", "sunny 🌞").framed(framing)]
    assert await text(client, wire) == "北京 is sunny 🌞"
