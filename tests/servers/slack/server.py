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

from . import chat, conversations, files, streams, surfaces  # noqa: F401 - they register methods
from .apps import Installation
from .control import add_control_routes
from .faults import AFTER, KINDS, Fault
from .files import add_file_routes
from .interaction import Interaction, add_response_routes
from .refusal import Refusal
from .sockets import Hub, reset
from .wire import METHODS, Call, Method, read

_STATUS = {"500": 500, "502": 502, "503": 503, "504": 504, "html": 503}
_HTML = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Server Error</body></html>"


class LocalSlack(Interaction):
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
        self.app = self.add_app(app_name)
        self.workspace = self.add_workspace("Acme", "acme")
        for name in ("alice", "bob", "carol"):
            self.workspace.add_user(name)
        self.installation = self.install(self.app, self.workspace)
        self._furnish(self.installation)

    def _furnish(self, bot: Installation) -> None:
        """Open the usual places: two channels with the bot, one without, a private one, a DM."""
        people = [user.id for user in self.workspace.users.values()]
        humans = [user for user in people if user != bot.bot_user_id]
        self.workspace.add_channel("general", "channel", people)
        self.workspace.add_channel("engineering", "channel", people)
        self.workspace.add_channel("random", "channel", humans)
        self.workspace.add_channel("secret", "group", people)
        for human in humans:
            self.workspace.direct(human, bot.bot_user_id)

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
        if self._control:
            add_control_routes(app, self)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0]
        self.base_url = f"http://{host}:{bound[1]}"

    async def stop(self) -> None:
        """Close every socket and connection; hanging calls are let go."""
        self.faults.clear()
        for hub in self.hubs.values():
            await hub.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        self.clock.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    # -- requests -----------------------------------------------------------------------------

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        hub = self.hubs.get(request.query.get("app_id", ""))
        if hub is None:
            return web.Response(status=404)
        return await hub.accept(request)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        call = Call(name, {}, self.clock.now())
        try:
            call = await read(request, name, self.clock.now())
        except Refusal as refusal:
            return self._refused(call, refusal)
        fault = self.faults.take(name, call.args)
        if fault is None:
            return self._answer(call)
        call.fault = fault.kind
        return await self._faulty(request, call, fault)

    def _answer(self, call: Call) -> web.Response:
        """Authenticate, count, carry out and answer one call."""
        try:
            method = self._admit(call)
            self._spare(call, method)
            self.calls.append(call)
            answer = {"ok": True, **method.handler(self, call)}
            call.applied = True
        except Refusal as refusal:
            return self._refused(call, refusal)
        if call.warnings:
            answer["warning"] = ",".join(call.warnings)
            answer.setdefault("response_metadata", {})["warnings"] = call.warnings
        call.answer = answer
        self.changed()
        return _json(answer, self._headers(call))

    def _refused(self, call: Call, refusal: Refusal) -> web.Response:
        if not self.calls or self.calls[-1] is not call:
            self.calls.append(call)
        call.error = refusal.name
        call.answer = refusal.body()
        headers = self._headers(call)
        if refusal.name == "ratelimited":
            call.status = 429
            headers["Retry-After"] = str(refusal.fields["retry_after"])
            call.answer = {"ok": False, "error": "ratelimited"}
        self.changed()
        return _json(call.answer, headers, call.status)

    def _admit(self, call: Call) -> Method:
        """Return the method when it exists and the token may call it."""
        method = METHODS.get(call.method)
        if method is None:
            raise Refusal("unknown_method", req_method=call.method)
        if not call.token:
            raise Refusal("not_authed")
        self._identify(call)
        if call.installation is None and method.token == "bot":
            raise Refusal("not_allowed_token_type")
        if call.installation is not None and method.token == "app":
            raise Refusal("not_allowed_token_type")
        if call.installation is not None and method.scopes:
            call.needs(*method.scopes)
        return method

    def _identify(self, call: Call) -> None:
        installation = self.installations.get(call.token)
        if installation is not None:
            if installation.refused_as:
                raise Refusal(installation.refused_as)
            call.installation, call.app = installation, installation.app
            return
        call.app = next((a for a in self.apps.values() if a.app_token == call.token), None)
        if call.app is None or call.app.app_token_revoked:
            raise Refusal("invalid_auth")

    def _spare(self, call: Call, method: Method) -> None:
        """Count the call against its allowance."""
        if not self.limits.enforce or call.app is None:
            return
        team = call.installation.workspace.team_id if call.installation else ""
        channel = call.args.get("channel")
        reading = call.method in ("conversations.replies", "conversations.history")
        tier = "1" if call.app.distributed and reading else method.tier
        wait = self.limits.wait(call.app.id, team, call.method, tier, str(channel or ""))
        if wait is not None:
            raise Refusal("ratelimited", retry_after=wait)

    def _headers(self, call: Call) -> dict[str, str]:
        headers = {"X-Slack-Req-Id": f"{id(call):x}"}
        if call.installation is not None:
            headers["X-OAuth-Scopes"] = ",".join(sorted(call.installation.scopes))
            method = METHODS.get(call.method)
            if method is not None and method.scopes:
                headers["X-Accepted-OAuth-Scopes"] = ",".join(method.scopes)
        return headers

    async def _faulty(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        """Answer one call in the wrong way that was ordered."""
        if fault.kind not in KINDS:
            return self._refused(call, Refusal(fault.kind))
        if fault.kind == "slow":
            await self.clock.sleep(fault.delay)
        if fault.kind == "slow" or fault.kind in AFTER:
            good = self._answer(call)
            if fault.kind == "slow":
                return good
        else:
            self.calls.append(call)
        call.error = call.error or fault.kind
        self.changed()
        if fault.kind in ("reset", "lost"):
            reset(request)
        if fault.kind in ("hang", "lost_hang"):
            await fault.release.wait()
            reset(request)
        if fault.kind == "ratelimited":
            call.status = 429
            self.limits.count_refusal(call.method)
            return _json(
                {"ok": False, "error": "ratelimited"}, {"Retry-After": str(fault.retry_after)}, 429
            )
        if fault.kind == "html_ok":
            return web.Response(text=_HTML, content_type="text/html")
        if fault.kind == "not_json":
            return web.Response(text='{"ok": tr', content_type="application/json")
        call.status = _STATUS.get(fault.kind, 500)
        return web.Response(status=call.status, text=_HTML, content_type="text/html")


def _json(body: dict[str, Any], headers: dict[str, str], status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        content_type="application/json",
        charset="utf-8",
        headers=headers,
    )


async def serve(port: int, host: str = "127.0.0.1", **options: Any) -> None:
    """Run a server with its control endpoint until cancelled; print what to export."""
    slack = LocalSlack(control=True, **options)
    await slack.start(port, host)
    print(json.dumps(slack.env()), flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await slack.stop()
