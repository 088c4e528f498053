"""Runs the tool calls of one turn, a round at a time, side by side; knows which were made before.

Called by `bot.engine`. It may be cancelled at any instant: what has happened by then stands in
`Run.steps`, each call with a result.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.asking import Run
from bot.errors import AskAgain, ToolError
from bot.metrics import Metrics
from bot.models.port import ToolCall
from bot.outlet import Outlet
from bot.replies import Card, File, ToolFinished, ToolStarted
from bot.tasks import ended
from bot.tools.port import ToolContext
from bot.tools.toolbox import Toolbox
from bot.turns import Step

LONGEST_REASON = 160
"""Characters that people are told of why a tool failed: a line; the model is told all of it."""

MOST_CALLS = 16
"""Calls that are run of one round."""

SAME_CALL = 3
"""In how many rounds the model may ask for the very same call before it must answer."""

UNKNOWN = (
    "The outcome is unknown: this call was interrupted while it ran, and may or may not have taken "
    "effect. Do not make it again; tell the person so and ask them to check."
)
"""Stands for the result of a tool that must not run twice, from before it runs until it ended."""

Record = Callable[[int, Sequence[Step]], Awaitable[None]]
"""Keeps the steps of a round by its number, durably; a later call replaces an earlier one."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    text: str
    ok: bool
    summary: str = ""
    shown: tuple[Card | File, ...] = ()
    word: str = "ok"


@dataclass(slots=True)
class _Made:
    """A call as it was made before: in how many rounds, and the last outcome."""

    rounds: int = 0
    last: Step | None = None


