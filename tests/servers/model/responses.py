"""Responses, as OpenAI sends it: a reply becomes typed stream events, or one response object.

Pure; `server.py` calls it. Shapes: https://platform.openai.com/docs/api-reference/responses-streaming
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any

from .chat import call_id, dumps, estimate, quote
from .parts import (
    Call,
    Cut,
    Hang,
    Refusal,
    Reply,
    Reset,
    Step,
    StreamError,
    Text,
    Thought,
)
from .records import ModelRequest
from .sealing import seal

_ARGUMENT_PIECE = 8  # characters of a call's arguments per event; about a token or two
_OBFUSCATED = 16  # deltas are padded so that their length does not give the text away
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


class Rendering:
    """One reply on its way to one request; keeps the output items that were sent.

    `effort` is the reasoning effort in force: with one other than "none" a reasoning item comes
    first, as from the real models, even when the reply has no thought of its own.
    """

    def __init__(self, reply: Reply, request: ModelRequest, *, effort: str | None) -> None:
        self.id = f"resp_{secrets.token_hex(25)}"
        self.output: list[dict[str, Any]] = []
        self._reply = reply
        self._request = request
        self._effort = effort
        self._reasons = effort not in (None, "none") or bool(reply.thought)
        self._created = time.time()
        self._sequence = -1
        body = request.body
        self._pad = (body.get("stream_options") or {}).get("include_obfuscation") is not False
        self._summarises = bool((body.get("reasoning") or {}).get("summary"))
        self._seals = "reasoning.encrypted_content" in (body.get("include") or [])

    # ---- whole

    def whole(self) -> dict[str, Any]:
        """Return the finished response object."""
        if not self.output:
            for _ in self._items():
                pass
        return self._response(self._status(), final=True)

    # ---- streamed

    def stream(self) -> Iterator[Step]:
        """Yield the frames and pauses of the streamed response."""
        yield self._event("response.created", response=self._response("in_progress"))
        yield self._event("response.in_progress", response=self._response("in_progress"))
        for step in self._items():
            yield step
            if isinstance(step, Hang | Reset | Cut):
                return
        for part in self._reply.parts:
            if isinstance(part, StreamError):
                yield self._failure(part)
                return
        status = self._status()
        yield self._event(f"response.{status}", response=self._response(status, final=True))

    def _items(self) -> Iterator[Step]:
        parts = list(self._reply.parts)
        if self._reasons:
            yield from self._reasoning([part for part in parts if isinstance(part, Thought)])
        at = 0
        while at < len(parts):
            part = parts[at]
            match part:
                case Text() | Refusal():
                    end = _end_of_message(parts, at)
                    yield from self._message(parts[at:end])
                    at = end
                    continue
                case Call():
                    yield from self._call(part)
                case StreamError():
                    return
                case Thought():
                    pass
                case _:
                    yield part
            at += 1

    def _reasoning(self, thoughts: list[Thought]) -> Iterator[Step]:
        item_id, at = f"rs_{secrets.token_hex(25)}", len(self.output)
        text = "".join(thought.text for thought in thoughts)
        item: dict[str, Any] = {"id": item_id, "type": "reasoning", "summary": []}
        yield self._event("response.output_item.added", output_index=at, item=item)
        if text and self._summarises:
            yield from self._summary(item_id, at, thoughts)
            item = item | {"summary": [{"type": "summary_text", "text": text}]}
        if self._seals:
            item = item | {"encrypted_content": seal(item_id, text)}
        self.output.append(item)
        yield self._event("response.output_item.done", output_index=at, item=item)

    def _summary(self, item_id: str, at: int, thoughts: list[Thought]) -> Iterator[bytes]:
        place = {"item_id": item_id, "output_index": at, "summary_index": 0}
        name = "response.reasoning_summary"
        empty = {"type": "summary_text", "text": ""}
        yield self._event(f"{name}_part.added", **place, part=empty)
        for thought in thoughts:
            yield self._event(f"{name}_text.delta", **place, delta=thought.text)
        text = "".join(thought.text for thought in thoughts)
        yield self._event(f"{name}_text.done", **place, text=text)
        yield self._event(f"{name}_part.done", **place, part={"type": "summary_text", "text": text})

    def _message(self, parts: list[Any]) -> Iterator[Step]:
        item_id, at = f"msg_{secrets.token_hex(25)}", len(self.output)
        item: dict[str, Any] = {"id": item_id, "type": "message", "role": "assistant"}
        item |= {"status": "in_progress"}
        yield self._event(
            "response.output_item.added", output_index=at, item=item | {"content": []}
        )
        refuses = isinstance(parts[0], Refusal)
        place = {"item_id": item_id, "output_index": at, "content_index": 0}
        part = _content(refuses, "")
        yield self._event("response.content_part.added", **place, part=part)
        kind = "refusal" if refuses else "output_text"
        head, tail = self._delta_halves(kind, item_id, at)
        said: list[str] = []
        for step in parts:
            if isinstance(step, Text | Refusal):
                said.append(step.text)
                yield self._delta(head, step.text, tail)
            else:
                yield step
                if isinstance(step, Hang | Reset | Cut):
                    return
        if any(isinstance(step, StreamError) for step in self._reply.parts):
            return  # the error comes while the message is open
        text = "".join(said)
        done = {"refusal": text} if refuses else {"text": text, "logprobs": []}
        yield self._event(f"response.{kind}.done", **place, **done)
        part = _content(refuses, text)
        yield self._event("response.content_part.done", **place, part=part)
        status = "incomplete" if self._reply.finish in _INCOMPLETE else "completed"
        item = item | {"status": status, "content": [part]}
        self.output.append(item)
        yield self._event("response.output_item.done", output_index=at, item=item)

    def _call(self, call: Call) -> Iterator[bytes]:
        item_id, at = f"fc_{secrets.token_hex(25)}", len(self.output)
        item = {
            "id": item_id,
            "type": "function_call",
            "status": "in_progress",
            "arguments": "",
            "call_id": call.id or call_id(),
            "name": call.name,
        }
        yield self._event("response.output_item.added", output_index=at, item=item)
        name, place = "response.function_call_arguments", {"item_id": item_id, "output_index": at}
        for start in range(0, len(call.arguments), _ARGUMENT_PIECE):
            piece = call.arguments[start : start + _ARGUMENT_PIECE]
            yield self._event(f"{name}.delta", **place, delta=piece)
        yield self._event(f"{name}.done", **place, arguments=call.arguments)
        item = item | {"status": "completed", "arguments": call.arguments}
        self.output.append(item)
        yield self._event("response.output_item.done", output_index=at, item=item)

    # ---- frames

    def _event(self, kind: str, **fields: Any) -> bytes:
        self._sequence += 1
        data = {"type": kind, "sequence_number": self._sequence, **fields}
        return b"event: %s\ndata: %s\n\n" % (kind.encode(), dumps(data))

    def _delta_halves(self, kind: str, item_id: str, at: int) -> tuple[str, str]:
        name = f"response.{kind}.delta"
        head = (
            f'event: {name}\ndata: {{"type":"{name}","item_id":"{item_id}","output_index":{at},'
            f'"content_index":0,"sequence_number":'
        )
        return head, ',"logprobs":[]' if kind == "output_text" else ""

    def _delta(self, head: str, text: str, tail: str) -> bytes:
        self._sequence += 1
        if self._pad:
            tail += f',"obfuscation":"{"x" * max(1, _OBFUSCATED - len(text))}"'
        return f'{head}{self._sequence},"delta":{quote(text)}{tail}}}\n\n'.encode()

    def _failure(self, error: StreamError) -> bytes:
        if error.shape == "failed":
            response = self._response("failed", final=True)
            response["error"] = {"code": error.code, "message": error.message}
            return self._event("response.failed", response=response)
        body = {"code": error.code, "message": error.message, "param": None}
        if error.shape == "nested":
            return self._event("error", error={"type": "server_error", **body})
        return self._event("error", **body)

    # ---- the response object

    def _status(self) -> str:
        return "incomplete" if self._reply.finish in _INCOMPLETE else "completed"

    def _response(self, status: str, *, final: bool = False) -> dict[str, Any]:
        body = self._request.body
        reason = _INCOMPLETE.get(self._reply.finish or "") if status == "incomplete" else None
        return {
            "id": self.id,
            "object": "response",
            "created_at": int(self._created),
            "status": status,
            "background": False,
            "completed_at": int(time.time()) if status == "completed" else None,
            "error": None,
            "incomplete_details": {"reason": reason} if reason else None,
            "instructions": body.get("instructions"),
            "max_output_tokens": body.get("max_output_tokens"),
            "max_tool_calls": None,
            "model": self._request.model,
            "output": self.output if final else [],
            "parallel_tool_calls": body.get("parallel_tool_calls", True),
            "previous_response_id": body.get("previous_response_id"),
            "prompt_cache_key": body.get("prompt_cache_key"),
            "reasoning": {"effort": self._effort, "summary": self._summary_mode()},
            "safety_identifier": body.get("safety_identifier"),
            "service_tier": "default" if final else "auto",
            "store": body.get("store", True),
            "temperature": body.get("temperature", 1.0),
            "text": body.get("text") or {"format": {"type": "text"}, "verbosity": "medium"},
            "tool_choice": body.get("tool_choice", "auto"),
            "tools": [{"strict": True, **tool} for tool in body.get("tools") or []],
            "top_logprobs": 0,
            "top_p": body.get("top_p", 1.0),
            "truncation": body.get("truncation", "disabled"),
            "usage": self._usage() if final and status != "failed" else None,
            "user": None,
            "metadata": body.get("metadata") or {},
        }

    def _summary_mode(self) -> str | None:
        mode = (self._request.body.get("reasoning") or {}).get("summary")
        return "detailed" if mode == "auto" else mode

    def _usage(self) -> dict[str, Any]:
        usage = estimate(self._reply, self._request)
        return {
            "input_tokens": usage.prompt,
            "input_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": 0},
            "output_tokens": usage.completion,
            "output_tokens_details": {"reasoning_tokens": usage.reasoning},
            "total_tokens": usage.prompt + usage.completion,
        }


def _content(refuses: bool, text: str) -> dict[str, Any]:
    if refuses:
        return {"type": "refusal", "refusal": text}
    return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}


def _end_of_message(parts: list[Any], start: int) -> int:
    """Return the index after the message that begins at `start`: up to a part of another item."""
    kind = type(parts[start])
    for at in range(start, len(parts)):
        if isinstance(parts[at], Text | Refusal | Call | StreamError | Thought) and not isinstance(
            parts[at], kind
        ):
            return at
    return len(parts)
