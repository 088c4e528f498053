"""Both servers of a stage, and the orders that only set them up."""

from __future__ import annotations

import itertools
import time
from typing import Any

from tests.servers.model import ModelServer
from tests.servers.model.parts import Reply
from tests.servers.model.records import ModelRequest
from tests.servers.model.replies import tokens
from tests.servers.slack import LocalSlack, Message
from tests.servers.slack.apps import EVENTS

LOOK_SECONDS = 0.01
"""How often answers are looked at; their times are taken by the servers, not here."""


class Servers:
    """A local Slack and a model that says the same to everybody."""

    def __init__(self, *, echo: bool, limits: bool) -> None:
        self.slack = LocalSlack(echo_own=echo, enforce_limits=limits)
        self.model = ModelServer(mode="compatible")
        self.wanted = ""
        """What a whole answer reads."""
        self.interval = 0.0
        """Seconds from a stream's beginning, without any text, to its first token."""
        self._numbers = itertools.count(1)

    async def start(self) -> dict[str, str]:
        """Start both; returns the environment that points a bot here."""
        await self.slack.start()
        await self.model.start()
        return {**self.slack.env(), **self.model.env}

    async def stop(self) -> None:
        """End both."""
        await self.model.stop()
        await self.slack.stop()

    def say(self, reply: Reply, interval: float = 0.0) -> None:
        """Let each answer be `reply`."""
        self.wanted, self.interval = reply.text.strip(), interval
        self.model.script = lambda _: reply

    def forget(self) -> None:
        """Begin a round: calls and requests before it do not count."""
        self.model.requests.clear()
        self.slack.calls.clear()
        self.slack.status_log.clear()
        self.slack.limits.refused_by_method.clear()

    def room(self) -> str:
        """Make a channel with everybody in it; returns its id."""
        return self.slack.open_channel(f"room-{next(self._numbers)}").id

    async def question(
        self, channel: str, thread: str | None = None, padding: int = 0
    ) -> tuple[int, Message]:
        """Mention the bot; returns the question's number, which no other has, and the message."""
        number = next(self._numbers)
        text = f"@parley {'word ' * (padding // 5)}question {number}?"
        return number, await self.slack.user_posts(channel, "alice", text, thread)

    def replies(self, question: Message) -> list[Message]:
        """Return the bot's messages behind a question in its thread, the oldest first."""
        thread = self.slack.thread(question.channel, question.thread_ts or question.ts)
        return [reply for reply in thread if reply.bot_id and reply.ts > question.ts]

    def whole(self, question: Message) -> Message | None:
        """Return the message that answers a question, once it is complete."""
        wanted = self.wanted
        return next((r for r in self.replies(question) if r.text.strip() == wanted), None)

    def count_calls(self) -> dict[str, int]:
        """Count the calls that Slack carried out, by method."""
        counts: dict[str, int] = {}
        for call in self.slack.calls:
            if call.applied:
                counts[call.method] = counts.get(call.method, 0) + 1
        return counts

    def first_token(self, request: ModelRequest) -> float:
        """Return when a model request was answered with its first token."""
        assert request.first_byte is not None
        return epoch(request.first_byte) + self.interval


async def subscribe(servers: Servers, events: list[str] | None = None) -> dict[str, Any]:
    """Send the bot these events only, as its manifest asks for; None: all."""
    servers.slack.app.events = set(events or EVENTS)
    return {}


async def script(
    servers: Servers, count: int, rate: float = 0.0, delay: float = 0.0
) -> dict[str, Any]:
    """Let each answer have `count` tokens at `rate` a second, `delay` seconds late."""
    servers.say(tokens(count, rate).after(delay), 1 / rate if rate else 0.0)
    return {}


async def connected(servers: Servers, timeout: float = 15.0) -> dict[str, Any]:
    """Wait for a bot's socket; says when it was there."""
    await servers.slack.wait_for(servers.slack.hub.ready, timeout)
    return {"at": time.time()}


def epoch(at: float) -> float:
    """Turn a reading of `time.monotonic` into seconds since the epoch."""
    return at + time.time() - time.monotonic()
