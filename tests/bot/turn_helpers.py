"""What the tests of engine and conversations share: tools, contexts, and one engine run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.asking import Run
from bot.engine import Answer, Engine, Task
from bot.events import Author, Place, ThreadRef
from bot.models.port import Model, Said, System, User
from bot.outlet import Outlet, follow
from bot.replies import Growing, TextDelta, TextRewritten
from bot.rounds import Record
from bot.tools.port import Tool, ToolContext
from bot.tools.registry import make_tool
from bot.tools.toolbox import Toolbox
from bot.turns import Step

THREAD = ThreadRef("console", "local", "c", "t")
ANN = Author("U1", "Ann")
BOB = Author("U2", "Bob")


def context(locale: str = "en") -> ToolContext:
    return ToolContext(ANN, THREAD, Place(), locale)


def toolbox(*functions: Callable[..., Any] | Tool) -> Toolbox:
    made = [f if isinstance(f, Tool) else make_tool(f) for f in functions]
    return Toolbox({tool.name: tool for tool in made})


def visible(replies: Iterable[Any]) -> str:
    """Return what a person sees in the end of a stream's text."""
    text = ""
    for reply in replies:
        if isinstance(reply, TextDelta):
            text += reply.text
        elif isinstance(reply, TextRewritten):
            text = reply.text
    return text


@dataclass
class Ran:
    """One run of an engine: everything that could be seen of it."""

    run: Run = field(default_factory=Run)
    outlet: Outlet = field(default_factory=Outlet)
    replies: list[Growing] = field(default_factory=list)
    answer: Answer | None = None
    error: BaseException | None = None
    seconds: float = 0.0

    @property
    def text(self) -> str:
        assert visible(self.replies) == self.outlet.text
        return self.outlet.text

    def kinds(self) -> list[str]:
        return [type(reply).__name__ for reply in self.replies]


async def run_engine(
    model: Model,
    *functions: Callable[..., Any] | Tool,
    said: Sequence[Said] = (System("Be kind."), User("[Ann] Hello")),
    stop: asyncio.Event | None = None,
    recorded: Sequence[Sequence[Step]] = (),
    record: Record | None = None,
    locale: str = "en",
) -> Ran:
    """Run an engine to its end and gather what it does; errors are kept, not raised."""
    ran = Ran()
    loop = asyncio.get_running_loop()
    engine = Engine(model, toolbox(*functions))
    task = Task(said, context(locale), recorded=recorded, record=record)
    ran.run.begin()
    work = asyncio.create_task(engine.run(task, ran.run, ran.outlet))
    began = loop.time()
    async for reply in follow(ran.outlet, work, stop or asyncio.Event()):
        ran.replies.append(reply)
    ran.seconds = loop.time() - began
    if not work.cancelled():
        ran.error = work.exception()
        ran.answer = None if ran.error else work.result()
    return ran


async def weather(place: str) -> str:
    """Look up the weather.

    Args:
        place: Where.
    """
    return f"sunny in {place}"


async def time(place: str) -> str:
    """Tell the time.

    Args:
        place: Where.
    """
    return f"noon in {place}"
