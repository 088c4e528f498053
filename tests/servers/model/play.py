"""Sends an answer over one connection, with its pauses, hangs, cuts and resets.

Called by `server.py` for each accepted request; knows HTTP and time, but no wire's shapes.
"""

from __future__ import annotations

import asyncio
import email.utils
import socket
import struct
import time
from collections.abc import Iterator

from aiohttp import web

from .parts import (
    PLAIN,
    At,
    Control,
    Cut,
    Fault,
    Framing,
    Hang,
    Pause,
    Reset,
    Step,
    Until,
)
from .records import ModelRequest

_FOREVER = 3600.0  # a hang ends when the client leaves or the server stops, both cancel it


class Broken(Exception):
    """The script broke the connection; nothing more can be sent on it."""


async def play_stream(
    http: web.Request,
    record: ModelRequest,
    steps: Iterator[Step],
    *,
    framing: Framing = PLAIN,
    headers: dict[str, str],
) -> web.StreamResponse:
    """Send steps as server-sent events and note the times in the record."""
    response = web.StreamResponse(headers=headers | {"Cache-Control": "no-cache"})
    response.content_type = "text/event-stream"
    response.charset = "utf-8"
    await response.prepare(http)
    record.status = 200
    begun = time.monotonic()
    for step in steps:
        if isinstance(step, bytes):
            if record.first_byte is None:
                record.first_byte = time.monotonic()
            if framing is PLAIN:
                await response.write(step)
            else:
                await _write_pieces(response, framing.apply(step))
        elif isinstance(step, Cut):
            break
        else:
            await obey(step, http, begun)
    record.finished = time.monotonic()  # before the last byte: the client may leave on seeing it
    await response.write_eof()
    return response


async def _write_pieces(response: web.StreamResponse, pieces: list[bytes]) -> None:
    for piece in pieces:
        await response.write(piece)
        if len(pieces) > 1:
            await asyncio.sleep(0)  # let the piece leave alone, so that the reader sees the cut


async def obey(step: Control, http: web.Request, begun: float) -> None:
    """Wait as a control part says, or break the connection and raise `Broken`."""
    match step:
        case Pause(seconds):
            await asyncio.sleep(seconds)
        case At(seconds):
            left = begun + seconds - time.monotonic()
            if left > 0:
                await asyncio.sleep(left)
        case Until(event):
            await event.wait()
        case Hang():
            await asyncio.sleep(_FOREVER)
        case Reset():
            await asyncio.sleep(0.01)  # the bytes before the reset have to reach the reader first
            reset(http)
            raise Broken
        case Cut():
            pass


def reset(http: web.Request) -> None:
    """Close the connection with RST: a linger time of zero makes the kernel drop it at once."""
    transport = http.transport
    if transport is None:
        return
    sock = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def play_fault(
    record: ModelRequest, fault: Fault, *, headers: dict[str, str]
) -> web.Response:
    """Send a fault's status, headers and body."""
    if fault.delay:
        await asyncio.sleep(fault.delay)
    sent = headers | dict(fault.headers)
    if fault.retry_date_in is not None:
        when = time.time() + fault.retry_date_in
        sent["Retry-After"] = email.utils.formatdate(when, usegmt=True)
    record.status = fault.status
    record.first_byte = record.finished = time.monotonic()
    sent["Content-Type"] = fault.content_type
    return web.Response(status=fault.status, body=fault.body, headers=sent)
