"""The model server refuses what OpenAI refuses, and takes what it takes, on both wires."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from openai import (
    APIStatusError,
    AsyncOpenAI,
    AuthenticationError,
    BadRequestError,
    NotFoundError,
)

from tests.servers.model import ModelServer, calls, says, thinks
from tests.servers.model.talk import ASK, WIRES, text

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"place": {"type": "string"}, "days": {"type": ["integer", "null"]}},
    "required": ["place", "days"],
    "additionalProperties": False,
}
CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "12 °C"}
ASSISTANT = {"role": "assistant", "content": None, "tool_calls": [CALL]}
ITEM = {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "12 °C"}


def tool(wire: str, name: str = "weather", **more: Any) -> dict[str, Any]:
    """Return a tool in the wire's own form."""
    function = {"name": name, "parameters": SCHEMA, **more}
    if wire == "chat":
        return {"type": "function", "function": function}
    return {"type": "function", **function}


async def refusal(client: AsyncOpenAI, wire: str, **given: Any) -> APIStatusError:
    """Return the refusal of a request; fail when it was taken."""
    with pytest.raises(APIStatusError) as caught:
        await text(client, wire, **given)
    return caught.value


# ---- who may ask, and which model


@WIRES
async def test_a_wrong_or_missing_key_is_401_and_shown_masked(server: ModelServer, wire) -> None:
    async with AsyncOpenAI(api_key="sk-wrong-0123456789", base_url=server.base_url) as stranger:
        with pytest.raises(AuthenticationError, match=r"sk-wrong\*+6789") as caught:
            await text(stranger, wire)
    assert caught.value.code == "invalid_api_key"
    assert server.requests[0].status == 401
    assert server.requests[0].refusal is not None


@pytest.mark.parametrize("model", ["gpt-9", "gpt-4-turbo", "o1", "deepseek-flash"])
@WIRES
async def test_an_unknown_or_retired_model_is_404(client, wire, model) -> None:
    with pytest.raises(NotFoundError) as caught:
        await text(client, wire, model=model)
    assert caught.value.code == "model_not_found"


async def test_refused_requests_use_no_answer_of_the_script(server, client) -> None:
    server.script = [says("kept")]
    await refusal(client, "chat", model="gpt-9")
    assert await text(client, "chat") == "kept"
    assert [request.refusal is None for request in server.requests] == [False, True]


@pytest.mark.parametrize("wire", ["chat", "responses"])
async def test_unknown_parameters_are_refused(client, wire) -> None:
    no = await refusal(client, wire, extra_body={"thinking": True})
    assert (no.status_code, no.code, no.param) == (400, "unknown_parameter", "thinking")


async def test_parameters_of_chat_are_pointed_to_their_place_in_responses(client) -> None:
    no = await refusal(client, "responses", extra_body={"reasoning_effort": "low"})
    assert "moved to 'reasoning.effort'" in no.message


@WIRES
async def test_a_conversation_too_long_for_the_model_is_refused(server, client, wire) -> None:
    server.context = 100
    long = [{"role": "user", "content": "word " * 200}]
    no = await refusal(client, wire, **{"messages" if wire == "chat" else "input": long})
    assert (no.status_code, no.code) == (400, "context_length_exceeded")


# ---- parameters by model family

EFFORT, TOOLS, HEAT = {"reasoning_effort": "low"}, {"tools": [tool("chat")]}, {"temperature": 0.2}
NONE = {"reasoning_effort": "none"}


