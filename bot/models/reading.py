"""What both wires share when they read an answer: text, progress, usage. Pure.

A reader takes one event at a time; `bot.models.http_model` drives it and empties it after each
network read, so that all text of one read becomes one piece.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bot import tokens
from bot.models.port import (
    Assistant,
    Completion,
    Request,
    Result,
    TextPiece,
    Thinking,
    Usage,
)
from bot.models.screen import Screen


class Reader(Protocol):
    """Reads the answer to one request. Every method may raise a `ModelError`."""

    ending: bool
    """The answer is complete; only its usage and the stream's own end may still come."""
    ended: bool
    """Nothing more will come."""

    def take(self, event: Mapping[str, Any]) -> None:
        """Take one event of a stream."""

    def take_whole(self, body: Mapping[str, Any]) -> None:
        """Take an answer that came in one piece, although a stream was asked for."""

    def drain(self) -> TextPiece | Thinking | None:
        """Return what has become visible since the last call, or that the model is at work."""

    def finish(self) -> tuple[TextPiece | None, Completion]:
        """Return the last piece of text and the completion; `ModelTemporary` without an end."""


class Visible:
    """Gathers the text that people may see, and whether anything else happened."""

    def __init__(self, request: Request) -> None:
        self.screen = Screen([tool.name for tool in request.tools])
        self.active = False
        self._shown: list[str] = []
        self._fresh: list[str] = []
        self._half = ""
        """The first half of a character that a service sent in two halves (UTF-16 surrogates)."""

    @property
    def text(self) -> str:
        """All text so far."""
        return "".join((*self._shown, *self._fresh))

    def add(self, text: str) -> None:
        """Take the next piece of the model's text."""
        self.active = True
        if self._half or not text.isascii():
            text = self._mended(text)
        if shown := self.screen.feed(text):
            self._fresh.append(shown)

    def drain(self) -> TextPiece | Thinking | None:
        """Return the text that came since the last call as one piece."""
        active, self.active = self.active, False
        if not self._fresh:
            return Thinking() if active else None
        text = "".join(self._fresh)
        self._shown.append(text)
        self._fresh.clear()
        return TextPiece(text)

    def finish(self) -> TextPiece | None:
        """Return the text that was held back until the end."""
        if rest := self.screen.finish():
            self._fresh.append(rest)
        piece = self.drain()
        return piece if isinstance(piece, TextPiece) else None

    def _mended(self, text: str) -> str:
        text, self._half = self._half + text, ""
        if "\ud800" <= text[-1:] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        try:
            text.encode()
        except UnicodeEncodeError:
            return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return text


def counted(given: Any, *, input: str, output: str) -> Usage | None:
    """Read a provider's usage, whose counts are called `input` and `output`; None without any."""
    if not isinstance(given, Mapping):
        return None
    asked, said = _count(given.get(input)), _count(given.get(output))
    if not asked and not said:
        return None
    details = given.get(f"{input}_details")
    cached = details.get("cached_tokens") if isinstance(details, Mapping) else None
    if cached is None:
        cached = given.get("prompt_cache_hit_tokens", given.get("cached_tokens"))  # DeepSeek, Kimi
    return Usage(asked, said, _count(cached))


def guessed(request: Request, completion_text: str, arguments: list[str], hidden: int) -> Usage:
    """Estimate the usage that a provider did not tell; `hidden` are characters of reasoning."""
    asked = sum(_weight(said) + tokens.PER_MESSAGE for said in request.messages)
    asked += sum(
        tokens.estimate(f"{tool.name}{tool.description}{tool.parameters}") for tool in request.tools
    )
    said = tokens.estimate(completion_text) + hidden // 4
    said += sum(tokens.estimate(text) for text in arguments)
    return Usage(asked + tokens.PER_REPLY, said, estimated=True)


def cost(request: Request, end: Completion | None, said: str, *, heard: bool) -> Usage:
    """Return what a request has cost: as its provider counted, else as we estimate.

    `said` is the text that came where there is no `end`; `heard` tells whether there was any sign
    of the model: what never came through to it costs nothing.
    """
    if end is None:
        return guessed(request, said, [], 0) if heard else Usage()
    if end.usage.input or end.usage.output:
        return end.usage
    return guessed(request, end.text or said, [c.name + c.arguments for c in end.calls], 0)


def _weight(said: Any) -> int:
    calls = said.calls if isinstance(said, Assistant) else ()
    called = sum(tokens.estimate(call.name + call.arguments) for call in calls)
    return tokens.estimate(said.text) + called + (4 if isinstance(said, Result) else 0)


def _count(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and value > 0 else 0
