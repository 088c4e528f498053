"""What the model server saw of its clients."""

from __future__ import annotations

import pytest

from tests.servers.model import (
    says,
    tokens,
)
from tests.servers.model.talk import ASK, opened, text


async def test_requests_can_be_inspected(server, client) -> None:
    tool = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
    system = {"role": "system", "content": "Be brief."}
    await client.chat.completions.create(model="gpt-4o", messages=[system, *ASK], tools=[tool])
    await client.responses.create(model="gpt-4o", input="hi", instructions="Be kind.")
    chat, responses = await server.wait_for(2)
    assert (chat.wire, chat.instructions, chat.tool_names) == ("chat", "Be brief.", ["weather"])
    assert chat.last_user_text == "What is the weather in 北京?"
    assert chat.headers["authorization"] == f"Bearer {server.api_key}"
    assert (responses.instructions, responses.last_user_text) == ("Be kind.", "hi")
    assert chat.arrived <= chat.first_byte <= chat.finished < responses.finished


async def test_tool_results_can_be_inspected_on_both_wires(server, client) -> None:
    asked = {"id": "call_1", "type": "function", "function": {"name": "w", "arguments": "{}"}}
    result = {"role": "tool", "tool_call_id": "call_1", "content": "12 °C"}
    messages = [*ASK, {"role": "assistant", "tool_calls": [asked]}, result]
    await client.chat.completions.create(model="gpt-4o", messages=messages)
    items = [
        *ASK,
        {"type": "function_call", "call_id": "call_1", "name": "w", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_1", "output": "12 °C"},
    ]
    await client.responses.create(model="gpt-4o", input=items)
    for request in server.requests:
        assert request.tool_results == {"call_1": "12 °C"}
        assert request.is_after_tools


async def test_an_early_leaver_is_told_from_one_who_heard_all(server, client) -> None:
    server.script = [says("all"), tokens(1000, rate=50)]
    assert await text(client, "chat") == "all"
    answer = await opened(client, "chat")
    async for _ in answer:
        await answer.close()
        break
    await server.wait_cancelled()
    assert [request.state for request in server.requests] == ["answered 200", "cancelled"]


async def test_waiting_in_vain_says_what_was_seen_instead(server, client) -> None:
    await text(client, "chat")
    with pytest.raises(TimeoutError, match="chat answered 200"):
        await server.wait_for(2, timeout=0.05)
