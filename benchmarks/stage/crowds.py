"""Many questions at once of which not every one may be answered: the order `crowd`."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from benchmarks.stage.servers import LOOK_SECONDS, Servers
from tests.servers.slack import Message


async def crowd(servers: Servers, count: int, channels: int, patience: float) -> dict[str, Any]:
    """Ask `count` questions in the same instant, spread over `channels`, and wait for the answers,
    at most `patience` seconds. A time that did not come is None."""
    servers.forget()
    rooms = [servers.room() for _ in range(channels)]
    questions = [(await servers.question(rooms[n % channels]))[1] for n in range(count)]
    deadline = time.monotonic() + patience
    left = questions
    while left and time.monotonic() < deadline:
        await asyncio.sleep(LOOK_SECONDS)
        left = [question for question in left if servers.whole(question) is None]
    told = _signs(servers)
    waits = [_wait(servers, question, told) for question in questions]
    begun = min(question.at for question in questions)
    refused = dict(servers.slack.limits.refused_by_method)
    return {"begun": begun, "waits": waits, "refused": refused, "calls": servers.count_calls()}


def _signs(servers: Servers) -> dict[tuple[str, str], float]:
    """Return when the first status stood under each thread."""
    told: dict[tuple[str, str], float] = {}
    for at, channel, thread, text in servers.slack.status_log:
        if text:
            told.setdefault((channel, thread), at)
    return told


def _wait(
    servers: Servers, question: Message, told: dict[tuple[str, str], float]
) -> dict[str, float | None]:
    versions = [version for reply in servers.replies(question) for version in reply.versions]
    wanted = servers.wanted
    texts = [v.at for v in versions if wanted.startswith(v.text.strip()[:4])]
    wholes = [v.at for v in versions if v.text.strip() == wanted]
    first = min(texts, default=None)
    signs = [at for at in (told.get((question.channel, question.ts)), first) if at is not None]
    return {
        "sign": min(signs, default=None),
        "first_text": first,
        "whole_text": min(wholes, default=None),
    }
