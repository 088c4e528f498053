"""A model whose every question is counted: for what asks it beside the engine, such as reviews and
summaries.

The cost stands in the turn's `Run` whatever becomes of the turn, so that a stop does not lose it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from bot.asking import Run, kind_of, note
from bot.errors import ModelError
from bot.metrics import Metrics
from bot.models.port import Completion, Model, ModelSpec, Piece, Request, TextPiece
from bot.models.reading import cost


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
        heard, outcome = False, "stopped"
        try:
            async with aclosing(self._model.stream(request)) as pieces:
                async for piece in pieces:
                    heard = True
                    if isinstance(piece, Completion):
                        end, outcome = piece, "ok"
                    elif isinstance(piece, TextPiece):
                        said.append(piece.text)
                    yield piece
        except ModelError as error:
            outcome = kind_of(error)
            raise
        except (asyncio.CancelledError, GeneratorExit):
            # An answer in one piece gives no sign before its end, and is paid for all the same.
            heard = heard or not request.streamed
            raise
        finally:
            used = cost(request, end, "".join(said), heard=heard)
            self._run.usage += used
            note(self._metrics, self.spec.name, outcome, used)

    async def warm(self) -> None:
        """Get the model ready."""
        await self._model.warm()

    async def close(self) -> None:
        """Leave the model open: it belongs to the house."""
