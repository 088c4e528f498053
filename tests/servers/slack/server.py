"""The local Slack on a loopback port: routes, faults, limits, and the default workspace.

    async with LocalSlack() as slack:
        question = await slack.user_posts("general", "alice", "@parley hello")
        await slack.wait_for(lambda: slack.replies(question))

It speaks plain HTTP and ws:// where Slack speaks TLS; everything else follows Slack's rules.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Self

from aiohttp import web

from tests.servers.doors import add_doors
from tests.servers.faults import Fault

from . import chat, conversations, files, oauth, streams, surfaces  # noqa: F401 - they register methods
from .apps import Installation
from .control import DOORS
from .files import add_file_routes
from .gateway import Gateway
from .responses import add_response_routes
from .sockets import Hub
from .webhooks import Webhook
from .workspace import Workspace


class LocalSlack(Gateway):
    """A Slack with one workspace, three people, a few channels and one installed app."""

    def __init__(
        self,
        *,
        app_name: str = "Parley",
        enforce_limits: bool = False,
        echo_own: bool = True,
        control: bool = False,
    ) -> None:
        super().__init__(enforce_limits=enforce_limits, echo_own=echo_own)
        self._runner: web.AppRunner | None = None
        self._control = control
        self._webhooks: list[Webhook] = []
        self.app = self.add_app(app_name)
        self.workspace = self.add_workspace("Acme", "acme")
        self.installation = self.furnish(self.workspace)

    def furnish(self, workspace: Workspace) -> Installation:
        """Fill a workspace with three people, the app, and the usual places.

        The bot is in `general`, `engineering`, the private `secret` and everybody's direct
        messages; it is not in `random`. A second workspace is `furnish(add_workspace(...))`.
        """
        humans = [workspace.add_user(name).id for name in ("alice", "bob", "carol")]
        bot = self.install(self.app, workspace)
        everybody = [*humans, bot.bot_user_id]
        workspace.add_channel("general", "channel", everybody)
        workspace.add_channel("engineering", "channel", everybody)
        workspace.add_channel("random", "channel", humans)
        workspace.add_channel("secret", "group", everybody)
        for human in humans:
            workspace.direct(human, bot.bot_user_id)
        return bot

    # -- names that tests use -----------------------------------------------------------------

    @property
    def bot_token(self) -> str:
        return self.installation.token

    @property
    def app_token(self) -> str:
        return self.app.app_token

    @property
    def bot_user(self) -> str:
        return self.installation.bot_user_id

    @property
    def api_url(self) -> str:
        """Return the base for SDK clients, with the trailing `/api/`."""
        return f"{self.base_url}/api/"

    @property
    def hub(self) -> Hub:
        """Return the sockets of the app under test."""
        return self.hubs[self.app.id]

    def env(self) -> dict[str, str]:
        """Return the settings that point a bot at this server in Socket Mode."""
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
        }

    def channel(self, name: str) -> str:
        """Return the id of a channel by its name."""
        return self.workspace.channel(name).id

    def user(self, name: str) -> str:
        """Return the id of a person by name."""
        return self.workspace.user(name).id

    def dm(self, user: str = "alice") -> str:
        """Return the id of the direct message channel of a person and the bot."""
        return self.workspace.direct(self.workspace.user(user).id, self.bot_user).id

    def revoke(self, error: str = "token_revoked") -> None:
        """Make the bot token worthless: `token_revoked`, `account_inactive` or `invalid_auth`."""
        self.installation.refused_as = error

    def use_http(self, url: str) -> Webhook:
        """Turn Socket Mode off and send everything to a request URL instead, signed."""
        self.app.socket_mode = False
        webhook = Webhook(self.app, url, self.clock, self.changed)
        self.postmen[self.app.id].door = webhook
        self._webhooks.append(webhook)
        return webhook

    def fail(self, method: str, kind: str, times: int = 1, **how: Any) -> Fault:
        """Let the next `times` calls of a method (`*`: any) go wrong.

        `kind` is one of `faults.KINDS` or the name of a Slack error. `how`: `skip` calls first,
        `delay` seconds (slow), `retry_after` (ratelimited), `when` a predicate on the arguments.
        """
        return self.faults.add(Fault(method, kind, times, **how))

    # -- start and stop -----------------------------------------------------------------------

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link/", self._socket)
        add_file_routes(app, self)
        add_response_routes(app, self)
        oauth.add_authorize_route(app, self)
        if self._control:
            add_doors(app, self, DOORS)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0]
        self.base_url = f"http://{host}:{bound[1]}"

    async def stop(self) -> None:
        """Close everything and let hanging calls go; raise if this server itself erred."""
        self.faults.clear()
        for hub in self.hubs.values():
            await hub.stop()
        for webhook in self._webhooks:
            await webhook.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self.clock.stop()
        if self.defects:
            raise AssertionError("the local Slack itself failed:\n" + "\n".join(self.defects))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()


async def serve(port: int, host: str = "127.0.0.1", **options: Any) -> None:
    """Run a server with its control endpoint until cancelled; print what to export."""
    slack = LocalSlack(control=True, **options)
    await slack.start(port, host)
    print(json.dumps(slack.env()), flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await slack.stop()