class Rounds:
    """The calls of one turn."""

    def __init__(
        self,
        tools: Toolbox,
        context: ToolContext,
        outlet: Outlet,
        run: Run,
        *,
        hide: Callable[[str], str],
        metrics: Metrics | None = None,
    ) -> None:
        self._tools = tools
        self._context = context
        self._outlet = outlet
        self._run = run
        self._hide = hide
        self._metrics = metrics
        self._made: dict[tuple[str, str], _Made] = {}

    @property
    def going_in_circles(self) -> bool:
        """Tell whether the model keeps asking for the very same call."""
        return any(made.rounds >= SAME_CALL for made in self._made.values())

    def recall(self, steps: Sequence[Step]) -> None:
        """Take over a round that an earlier attempt has recorded."""
        for key in {_key(step.name, step.arguments) for step in steps}:
            self._made.setdefault(key, _Made()).rounds += 1
        for step in steps:
            self._made[_key(step.name, step.arguments)].last = step
        self._run.keep(tuple(steps))

    async def call(self, calls: Sequence[ToolCall], record: Record | None) -> tuple[Step, ...]:
        """Run a round of calls and return their steps, in the order of the calls.

        What must not run twice is recorded before it runs: after a crash its outcome is unknown,
        and it is not run again.
        """
        number, known = len(self._run.rounds), self._known(calls)
        running = {at: call for at, call in enumerate(calls) if at not in known}
        once = [c for c in running.values() if not self._repeatable(c.name)]
        if once and record is not None:
            await record(number, [_step(call, _Outcome(UNKNOWN, ok=False)) for call in once])
        outcomes = dict(known)
        try:
            await self._all(running, outcomes, number)
        except BaseException:
            self._run.steps += self._so_far(calls, running, outcomes)
            raise
        steps = tuple(_step(call, outcomes[at]) for at, call in enumerate(calls))
        for step in steps:
            self._made[_key(step.name, step.arguments)].last = step
        self._run.keep(steps)
        self._run.heard()
        if record is not None:
            await record(number, steps)
        return steps

    def _known(self, calls: Sequence[ToolCall]) -> dict[int, _Outcome]:
        """Return what needs no running, by place: what ran before, and what is too much."""
        known: dict[int, _Outcome] = {}
        here: set[tuple[str, str]] = set()
        for at, call in enumerate(calls):
            key = _key(call.name, call.arguments)
            made = self._made.setdefault(key, _Made())
            made.rounds += key not in here
            repeatable = self._repeatable(call.name)
            if made.last is not None and (made.last.ok or not repeatable):
                text = f"You have made this very call already. Its result was:\n{made.last.result}"
                known[at] = _Outcome(text, made.last.ok)
            elif key in here and not repeatable:
                known[at] = _Outcome("Not run: the very same call stands above.", ok=False)
            elif len(here) >= MOST_CALLS or at >= MOST_CALLS:
                known[at] = _Outcome("Not run: too many calls at once. Ask for fewer.", ok=False)
            here.add(key)
        return known

    async def _all(
        self, calls: dict[int, ToolCall], outcomes: dict[int, _Outcome], number: int
    ) -> None:
        """Run `calls` at the same time, filling `outcomes` by place as they end."""
        running: dict[asyncio.Task[_Outcome], int] = {}
        try:
            for at, call in calls.items():
                if call.name in self._tools.tools:
                    title = self._tools.title(call.name, call.arguments, self._context.locale)
                    self._outlet.show(ToolStarted(_shown_id(number, at), call.name, title))
                running[asyncio.create_task(self._one(call))] = at
            while running:
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    at = running.pop(task)
                    outcomes[at] = task.result()
                    self._show(_shown_id(number, at), calls[at].name, outcomes[at])
        finally:
            await ended(*running)

    def _show(self, id: str, name: str, outcome: _Outcome) -> None:
        if name in self._tools.tools:
            self._outlet.show(ToolFinished(id, name, outcome.ok, outcome.summary))
        for shown in outcome.shown:
            self._outlet.show(shown)

    async def _one(self, call: ToolCall) -> _Outcome:
        began = time.monotonic()
        outcome = await self._outcome(call)
        if self._metrics is not None:
            seconds = time.monotonic() - began
            self._metrics.tool_called(call.name, outcome.word, seconds)
        return outcome

    async def _outcome(self, call: ToolCall) -> _Outcome:
        hide = self._hide
        try:
            output = await self._tools.call(call.name, self._context, call.arguments)
        except AskAgain as error:
            why = hide(str(error))
            told = f"The call was not right: {why}"
            return _Outcome(told, ok=False, summary=_brief(why), word="ask_again")
        except ToolError as error:
            why = hide(str(error))
            told = f"The tool failed: {why}"
            return _Outcome(told, ok=False, summary=_brief(why), word="failed")
        cards = tuple(replace(card, text=hide(card.text)) for card in output.cards)
        shown: tuple[Card | File, ...] = (*cards, *output.files)
        return _Outcome(hide(output.text), True, hide(output.summary), shown)

    def _so_far(
        self,
        calls: Sequence[ToolCall],
        running: dict[int, ToolCall],
        outcomes: dict[int, _Outcome],
    ) -> list[Step]:
        """Return what an interrupted round leaves behind: results, and doubts about the rest."""
        left = {at: _Outcome(UNKNOWN, ok=False) for at in running}
        left = {at: each for at, each in left.items() if not self._repeatable(calls[at].name)}
        return [_step(calls[at], each) for at, each in sorted({**left, **outcomes}.items())]

    def _repeatable(self, name: str) -> bool:
        tool = self._tools.tools.get(name)
        return tool is None or tool.repeatable


def _step(call: ToolCall, outcome: _Outcome) -> Step:
    return Step(call.id, call.name, call.arguments, outcome.text, outcome.ok)


def _shown_id(number: int, at: int) -> str:
    """Name a call for platforms: providers use the same ids again in the next round."""
    return f"{number + 1}.{at + 1}"


def _key(name: str, arguments: str) -> tuple[str, str]:
    try:
        return name, json.dumps(json.loads(arguments), sort_keys=True)
    except (ValueError, RecursionError):
        return name, arguments.strip()


def _brief(reason: str) -> str:
    """Return the first sentence on one line, at most `LONGEST_REASON` characters."""
    line = re.split(r"(?<=[.!?])\s", " ".join(reason.split()), maxsplit=1)[0]
    return line if len(line) <= LONGEST_REASON else f"{line[: LONGEST_REASON - 1]}…"
