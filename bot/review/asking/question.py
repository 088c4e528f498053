"""Asks the model one question of a review and gives back its whole text, or the word for why there
is none. Knows nothing of what is asked; called by `judging` and `doubt`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from bot.errors import ContextTooLong, ModelError, ModelRefused, ModelRejected, ModelTemporary
from bot.models.port import Completion, Model, Request, System, TextPiece, Usage, User
from bot.models.reading import cost

TRIES = 3

LONGEST_WAIT = 15.0
"""Seconds of a provider's Retry-After that are waited out; a review has somebody waiting for it."""

MOST_OUTPUT = 16_000
"""Tokens; thinking counts in them, and twelve findings with fixes have about four thousand."""


class Unanswered(Exception):
    """There is no answer. `word` is stable: `timeout`, `busy`, `unreachable`, `rejected`,
    `refused`, `too_long`, `empty` or `broken`; `told` is the service's own text, if any."""

    def __init__(self, word: str, told: str = "") -> None:
        super().__init__(f"{word}: {told}" if told else word)
        self.word = word
        self.told = told


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `is_cut` tells that the model reached its limit before the end."""

    text: str
    is_cut: bool = False


@dataclass(slots=True)
class Asking:
    """All questions of one review: one deadline on the loop's clock, one account of the cost."""

    model: Model
    deadline: float
    person: str = ""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    spent: list[Usage] = field(default_factory=list)
    """What each try has cost."""
    calls: int = 0

    @property
    def usage(self) -> Usage:
        """What all of them have cost together."""
        return sum(self.spent, start=Usage())

    async def ask(self, instructions: str, data: str, *, most: int = MOST_OUTPUT) -> Reply:
        """Ask, again after passing faults while there is time. Raises `Unanswered`."""
        room = min(most, self.model.spec.max_output, max(256, self.model.spec.context // 4))
        request = Request(
            (System(instructions), User(data)),
            max_output_tokens=room,
            person=self.person,
        )
        tries = 0
        while True:
            try:
                async with asyncio.timeout_at(self.deadline):
                    return await self._once(request)
            except TimeoutError:
                raise Unanswered("timeout") from None
            except ModelTemporary as error:
                tries += 1
                await self._wait(error, tries)
            except ModelError as error:
                raise Unanswered(_word(error), str(error)) from error

    async def _once(self, request: Request) -> Reply:
        self.calls += 1
        end: Completion | None = None
        said: list[str] = []
        heard = False
        try:
            async with aclosing(self.model.stream(request)) as pieces:
                async for piece in pieces:
                    heard = True
                    if isinstance(piece, Completion):
                        end = piece
                    elif isinstance(piece, TextPiece):
                        said.append(piece.text)
        finally:
            self.spent.append(cost(request, end, "".join(said), heard=heard))
        if end is None:
            raise ModelTemporary("the model's stream ended without its end")
        text = end.text or "".join(said)
        if not text.strip():
            raise Unanswered("empty")
        if end.refused:
            raise Unanswered("refused")  # its words may repeat the code, and errors are logged
        return Reply(text, is_cut=end.finish == "length")

    async def _wait(self, error: ModelTemporary, tries: int) -> None:
        """Wait before the next try, or say that there is none."""
        word = "busy" if error.busy else "unreachable"
        # Jitter needs no secrecy.
        backoff = 0.5 * 2**tries * random.uniform(0.75, 1.25)  # noqa: S311
        wait = backoff if error.retry_after is None else error.retry_after
        late = asyncio.get_running_loop().time() + wait >= self.deadline
        if tries >= TRIES or wait > LONGEST_WAIT or late:
            raise Unanswered(word, str(error)) from error
        await self.sleep(wait)


def _word(error: ModelError) -> str:
    match error:
        case ModelRejected():
            return "rejected"
        case ContextTooLong():
            return "too_long"
        case ModelRefused():
            return "refused"
    return "broken"
