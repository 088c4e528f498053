"""The local Discord on a loopback port: REST, gateway, attachments, and a first server.

    async with LocalDiscord() as discord:
        question = await discord.user_posts("general", "alice", "@parley hello")
        await discord.wait_for(lambda: discord.replies(question))

It speaks plain HTTP and ws:// where Discord speaks TLS; everything else follows Discord's rules.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any, Self

from aiohttp import web

from tests.servers.doors import add_doors
from tests.servers.faults import Fault
from tests.servers.listening import Listening

from . import (  # noqa: F401 - they register routes
    account,
    cdn,
    commands,
    guilds,
    messages,
    reactions,
    threads,
)
from .clicks import Clicks
from .control import DOORS
from .gateway import Gateway
from .interactions import routes as interaction_routes
from .rest import Rest
from .wire import ROUTES

_LOOPBACK = "127.0.0.1"


class LocalDiscord(Clicks, Listening):
    """A Discord with one server, three people, a few channels and one app with its bot."""

    def __init__(
        self,
        *,
        app_name: str = "Parley",
        enforce_limits: bool = False,
        scale: float = 1.0,
        control: bool = False,
        furnished: bool = True,
    ) -> None:
        super().__init__(app_name=app_name, enforce_limits=enforce_limits)
        self.limits.scale = scale
        self._control = control
        self.rest = Rest(self)
        self.gateway = Gateway(self)
        if furnished:
            self.furnish()

    def app(self) -> web.Application:
        """Build the application."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        self.rest.add(app, [*ROUTES, *interaction_routes(self)])
        self.gateway.routes(app)
        cdn.add_routes(app, self)
        if self._control:
            add_doors(app, self, DOORS)
        return app

    async def start(self, host: str = _LOOPBACK, port: int = 0) -> Self:
        """Listen on `host`:`port` (0: any free port)."""
        await super().start(host, port)
        self.base_url = f"http://{host}:{self.port}"
        return self

    async def stop(self) -> None:
        """Close everything and let hanging calls go; raise if this server itself erred."""
        self.faults.clear()
        await self.gateway.stop()
        await self.rest.stop()
        await super().stop()
        self.clock.stop()
        if self.defects:
            raise AssertionError("the local Discord itself failed:\n" + "\n".join(self.defects))

    # -- names that tests use -------------------------------------------------------------

    @property
    def token(self) -> str:
        return self.application.token

    @property
    def api_url(self) -> str:
        """Return the base for clients, with the version and without a slash at the end."""
        return f"{self.base_url}/api/v10"

    @property
    def gateway_url(self) -> str:
        return str(self.gateway.url)

    def env(self) -> dict[str, str]:
        """Return the settings that point a bot at this server."""
        return {"DISCORD_TOKEN": self.token, "DISCORD_API_URL": self.api_url}

    @property
    def too_many(self) -> int:
        """Return how many calls were answered with 429."""
        return self.limits.too_many

    def fail(self, route: str, kind: str, times: int = 1, **how: Any) -> Fault:
        """Let the next `times` calls of a route go wrong.

        `route`: `POST /channels/{channel_id}/messages`, a bare template, a method or `*`. `kind`:
        one of `faults.KINDS` or `status:code`. `how`: `skip` calls first, `delay` seconds (slow,
        late), `retry_after` (429, banned), `when` a predicate on the Call.
        """
        return self.faults.add(Fault(route, kind, times, **{"retry_after": 0.5} | how))


async def serve(port: int, host: str = _LOOPBACK, **options: Any) -> None:
    """Run a server with its control endpoint until cancelled; print what to export."""
    discord = LocalDiscord(control=True, **options)
    await discord.start(host, port)
    print(json.dumps(discord.env()), flush=True)
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    await discord.stop()
