"""Asks one model for one answer: again after passing faults, and never in silence for too long.

Called by `bot.engine` for each round. What a broken stream has shown stays visible until something
better replaces it.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

from bot.errors import ContextTooLong, ModelError, ModelRefused, ModelRejected, ModelTemporary
from bot.metrics import Metrics
from bot.models.port import Completion, Model, Request, TextPiece, Thinking, Usage
from bot.models.reading import cost
from bot.outlet import Outlet
from bot.replies import Waiting
from bot.seams import Joint
from bot.turns import Step
from bot.wording import say

SILENCE = 125.0
"""Seconds without a sign from the model after which it is given up. People are told within 150;
reading files and earlier messages before the first request takes the rest."""

LAST_TRY = 15.0
"""Seconds that must be left of `SILENCE` for another try to make sense."""

LONGEST_WAIT = 45.0
"""Seconds of a provider's Retry-After that are waited out; a longer one is told to the person."""

TELL_WAIT = 2.0
"""Seconds of waiting from which on the person is shown why."""

TELL_THOUGHT = 30.0
"""Seconds of thinking without a word after which people are shown again that it goes on."""

_UNSEEN = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0]*"
)
"""A text of which nobody sees anything: blanks, joiners, marks of direction, blank letters."""

_TRIES = 3
_BUSY_TRIES = 6
"""A service that turns us away for its load answers at once: more tries cost nobody anything."""
_EMPTY_TRIES = 1
"""An answer of nothing may have cost a model's whole output: once more is enough."""


class Silent(ModelTemporary):
    """The model said nothing for too long."""


class EmptyAnswer(ModelTemporary):
    """The model ended its answer without text and without a call."""


@dataclass(slots=True)
class Run:
    """What a turn has come to; readable at any time, also after it was cancelled."""

    steps: list[Step] = field(default_factory=list)
    """Every tool call with its result, in order."""
    rounds: list[tuple[Step, ...]] = field(default_factory=list)
    """The same by round, complete rounds only."""
    usage: Usage = field(default_factory=Usage)
    requests: int = 0
    began_at: float = 0.0
    heard_at: float = 0.0
    """When people last saw a sign of the model or a tool, on the event loop's clock."""

    def begin(self) -> None:
        """Note the start: whoever asked has just been heard."""
        self.began_at = self.heard_at = _now()

    def heard(self) -> None:
        """Note a sign of life that people can see."""
        self.heard_at = _now()

    def silent_for(self) -> float:
        """Return the seconds since the last sign."""
        return _now() - self.heard_at

    def keep(self, steps: tuple[Step, ...]) -> None:
        """Add a complete round."""
        self.rounds.append(steps)
        self.steps += steps


class Asker:
    """Asks `model`; one object serves all turns."""

    def __init__(self, model: Model, metrics: Metrics | None = None) -> None:
        self.model = model
        self._metrics = metrics

    async def ask(
        self, request: Request, run: Run, outlet: Outlet, joint: type[Joint], locale: str
    ) -> Completion:
        """Return the end of an answer whose text went to `outlet`, joined to what stood there.

        Raises the `ModelError` family when there is none.
        """
        attempt = _Attempt(request, run, outlet, joint, locale)
        tries = 0
        while True:
            try:
                return await self._once(attempt)
            except ModelTemporary as error:
                tries += 1
                silent = attempt.stuck_for()
                wait = _wait(error, tries, silent)
                if max(wait, silent) >= TELL_WAIT:
                    outlet.show(Waiting(say("waiting_retry", locale)))
                await asyncio.sleep(wait)

    async def _once(self, attempt: _Attempt) -> Completion:
        outcome = "stopped"
        attempt.begin()
        try:
            end = await self._heard(attempt)
            outcome = "ok"
        except ModelError as error:
            outcome = kind_of(error)
            raise
        finally:
            used = Usage() if self.model.spec.offline else attempt.cost()
            attempt.run.usage += used
            note(self._metrics, self.model.spec.name, outcome, used)
        return end

    async def _heard(self, attempt: _Attempt) -> Completion:
        end: Completion | None = None
        try:
            stream = self.model.stream(attempt.request)
            async with _patience(attempt.run), aclosing(stream) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Completion):
                        end = piece
                    else:
                        attempt.take(piece)
        except TimeoutError:
            raise Silent("the model said nothing for too long") from None
        if end is None:
            raise ModelTemporary("the model's stream ended without its end")
        attempt.end(end)
        if _UNSEEN.fullmatch(end.text) and not end.calls:
            raise EmptyAnswer("the model answered with nothing")
        return end


