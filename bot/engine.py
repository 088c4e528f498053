"""The tool-calling loop: model and tools in turn, until there is an answer or a limit is reached.

Called by `bot.conversations`. It knows no thread, no history and no platform. It may be cancelled
at any instant: a round of calls counts only when all its results are there.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from bot.errors import AskAgain, ModelTemporary, ToolError
from bot.models.port import (
    Assistant,
    Completion,
    Model,
    Request,
    Result,
    Said,
    TextPiece,
    ToolCall,
    Usage,
    User,
)
from bot.replies import (
    Card,
    File,
    Growing,
    TextDelta,
    TextRewritten,
    ToolFinished,
    ToolStarted,
    Waiting,
)
from bot.tools.port import ToolContext
from bot.tools.toolbox import Toolbox
from bot.turns import Step
from bot.wording import say

MOST_ROUNDS = 8
"""Rounds of tool calls before the model must answer with what it has."""

MOST_CALLS = 16
"""Calls that are run of one round."""

SAME_CALL = 3
"""How often the model may ask for the very same call before it must answer."""

MOST_CONTINUATIONS = 4
"""How often an answer that hit the model's output limit is continued."""

SILENCE = 130.0
"""Seconds without a word after which nothing more is tried: people are told within 150."""

LONGEST_WAIT = 45.0
"""Seconds of a provider's Retry-After that are waited out; a longer one is told to the person."""

TELL_WAIT = 2.0
"""Seconds of waiting from which on the person is shown why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of a run: the whole text, the tool calls with their results, and the cost."""

    text: str
    steps: tuple[Step, ...]
    usage: Usage
    rounds: int
    exhausted: bool = False
    """The model was still calling tools when it was made to answer."""


@dataclass(slots=True)
class Run:
    """What a run has come to; readable at any time, also after it was cancelled."""

    text: str = ""
    steps: list[Step] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    requests: int = 0
    first_text_at: float | None = None


Record = Callable[[int, Sequence[Step]], Awaitable[None]]


