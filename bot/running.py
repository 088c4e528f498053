"""The `run` command: both halves of the bot, or one of them, until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeAlias

from aiohttp import web

from bot.dispatcher import SIGNALS, Dispatcher
from bot.errors import ConfigError, ParleyError, StoreUnavailable
from bot.house import House, open_house
from bot.http import HttpServer
from bot.logs import fields
from bot.platform import Health, Platform
from bot.settings import Settings
from bot.store import keys
from bot.tasks import ended
from bot.worker import Worker

_log = logging.getLogger(__name__)

Role: TypeAlias = Literal["all", "listen", "work"]

STORE_WATCH_SECONDS = 2.0
LOOK_SECONDS = 10.0
CONNECTED_WITHIN, CONNECTED_LOOK = 2.0, 0.02
"""Seconds to wait for the platforms to be connected before the model's library is imported, which
would take a seventh of that time from them; and seconds between two looks at whether they are."""

COLLECT_AFTER = (10_000, 20, 50)
"""The garbage collector's thresholds: with Python's own (700, 10, 10) a hundred answers at once
start it hundreds of times, a sixth of all processor time (`docs/performance.md`)."""

CLOSE_SECONDS = 3.0
"""What closing may take after the drain: the design allows 25 s from SIGTERM to the end."""


@dataclass(frozen=True, slots=True)
class Built:
    """A platform, with the routes that it brings to the web server and what to tell an operator."""

    platform: Platform
    routes: Sequence[web.RouteDef] = ()
    notes: Sequence[str] = ()


Builder: TypeAlias = Callable[[House], Built | None]
"""Builds a platform if the settings ask for it."""


async def run(settings: Settings, role: Role, builders: Iterable[Builder]) -> int:
    """Run until SIGTERM or SIGINT, then drain; returns the exit code."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with open_house(settings) as house:
        built = [one for builder in builders if (one := builder(house)) is not None]
        if not built:
            raise ConfigError(
                "Nothing to serve. Expected: Slack (SLACK_BOT_TOKEN with SLACK_APP_TOKEN or "
                "SLACK_SIGNING_SECRET, or SLACK_CLIENT_ID for many workspaces), Discord "
                "(DISCORD_TOKEN) or the playground (PLAYGROUND=1)."
            )
        process = _Process(house, role, built)
        try:
            await process.start()
            await process.wait(stopped)
        finally:
            await process.stop(settings.drain_seconds)
    return 0


async def _elsewhere(_: web.Request) -> web.Response:
    """Answer for a process that only works: 503 lets a platform, or a proxy, try another."""
    text = "This process only works (--role work). Ask the one that listens.\n"
    return web.Response(status=503, text=text, headers={"Cache-Control": "no-store"})


