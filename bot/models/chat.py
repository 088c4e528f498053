"""The Chat Completions wire: how a request is written for it. Pure.

The portable wire: OpenAI, Azure, DeepSeek, DashScope, Ark, SiliconFlow, vLLM, Ollama and others
speak it. Reference: https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from bot.models.chat_reader import ChatReader, Kept
from bot.models.families import Family
from bot.models.port import Assistant, Request, Result, Said, System, ToolSpec, User
from bot.models.sending import (
    clean,
    data_url,
    instructions,
    is_strict,
    sendable,
    short_id,
    tiny_id,
    unseen,
)

Body = dict[str, Any]


class ChatWire:
    """Writes requests for one model; `at_openai` allows what only OpenAI itself takes."""

    path = "/chat/completions"

    def __init__(self, model: str, family: Family, *, at_openai: bool, effort: str = "") -> None:
        self._model = model
        self._family = family
        self._at_openai = at_openai
        self._effort = effort

    def reader(self, request: Request) -> ChatReader:
        """Return what reads the answer to `request`."""
        return ChatReader(request)

    def body(self, request: Request, refused: Collection[str]) -> Body:
        """Write `request` without the features that the service has `refused`."""
        body: Body = {
            "model": self._model,
            "messages": self._messages(request, refused),
            "stream": request.streamed,
        }
        if request.streamed and "stream_options" not in refused:
            body["stream_options"] = {"include_usage": True}
        if request.tools and "tools" not in refused:
            body["tools"] = [self._tool(tool, refused) for tool in request.tools]
            if request.tool_choice != "auto" and "tool_choice" not in refused:
                body["tool_choice"] = request.tool_choice
        if request.max_output_tokens is not None:
            body |= self._limit(request.max_output_tokens, refused)
        if effort := self._reasoning_effort(body, refused):
            body["reasoning_effort"] = effort
        if self._at_openai:
            told = {"safety_identifier": request.person, "prompt_cache_key": request.cache_key}
            body |= {key: text for key, text in told.items() if text and key not in refused}
        return body

    def _limit(self, tokens: int, refused: Collection[str]) -> Body:
        names = (self._family.limit, "max_completion_tokens", "max_tokens")
        taken = next((name for name in names if name not in refused), None)
        return {taken: tokens} if taken else {}

    def _reasoning_effort(self, body: Body, refused: Collection[str]) -> str:
        if "default_effort" in refused:
            return "none"
        if "reasoning_effort" in refused:
            return ""
        return (self._family.chat_effort if "tools" in body else "") or self._effort

    def _tool(self, tool: ToolSpec, refused: Collection[str]) -> Body:
        function: Body = {
            "name": tool.name,
            "description": clean(tool.description),
            "parameters": tool.parameters,
        }
        if self._at_openai and "strict" not in refused and is_strict(tool.parameters):
            function["strict"] = True
        return {"type": "function", "function": function}

    def _messages(self, request: Request, refused: Collection[str]) -> list[Body]:
        role = "system"
        if self._at_openai and self._family.role == "developer" and "developer" not in refused:
            role = "developer"
        opening, rest = instructions(request.messages)
        if "late_system" in refused:
            late = [clean(said.text) for said in rest if isinstance(said, System)]
            opening = "\n\n".join((opening, *late)).strip()
            rest = [said for said in rest if not isinstance(said, System)]
        messages: list[Body] = [{"role": role, "content": opening}] if opening else []
        return messages + [self._message(said, role, refused) for said in rest]

    def _message(self, said: Said, role: str, refused: Collection[str]) -> Body:
        match said:
            case System(text):
                return {"role": role, "content": clean(text)}
            case User():
                return {"role": "user", "content": self._user_content(said, refused)}
            case Assistant():
                return _assistant(said, refused)
            case Result(call_id, text):
                id = _id(call_id, refused)
                return {"role": "tool", "tool_call_id": id, "content": clean(text)}

    def _user_content(self, said: User, refused: Collection[str]) -> str | list[Body]:
        if not said.images:
            return clean(said.text)
        if not self._family.sees_images or "images" in refused:
            return clean(said.text) + unseen(said.images)
        text = [{"type": "text", "text": clean(said.text)}] if said.text else []
        return [
            *text,
            *({"type": "image_url", "image_url": {"url": data_url(i)}} for i in said.images),
        ]


def _assistant(said: Assistant, refused: Collection[str]) -> Body:
    kept = said.opaque if isinstance(said.opaque, Kept) else Kept()
    message: Body = {"role": "assistant", "content": clean(said.text)}
    if "reasoning_back" not in refused:
        message |= kept.fields
    if not said.calls:
        return message
    message["content"] = message["content"] or None
    message["tool_calls"] = [
        {
            "id": _id(call.id, refused),
            "type": "function",
            "function": {"name": call.name, "arguments": sendable(call.arguments)},
            **({"extra_content": kept.by_call[call.id]} if call.id in kept.by_call else {}),
        }
        for call in said.calls
    ]
    if "no_reasoning_back" in refused:
        # After a crash the reasoning is gone, and a service that insists on it takes any text.
        message.setdefault("reasoning_content", "(not kept)")
    return message


def _id(id: str, refused: Collection[str]) -> str:
    return tiny_id(id) if "long_ids" in refused else short_id(id)
