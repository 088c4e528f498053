"""Sends a reply as one JSON body, with the reply's pauses before it and its accidents within it."""

from __future__ import annotations

import time
from typing import Any

from aiohttp import web

from . import chat
from .faults import fails
from .parts import At, Cut, Hang, Pause, Reply, Reset, StreamError, Until
from .play import obey, play_fault
from .records import ModelRequest


async def play_whole(
    http: web.Request,
    record: ModelRequest,
    reply: Reply,
    body: dict[str, Any],
    headers: dict[str, str],
) -> web.StreamResponse:
    """Wait as the reply says, then send it whole; a cut sends half of it, an error a 500."""
    begun = time.monotonic()
    sent = chat.dumps(body)
    for part in reply.parts:
        match part:
            case Pause() | At() | Until() | Hang() | Reset():
                await obey(part, http, begun)
            case Cut():
                sent = sent[: len(sent) // 2]
            case StreamError(message, code):
                fault = fails(500, message=message, code=code)
                return await play_fault(record, fault, headers=headers)
            case _:
                pass
    record.status = 200
    record.first_byte = record.finished = time.monotonic()
    return web.Response(body=sent, headers=headers, content_type="application/json")