class _Process:
    def __init__(self, house: House, role: Role, built: Sequence[Built]) -> None:
        self._house = house
        self._role = role
        self._platforms: Mapping[str, Platform] = {b.platform.name: b.platform for b in built}
        self._built = built
        self._begun: set[str] = set()
        self._store = Health(True)
        parts: dict[str, Callable[[], Health]] = {
            name: partial(self._health, platform) for name, platform in self._platforms.items()
        }
        parts["store"] = lambda: self._store
        routes = [route for one in built for route in one.routes]
        if role == "work":
            routes = [web.route(each.method, each.path, _elsewhere) for each in routes]
        settings = house.settings
        self._server = HttpServer(
            settings.http_host, settings.http_port, parts, house.metrics, routes
        )
        self._worker = Worker(
            house.conversations,
            house.histories,
            self._platforms,
            house.inbox,
            metrics=house.metrics,
            sees_images=house.model.spec.sees_images,
            preferences=house.preferences,
        )
        self._dispatcher = Dispatcher(
            house.inbox,
            self._worker.work,
            owner=house.owner.owner_id,
            platforms=tuple(self._platforms),
        )
        self._listening: list[asyncio.Task[None]] = []
        self._others: list[asyncio.Task[None]] = []
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self) -> None:
        """Open the server and both halves; a platform that is away does not hold up the others."""
        await self._server.start()
        for one in self._built if self._role != "work" else ():
            for note in one.notes:
                print(note.format(url=self._server.url), flush=True)  # noqa: T201  told to whoever started it
        self._others.append(self._task(self._watch_store(), "store"))
        if self._role != "listen":
            freed = await self._house.inbox.free_dead(self._house.owner.dead_owners)
            if freed:
                _log.info("freed what a dead process held", extra=fields(count=freed))
            signals = self._house.connection.subscribe(*SIGNALS)
            self._others += [
                self._task(self._dispatcher.run(), "dispatcher"),
                self._task(self._dispatcher.hear(signals), "signals"),
                self._task(self._look_again(), "second looks"),
                self._task(self._house.pushes.run(self._platforms), "pushes"),
            ]
        for platform in self._platforms.values():
            self._listening.append(self._task(self._serve(platform), platform.name))
        self._others.append(self._task(self._settle(), "settle"))

    async def wait(self, stopped: asyncio.Event) -> None:
        """Return when told to stop; raise what ended a part for good."""
        waiting = asyncio.ensure_future(stopped.wait())
        await asyncio.wait((waiting, self._failed), return_when=asyncio.FIRST_COMPLETED)
        await ended(waiting)
        if self._failed.done():
            self._failed.result()
        _log.info("draining", extra=fields(count=self._dispatcher.active))

    async def stop(self, drain_seconds: float) -> None:
        """Hear nothing more, let answers end or hand them over, close everything."""
        await ended(*self._listening, insist=True)
        await self._dispatcher.drain(drain_seconds)
        await ended(*self._others, insist=True)
        closing = [platform.close() for platform in self._platforms.values()]
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await asyncio.gather(*closing, self._server.close(), return_exceptions=True)
        except TimeoutError:
            _log.warning("something would not close in time")
        if not self._failed.done():
            self._failed.cancel()

    def _task(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._task_ended)
        return task

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or self._failed.done():
            return
        if (error := task.exception()) is not None:
            self._failed.set_exception(error)

    async def _serve(self, platform: Platform) -> None:
        self._begun.add(platform.name)
        await platform.start()
        if self._role != "work":
            await platform.listen(self._house.inbox)

    def _health(self, platform: Platform) -> Health:
        """Tell how a platform is. Before its turn to start it tells of a wish: a playground that
        does not listen yet is well, and takes no message."""
        if platform.name not in self._begun:
            return Health(False, "not started yet")
        return platform.health()

    async def _settle(self) -> None:
        """Once everything is connected, load what the first answer needs; then let the collector
        pass over all that stays."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CONNECTED_WITHIN):
                while not all(  # noqa: ASYNC110  no platform announces it
                    self._health(one).ready for one in self._platforms.values()
                ):
                    await asyncio.sleep(CONNECTED_LOOK)
        try:
            await self._house.model.warm()
        except ParleyError as error:
            _log.info("not warm: %s", error)
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)

    async def _watch_store(self) -> None:
        while True:
            reachable = await self._house.connection.reachable()
            self._store = Health(reachable, "" if reachable else "the store does not answer")
            if reachable:
                with suppress(StoreUnavailable):  # told at the next look
                    self._house.metrics.queue_depth(await self._house.inbox.depth(self._platforms))
            await asyncio.sleep(STORE_WATCH_SECONDS)

    async def _look_again(self) -> None:
        """Take a second look at finished turns that had changed hands."""
        inbox = self._house.inbox
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for number in range(keys.PARTITIONS):
                try:
                    for look in await inbox.second_looks(number, self._platforms):
                        if await self._worker.look_again(look.record):
                            await inbox.strike(look, self._platforms)
                except StoreUnavailable as error:
                    _log.warning("no second looks now: %s", error)
                    break
