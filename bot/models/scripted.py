"""A model that says what it was told to: for the tests of other rooms, in the process.

It passes the contract of the port, so that what works with it works with the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from typing import TypeAlias

from bot.errors import ModelTemporary
from bot.models.port import Completion, ModelSpec, Piece, Request, TextPiece, Thinking, ToolCall

SPEC = ModelSpec("scripted", context=32_768, max_output=4_096)

Moment: TypeAlias = str | Piece | BaseException | float | asyncio.Event
"""A piece of text, a piece as it is, an error to raise, seconds to wait, an event to wait for."""
Turn: TypeAlias = str | Exception | Sequence[Moment] | Callable[[Request], Sequence[Moment]]


def calling(*calls: tuple[str, str], text: str = "") -> list[Moment]:
    """Return a turn that calls tools: pairs of a name and arguments as JSON text."""
    made = tuple(ToolCall(f"call_{at}", name, given) for at, (name, given) in enumerate(calls, 1))
    said: list[Moment] = [text] if text else []
    return [*said, Completion(text, made, "calls")]


class Scripted:
    """Plays one turn after the other; `requests` are those it got, `closed` how many were given up.

    A turn without a completion of its own ends with the one that fits its text. After the last
    turn every request fails.
    """

    def __init__(self, turns: Iterable[Turn] = (), spec: ModelSpec = SPEC) -> None:
        self.turns = list(turns)
        self.requests: list[Request] = []
        self.closed = 0
        self._spec = spec

    @property
    def spec(self) -> ModelSpec:
        """The model's name and sizes."""
        return self._spec

    async def stream(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Play the next turn."""
        self.requests.append(request)
        if not self.turns:
            raise ModelTemporary("the script is over")
        whole = False
        try:
            async for piece in _played(self.turns.pop(0), request):
                yield piece
            whole = True
        finally:
            self.closed += not whole

    async def warm(self) -> None:
        """Nothing has to be got ready."""

    async def close(self) -> None:
        """Nothing is open."""


async def _played(turn: Turn, request: Request) -> AsyncGenerator[Piece, None]:
    moments = turn(request) if callable(turn) else turn
    if isinstance(moments, str | Exception):
        moments = [moments]
    said: list[str] = []
    for moment in moments:
        if isinstance(moment, BaseException):
            raise moment
        if isinstance(moment, Completion):
            yield moment
            return
        if isinstance(moment, asyncio.Event):
            await moment.wait()
        elif isinstance(moment, float | int):
            await asyncio.sleep(moment)
        elif isinstance(moment, Thinking):
            yield moment
        else:
            piece = TextPiece(moment) if isinstance(moment, str) else moment
            said.append(piece.text)
            yield piece
    yield Completion("".join(said))
