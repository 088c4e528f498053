"""The values a scripted model is made of: parts of an answer, whole replies, faults, raw bytes.

Nothing here knows a wire; `chat.py` and `responses.py` render replies, `play.py` sends them.
Tests rarely build these by hand: `replies.py` and `faults.py` have short names for the usual ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Text:
    """One streamed piece of the visible answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Thought:
    """Reasoning before the answer; shown as the wire and the mode allow."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call; `arguments` is the JSON text as the model wrote it, valid or not."""

    name: str
    arguments: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal in its own field instead of text."""

    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Say nothing for `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class At:
    """Wait until `seconds` after the stream began; keeps a rate free of drift."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Until:
    """Wait until the test sets `event`."""

    event: asyncio.Event


@dataclass(frozen=True, slots=True)
class Hang:
    """Keep the connection open and never say anything again."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Break the connection with a TCP reset."""


@dataclass(frozen=True, slots=True)
class Cut:
    """End the stream cleanly, but without the protocol's own end."""


@dataclass(frozen=True, slots=True)
class StreamError:
    """Report an error inside a stream that began well.

    `shape` matters on the Responses wire only: an `error` event, flat or nested (both are seen),
    or a `response.failed` event.
    """

    message: str = "The server had an error while processing your request. Sorry about that!"
    code: str = "server_error"
    shape: Literal["flat", "nested", "failed"] = "flat"


Control = Pause | At | Until | Hang | Reset | Cut
Part = Text | Thought | Call | Refusal | StreamError | Control
Step = bytes | Control


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts; `reasoning` is contained in `completion`, `cached` in `prompt`."""

    prompt: int
    completion: int
    cached: int = 0
    reasoning: int = 0


@dataclass(frozen=True, slots=True)
class Framing:
    """How frames are put on the wire; every setting is legal in the event-stream specification.

    https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
    `split` > 0 writes the stream in pieces of that many bytes, through characters and frames.
    """

    crlf: bool = False
    comments: bool = False
    space: bool = True
    split: int = 0
    done: bool = True

    def apply(self, frame: bytes) -> list[bytes]:
        """Return what to write for one plainly framed event."""
        if not self.space:
            frame = frame.replace(b"data: ", b"data:", 1)
        if self.comments:
            frame = b": keep-alive\n\n" + frame
        if self.crlf:
            frame = frame.replace(b"\n", b"\r\n")  # JSON escapes its own line ends: only ours match
        if self.split:
            return [frame[at : at + self.split] for at in range(0, len(frame), self.split)]
        return [frame]


PLAIN = Framing()


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the model, for either wire, streamed or whole.

    `finish` is a chat finish reason ("stop", "tool_calls", "length", "content_filter"); None means
    the fitting one. `delay` passes before the response's headers.
    """

    parts: tuple[Part, ...]
    finish: str | None = None
    usage: Usage | None = None
    delay: float = 0.0
    framing: Framing = PLAIN

    def __add__(self, other: Reply) -> Reply:
        """Return one reply that says both, ending as the second does."""
        return replace(other, parts=self.parts + other.parts, delay=self.delay)

    def after(self, seconds: float) -> Reply:
        """Return the reply held back for `seconds` before its headers."""
        return replace(self, delay=seconds)

    def ending(self, finish: str) -> Reply:
        """Return the reply with another finish reason."""
        return replace(self, finish=finish)

    def counting(self, usage: Usage) -> Reply:
        """Return the reply with these token counts instead of estimates."""
        return replace(self, usage=usage)

    def framed(self, framing: Framing) -> Reply:
        """Return the reply framed in another legal way."""
        return replace(self, framing=framing)

    @property
    def text(self) -> str:
        """All visible text."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))

    @property
    def thought(self) -> str:
        """All reasoning."""
        return "".join(part.text for part in self.parts if isinstance(part, Thought))

    @property
    def calls(self) -> tuple[Call, ...]:
        """All tool calls, in order."""
        return tuple(part for part in self.parts if isinstance(part, Call))

    @property
    def refusal(self) -> str:
        """All refusal text."""
        return "".join(part.text for part in self.parts if isinstance(part, Refusal))

    @property
    def finish_reason(self) -> str:
        """The chat finish reason, chosen or fitting."""
        return self.finish or ("tool_calls" if self.calls else "stop")


@dataclass(frozen=True, slots=True)
class Fault:
    """A whole HTTP response that is not an answer.

    `retry_date_in` adds a Retry-After HTTP date that many seconds after the moment of sending.
    """

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_date_in: float | None = None
    delay: float = 0.0

    def after(self, seconds: float) -> Fault:
        """Return the fault held back for `seconds`."""
        return replace(self, delay=seconds)


@dataclass(frozen=True, slots=True)
class Raw:
    """A stream given chunk by chunk, for what only look-alike servers send.

    A chunk is a JSON value to be framed, or bytes to be written untouched.
    """

    chunks: tuple[object, ...]
    framing: Framing = PLAIN
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Silence:
    """Accept the request and never answer, not even with headers."""


@dataclass(frozen=True, slots=True)
class Severed:
    """Reset the connection before any header."""


Answer = Reply | Fault | Raw | Silence | Severed
