"""The Responses wire: how a request is written for it, without any state at the service. Pure.

The wire of OpenAI's newest models, which refuse tools together with reasoning elsewhere. Nothing is
stored there; reasoning goes back sealed, within the turn.
Reference: https://platform.openai.com/docs/api-reference/responses/create
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from bot.models.families import UNKNOWN, Family
from bot.models.port import Assistant, Request, Result, Said, System, ToolCall, ToolSpec, User
from bot.models.responses_reader import Items, ResponsesReader
from bot.models.sending import (
    clean,
    data_url,
    instructions,
    is_strict,
    sendable,
    short_id,
    unseen,
)

Body = dict[str, Any]

_LEAST_OUTPUT = 16
"""Tokens below which the service answers 400 to `max_output_tokens`."""


class ResponsesWire:
    """Writes requests for one model; `at_openai` allows what only OpenAI itself takes."""

    path = "/responses"

    def __init__(self, model: str, family: Family, *, at_openai: bool, effort: str = "") -> None:
        self._model = model
        self._family = family
        self._at_openai = at_openai
        self._effort = effort

    def reader(self, request: Request) -> ResponsesReader:
        """Return what reads the answer to `request`."""
        return ResponsesReader(request)

    def body(self, request: Request, refused: Collection[str]) -> Body:
        """Write `request` without the features that the service has `refused`."""
        opening, rest = instructions(request.messages)
        body: Body = {
            "model": self._model,
            "input": [item for said in rest for item in self._items(said, refused)],
            "stream": request.streamed,
            "store": False,
        }
        if opening and "instructions" not in refused:
            body["instructions"] = opening
        elif opening:
            body["input"].insert(0, {"role": "system", "content": opening})
        if self._family.reasons or (self._at_openai and self._family is UNKNOWN):
            body["include"] = ["reasoning.encrypted_content"]
        if request.tools and "tools" not in refused:
            body["tools"] = [_tool(tool, refused, self._at_openai) for tool in request.tools]
            if request.tool_choice != "auto":
                body["tool_choice"] = request.tool_choice
        if request.max_output_tokens is not None:
            body["max_output_tokens"] = max(_LEAST_OUTPUT, request.max_output_tokens)
        if self._effort:
            body["reasoning"] = {"effort": self._effort}
        if self._at_openai:
            told = {"safety_identifier": request.person, "prompt_cache_key": request.cache_key}
            body |= {key: text for key, text in told.items() if text}
        return {key: value for key, value in body.items() if key not in refused}

    def _items(self, said: Said, refused: Collection[str]) -> list[Body]:
        match said:
            case System(text):
                developer = self._at_openai and "developer" not in refused
                role = "developer" if developer else "system"
                return [{"role": role, "content": clean(text)}]
            case User():
                return [{"role": "user", "content": self._user_content(said, refused)}]
            case Assistant():
                return _assistant(said)
            case Result(call_id, text):
                return [
                    {
                        "type": "function_call_output",
                        "call_id": short_id(call_id),
                        "output": clean(text),
                    }
                ]

    def _user_content(self, said: User, refused: Collection[str]) -> str | list[Body]:
        if not said.images:
            return clean(said.text)
        if not self._family.sees_images or "images" in refused:
            return clean(said.text) + unseen(said.images)
        text = [{"type": "input_text", "text": clean(said.text)}] if said.text else []
        return [
            *text,
            *({"type": "input_image", "image_url": data_url(image)} for image in said.images),
        ]


def _tool(tool: ToolSpec, refused: Collection[str], at_openai: bool) -> Body:
    function: Body = {
        "type": "function",
        "name": tool.name,
        "description": clean(tool.description),
        "parameters": tool.parameters,
    }
    if "strict" not in refused:
        # On this wire a function is strict unless it says otherwise.
        function["strict"] = at_openai and is_strict(tool.parameters)
    return function


def _assistant(said: Assistant) -> list[Body]:
    """Return the items that the model sent in this turn as they were, else new ones."""
    if isinstance(said.opaque, Items):
        return _sent_back(said, said.opaque)
    message = {"role": "assistant", "content": clean(said.text)}
    items: list[Body] = [message] if said.text or not said.calls else []
    return items + [_call(call) for call in said.calls]


def _sent_back(said: Assistant, opaque: Items) -> list[Body]:
    """Return the model's own items, for exactly the calls that are answered."""
    missing = {call.id: call for call in said.calls}
    items: list[Body] = []
    for item in opaque.items:
        if item.get("type") == "function_call":
            if missing.pop(item["call_id"], None) is None:
                continue
            item = {**item, "call_id": short_id(item["call_id"])}
        items.append(item)
    return items + [_call(call) for call in missing.values()]


def _call(call: ToolCall) -> Body:
    return {
        "type": "function_call",
        "call_id": short_id(call.id),
        "name": call.name,
        "arguments": sendable(call.arguments),
    }
