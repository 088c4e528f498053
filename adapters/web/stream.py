"""The server-sent events of one browser: what it missed, then what happens, until it goes."""

from __future__ import annotations

import re

from aiohttp import web

from adapters.web.hub import Frame, Hub, Subscription, order, to_frame
from adapters.web.pages import HEADERS
from adapters.web.payload import Refused
from adapters.web.people import Person, may_see
from bot.store.messages import ChannelMessages

_BEAT_SECONDS = 10.0
"""The page takes a connection for dead after two and a half silent beats."""

_BEAT = b"event: beat\ndata: 1\n\n"

_LOST = b"event: lost\ndata: 1\n\n"
"""The log no longer tells all that was missed: the page reads everything anew."""

_RETRY = b"retry: 1000\n\n"

_ID = re.compile(r"\d{1,19}-\d{1,19}")


async def stream(
    request: web.Request, hub: Hub, messages: ChannelMessages, person: Person
) -> web.StreamResponse:
    """Send every change that `person` may see after the event id that the browser names."""
    after = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    if not _ID.fullmatch(after):
        raise Refused(400, "malformed")
    # First listen, then read what was missed: what comes twice is left out by its id.
    with hub.subscribe() as subscription:
        missed = await messages.since(after)
        headers = {
            **HEADERS,
            "Content-Type": "text/event-stream",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        }
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        try:
            if missed is None:
                await response.write(_LOST)
                return response
            frames = [to_frame(change) for change in missed]
            seen = frames[-1].id if frames else order(after)
            await response.write(_RETRY + _BEAT + _join(frames, person))
            await _forward(response, subscription, person, seen)
        except ConnectionError:
            pass  # the browser went away
    return response


async def _forward(
    response: web.StreamResponse, subscription: Subscription, person: Person, seen: tuple[int, int]
) -> None:
    while not subscription.closed:
        frames = [frame for frame in await subscription.take(_BEAT_SECONDS) if frame.id > seen]
        await response.write(_join(frames, person) or _BEAT)


def _join(frames: list[Frame], person: Person) -> bytes:
    return b"".join(frame.wire for frame in frames if may_see(person, frame.channel))
