"""What every benchmark stands on: the stage, the bot and the floor as processes. Measures nothing
by itself.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from benchmarks.kernel import store_of

ROOT = Path(__file__).parents[1]
MODEL = "gpt-6-luna"

UNLIMITED = {"WRITE_BUDGET": "0", "TURNS_PER_HOUR": "0", "TOKENS_PER_DAY": "0"}
"""No pacing and no allowances of our own: the floor has none either."""

PACED = {"WRITE_BUDGET": "1"}
"""The platform's allowances, as everybody runs it who sets nothing."""

ORDER_SECONDS = 100.0
"""Longer than any order takes by itself, beside the patience that it was given; the stage gives its
own up after 60 s."""

Platform: TypeAlias = Literal["slack", "discord"]

BOT = ("-m", "bot", "run")
FLOORS: Mapping[Platform, tuple[str, ...]] = {
    "slack": ("-m", "benchmarks.floor"),
    "discord": ("-m", "benchmarks.floor_discord"),
}

SIDES: Mapping[str, Mapping[str, str]] = {
    "floor": {},
    "patient floor": {"FLOOR_TRIES": "1000"},
    "bot": {},
}
"""What is compared, and each one's own settings."""


@dataclass(frozen=True, slots=True)
class Journey:
    """One question's way, in seconds since the epoch."""

    asked: float
    requested: float
    first_token: float
    last_token: float
    first_text: float
    whole_text: float
    writes: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a round of questions."""

    journeys: list[Journey]
    calls: Mapping[str, int]
    """The platform's, by method."""
    threads: list[tuple[str, str, str]]
    """Channel, root and workspace of each question's thread."""


class Stage:
    """The local platform and the model, in their own process."""

    def __init__(
        self, platform: Platform, process: asyncio.subprocess.Process, env: dict[str, str]
    ) -> None:
        self.platform = platform
        self._process = process
        self.env = env

    @property
    def floor(self) -> tuple[str, ...]:
        """Return how the floor of its platform is started."""
        return FLOORS[self.platform]

    async def order(self, what: str, **values: Any) -> dict[str, Any]:
        """Give an order and return its answer. Raises `RuntimeError` for a fault of the stage."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = json.dumps({"order": what, **values}) + "\n"
        self._process.stdin.write(line.encode())
        seconds = ORDER_SECONDS + float(values.get("patience", 0))
        answer = await asyncio.wait_for(self._process.stdout.readline(), seconds)
        if not answer:
            raise RuntimeError("the stage has ended")
        values = json.loads(answer)
        if "fault" in values:
            raise RuntimeError(values["fault"])
        return values

    async def ask(self, count: int, **values: Any) -> Asked:
        """Ask `count` questions and wait for the answers (`benchmarks.stage.questions.ask`)."""
        answer = await self.order("ask", count=count, **values)
        journeys = [Journey(**each) for each in answer["journeys"]]
        return Asked(journeys, answer["calls"], [tuple(each) for each in answer["threads"]])


@asynccontextmanager
async def stage(
    platform: Platform = "slack", *, echo: bool = False, limits: bool = False
) -> AsyncIterator[Stage]:
    """Run a stage. `echo`: Slack tells the bot of its own messages too, as the real one does.
    `limits`: the platform refuses what is above them."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.stage",
        *("--platform", platform),
        *(["--echo"] if echo else []),
        *(["--limits"] if limits else []),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    try:
        assert process.stdout is not None
        yield Stage(platform, process, json.loads(await process.stdout.readline()))
    finally:
        await _end(process)


@dataclass(frozen=True, slots=True)
class Runner:
    """A bot or a floor that is connected."""

    process: asyncio.subprocess.Process
    folder: Path
    started: float
    connected: float
    """Both in seconds since the epoch."""

    @property
    def pid(self) -> int:
        """The process itself, without its store."""
        return self.process.pid

    def store(self) -> int | None:
        """Return the process id of the embedded store's server, if it has one."""
        return store_of(self.folder)


@asynccontextmanager
async def running(
    place: Stage, command: tuple[str, ...], *, log: str = "INFO", **env: str
) -> AsyncIterator[Runner]:
    """Start a bot or a floor on `place` and wait until it is connected."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-", ignore_cleanup_errors=True) as folder:
        environment = {
            **{key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ},
            **place.env,
            **UNLIMITED,
            "OPENAI_MODEL": MODEL,
            "DATA_DIR": folder,
            "HTTP_PORT": "0",
            "LOG_LEVEL": log,
            **env,
        }
        with (Path(folder) / "log").open("wb") as output:
            started = time.time()
            process = await asyncio.create_subprocess_exec(
                sys.executable, *command, cwd=ROOT, env=environment, stdout=output, stderr=output
            )
            try:
                await place.order("connected")
                yield Runner(process, Path(folder), started, time.time())
            except RuntimeError as error:
                said = (Path(folder) / "log").read_text(errors="replace")[-3000:]
                raise RuntimeError(f"{error}; {' '.join(command)} said:\n{said}") from error
            finally:
                await _end(process)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared, on a stage of its own."""

    name: str
    stage: Stage
    runner: Runner


@dataclass(frozen=True, slots=True)
class Contest:
    """Floor and bot, both connected and answering."""

    floor: Side
    bot: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """Return both, the floor first."""
        return self.floor, self.bot


@asynccontextmanager
async def side(
    name: str, platform: Platform = "slack", *, limits: bool = False
) -> AsyncIterator[Side]:
    """Run one of `SIDES` on a stage of its own until it has answered once."""
    async with stage(platform, limits=limits) as place:
        command = BOT if name == "bot" else place.floor
        if command == FLOORS["slack"]:
            # What its manifest would ask for: it hears nothing that it does not answer.
            await place.order("subscribe", events=["app_mention"])
        env = {**SIDES[name], **(PACED if limits else {})}
        async with running(place, command, **env) as runner:
            await place.order("script", count=1)
            await place.ask(1)
            yield Side(name, place, runner)


@asynccontextmanager
async def sides(
    names: Sequence[str], platform: Platform = "slack", *, limits: bool = False
) -> AsyncIterator[list[Side]]:
    """Run several, in the order of their names; as many start at once as there are cores."""
    cores = asyncio.Semaphore(os.cpu_count() or 1)

    async def enter(stack: AsyncExitStack, name: str) -> Side:
        async with cores:
            return await stack.enter_async_context(side(name, platform, limits=limits))

    async with AsyncExitStack() as stack:
        async with asyncio.TaskGroup() as group:
            starting = [group.create_task(enter(stack, name)) for name in names]
        yield [task.result() for task in starting]


@asynccontextmanager
async def contest(platform: Platform = "slack") -> AsyncIterator[Contest]:
    """Run floor and bot beside each other; whoever measures asks them in turns, so that a machine
    that is busy for a while is busy for both."""
    async with sides(("floor", "bot"), platform) as both:
        yield Contest(*both)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    elif process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(10):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