@pytest.mark.parametrize(
    ("model", "given", "param"),
    [
        ("gpt-4o", {"max_tokens": 99} | HEAT | TOOLS, None),
        ("gpt-4o", EFFORT, "reasoning_effort"),
        ("gpt-5", {"max_tokens": 99}, "max_tokens"),
        ("gpt-5", {"max_completion_tokens": 99, "temperature": 1} | TOOLS | EFFORT, None),
        ("gpt-5", HEAT, "temperature"),
        ("gpt-5", NONE, "reasoning_effort"),
        ("o3", TOOLS | EFFORT, None),
        ("gpt-5.1", HEAT | TOOLS, None),
        ("gpt-5.1", HEAT | EFFORT, "temperature"),
        ("gpt-5.4", TOOLS, None),
        ("gpt-5.4", TOOLS | NONE | HEAT, None),
        ("gpt-5.4", TOOLS | EFFORT, "reasoning_effort"),
        ("gpt-5.4", EFFORT, None),
        ("gpt-5.5", TOOLS, None),
        ("gpt-5.5", TOOLS | EFFORT, "reasoning_effort"),
        ("gpt-5.5", HEAT, "temperature"),
        ("gpt-5.5", HEAT | NONE, None),
        ("gpt-6-luna", TOOLS, "reasoning_effort"),
        ("gpt-6-luna", TOOLS | NONE, None),
        ("gpt-6-luna", {}, None),
        ("gpt-6.1-terra", HEAT, "temperature"),
        ("gpt-6-astra", TOOLS, "reasoning_effort"),
        ("gpt-6.1-sol", NONE, "reasoning_effort"),
        ("gpt-6.2-sol", EFFORT, None),
        ("gpt-6.2-sol", HEAT, "temperature"),
        ("gpt-5.2-pro", {}, "model"),
    ],
)
async def test_chat_follows_the_rules_of_the_models_family(client, model, given, param) -> None:
    if param is None:
        assert await text(client, "chat", model=model, **given)
    else:
        assert (await refusal(client, "chat", model=model, **given)).param == param


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5.5", "gpt-6-luna", "gpt-6.2-astra"])
async def test_responses_takes_tools_from_every_family(client, model) -> None:
    assert await text(client, "responses", model=model, tools=[tool("responses")])


@pytest.mark.parametrize(
    ("model", "given", "param"),
    [
        ("gpt-4o", {"reasoning": {"effort": "low"}}, "reasoning.effort"),
        ("gpt-4o", {"include": ["reasoning.encrypted_content"]}, "include"),
        ("gpt-6-luna", {"temperature": 0.2}, "temperature"),
        ("gpt-6-luna", {"temperature": 0.2, "reasoning": {"effort": "none"}}, None),
        ("gpt-6.1-sol", {"reasoning": {"effort": "minimal"}}, "reasoning.effort"),
        ("gpt-6-luna", {"max_output_tokens": 5}, "max_output_tokens"),
        ("gpt-6-luna", {"max_output_tokens": 16}, None),
        ("gpt-6-luna", {"include": ["reasoning"]}, "include[0]"),
    ],
)
async def test_responses_follows_the_rules_of_the_models_family(
    client, model, given, param
) -> None:
    if param is None:
        assert await text(client, "responses", model=model, **given)
    else:
        assert (await refusal(client, "responses", model=model, **given)).param == param


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"tool_choice": "auto"}, "tool_choice"),
        ({"parallel_tool_calls": True}, "parallel_tool_calls"),
        ({"tools": []}, "tools"),
        ({"metadata": {"a": "b"}}, "metadata"),
        ({"max_tokens": 5, "max_completion_tokens": 5}, "max_tokens"),
        ({"max_completion_tokens": 0}, "max_completion_tokens"),
        ({"temperature": 3}, "temperature"),
        ({"temperature": "warm"}, "temperature"),
        ({"messages": []}, "messages"),
    ],
)
async def test_parameters_that_do_not_fit_together_are_refused(client, given, param) -> None:
    assert (await refusal(client, "chat", **given)).param == param


async def test_stream_options_need_a_stream(client) -> None:
    with pytest.raises(BadRequestError, match="only allowed when 'stream' is enabled"):
        await client.chat.completions.create(
            model="gpt-4o", messages=ASK, stream_options={"include_usage": True}
        )


# ---- tools


def changed(**changes: Any) -> dict[str, Any]:
    """Return the schema with top-level changes; None removes a key."""
    schema = copy.deepcopy(SCHEMA) | changes
    return {key: value for key, value in schema.items() if value is not None}


