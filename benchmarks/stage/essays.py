"""One very long answer, and whether all of it can be read: the order `essay`."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from benchmarks.stage.questions import asked_for
from benchmarks.stage.servers import epoch
from benchmarks.stage.slack import SlackServers
from benchmarks.texts import Judgement, judge, long_text
from tests.servers.model import says
from tests.servers.model.parts import At, Part, Reply
from tests.servers.slack import Message

LOOK_SECONDS = 0.25
QUIET_SECONDS = 1.5
"""Without a write for so long, a text that is all there is finished."""
BURST = 20
"""Tokens that the model sends at once."""


async def essay(
    servers: SlackServers, size: int, rate: float, patience: float, hope: float
) -> dict[str, Any]:
    """Let the model say `size` characters at `rate` tokens a second in answer to one question, and
    wait until all of them stand in the thread; for at most `patience` seconds, and for at most
    `hope` seconds without a write."""
    source = long_text(size)
    servers.say(_paced(says(source), rate), BURST / rate)
    servers.forget()
    number, question = await servers.question(servers.room())
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            while not _over(servers, question, source, hope):  # noqa: ASYNC110  looked at, not told of
                await asyncio.sleep(LOOK_SECONDS)
    judgement, request = _judged(servers, question, source), asked_for(servers)[number]
    last = request.finished or request.cancelled
    times = _times(servers, question)
    return {
        "asked": question.at,
        "first_token": servers.first_token(request),
        "last_token": epoch(last) if last is not None else None,
        "first_text": min(times, default=None),
        "last_text": max(times, default=None),
        "messages": len(servers.replies(question)),
        "refused": servers.refused(),
        "calls": servers.count_calls(),
        "judgement": asdict(judgement),
    }


def _paced(reply: Reply, rate: float) -> Reply:
    parts: list[Part] = []
    for number, part in enumerate(reply.parts):
        if number % BURST == 0:
            parts.append(At((number + BURST) / rate))
        parts.append(part)
    return Reply(tuple(parts))


def _over(servers: SlackServers, question: Message, source: str, hope: float) -> bool:
    times = _times(servers, question)
    quiet = time.time() - max(times, default=time.time())
    if quiet < QUIET_SECONDS:
        return False
    return quiet > hope or _judged(servers, question, source).flawless


def _judged(servers: SlackServers, question: Message, source: str) -> Judgement:
    slack = servers.slack
    shown = "\n".join(slack.visible(reply) for reply in servers.replies(question))
    return judge(source, shown)


def _times(servers: SlackServers, question: Message) -> list[float]:
    return [v.at for reply in servers.replies(question) for v in reply.versions]
