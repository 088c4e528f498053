"""Many questions at once of which not every one may be answered: the order `crowd`."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from benchmarks.stage.servers import LOOK_SECONDS, M, Servers


async def crowd(servers: Servers[M], count: int, channels: int, patience: float) -> dict[str, Any]:
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
    return {
        "begun": min(question.at for question in questions),
        "waits": [_wait(servers, question) for question in questions],
        "refused": servers.refused(),
        "calls": servers.count_calls(),
    }


def _wait(servers: Servers[M], question: M) -> dict[str, float | None]:
    looks = [look for reply in servers.replies(question) for look in servers.looks(reply)]
    wanted = servers.wanted
    first = min((at for at, text in looks if wanted.startswith(text.strip()[:4])), default=None)
    signs = [at for at in (servers.sign(question), first) if at is not None]
    return {
        "sign": min(signs, default=None),
        "first_text": first,
        "whole_text": min((at for at, text in looks if text.strip() == wanted), default=None),
    }
