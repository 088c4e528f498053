"""Requests: from HTTP to a method and back, through faults, tokens, scopes and rate limits."""

from __future__ import annotations

import json
import traceback
from typing import Any

from aiohttp import web

from tests.servers.faults import Fault
from tests.servers.listening import reset

from .faults import AFTER, KINDS
from .panes import Panes
from .refusal import Refusal
from .wire import METHODS, Call, Method, read

_STATUS = {"500": 500, "502": 502, "503": 503, "504": 504, "html": 503}
_HTML = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Server Error</body></html>"


class Gateway(Panes):
    """The `/api/` and `/link/` addresses."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.defects: list[str] = []  # tracebacks of this server's own mistakes

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
        fault = self.faults.take((name,), call.args)
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
        except Exception:
            self.defects.append(traceback.format_exc())
            raise
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
        if method.token == "none":
            return method
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
            await fault.be_slow(self.clock.sleep)
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
