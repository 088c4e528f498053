"""What the server saw of one request: its body, its headers, and how the exchange went.

`ModelServer.requests` holds these in order of arrival; tests read them, only the server writes.
Times are seconds of `time.monotonic()`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Wire = Literal["chat", "responses"]


@dataclass(slots=True)
class ModelRequest:
    """One POST to a wire, refused or answered."""

    number: int
    wire: Wire
    headers: Mapping[str, str]
    arrived: float
    body: dict[str, Any] = field(default_factory=dict)
    status: int | None = None
    refusal: dict[str, Any] | None = None
    first_byte: float | None = None
    finished: float | None = None
    cancelled: float | None = None

    @property
    def state(self) -> str:
        """How the exchange stands, in a word or two."""
        if self.cancelled is not None:
            return "cancelled"
        return f"answered {self.status}" if self.finished is not None else "open"

    @property
    def model(self) -> str:
        """The model that was asked for."""
        return str(self.body.get("model", ""))

    @property
    def streaming(self) -> bool:
        """Whether a stream was asked for."""
        return self.body.get("stream") is True

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation: chat messages, or Responses input items (a string is one message)."""
        if self.wire == "chat":
            return list(self.body.get("messages") or [])
        given = self.body.get("input")
        if isinstance(given, str):
            return [{"type": "message", "role": "user", "content": given}]
        return list(given or [])

    @property
    def instructions(self) -> str:
        """All system and developer text, joined by blank lines."""
        texts = [str(self.body["instructions"])] if self.body.get("instructions") else []
        for message in self.messages:
            if message.get("role") in ("system", "developer"):
                texts.append(text_of(message.get("content")))
        return "\n\n".join(texts)

    @property
    def last_user_text(self) -> str:
        """The newest user message as plain text; empty when there is none."""
        for message in reversed(self.messages):
            if message.get("role") == "user":
                return text_of(message.get("content"))
        return ""

    @property
    def tool_names(self) -> list[str]:
        """The names of the functions that were offered."""
        tools = self.body.get("tools") or []
        return [str((tool.get("function") or tool).get("name")) for tool in tools]

    @property
    def tool_results(self) -> dict[str, str]:
        """What the tools answered, by call id."""
        results: dict[str, str] = {}
        for message in self.messages:
            if message.get("role") == "tool":
                results[message["tool_call_id"]] = text_of(message.get("content"))
            elif message.get("type") == "function_call_output":
                results[message["call_id"]] = text_of(message.get("output"))
        return results

    @property
    def is_after_tools(self) -> bool:
        """Whether the conversation ends with a tool's result, so that an answer is due."""
        last = self.messages[-1] if self.messages else {}
        return last.get("role") == "tool" or last.get("type") == "function_call_output"


def text_of(content: object) -> str:
    """Return a message content's text, whether a string or a list of parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return ""
