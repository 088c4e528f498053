"""Chat Completions, as OpenAI sends it: a reply becomes chunks of a stream, or one JSON object.

Pure; `server.py` calls it. Shapes: https://platform.openai.com/docs/api-reference/chat-streaming.
Frames are built by joining ready-made halves, for this server also feeds the benchmarks.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .parts import Call, Cut, Hang, Refusal, Reply, Reset, Step, StreamError, Text, Thought, Usage
from .records import ModelRequest

DONE = b"data: [DONE]\n\n"
_ARGUMENT_PIECE = 8  # characters of a call's arguments per chunk; about a token or two
_OBFUSCATED = 16  # OpenAI pads deltas so that their length does not give the text away


def stream(reply: Reply, request: ModelRequest, *, openai: bool) -> Iterator[Step]:
    """Yield the frames and pauses of a streamed reply, ending with `[DONE]` if it ends well."""
    options = request.body.get("stream_options") or {}
    counts = bool(options.get("include_usage"))
    pad = openai and options.get("include_obfuscation") is not False
    chunks = _Chunks(request.model, counts=counts, pad=pad)
    reasoning_is_shown = not openai  # OpenAI keeps reasoning to itself on this wire
    yield chunks.frame(f'{{"role":"assistant","content":{_opening(reply)},"refusal":null}}')
    index = -1
    for part in reply.parts:
        match part:
            case Text(text):
                yield chunks.frame(f'{{"content":{quote(text)}}}', text)
            case Thought(text):
                if reasoning_is_shown:
                    yield chunks.frame(f'{{"content":null,"reasoning_content":{quote(text)}}}')
            case Call():
                index += 1
                yield from (chunks.frame(delta) for delta in _call_deltas(part, index))
            case Refusal(text):
                yield chunks.frame(f'{{"refusal":{quote(text)}}}')
            case StreamError(message, code):
                error = {"message": message, "type": "server_error", "param": None, "code": code}
                yield b"data: %s\n\n" % dumps({"error": error})
                return
            case _:
                yield part
                if isinstance(part, Hang | Reset | Cut):
                    return
    yield chunks.frame("{}", finish=quote(reply.finish_reason))
    if counts:
        yield chunks.usage_frame(estimate(reply, request))
    if reply.framing.done:
        yield DONE


class _Chunks:
    """Builds the frames of one stream from the halves that stay the same."""

    def __init__(self, model: str, *, counts: bool, pad: bool) -> None:
        self._head = (
            f'data: {{"id":"chatcmpl-{secrets.token_hex(12)}","object":"chat.completion.chunk",'
            f'"created":{int(time.time())},"model":{quote(model)},"service_tier":"default",'
            f'"system_fingerprint":null,"choices":['
        )
        self._usage = ',"usage":null' if counts else ""
        self._pad = pad

    def frame(self, delta: str, text: str = "", finish: str = "null") -> bytes:
        padding = max(1, _OBFUSCATED - len(text)) if self._pad else 0
        tail = f',"obfuscation":"{"x" * padding}"' if padding else ""
        return (
            f'{self._head}{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish}}}]'
            f"{self._usage}{tail}}}\n\n"
        ).encode()

    def usage_frame(self, usage: Usage) -> bytes:
        return self._head.encode() + b'],"usage":%s}\n\n' % dumps(usage_object(usage))


def _opening(reply: Reply) -> str:
    """Return the first chunk's content: null before tool calls, else an empty string."""
    return "null" if reply.calls and not reply.text else '""'


def _call_deltas(call: Call, index: int) -> Iterator[str]:
    head = {"name": call.name, "arguments": ""}
    opening = {"index": index, "id": call.id or call_id(), "type": "function", "function": head}
    yield f'{{"tool_calls":[{dumps(opening).decode()}]}}'
    for at in range(0, len(call.arguments), _ARGUMENT_PIECE):
        piece = quote(call.arguments[at : at + _ARGUMENT_PIECE])
        yield f'{{"tool_calls":[{{"index":{index},"function":{{"arguments":{piece}}}}}]}}'


def whole(reply: Reply, request: ModelRequest, *, openai: bool) -> dict[str, Any]:
    """Return the reply as one chat.completion object."""
    said = reply.text or (None if reply.calls or reply.refusal else "")
    message: dict[str, Any] = {"role": "assistant", "content": said}
    message |= {"refusal": reply.refusal or None, "annotations": []}
    if reply.thought and not openai:
        message["reasoning_content"] = reply.thought
    if reply.calls:
        message["tool_calls"] = [
            {
                "id": call.id or call_id(),
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in reply.calls
        ]
    choice = {
        "index": 0,
        "message": message,
        "logprobs": None,
        "finish_reason": reply.finish_reason,
    }
    return {
        "id": f"chatcmpl-{secrets.token_hex(12)}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.model,
        "choices": [choice],
        "usage": usage_object(estimate(reply, request)),
        "service_tier": "default",
        "system_fingerprint": None,
    }


def estimate(reply: Reply, request: ModelRequest) -> Usage:
    """Return the reply's own counts, or estimates: four bytes a token in, one piece a token out."""
    if reply.usage:
        return reply.usage
    asked = len(dumps(request.messages)) + len(dumps(request.body.get("tools") or []))
    reasoning = sum(isinstance(part, Thought) for part in reply.parts)
    spoken = sum(isinstance(part, Text | Refusal) for part in reply.parts)
    called = sum(len(call.arguments) // 4 + 8 for call in reply.calls)
    return Usage(asked // 4 + 3, spoken + called + reasoning, reasoning=reasoning)


def usage_object(usage: Usage) -> dict[str, Any]:
    """Return token counts in this wire's words."""
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": usage.prompt + usage.completion,
        "prompt_tokens_details": {"cached_tokens": usage.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def call_id() -> str:
    """Return a fresh tool call id of OpenAI's form and length."""
    return f"call_{secrets.token_hex(12)}"


@lru_cache(maxsize=4096)
def quote(text: str) -> str:
    """Return a JSON string; pieces repeat, so the encoding is kept."""
    return json.dumps(text, ensure_ascii=False)


def dumps(value: object) -> bytes:
    """Return compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
