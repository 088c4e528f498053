"""The `chat` command: the same bot for one person at one terminal, or for the lines of a pipe.

The terminal is a platform like the others: what is typed goes through inbox, dispatcher,
conversations and history. It is handed in by the composition root; nothing here reads or prints.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from bot.dispatcher import SIGNALS, Dispatcher
from bot.errors import ParleyError, StoreUnavailable
from bot.events import ThreadRef
from bot.house import House, open_house
from bot.platform import Platform, Sink
from bot.settings import Settings
from bot.settings.faults import unusable_data_dir
from bot.store.locks import try_lock
from bot.tasks import ended
from bot.worker import Worker

NAME = "console"

LEFT_OVER_SECONDS = 5.0
"""How long a question of an earlier run that waits for its next try holds up the first prompt."""

CLOSE_SECONDS = 3.0
"""What closing may take: a terminal that takes no more text must not keep the program."""


class Terminal(Platform, Protocol):
    """A platform for one person; `listen` returns at the end of their input."""

    @property
    def exit_code(self) -> int:
        """What the program ends with once `listen` has returned."""

    def interrupt(self) -> None:
        """Stop the running answer, or end `listen` when there is none: somebody pressed Ctrl-C."""


class OpenTerminal(Protocol):
    """How the composition root's terminal is made."""

    def __call__(
        self, *, thread: ThreadRef, sink: Sink, folder: Path, model: str, history_ttl: float
    ) -> Terminal:
        """Make the terminal of `thread`; it may keep files in `folder`. `model` is empty when no
        language model answers; `history_ttl` is in seconds."""


async def chat(settings: Settings, open_terminal: OpenTerminal) -> int:
    """Talk until the input ends; returns the exit code. Raises `ConfigError`."""
    async with open_house(settings) as house:
        spec = house.model.spec
        folder = _private_folder(settings.data_dir)
        with _seat(folder, shared=settings.redis_url is not None) as name:
            terminal = open_terminal(
                thread=ThreadRef(name, "local", "terminal"),
                sink=house.inbox,
                folder=folder,
                model="" if spec.offline else spec.name,
                history_ttl=settings.history_ttl,
            )
            await _Session(house, terminal).run()
            return terminal.exit_code


class _Session:
    """Both halves of the bot around one terminal."""

    def __init__(self, house: House, terminal: Terminal) -> None:
        self._house = house
        self._terminal = terminal
        platforms = {terminal.name: terminal}
        worker = Worker(
            house.conversations,
            house.histories,
            platforms,
            house.inbox,
            metrics=house.metrics,
            sees_images=house.model.spec.sees_images,
        )
        self._dispatcher = Dispatcher(
            house.inbox, worker.work, owner=house.owner.owner_id, platforms=tuple(platforms)
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Answer and listen until the input ends or the process is told to end."""
        told = asyncio.Event()
        _on_signals(told, self._terminal)
        try:
            await self._terminal.start()
            with suppress(StoreUnavailable):  # they run out by themselves
                await self._house.inbox.free_dead(self._house.owner.dead_owners)
            self._start(self._dispatcher.run())
            self._start(self._dispatcher.hear(self._house.connection.subscribe(*SIGNALS)))
            self._start(_quietly(self._house.model.warm()))
            await self._until(told, self._talk())
        finally:
            await self._stop()

    async def _talk(self) -> None:
        with suppress(StoreUnavailable):  # told when the first question cannot be stored
            await self._answer_left_over()
        await self._terminal.listen(self._house.inbox)

    async def _answer_left_over(self) -> None:
        """Let questions of an earlier run be answered first: else a new one would join them."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LEFT_OVER_SECONDS
        while await self._house.inbox.depth((self._terminal.name,)):
            if self._dispatcher.active:
                deadline = loop.time() + LEFT_OVER_SECONDS
            elif loop.time() > deadline:
                return
            await asyncio.sleep(0.05)

    async def _until(self, told: asyncio.Event, talk: Coroutine[Any, Any, None]) -> None:
        """Wait for the end of `talk` or the word to end; raise what ended a part for good."""
        talking = self._start(talk)
        waiting = asyncio.create_task(told.wait())
        try:
            while not (talking.done() or told.is_set()):
                running = [waiting, *(task for task in self._tasks if not task.done())]
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in self._tasks:
                    if task.done():
                        task.result()
        finally:
            await ended(waiting, talking, insist=True)

    async def _stop(self) -> None:
        """Let a running answer end or hand it over to the next run, then close."""
        await self._dispatcher.drain(self._house.settings.drain_seconds)
        await ended(*self._tasks, insist=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._terminal.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.append(task)
        return task


def _on_signals(told: asyncio.Event, terminal: Terminal) -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, terminal.interrupt)
    loop.add_signal_handler(signal.SIGTERM, told.set)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # started with nohup
        loop.add_signal_handler(signal.SIGHUP, told.set)


@contextmanager
def _seat(folder: Path, *, shared: bool) -> Iterator[str]:
    """Hold a name that no other terminal has, so that none answers another's questions.

    The first terminal is `console`, the next ones beside it are `console-2`, `console-3`, ...; on a
    store that other machines may use, the data folder's own mark stands between.
    """
    base = f"{NAME}-{_mark(folder)}" if shared else NAME
    names = (base if number == 1 else f"{base}-{number}" for number in itertools.count(1))
    locks = ((name, try_lock(folder / f"{name}.lock")) for name in names)
    name, lock = next((name, lock) for name, lock in locks if lock is not None)
    try:
        yield name
    finally:
        os.close(lock)


def _mark(folder: Path) -> str:
    """Return what tells this data folder from all others, chosen once."""
    path = folder / "mark"
    with suppress(FileExistsError):
        # Written whole before it gets its name: a second terminal may be starting too.
        draft = folder / f"mark.{os.getpid()}"
        draft.write_text(secrets.token_hex(4))
        try:
            os.link(draft, path)
        finally:
            draft.unlink()
    return path.read_text().strip()


def _private_folder(data_dir: Path) -> Path:
    folder = data_dir / NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unusable_data_dir(data_dir, error) from None
    return folder


async def _quietly(work: Coroutine[Any, Any, None]) -> None:
    with suppress(ParleyError):
        await work
