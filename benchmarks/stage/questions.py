"""Questions whose answers all have to come: the order `ask`, and each question's way."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any

from benchmarks.stage.servers import LOOK_SECONDS, M, Servers, epoch
from tests.servers.model.records import ModelRequest

_NUMBER = re.compile(r"question (\d+)")


async def ask(
    servers: Servers[M],
    count: int,
    within: float = 0.0,
    timeout: float = 60.0,
    thread: bool = False,
    padding: int = 0,
    into: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """Mention the bot `count` times in `within` seconds, and wait for the whole answers.

    Each question has a channel of its own; with `thread`, all of them stand in one thread and
    follow each other. `into`: the channel and root of a thread to ask in. `padding`: characters of
    text before each question.
    """
    servers.forget()
    questions: dict[int, M] = {}
    begun = time.monotonic()
    for place in range(count):
        await asyncio.sleep(max(0.0, begun + within * place / count - time.monotonic()))
        where, root = into or (None, None)
        if thread and questions and into is None:
            where, root, _ = servers.thread(next(iter(questions.values())))
        number, question = await servers.question(where or servers.room(), root, padding)
        questions[number] = question
        if thread:
            await _answered(servers, questions, timeout)
    await _answered(servers, questions, timeout)
    threads = [servers.thread(question) for question in questions.values()]
    requests = asked_for(servers)
    journeys = [_journey(servers, q, requests[number]) for number, q in questions.items()]
    return {"journeys": journeys, "calls": servers.count_calls(), "threads": threads}


def asked_for(servers: Servers[Any]) -> dict[int, ModelRequest]:
    """Return the first model request of each question, by the question's number."""
    requests: dict[int, ModelRequest] = {}
    for request in servers.model.requests:
        found = _NUMBER.findall(request.last_user_text)
        if found:
            requests.setdefault(int(found[-1]), request)
    return requests


async def _answered(servers: Servers[M], questions: dict[int, M], timeout: float) -> None:
    deadline = time.monotonic() + timeout
    left = list(questions.values())
    while left:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(left)} of {len(questions)} answers are not complete")
        await asyncio.sleep(LOOK_SECONDS)
        left = [question for question in left if servers.whole(question) is None]


def _journey(servers: Servers[M], question: M, request: ModelRequest) -> dict[str, float]:
    reply, wanted = servers.whole(question), servers.wanted
    assert reply is not None
    assert request.finished is not None
    looks = servers.looks(reply)
    first = next(look for look in looks if wanted.startswith(look.text.strip()[:4]))
    whole = next(look for look in looks if look.text.strip() == wanted)
    return {
        "asked": question.at,
        "requested": epoch(request.arrived),
        "first_token": servers.first_token(request),
        "last_token": epoch(request.finished),
        "first_text": first.at,
        "whole_text": whole.at,
        "writes": float(len(looks)),
    }
