"""The way of every REST call: faults, bans, token, limits, body, handler, record.

discord.com/developers/docs/reference. Handlers are in `wire.ROUTES`; this file knows none of them.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import math
import traceback
from typing import Any

from aiohttp import web

from tests.servers.faults import Fault
from tests.servers.listening import reset

from .faults import AFTER, KINDS
from .limits import Verdict
from .refusal import ApiError
from .spoiling import VIA, banned, half, trouble
from .wire import Answer, Call, Route, read, read_body
from .world import World

_WHO = {"shared": "The resource is"}
_LOST = frozenset({"reset", "lost"})
_HANGING = frozenset({"hang", "lost_hang"})


class Rest:
    """Answers calls for a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.late: set[asyncio.Task[Any]] = set()

    def add(self, app: web.Application, routes: list[Route]) -> None:
        """Serve routes under /api/v10; anything else there is 404."""
        # Fixed parts go before variable ones: /users/@me before /users/{user_id}.
        for found in sorted(routes, key=lambda r: r.path.replace("@me", "\0").replace("{", "~")):
            app.router.add_route(found.method, f"/api/v10{found.path}", self._door(found))
        app.router.add_route("*", "/api/{rest:.*}", self._nowhere)

    def _door(self, found: Route) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._answer(request, found)

        return handle

    async def _nowhere(self, request: web.Request) -> web.StreamResponse:
        found = Route(request.method, "?", lambda world, call: None)
        call = await read(request, found, self.world.clock.now())
        return self._record(call, Answer(404, {"message": "404: Not Found", "code": 0}), Verdict())

    async def _answer(self, request: web.Request, found: Route) -> web.StreamResponse:
        call = await read(request, found, self.world.clock.now())
        if self.world.limits.banned:
            return self._banned(call)
        try:
            await read_body(request, call)
        except ApiError as error:
            return self._refused(call, error, Verdict())
        fault = self.world.faults.take(
            (found.method, found.path, f"{found.method} {found.path}"), call
        )
        if fault is not None:
            call.fault = fault.kind
            return await self._faulty(request, call, found, fault)
        return await self._carry_out(call, found)

    async def _carry_out(self, call: Call, found: Route) -> web.StreamResponse:
        verdict = Verdict()
        try:
            if found.authorised:
                self._authorise(call)
            verdict = self.world.limits.check(
                self._limit(call, found), call.params, exempt=found.exempt
            )
            if not verdict.passed:
                return self._too_many(call, verdict)
            answer = found.handler(self.world, call)
            if inspect.isawaitable(answer):
                answer = await answer
        except ApiError as error:
            return self._refused(call, error, verdict)
        except Exception:
            self.world.defects.append(f"{call.name}\n{traceback.format_exc()}")
            raise
        call.applied = True
        if not isinstance(answer, Answer):
            answer = Answer(204) if answer is None else Answer(200, answer)
        return self._record(call, answer, verdict)

    def _limit(self, call: Call, found: Route) -> str:
        """Return the bucket; deletions have one for each age of message."""
        if found.limit != "delete":
            return found.limit
        message = self.world.find(call.params["channel_id"], call.params.get("message_id", ""))
        age = self.world.clock.now() - message.at if message else 0.0
        return "delete" if age <= 10 else "delete_older" if age <= 1_209_600 else "delete_oldest"

    def _authorise(self, call: Call) -> None:
        given = call.headers.get("Authorization", "")
        if given != f"Bot {self.world.application.token}":
            raise ApiError(401, 0)
        call.authorised = True

    # -- answers --------------------------------------------------------------------------

    def _refused(self, call: Call, error: ApiError, verdict: Verdict) -> web.Response:
        call.error = error.code
        return self._record(call, Answer(error.status, error.body()), verdict)

    def _too_many(self, call: Call, verdict: Verdict) -> web.Response:
        after = verdict.retry_after or 0.0
        everything = verdict.scope == "global"
        body = {
            "message": f"{_WHO.get(verdict.scope, 'You are')} being rate limited.",
            "retry_after": math.ceil(after * 1000) / 1000,
            "global": everything,
        }
        headers = verdict.headers | {
            "X-RateLimit-Scope": verdict.scope,
            "Retry-After": str(math.ceil(after)),
        }
        if everything:
            headers["X-RateLimit-Global"] = "true"
        self.world.limits.count_refusal(call.name)
        return self._record(call, Answer(429, body), Verdict(headers, scope=verdict.scope))

    def _banned(self, call: Call) -> web.Response:
        call.status, call.error = 429, 0
        self.world.limits.count_refusal(call.name)
        self._note(call)
        return banned()

    def _record(self, call: Call, answer: Answer, verdict: Verdict) -> web.Response:
        call.status, call.answer = answer.status, answer.body
        if call.status in (401, 403, 429) and verdict.scope != "shared":
            self.world.limits.count_invalid()
        self._note(call)
        headers = verdict.headers | VIA
        if answer.status == 204:
            return web.Response(status=204, headers=headers)
        return web.Response(
            body=json.dumps(answer.body).encode(),
            status=answer.status,
            # Exactly this, without a charset: discord.py parses nothing else as JSON.
            headers=headers | {"Content-Type": "application/json"},
        )

    # -- faults ---------------------------------------------------------------------------

    async def _faulty(
        self, request: web.Request, call: Call, found: Route, fault: Fault
    ) -> web.StreamResponse:
        """Answer one call in the wrong way that was ordered."""
        if fault.kind == "slow":
            await fault.be_slow(self.world.clock.sleep)
            return await self._carry_out(call, found)
        good = await self._carry_out(call, found) if fault.kind in AFTER else None
        if fault.kind in _LOST:
            self._note(call)
            reset(request)
        if fault.kind in _HANGING:
            self._note(call)
            await fault.release.wait()
            reset(request)
        if fault.kind == "half" and isinstance(good, web.Response):
            return await half(request, good)
        if fault.kind == "late":
            self._later(call, found, fault.delay)
        if fault.kind not in KINDS:
            status, _, code = fault.kind.partition(":")
            return self._refused(call, ApiError(int(status), int(code or 0)), Verdict())
        return self._spoilt(call, fault)

    def _spoilt(self, call: Call, fault: Fault) -> web.Response:
        if fault.kind == "banned":
            self.world.limits.ban(fault.retry_after)
            return self._banned(call)
        if fault.kind.startswith("429"):
            scope = fault.kind.partition("_")[2] or "user"
            return self._too_many(call, Verdict({}, fault.retry_after, scope))
        if fault.kind == "500_json":
            return self._refused(call, ApiError(500, 0, "500: Internal Server Error"), Verdict())
        kind = fault.kind.removeprefix("lost_")
        call.status = int(kind) if kind.isdigit() else 504
        self._note(call)
        return trouble(call.status)

    def _note(self, call: Call) -> None:
        """Put a call among those that tests look at, once."""
        if not call.kept:
            call.kept = True
            self.world.calls.append(call)
        self.world.changed()

    def _later(self, call: Call, found: Route, delay: float) -> None:
        async def carry_out() -> None:
            await self.world.clock.sleep(delay)
            await self._carry_out(call, found)

        task = asyncio.create_task(carry_out())
        self.late.add(task)
        task.add_done_callback(self.late.discard)

    async def stop(self) -> None:
        """Forget what would still be done late."""
        for task in list(self.late):
            task.cancel()
        await asyncio.gather(*self.late, return_exceptions=True)