class Engine:
    """Asks one model, with one set of tools."""

    def __init__(
        self,
        model: Model,
        tools: Toolbox,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.model = model
        self.tools = tools
        self._clock = clock
        self._sleep = sleep

    async def run(
        self,
        messages: Sequence[Said],
        context: ToolContext,
        run: Run,
        *,
        recorded: Sequence[Sequence[Step]] = (),
        record: Record | None = None,
        person: str = "",
        cache_key: str = "",
    ) -> AsyncGenerator[Growing | Answer, None]:
        """Yield growing replies, then one `Answer`; `run` follows along.

        `recorded` are the rounds that an earlier attempt has run; `record` keeps each new one
        before the model is asked again. Raises the `ModelError` family when there is no answer.
        """
        said = list(messages)
        seen: dict[tuple[str, str], list[str]] = {}
        for steps in recorded:
            said += _replayed(steps)
            run.steps += steps
        number, continued, must_answer = len(recorded), 0, False
        while True:
            exhausted = must_answer or number >= MOST_ROUNDS
            request = Request(
                messages=tuple(said),
                tools=self.tools.specs,
                tool_choice="none" if exhausted else "auto",
                person=person,
                cache_key=cache_key,
            )
            end: Completion | None = None
            before = run.text
            async with aclosing(self._ask(request, run, context.locale)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Completion):
                        end = piece
                    else:
                        yield piece
            if end is None:  # `_ask` ends with a completion or raises
                raise ModelTemporary("the model's stream had no end")
            run.usage += end.usage
            if end.calls and not exhausted:
                steps_done: list[Step] = []
                async with aclosing(self._call(end.calls, context, seen, steps_done)) as events:
                    async for event in events:
                        yield event
                if record is not None:
                    await record(number, steps_done)
                run.steps += steps_done
                said.append(Assistant(end.text, end.calls, end.opaque))
                said += [Result(c.id, s.result) for c, s in zip(end.calls, steps_done, strict=True)]
                must_answer = any(len(results) >= SAME_CALL for results in seen.values())
                number += 1
                continue
            if end.finish == "length" and continued < MOST_CONTINUATIONS and end.text:
                continued += 1
                said += [
                    Assistant(end.text),
                    User("(Your answer was cut by its length. Continue exactly where it ends.)"),
                ]
                continue
            if run.text == before and not run.text.strip():
                raise ModelTemporary("the model answered with nothing")
            yield Answer(run.text, tuple(run.steps), run.usage, number, exhausted=exhausted)
            return

    async def _ask(
        self, request: Request, run: Run, locale: str
    ) -> AsyncGenerator[Growing | Completion, None]:
        """Ask once, and again after passing faults, taking back what a broken stream had said."""
        kept, silent_since, tries = run.text, self._clock(), 0
        while True:
            started = False
            run.requests += 1
            try:
                async with aclosing(self.model.stream(request)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Completion):
                            if not (piece.text.strip() or piece.calls):
                                raise ModelTemporary("the model answered with nothing")
                            yield piece
                            return
                        if isinstance(piece, TextPiece):
                            text = piece.text
                            if not started and kept and not kept[-1].isspace():
                                text = _joint(request) + text
                            started = True
                            silent_since = self._clock()
                            run.first_text_at = run.first_text_at or silent_since
                            run.text += text
                            yield TextDelta(text)
                return
            except ModelTemporary as error:
                tries += 1
                wait = self._wait(error, tries, self._clock() - silent_since)
                if started:
                    run.text = kept
                    yield TextRewritten(kept)
                if wait >= TELL_WAIT:
                    yield Waiting(say("waiting_retry", locale))
                await self._sleep(wait)

    def _wait(self, error: ModelTemporary, tries: int, silent: float) -> float:
        """Return the seconds until the next try, or raise `error` when there is none."""
        # Jitter needs no secrecy.
        backoff = min(0.5 * 2 ** (tries - 1), 8.0) * random.uniform(0.75, 1.25)  # noqa: S311
        wait = backoff if error.retry_after is None else error.retry_after
        most = 6 if error.busy else 3
        # A hung try costs up to a minute: the next one must also end within the bound.
        if tries > most or wait > LONGEST_WAIT or silent + wait > SILENCE / 2:
            raise error
        return wait

    async def _call(
        self,
        calls: Sequence[ToolCall],
        context: ToolContext,
        seen: dict[tuple[str, str], list[str]],
        steps: list[Step],
    ) -> AsyncGenerator[Growing, None]:
        """Run a round of calls side by side; fills `steps` in the order of the calls."""
        running: dict[asyncio.Task[_Outcome], ToolCall] = {}
        outcomes: dict[str, _Outcome] = {}
        try:
            for place, call in enumerate(calls):
                results = seen.setdefault((call.name, _normal(call.arguments)), [])
                if results:
                    results.append(results[0])
                    outcomes[call.id] = _Outcome(_again(results[0]), ok=True)
                    continue
                if place >= MOST_CALLS:
                    outcomes[call.id] = _Outcome("Not run: too many calls at once.", ok=False)
                    continue
                title = self.tools.title(call.name, call.arguments, context.locale)
                yield ToolStarted(call.id, call.name, title)
                task = asyncio.create_task(self._run_one(call, context))
                running[task] = call
            while running:
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    call = running.pop(task)
                    outcome = outcomes[call.id] = task.result()
                    seen[call.name, _normal(call.arguments)].append(outcome.text)
                    yield ToolFinished(call.id, call.name, outcome.ok, outcome.summary)
                    for shown in outcome.shown:
                        yield shown
        finally:
            for task in running:
                task.cancel()
            if running:
                await asyncio.gather(*running, return_exceptions=True)
        for call in calls:
            outcome = outcomes[call.id]
            steps.append(Step(call.id, call.name, call.arguments, outcome.text, outcome.ok))

    async def _run_one(self, call: ToolCall, context: ToolContext) -> _Outcome:
        try:
            output = await self.tools.call(call.name, context, call.arguments)
        except AskAgain as error:
            return _Outcome(f"The call was not right: {error}", ok=False)
        except ToolError as error:
            return _Outcome(f"The tool failed: {error}", ok=False)
        return _Outcome(output.text, True, output.summary, (*output.cards, *output.files))


@dataclass(frozen=True, slots=True)
class _Outcome:
    text: str
    ok: bool
    summary: str = ""
    shown: tuple[Card | File, ...] = ()


def _joint(request: Request) -> str:
    """Say what stands between the text of two rounds: nothing inside a continued sentence."""
    last = request.messages[-1]
    continues = isinstance(last, User) and isinstance(request.messages[-2], Assistant)
    return "" if continues and last.text.startswith("(Your answer was cut") else "\n\n"


def _again(result: str) -> str:
    return f"You have made this very call already. Its result was:\n{result}"


def _normal(arguments: str) -> str:
    try:
        return json.dumps(json.loads(arguments), sort_keys=True)
    except ValueError:
        return arguments.strip()


def _replayed(steps: Sequence[Step]) -> list[Said]:
    calls = tuple(ToolCall(s.call_id, s.name, s.arguments) for s in steps)
    return [Assistant("", calls), *(Result(s.call_id, s.result) for s in steps)]
