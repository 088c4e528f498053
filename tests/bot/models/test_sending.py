"""What goes out is clean, short enough, and strict only where the service can be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.chat import ChatWire
from bot.models.families import UNKNOWN, family_of
from bot.models.port import Assistant, Request, Result, System, ToolCall, ToolSpec, User
from bot.models.responses import ResponsesWire
from bot.models.sending import clean, is_strict, sendable, short_id, tiny_id

CLOSED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "place": {"type": "string"},
        "days": {"type": "array", "items": {"type": "integer"}},
    },
    "required": ["place", "days"],
    "additionalProperties": False,
}


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_any_text_can_be_sent(text: str) -> None:
    clean(text).encode()
    assert len(short_id(text)) <= 40
    assert short_id(text) == short_id(text) != ""
    assert len(tiny_id(text)) == 9


@given(st.text(min_size=41, max_size=80), st.text(min_size=41, max_size=80))
def test_long_ids_stay_apart(one: str, other: str) -> None:
    assert (short_id(one) == short_id(other)) == (one == other)


def test_a_short_id_stays_as_it_is() -> None:
    assert short_id("call_abc") == "call_abc"
    assert tiny_id("aBcDeF123") == "aBcDeF123"


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (CLOSED, True),
        ({**CLOSED, "required": ["place"]}, False),
        ({**CLOSED, "additionalProperties": True}, False),
        ({k: v for k, v in CLOSED.items() if k != "additionalProperties"}, False),
        (
            {
                **CLOSED,
                "properties": {
                    "place": {"type": "string", "default": "x"},
                    "days": {"type": "integer"},
                },
            },
            False,
        ),
        ({**CLOSED, "properties": {"place": {}, "days": {"type": "integer"}}}, False),
        ({"type": "object", "properties": {}, "additionalProperties": False}, True),
        ({"type": "array"}, False),
        ({}, False),
        (None, False),
    ],
)
def test_strict_is_asked_for_only_where_it_is_safe(schema: Any, strict: bool) -> None:
    assert is_strict(schema) is strict


@pytest.mark.parametrize(
    ("written", "sent"),
    [('{"a": 1}', '{"a": 1}'), ("{oops", "{}"), ("[1]", "{}"), ("", "{}"), ("null", "{}")],
)
def test_arguments_go_back_as_an_object(written: str, sent: str) -> None:
    assert sendable(written) == sent


TALK = Request(
    (
        System("be"),
        System("kind"),
        User("hi"),
        Assistant("", (ToolCall("x" * 46, "weather", "{oops"),)),
        Result("x" * 46, "sun"),
        System("late"),
    ),
    (ToolSpec("weather", "w", CLOSED),),
    tool_choice="none",
    max_output_tokens=100,
    person="p",
    cache_key="k",
)


def test_a_look_alike_is_sent_nothing_but_the_portable() -> None:
    body = ChatWire("m", UNKNOWN, at_openai=False).body(TALK, ())
    assert set(body) == {
        "model", "messages", "stream", "stream_options", "tools", "tool_choice", "max_tokens",
    }  # fmt: skip
    assert "strict" not in body["tools"][0]["function"]
    assert [m["role"] for m in body["messages"]] == [
        "system",
        "user",
        "assistant",
        "tool",
        "system",
    ]
    assert body["messages"][0]["content"] == "be\n\nkind"
    call = body["messages"][2]["tool_calls"][0]
    assert call["id"] == body["messages"][3]["tool_call_id"]
    assert call["function"]["arguments"] == "{}"


def test_openai_is_sent_what_it_prefers() -> None:
    body = ChatWire("gpt-6-luna", family_of("gpt-6-luna"), at_openai=True).body(TALK, ())
    assert body["messages"][0]["role"] == "developer"
    assert body["max_completion_tokens"] == 100
    assert body["reasoning_effort"] == "none"
    assert body["tools"][0]["function"]["strict"] is True


@pytest.mark.parametrize(
    ("refused", "gone"),
    [
        ({"stream_options"}, "stream_options"),
        ({"tools"}, "tools"),
        ({"tools"}, "tool_choice"),
        ({"tool_choice"}, "tool_choice"),
        ({"max_tokens", "max_completion_tokens"}, "max_tokens"),
    ],
)
def test_what_was_refused_is_left_out(refused: set[str], gone: str) -> None:
    assert gone not in ChatWire("m", UNKNOWN, at_openai=False).body(TALK, refused)


def test_instructions_move_to_the_front_where_late_ones_are_refused() -> None:
    body = ChatWire("m", UNKNOWN, at_openai=False).body(TALK, {"late_system"})
    assert body["messages"][0]["content"] == "be\n\nkind\n\nlate"
    assert [m["role"] for m in body["messages"]].count("system") == 1


def test_the_only_ids_that_mistral_takes_are_made() -> None:
    body = ChatWire("m", UNKNOWN, at_openai=False).body(TALK, {"long_ids"})
    id = body["messages"][2]["tool_calls"][0]["id"]
    assert len(id) == 9
    assert id == body["messages"][3]["tool_call_id"]


def test_responses_stores_nothing() -> None:
    body = ResponsesWire("gpt-6-luna", family_of("gpt-6-luna"), at_openai=True).body(TALK, ())
    assert body["store"] is False
    assert body["include"] == ["reasoning.encrypted_content"]
    assert body["instructions"] == "be\n\nkind"
    assert [item.get("type") or item["role"] for item in body["input"]] == [
        "user", "function_call", "function_call_output", "developer",
    ]  # fmt: skip
    json.dumps(body)


def test_an_asked_for_effort_is_passed_on() -> None:
    family = family_of("gpt-6-luna")
    responses = ResponsesWire("gpt-6-luna", family, at_openai=True, effort="low")
    assert responses.body(TALK, ())["reasoning"] == {"effort": "low"}
    plain = Request(TALK.messages)
    chat = ChatWire("gpt-6-luna", family, at_openai=True, effort="low")
    assert chat.body(plain, ())["reasoning_effort"] == "low"
    assert chat.body(TALK, ())["reasoning_effort"] == "none"  # beside tools there is no choice
