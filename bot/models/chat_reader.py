"""The Chat Completions wire: how an answer is read from it, whoever sent it. Pure.

Reference: https://platform.openai.com/docs/api-reference/chat-streaming. What look-alikes do
differently is survived here and in `calls` and `screen`; each way has a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import ModelRefused, ModelTemporary
from bot.models.calls import Calls
from bot.models.port import Completion, Finish, Request, TextPiece, Thinking, ToolCall, Usage
from bot.models.reading import Visible, counted, guessed

_LENGTH = frozenset({"length", "max_tokens", "max_output_tokens", "model_length", "token_limit"})
_FILTER = frozenset({"content_filter", "sensitive", "safety", "content_filtered"})
_BROKEN = frozenset(
    {"error", "network_error", "insufficient_system_resource", "abort", "cancelled"}
)
"""Finish reasons of OpenRouter, Zhipu, DeepSeek and vLLM for an answer that broke off."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What has to go back with the assistant's message within a turn.

    `fields` are the message's own (reasoning, under the name it came with), `by_call` the extras of
    a call (Gemini's thought signatures), by the call's id.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    by_call: dict[str, Any] = field(default_factory=dict)


class ChatReader:
    """Reads the answer to one request."""

    def __init__(self, request: Request) -> None:
        self.ending = False
        self.ended = False
        self._request = request
        self._visible = Visible(request)
        self._calls = Calls([tool.name for tool in request.tools])
        self._finish = ""
        self._refused = False
        self._usage: Usage | None = None
        self._reasoning: dict[str, list[str]] = {}
        self._details: list[Any] = []

    def take(self, event: Mapping[str, Any]) -> None:
        """Take one chunk."""
        self._count(event)
        choice = _first_choice(event.get("choices"))
        if choice is None:
            return
        self._count(choice)  # Moonshot
        delta = choice.get("delta")
        if isinstance(delta, Mapping):
            self._take_delta(delta)
        elif isinstance(choice.get("message"), Mapping):
            self._take_message(choice["message"])
        if reason := choice.get("finish_reason"):
            self._end(str(reason).lower())

    def take_whole(self, body: Mapping[str, Any]) -> None:
        """Take a chat.completion object."""
        self._count(body)
        choice = _first_choice(body.get("choices"))
        if choice is None:
            raise ModelTemporary("the model service answered without an answer")
        message = choice.get("message", choice.get("delta"))
        if isinstance(message, Mapping):
            self._take_message(message)
        self._end(str(choice.get("finish_reason") or "stop").lower())
        self.ended = True

    def drain(self) -> TextPiece | Thinking | None:
        """Return what has become visible since the last call."""
        return self._visible.drain()

    def finish(self) -> tuple[TextPiece | None, Completion]:
        """Return the last piece of text and the completion."""
        last = self._visible.finish()
        for name, arguments in self._visible.screen.calls:
            self._calls.add_named(name, arguments)
        if not (self.ending or self.ended):
            raise ModelTemporary("the model's stream ended without its end")
        cut = self._finish in _LENGTH
        calls, extras = self._calls.finish(cut=cut)
        text = self._visible.text
        finish: Finish = "calls" if calls else "length" if cut else "stop"
        usage = self._usage or self._guess(text, calls)
        return last, Completion(
            text, calls, finish, usage, self._kept(extras), refused=self._refused
        )

    def _take_delta(self, delta: Mapping[str, Any]) -> None:
        self._take_reasoning(delta)
        self._take_content(delta.get("content"))
        self._take_refusal(delta.get("refusal"))
        for fragment in _list(delta.get("tool_calls")):
            self._visible.active = True
            self._calls.add(fragment)
        if delta.get("function_call"):
            self._visible.active = True
            self._calls.add_legacy(delta["function_call"])

    def _take_message(self, message: Mapping[str, Any]) -> None:
        """Take a whole message; in a stream, unless it repeats what was streamed before."""
        if not (self._visible.text or self._visible.active):
            self._take_reasoning(message)
            self._take_content(message.get("content"))
            self._take_refusal(message.get("refusal"))
        if not self._calls:
            for call in _list(message.get("tool_calls")):
                self._calls.add_whole(call)
            self._calls.add_legacy(message.get("function_call"))

    def _take_content(self, content: Any) -> None:
        if isinstance(content, str):
            if content:
                self._visible.add(content)
            return
        for part in _list(content):
            if isinstance(part, str):
                self._visible.add(part)
            elif isinstance(part, Mapping) and isinstance(part.get("text"), str):
                self._visible.add(part["text"])
            elif part:
                self._visible.active = True  # Mistral's thinking parts

    def _take_refusal(self, refusal: Any) -> None:
        """Take what a model says instead of an answer, or after the beginning of one."""
        if isinstance(refusal, str) and refusal:
            self._refused = self._refused or not self._visible.text.strip()
            self._take_content(refusal)

    def _take_reasoning(self, delta: Mapping[str, Any]) -> None:
        for name in ("reasoning_content", "reasoning"):
            said = delta.get(name)
            if isinstance(said, str) and said:
                self._visible.active = True
                self._reasoning.setdefault(name, []).append(said)
        if details := _list(delta.get("reasoning_details")):
            self._visible.active = True
            self._details += details

    def _end(self, reason: str) -> None:
        if reason in _FILTER:
            raise ModelRefused("the model service's content filter ended the answer")
        if reason in _BROKEN:
            raise ModelTemporary(f"the model service broke the answer off ({reason})")
        self._finish = self._finish or reason
        self.ending = True

    def _count(self, holder: Mapping[str, Any]) -> None:
        groq = holder.get("x_groq")
        given = holder.get("usage") or (groq.get("usage") if isinstance(groq, Mapping) else None)
        usage = counted(given, input="prompt_tokens", output="completion_tokens")
        self._usage = usage or self._usage

    def _guess(self, text: str, calls: tuple[ToolCall, ...]) -> Usage:
        hidden = sum(len(piece) for pieces in self._reasoning.values() for piece in pieces)
        arguments = [call.name + call.arguments for call in calls]
        return guessed(self._request, text, arguments, hidden + self._visible.screen.thoughts)

    def _kept(self, extras: dict[str, Any]) -> Kept | None:
        """Return what goes back: DeepSeek answers 400 when its reasoning does not, in a round."""
        fields: dict[str, Any] = {name: "".join(said) for name, said in self._reasoning.items()}
        if self._details:
            fields["reasoning_details"] = self._details
        return Kept(fields, extras) if fields or extras else None


def _first_choice(choices: Any) -> Mapping[str, Any] | None:
    """Return the only choice that was asked for; some services send none beside the usage."""
    given = [choice for choice in _list(choices) if isinstance(choice, Mapping)]
    first = [choice for choice in given if choice.get("index") in (0, None)]
    return next(iter(first or given), None)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
