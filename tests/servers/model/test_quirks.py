"""Each quirk of the catalogue can be survived: a small client that does gets the outcome stated.

The client here reads the bytes themselves, for some quirks do not show through the SDK.
"""

from __future__ import annotations

import json
import re
from typing import Any

import aiohttp
import pytest

from tests.servers.model import ALL_QUIRKS, QUIRKS, ModelServer, Quirk, quirk
from tests.servers.model.talk import ASK


class Failed(Exception):
    """The small client's report of a failure."""


class Heard:
    """Accumulates what a stream says, with every tolerance that the catalogue asks for."""

    def __init__(self) -> None:
        self.said, self.reasoning, self.usage = "", "", None
        self.calls: list[dict[str, str]] = []
        self._places: dict[int, int] = {}
        self.ended = False

    def chunk(self, chunk: dict[str, Any]) -> None:
        if chunk.get("error"):
            raise Failed(chunk["error"])
        if counts := chunk.get("usage"):
            self.usage = (counts["prompt_tokens"], counts["completion_tokens"])
        for choice in chunk.get("choices") or []:
            self.delta(choice.get("delta") or choice.get("message") or {})
            self.ended = self.ended or bool(choice.get("finish_reason"))

    def delta(self, delta: dict[str, Any]) -> None:
        content = delta.get("content") or ""
        if isinstance(content, list):
            content = "".join(part["text"] for part in content)
        self.said += content
        self.reasoning += delta.get("reasoning_content") or delta.get("reasoning") or ""
        if legacy := delta.get("function_call"):
            self.call({"index": 0, "function": legacy})
        for call in delta.get("tool_calls") or []:
            self.call(call)

    def call(self, call: dict[str, Any]) -> None:
        function, index = call["function"], call.get("index")
        at = self._places.get(index) if index is not None else None
        open_id = self.calls[at]["id"] if at is not None else ""
        is_other = call.get("id") and open_id and call["id"] != open_id
        if at is None or is_other:
            self.calls.append({"id": call.get("id") or "", "name": "", "arguments": ""})
            at = len(self.calls) - 1
            if index is not None:
                self._places[index] = at
        self.calls[at]["name"] = function.get("name") or self.calls[at]["name"]
        arguments = function.get("arguments") or ""
        self.calls[at]["arguments"] += (
            arguments if isinstance(arguments, str) else json.dumps(arguments)
        )

    @property
    def text(self) -> str:
        thought = re.match(r"<think>\n?(.*?)\n?</think>\n*", self.said, re.DOTALL)
        if thought:
            self.reasoning, self.said = thought[1], self.said[thought.end() :]
        for found in re.findall(r"<tool_call>(.*?)</tool_call>", self.said, re.DOTALL):
            call = json.loads(found)
            arguments = json.dumps(call["arguments"])
            self.calls.append({"id": "", "name": call["name"], "arguments": arguments})
        return re.sub(r"<tool_call>.*?</tool_call>", "", self.said, flags=re.DOTALL).strip()


async def ask(server: ModelServer) -> Heard:
    """Return what the server said to one streamed question; raise `Failed`."""
    heard = Heard()
    body = {"model": "any", "messages": ASK, "stream": True}
    headers = {"Authorization": f"Bearer {server.api_key}"}
    async with aiohttp.ClientSession() as http:
        url = f"{server.base_url}/chat/completions"
        async with http.post(url, json=body, headers=headers) as response:
            raw = await response.read()
            if response.status != 200:
                raise Failed(response.status)
            if response.content_type == "application/json":
                heard.chunk(json.loads(raw))
                return heard
    for line in raw.decode().splitlines():
        if line.startswith("data:"):
            data = line.removeprefix("data:").strip()
            heard.ended = heard.ended or data == "[DONE]"
            if data != "[DONE]":
                heard.chunk(json.loads(data))
    if not heard.ended:
        raise Failed("cut off")
    return heard


def test_the_catalogue_has_all_25_numbers_and_no_name_twice() -> None:
    assert list(QUIRKS) == list(range(1, 26))
    assert len({str(each) for each in ALL_QUIRKS}) == len(ALL_QUIRKS)
    assert quirk(5).number == 5
    assert quirk(5, "id-too-long").name == "id-too-long"
    with pytest.raises(KeyError, match="id-missing"):
        quirk(5, "nonsense")


@pytest.mark.parametrize("each", ALL_QUIRKS, ids=str)
async def test_a_tolerant_client_ends_with_the_stated_outcome(each: Quirk) -> None:
    async with ModelServer() as server:
        server.play(each)
        outcome = each.outcome
        if outcome.fails:
            for _ in range(3):  # a fault that lasts, for clients that try again
                with pytest.raises(Failed):
                    await ask(server)
            return
        heard = await ask(server)
    assert heard.text == outcome.text
    assert heard.reasoning == outcome.reasoning
    assert heard.usage == outcome.usage or outcome.usage is None
    found = [(call["name"], json.loads(call["arguments"] or "{}")) for call in heard.calls]
    assert tuple(found) == outcome.calls


async def test_reasoning_that_does_not_come_back_is_refused_within_a_tool_round() -> None:
    async with ModelServer() as server, aiohttp.ClientSession() as http:
        server.play(quirk(17))
        heard = await ask(server)
        function = {"name": heard.calls[0]["name"], "arguments": heard.calls[0]["arguments"]}
        call = {"id": "call_1", "type": "function", "function": function}
        assistant = {"role": "assistant", "content": "", "tool_calls": [call]}
        result = {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}
        headers = {"Authorization": f"Bearer {server.api_key}"}
        statuses = []
        for message in (assistant, assistant | {"reasoning_content": heard.reasoning}):
            body = {"model": "any", "messages": [*ASK, message, result], "stream": True}
            url = f"{server.base_url}/chat/completions"
            async with http.post(url, json=body, headers=headers) as response:
                statuses.append(response.status)
                last = await response.text()
    assert statuses == [400, 200]
    assert "sunny" in last
