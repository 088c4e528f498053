"""Sends a reply as one JSON body, with the reply's pauses before it and its accidents within it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from . import chat
from .faults import error_body
from .parts import At, Cut, Hang, Pause, Reply, Reset, StreamError, Until
from .play import obey
from .records import ModelRequest


async def play_whole(
    http: web.Request,
    record: ModelRequest,
    reply: Reply,
    render: Callable[[], dict[str, Any]],
    headers: dict[str, str],
) -> web.StreamResponse:
    """Wait as the reply says, then send it whole; a cut sends half of it, an error a 500."""
    begun = time.monotonic()
    half = False
    for part in reply.parts:
        match part:
            case Pause() | At() | Until() | Hang() | Reset():
                await obey(part, http, begun)
            case Cut():
                half = True
            case StreamError(message, code):
                record.status = 500
                record.first_byte = record.finished = time.monotonic()
                body = error_body(message, "server_error", None, code)
                return web.Response(
                    status=500, body=body, headers=headers, content_type="application/json"
                )
            case _:
                pass
    body = chat.dumps(render())
    record.status = 200
    record.first_byte = record.finished = time.monotonic()
    sent = body[: len(body) // 2] if half else body
    return web.Response(body=sent, headers=headers, content_type="application/json")
