"""The tool-calling loop: model and tools in turn, until there is an answer or a limit is reached.

Called by `bot.conversations`. It knows no thread, no history and no platform. It may be cancelled
at any instant: what it has come to stands in `Run` and in the `Outlet`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.asking import Asker, Run
from bot.guard.masking import mask
from bot.metered import Metered
from bot.metrics import Metrics
from bot.models.port import Assistant, Completion, Model, Request, Result, Said, ToolCall, User
from bot.outlet import Outlet
from bot.rounds import Record, Rounds
from bot.seams import Continuation, Joint, Paragraph
from bot.tools.port import ToolContext
from bot.tools.toolbox import Toolbox
from bot.turns import Step

MOST_ROUNDS = 8
"""Rounds of tool calls before the model must answer with what it has."""

MOST_CONTINUATIONS = 4
"""How often an answer that hit the model's output limit is continued."""

CONTINUE = (
    "(Your answer was cut by its length. Continue it with the very next character; repeat nothing "
    "and announce nothing.)"
)
NO_MORE = "(No further tool call is possible for this question. Answer with what you have.)"


@dataclass(frozen=True, slots=True)
class Task:
    """What the model is asked, and what earlier attempts have recorded of the answer.

    `record` keeps each round before the model is asked again; `most_result` is the most characters
    of each recorded result that the model reads, None for all.
    """

    messages: Sequence[Said]
    context: ToolContext
    recorded: Sequence[Sequence[Step]] = ()
    record: Record | None = None
    most_result: int | None = None
    person: str = ""
    cache_key: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of a run; its text is in the outlet, the rest in the `Run`.

    `limit` says what ended it before the model did: its rounds of tools, or the longest answer.
    """

    limit: Literal["", "rounds", "length"] = ""


class Engine:
    """Asks one model, with one set of tools. `hide` hides secrets in what tools return."""

    def __init__(
        self,
        model: Model,
        tools: Toolbox,
        *,
        hide: Callable[[str], str] = mask,
        metrics: Metrics | None = None,
    ) -> None:
        self.model = model
        self.tools = tools
        self._hide = hide
        self._metrics = metrics
        self._asker = Asker(model, metrics)

    async def run(self, task: Task, run: Run, outlet: Outlet) -> Answer:
        """Answer `task` into `outlet`; `run` follows along.

        Raises the `ModelError` family when there is no answer, and whatever `record` raises.
        """
        context = replace(
            task.context,
            person=task.person,
            metered=lambda model: Metered(model, run, self._metrics),
        )
        rounds = Rounds(self.tools, context, outlet, run, hide=self._hide, metrics=self._metrics)
        said = list(task.messages)
        for steps in task.recorded:
            rounds.recall(steps)
            said += _replayed(steps, task.most_result)
        continued = 0
        joint: type[Joint] = Paragraph
        while True:
            forced = rounds.going_in_circles or len(run.rounds) >= MOST_ROUNDS
            request = self._request(task, said, forced=forced)
            end = await self._asker.ask(request, run, outlet, joint, task.context.locale)
            joint = Paragraph
            if end.calls and not forced:
                done = await rounds.call(end.calls, task.record)
                said += _round(end, done)
            elif end.finish == "length" and end.text and continued < MOST_CONTINUATIONS:
                continued += 1
                said += [Assistant(end.text), User(CONTINUE)]
                joint = Continuation
            elif end.finish == "length":
                return Answer("length")
            else:
                gave_up = forced and (bool(end.calls) or len(run.rounds) >= MOST_ROUNDS)
                return Answer("rounds" if gave_up else "")

    def _request(self, task: Task, said: Sequence[Said], *, forced: bool) -> Request:
        messages = list(said)
        if forced and isinstance(last := messages[-1], Result):
            messages[-1] = replace(last, text=f"{last.text}\n\n{NO_MORE}")
        return Request(
            messages=tuple(messages),
            tools=self.tools.specs,
            tool_choice="none" if forced else "auto",
            person=task.person,
            cache_key=task.cache_key,
        )


def _round(end: Completion, steps: Sequence[Step]) -> list[Said]:
    results = [Result(step.call_id, step.result) for step in steps]
    return [Assistant(end.text, end.calls, end.opaque), *results]


def _replayed(steps: Sequence[Step], most: int | None) -> list[Said]:
    calls = tuple(ToolCall(s.call_id, s.name, s.arguments) for s in steps)
    return [Assistant("", calls), *(Result(s.call_id, _cut(s.result, most)) for s in steps)]


def _cut(text: str, most: int | None) -> str:
    if most is None or len(text) <= most:
        return text
    return f"{text[:most]}\n(cut here: it was too long to read with the rest)"