def with_place(**more: Any) -> dict[str, Any]:
    """Return the schema with keywords added to one property."""
    schema = copy.deepcopy(SCHEMA)
    schema["properties"]["place"] |= more
    return schema


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        (SCHEMA, None),
        (changed(additionalProperties=None), "'additionalProperties' is required"),
        (changed(required=["place"]), "Missing 'days'"),
        (changed(required=["place", "days", "x"]), "Extra required key 'x'"),
        (with_place(default="here"), "'default' is not permitted"),
        (with_place(type="str"), "'str' is not valid"),
        (with_place(type="array"), "array schema missing items"),
        (changed(type="string"), "schema must be a JSON Schema of 'type: \"object\"'"),
        (
            changed(properties={"o": {"type": "object"}}, required=["o"]),
            r"\('properties', 'o'\), 'additionalProperties'",
        ),
    ],
)
@WIRES
async def test_strict_schemas_are_checked(client, wire, schema, problem) -> None:
    offered = tool(wire, strict=True, parameters=schema)
    if problem is None:
        assert await text(client, wire, tools=[offered])
        return
    with pytest.raises(BadRequestError, match=problem) as caught:
        await text(client, wire, tools=[offered])
    assert caught.value.code == "invalid_function_parameters"


@WIRES
async def test_loose_schemas_may_have_defaults_and_optional_parameters(client, wire) -> None:
    schema = with_place(default="here") | {"required": [], "additionalProperties": True}
    assert await text(client, wire, tools=[tool(wire, parameters=schema)])


@pytest.mark.parametrize("name", ["bot.weather", "wetter für", "w" * 65, "", None])
@WIRES
async def test_a_tools_name_must_fit_the_pattern(client, wire, name) -> None:
    no = await refusal(client, wire, tools=[tool(wire, name=name)])
    assert no.param.endswith("name")


async def test_each_wire_refuses_the_others_form_of_a_tool(client) -> None:
    no = await refusal(client, "responses", tools=[tool("chat")])
    assert no.param == "tools[0].function"
    no = await refusal(client, "chat", tools=[tool("responses")])
    assert no.param == "tools[0].name"


# ---- conversations


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        ([*ASK, ASSISTANT, RESULT], None),
        ([*ASK, ASSISTANT], "did not have response messages: call_1"),
        ([*ASK, ASSISTANT, *ASK, RESULT], "did not have response messages: call_1"),
        ([*ASK, RESULT], "must be a response to a preceeding message"),
        ([*ASK, ASSISTANT, RESULT, RESULT], "not found in 'tool_calls'"),
        ([*ASK, ASSISTANT | {"content": "x", "tool_calls": []}], "empty array"),
        ([*ASK, ASSISTANT | {"tool_calls": [CALL | {"id": "c" * 41}]}], "maximum length 40"),
        ([*ASK, ASSISTANT | {"tool_calls": [CALL, CALL]}, RESULT], "Duplicate value"),
        ([*ASK, {"role": "assistant", "content": None}], "expected a string, got null"),
        ([*ASK, {"role": "assistant", "content": "x", "reasoning_content": "y"}], "Unknown param"),
        ([{"role": "bot", "content": "x"}], "Supported values are: 'system'"),
        ([{"role": "user", "name": "Li Lei", "content": "x"}], "does not match pattern"),
        ([{"role": "user", "content": [{"type": "input_text", "text": "x"}]}], "Supported values"),
        ([{"role": "user", "content": 7}], "expected one of a string or array"),
    ],
)
async def test_chat_messages_must_form_a_conversation(client, messages, problem) -> None:
    if problem is None:
        assert await text(client, "chat", messages=messages)
        return
    with pytest.raises(BadRequestError, match=problem):
        await text(client, "chat", messages=messages)


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        ([*ASK, ITEM, OUTPUT], None),
        ([*ASK, ITEM], "No tool output found for function call call_1"),
        ([*ASK, OUTPUT], "No tool call found for function call output with call_id call_1"),
        ([*ASK, ITEM | {"id": "call_1"}, OUTPUT], "begins with 'fc'"),
        ([*ASK, ITEM | {"call_id": "c" * 65}], "maximum length 64"),
        ([*ASK, RESULT], "Unknown parameter|Supported values"),
        ([{"role": "assistant", "content": [{"type": "input_text", "text": "x"}]}], "output_text"),
        ([{"role": "user", "content": [{"type": "text", "text": "x"}]}], "input_text"),
        ([*ASK, {"type": "reasoning", "id": "rs_1", "summary": []}, *ASK], "'rs_1' not found"),
    ],
)
async def test_response_items_must_form_a_conversation(client, items, problem) -> None:
    if problem is None:
        assert await text(client, "responses", input=items)
        return
    with pytest.raises(APIStatusError, match=problem):
        await text(client, "responses", input=items)


