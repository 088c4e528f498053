"""A small HTTP door of a local platform for other processes: say something, order a fault.

Served only when the server runs by itself. Every request and answer is JSON; errors are 400 with
`{"error": ...}`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from aiohttp import web

S = TypeVar("S")

Door = Callable[[S, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Does what a request asks of the server, and returns the answer."""


def add_doors(app: web.Application, server: S, doors: Mapping[str, Door[S]]) -> None:
    """Add `/_control/{door}`; GET takes its arguments from the query, POST from a JSON body."""

    async def handle(request: web.Request) -> web.Response:
        door = doors.get(request.match_info["door"])
        if door is None:
            return web.json_response({"error": f"one of {sorted(doors)}"}, status=404)
        body = await request.json() if request.method == "POST" else dict(request.query)
        try:
            return web.json_response(await door(server, body))
        except (LookupError, ValueError, PermissionError) as error:
            return web.json_response({"error": repr(error)}, status=400)

    app.router.add_route("*", "/_control/{door}", handle)
