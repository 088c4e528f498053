"""The port of a language model: what the engine asks and what it gets back.

A stream yields any number of `TextPiece` and `Thinking`, then exactly one `Completion`; a stream
that ends without its end raises `ModelTemporary`. `tests/contracts/` holds the suite that all pass.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model wants made; `arguments` is JSON text as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class System:
    """Instructions of the bot itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture for models that see: its media type and bytes."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class User:
    """What people wrote."""

    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Assistant:
    """What the model said, with its calls.

    `opaque` is whatever its wire must get back within the same turn (reasoning items); it is never
    stored and means nothing to anybody else."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    opaque: Any = None


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to the call `call_id`."""

    call_id: str
    text: str


Said: TypeAlias = System | User | Assistant | Result


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the model sees it; `parameters` is a JSON schema of type object."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model. `person` is a stable hash of who asks, never an id."""

    messages: tuple[Said, ...]
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: Literal["auto", "none"] = "auto"
    max_output_tokens: int | None = None
    streamed: bool = True
    """False asks for the answer in one piece: nobody watches it grow."""
    person: str = ""
    cache_key: str = ""


@dataclass(frozen=True, slots=True)
class TextPiece:
    """The answer grew by `text`."""

    text: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """The model is at work without text to show: keeps the idle timer from ringing."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counted them; `estimated` when it did not and we did."""

    input: int = 0
    output: int = 0
    cached: int = 0
    estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input + other.input,
            self.output + other.output,
            self.cached + other.cached,
            self.estimated or other.estimated,
        )


Finish: TypeAlias = Literal["stop", "calls", "length"]


@dataclass(frozen=True, slots=True)
class Completion:
    """The end of a stream: the whole text, the calls in the model's order, and why it ended.

    `refused`: the text is the model's own refusal, and no answer.
    """

    text: str
    calls: tuple[ToolCall, ...] = ()
    finish: Finish = "stop"
    usage: Usage = field(default_factory=Usage)
    opaque: Any = None
    refused: bool = False


Piece: TypeAlias = TextPiece | Thinking | Completion


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What is known of a model: sizes in tokens, and whether it sees images."""

    name: str
    context: int
    max_output: int
    sees_images: bool = False
    offline: bool = False
    service: str = ""
    """The address at which it is asked, which tells its price; empty where there is none."""


class Model(Protocol):
    """A language model behind one wire. Never retries by itself: the engine does, knowingly."""

    @property
    def spec(self) -> ModelSpec:
        """The model's name and sizes."""

    def stream(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Ask and stream. Closing the iterator closes the connection at once.

        Raises the `ModelError` family, never anything of a library."""

    async def warm(self) -> None:
        """Get ready ahead of the first request, which need not be waited for then; asks nothing.

        Raises `ModelError` where it cannot."""

    async def close(self) -> None:
        """Let go of every connection."""
