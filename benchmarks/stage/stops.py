"""An answer that somebody stops by its button: the order `stop_one`."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from benchmarks.stage.questions import asked_for
from benchmarks.stage.servers import LOOK_SECONDS, epoch
from benchmarks.stage.slack import SlackServers
from tests.servers.slack import Message
from tests.servers.slack.workspace import Version

STOP = "parley_stop"
"""What people press; the action's id is all that the outside knows of it."""

TIMEOUT = 10.0


async def stop_one(servers: SlackServers, after: float = 0.5) -> dict[str, Any]:
    """Ask, and press Stop `after` seconds of visible text; waits until the button is gone."""
    servers.forget()
    number, question = await servers.question(servers.room())
    async with asyncio.timeout(TIMEOUT):
        while not _offers(servers, question):  # noqa: ASYNC110  looked at, not told of
            await asyncio.sleep(LOOK_SECONDS)
        await asyncio.sleep(after)
        (reply,) = servers.replies(question)
        pressed, clock = time.time(), time.monotonic()
        outcome = await servers.slack.click(reply, STOP)
        acknowledged = time.time()
        request = asked_for(servers)[number]
        while request.cancelled is None or _offers(servers, question):  # noqa: ASYNC110  as above
            await asyncio.sleep(LOOK_SECONDS)
    marked = next(v for v in reply.versions if v.at >= pressed and not _has_stop(v))
    return {
        "refusal": outcome.error or "",
        "first_token": servers.first_token(request),
        "first_text": reply.versions[0].at,
        "pressed": pressed,
        "acknowledged": acknowledged,
        "closed": epoch(request.cancelled),
        "cut": request.cancelled >= clock,
        "marked": marked.at,
    }


def _offers(servers: SlackServers, question: Message) -> bool:
    replies = servers.replies(question)
    return any(
        element["action_id"] == STOP for r in replies for element in servers.slack.elements(r)
    )


def _has_stop(version: Version) -> bool:
    return STOP in str(version.blocks)