async def test_reasoning_can_be_brought_back_sealed_and_only_untouched(server, client) -> None:
    server.script = [thinks("hm") + calls("weather", {"place": "x"})]
    first = await client.responses.create(
        model="gpt-6-luna", input=ASK, store=False, include=["reasoning.encrypted_content"]
    )
    reasoning, call = (item.model_dump(exclude_none=True) for item in first.output)
    output = OUTPUT | {"call_id": call["call_id"]}
    again = {"model": "gpt-6-luna", "store": False}
    whole = [*ASK, reasoning, call, output]
    assert (await client.responses.create(input=whole, **again)).output_text
    forged = reasoning | {"encrypted_content": reasoning["encrypted_content"][:-8] + "AAAAAAA="}
    bare = {key: value for key, value in reasoning.items() if key != "encrypted_content"}
    for items, problem in [
        ([*ASK, forged, call, output], "could not be verified"),
        ([*ASK, bare, call, output], "not persisted when `store` is set to false"),
        ([*ASK, call, output, reasoning], "without its required following item"),
    ]:
        with pytest.raises(APIStatusError, match=problem):
            await client.responses.create(input=items, **again)


async def test_a_stored_response_can_be_continued_and_an_unknown_one_cannot(server, client) -> None:
    server.script = [calls("weather", {"place": "x"}, id="call_1")]
    first = await client.responses.create(model="gpt-4o", input=ASK)
    second = await client.responses.create(
        model="gpt-4o", input=[OUTPUT], previous_response_id=first.id
    )
    assert second.output_text
    no = await refusal(client, "responses", previous_response_id="resp_0")
    assert no.code == "previous_response_not_found"


# ---- look-alikes


@pytest.mark.parametrize(
    ("refusal_of", "given"),
    [
        ("developer", {"messages": [{"role": "developer", "content": "x"}, *ASK]}),
        ("max_completion_tokens", {"max_completion_tokens": 9}),
        ("parallel_tool_calls", {"parallel_tool_calls": True}),
        ("stream_options", {"stream_options": {"include_usage": True}}),
        ("strict", {"tools": [tool("chat", strict=True)]}),
        ("tools", {"tools": [tool("chat")]}),
        ("reasoning_effort", {"reasoning_effort": "low"}),
        (
            "json_schema",
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "x", "schema": SCHEMA},
                }
            },
        ),
    ],
)
async def test_a_look_alike_refuses_only_what_it_was_told_to(
    server, client, refusal_of, given
) -> None:
    server.mode = "compatible"
    assert await text(client, "chat", model="deepseek-flash", **given)
    server.refuses = frozenset({refusal_of})
    no = await refusal(client, "chat", model="deepseek-flash", **given)
    assert no.status_code in (400, 422)
    assert await text(client, "chat", model="deepseek-flash")


async def test_a_look_alike_is_lax_about_everything_but_the_order_of_calls(server, client) -> None:
    server.mode = "compatible"
    assert await text(client, "chat", model="any", extra_body={"enable_thinking": False})
    with pytest.raises(BadRequestError, match="did not have response messages"):
        await text(client, "chat", model="any", messages=[*ASK, ASSISTANT])


async def test_a_wire_that_a_service_lacks_is_404(server, client) -> None:
    server.wires = frozenset({"chat"})
    assert await text(client, "chat")
    with pytest.raises(NotFoundError):
        await text(client, "responses")
