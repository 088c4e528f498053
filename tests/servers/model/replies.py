"""Replies by name: what a script says in one call, and the echo that answers when it says nothing.

server.script = [calls("weather", {"place": "Beijing"}), says("It is sunny.")]
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from .parts import (
    At,
    Call,
    Cut,
    Hang,
    Part,
    Pause,
    Refusal,
    Reply,
    Reset,
    Severed,
    Silence,
    StreamError,
    Text,
    Thought,
    Until,
)
from .records import ModelRequest

# About a token's length; the exact cut does not matter, only that there are several.
_PIECE = re.compile(r"\s*\S{1,6}|\s+")
_WORDS = ("the", "answer", "grows", "one", "small", "word", "after", "another", "until", "done")
_SAMPLE = "Beijing is sunny today with a light wind from the north."


def says(*pieces: str | float | asyncio.Event) -> Reply:
    """Return a spoken answer.

    A single string is cut into token-sized pieces; of several, each string is streamed as it is,
    a number is a pause in seconds, and an event is waited for.
    """
    if len(pieces) == 1 and isinstance(pieces[0], str):
        return Reply(tuple(Text(piece) for piece in _PIECE.findall(pieces[0])))
    return Reply(tuple(_part(piece) for piece in pieces))


def _part(piece: str | float | asyncio.Event) -> Part:
    if isinstance(piece, str):
        return Text(piece)
    if isinstance(piece, asyncio.Event):
        return Until(piece)
    return Pause(piece)


def thinks(thought: str) -> Reply:
    """Return reasoning, to be put before an answer: `thinks("hm") + says("yes")`."""
    return Reply(tuple(Thought(piece) for piece in _PIECE.findall(thought)))


def calls(
    name: str, arguments: Mapping[str, Any] | str | None = None, *, id: str | None = None
) -> Reply:
    """Return one tool call; arguments given as a string are sent as they are, valid or not."""
    return Reply((_call(name, arguments, id),))


def calls_many(wanted: Sequence[tuple[str, Mapping[str, Any] | str | None]]) -> Reply:
    """Return several tool calls in one answer, in the given order."""
    return Reply(tuple(_call(name, arguments, None) for name, arguments in wanted))


def _call(name: str, arguments: Mapping[str, Any] | str | None, id: str | None) -> Call:
    if not isinstance(arguments, str):
        arguments = json.dumps(dict(arguments or {}), ensure_ascii=False)
    return Call(name, arguments, id)


def refuses(text: str = "I'm sorry, I can't help with that.") -> Reply:
    """Return a refusal in the field that the wire has for it."""
    return Reply(tuple(Refusal(piece) for piece in _PIECE.findall(text)))


def stops_at_length(text: str = _SAMPLE) -> Reply:
    """Return an answer that ran into the token limit."""
    return says(text).ending("length")


def is_filtered(text: str = "") -> Reply:
    """Return an answer that the content filter ended after `text`."""
    return says(text).ending("content_filter")


def hangs(after: int | None = None, text: str = _SAMPLE) -> Reply | Silence:
    """Return silence: before the headers (None), before the first piece (0), or after n pieces."""
    return Silence() if after is None else _broken(text, after, Hang())


def drops(after: int | None = None, text: str = _SAMPLE) -> Reply | Severed:
    """Return a TCP reset: before the headers (None), or after n pieces."""
    return Severed() if after is None else _broken(text, after, Reset())


def cuts(after: int = 3, text: str = _SAMPLE) -> Reply:
    """Return a stream that ends cleanly after n pieces, without its finish."""
    return _broken(text, after, Cut())


def breaks(after: int = 3, error: StreamError | None = None, text: str = _SAMPLE) -> Reply:
    """Return a stream that reports an error after n pieces."""
    return _broken(text, after, error or StreamError())


def _broken(text: str, after: int, end: Part) -> Reply:
    return Reply((*says(text).parts[:after], end))


@lru_cache(maxsize=64)
def tokens(count: int, rate: float = 0.0) -> Reply:
    """Return `count` one-token pieces at `rate` per second (0: as fast as the socket takes them).

    The first piece comes one interval after the stream's start, as from a steady model.
    """
    parts: list[Part] = []
    for number in range(count):
        if rate:
            parts.append(At((number + 1) / rate))
        parts.append(Text(("" if number == 0 else " ") + _WORDS[number % len(_WORDS)]))
    return Reply(tuple(parts))


def echo(request: ModelRequest) -> Reply:
    """Return an answer that contains the last thing the person said; the default script."""
    return says(f"You said: {request.last_user_text}")
