"""A model whose every question is counted: for what asks it beside the engine, such as reviews.

The cost stands in the turn's `Run` whatever becomes of the turn, so that a stop does not lose it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from bot.asking import Run, kind_of
from bot.errors import ModelError
from bot.metrics import Metrics
from bot.models.port import Completion, Model, ModelSpec, Piece, Request, TextPiece, Usage
from bot.models.reading import guessed


class Metered:
    """`model`, charged to `run`; several questions may run at once."""

    def __init__(self, model: Model, run: Run, metrics: Metrics | None = None) -> None:
        self._model = model
        self._run = run
        self._metrics = metrics

    @property
    def spec(self) -> ModelSpec:
        """The model's own."""
        return self._model.spec

    async def stream(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Ask and stream as the model does."""
        self._run.requests += 1
        end: Completion | None = None
        said: list[str] = []
        outcome = "stopped"
        try:
            async with aclosing(self._model.stream(request)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Completion):
                        end, outcome = piece, "ok"
                    elif isinstance(piece, TextPiece):
                        said.append(piece.text)
                    yield piece
        except ModelError as error:
            outcome = kind_of(error)
            raise
        finally:
            used = _cost(request, end, "".join(said))
            self._run.usage += used
            self._note(outcome, used)

    async def warm(self) -> None:
        """Get the model ready."""
        await self._model.warm()

    async def close(self) -> None:
        """Leave the model open: it belongs to the house."""

    def _note(self, outcome: str, used: Usage) -> None:
        if self._metrics is not None:
            name = self.spec.name
            self._metrics.model_request(name, outcome)
            self._metrics.model_tokens(
                name, read=used.input, written=used.output, cached=used.cached
            )


def _cost(request: Request, end: Completion | None, said: str) -> Usage:
    """Return what a question has cost: as the provider counted, else as we estimate."""
    if end is not None and (end.usage.input or end.usage.output):
        return end.usage
    if end is None and not said:
        return Usage()
    return guessed(request, said or (end.text if end is not None else ""), [], 0)