class _Attempt:
    """The tries to get one answer, and what of it people see."""

    def __init__(
        self, request: Request, run: Run, outlet: Outlet, joint: type[Joint], locale: str
    ) -> None:
        self.request = request
        self.run = run
        self._outlet = outlet
        self._locale = locale
        self._mark = outlet.mark()
        self._before = outlet.text
        self._make_joint = joint
        self._broken = False
        """Text of an earlier try stands behind the mark; it goes when this try brings something."""
        self._furthest = 0
        """The most characters that a try has said."""
        self._moved_at = run.heard_at
        """When people last saw something new: a try that repeats another's words shows nothing."""

    def begin(self) -> None:
        """Start a try."""
        self.run.requests += 1
        self._joint = self._make_joint(self._before)
        self._said: list[str] = []
        self._length = 0
        self._heard = False
        self._end: Completion | None = None
        self._broken = self._broken or self._outlet.mark() > self._mark

    def take(self, piece: TextPiece | Thinking) -> None:
        """Take a piece of the stream."""
        self._heard = True
        if isinstance(piece, TextPiece):
            self.run.heard()
            self._said.append(piece.text)
            self._length += len(piece.text)
            if self._length > self._furthest:
                self._furthest, self._moved_at = self._length, self.run.heard_at
            self._say(self._joint.feed(piece.text))
        elif self.run.silent_for() > TELL_THOUGHT:
            # Only what people see counts as a sign: the thinking itself is shown now and then.
            self.run.heard()
            self._moved_at = self.run.heard_at
            self._outlet.show(Waiting(say("thinking", self._locale)))

    def stuck_for(self) -> float:
        """Return the seconds since a try last went further than those before it."""
        return _now() - self._moved_at

    def end(self, completion: Completion) -> None:
        """Take the end of the stream."""
        self._end = completion
        if completion.text or completion.calls:
            self.run.heard()
        self._say(self._joint.finish())
        self._replace()

    def cost(self) -> Usage:
        """Tell what the try has cost."""
        return cost(self.request, self._end, "".join(self._said), heard=self._heard)

    def _say(self, text: str) -> None:
        if text:
            self._replace()
            self._outlet.write(text)

    def _replace(self) -> None:
        if self._broken:
            self._broken = False
            self._outlet.rewind(self._mark)


@asynccontextmanager
async def _patience(run: Run) -> AsyncIterator[None]:
    """Raise TimeoutError inside once nothing was heard for `SILENCE`.

    One timer looks at the last sign when it rings: a piece costs no timer of its own.
    """
    loop = asyncio.get_running_loop()
    timer: asyncio.Handle
    async with asyncio.timeout(None) as limit:

        def look() -> None:
            nonlocal timer
            left = SILENCE - run.silent_for()
            if left > 0.001:  # less is rounding, and a timer that short would ring at once
                timer = loop.call_later(left, look)
            else:
                limit.reschedule(loop.time())

        timer = loop.call_soon(look)
        try:
            yield
        finally:
            timer.cancel()


def _wait(error: ModelTemporary, tries: int, silent: float) -> float:
    """Return the seconds until the next try, or raise `error` when there is none."""
    # Jitter needs no secrecy.
    backoff = min(0.5 * 2 ** (tries - 1), 8.0) * random.uniform(0.75, 1.25)  # noqa: S311
    wait = backoff if error.retry_after is None else error.retry_after
    most = _BUSY_TRIES if error.busy else _TRIES
    if isinstance(error, EmptyAnswer):
        most = _EMPTY_TRIES
    if tries > most or wait > LONGEST_WAIT:
        raise error
    if silent + wait > SILENCE - LAST_TRY:
        raise error if error.busy else Silent("the model said nothing for too long")
    return wait


def kind_of(error: ModelError) -> str:
    """Name a fault for metrics."""
    match error:
        case Silent():
            return "silent"
        case EmptyAnswer():
            return "empty"
        case ModelTemporary():
            return "busy" if error.busy else "temporary"
        case ModelRejected():
            return "rejected"
        case ContextTooLong():
            return "too_long"
        case ModelRefused():
            return "refused"
    return "failed"


def note(metrics: Metrics | None, model: str, outcome: str, used: Usage) -> None:
    """Count a request to `model` that ended, and what it has cost."""
    if metrics is not None:
        metrics.model_request(model, outcome)
        metrics.model_tokens(model, read=used.input, written=used.output, cached=used.cached)


def _now() -> float:
    return asyncio.get_running_loop().time()
