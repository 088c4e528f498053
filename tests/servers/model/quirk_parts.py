"""What quirks are written with: the value `Quirk`, what must come of it, and chunks by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .parts import Answer

WEATHER = ("weather", {"place": "北京"})
CLOCK = ("time", {"place": "Tokyo"})
WEATHER_JSON = '{"place": "北京"}'
CLOCK_JSON = '{"place": "Tokyo"}'
TEXT = "北京 is sunny. 🌞"

Calls = tuple[tuple[str, dict[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a correct client ends up with.

    `calls` are names with decoded arguments, in order; each must have an id of its own, not empty
    and of at most 40 characters. `usage` is (prompt, completion) where the service said it.
    `fails`: the client reports a failure, and never an empty answer. `json`: what a request for
    JSON has to yield from the text.
    """

    text: str = ""
    calls: Calls = ()
    reasoning: str = ""
    usage: tuple[int, int] | None = None
    json: dict[str, Any] | None = None
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Quirk:
    """One way in which look-alikes differ from OpenAI's Chat Completions.

    `replies` are answered in turn (the last one forever where `repeats`), by a service with these
    `refuses`; `outcome` is what the first answered request must come to.
    """

    number: int
    name: str
    replies: tuple[Answer, ...]
    outcome: Outcome
    refuses: frozenset[str] = frozenset()
    repeats: bool = False

    def __str__(self) -> str:
        return f"{self.number}-{self.name}"


def chunk(delta: dict[str, Any] | None, finish: str | None = None, **extra: Any) -> dict[str, Any]:
    """Return a stream chunk with one choice (none for delta None); `extra` sits beside it."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return {
        "id": "chatcmpl-lookalike",
        "object": "chat.completion.chunk",
        "created": 1_790_000_000,
        "model": "lookalike",
        "choices": choices,
        **extra,
    }


def texts(*pieces: str) -> list[dict[str, Any]]:
    """Return plain text chunks, the first with the role."""
    pieces = pieces or (TEXT[:4], TEXT[4:9], TEXT[9:])
    first = chunk({"role": "assistant", "content": ""})
    return [first, *(chunk({"content": piece}) for piece in pieces)]


def tool(**fields: Any) -> dict[str, Any]:
    """Return a chunk with one tool call delta, whose `function` is given as name and arguments."""
    function = {key: fields.pop(key) for key in ("name", "arguments") if key in fields}
    return chunk({"tool_calls": [{**fields, "function": function}]})


def usage(prompt: int, completion: int) -> dict[str, int]:
    """Return a usage object without the details that look-alikes leave out."""
    total = prompt + completion
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total}


STOP = chunk({}, "stop")
CALLED = chunk({}, "tool_calls")
DONE = b"data: [DONE]\n\n"
