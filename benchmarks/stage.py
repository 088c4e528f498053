"""The stage: a local Slack and a scripted model in a process of their own, so that what they cost
is not counted. `python -m benchmarks.stage` takes orders as lines of JSON, one answer for each.

Orders: `subscribe`, `script`, `connected`, `ask`. Used through `benchmarks.rig.Stage` only. Times
are seconds since the epoch, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from typing import Any

from tests.servers.model import ModelServer
from tests.servers.model.records import ModelRequest
from tests.servers.model.replies import tokens
from tests.servers.slack import LocalSlack, Message
from tests.servers.slack.apps import EVENTS

LOOK_SECONDS = 0.01
"""How often answers are looked at; their times are taken by the servers, not here."""

_NUMBER = re.compile(r"question (\d+)")


class Stage:
    """Both servers, and the questions that were asked so far."""

    def __init__(self, *, echo: bool) -> None:
        self.slack = LocalSlack(echo_own=echo)
        self.model = ModelServer(mode="compatible")
        self._asked = 0
        self._interval = 0.0
        """Seconds from a stream's beginning, without any text, to its first token."""

    async def start(self) -> dict[str, str]:
        """Start both; returns the environment that points a bot here."""
        await self.slack.start()
        await self.model.start()
        return {**self.slack.env(), **self.model.env}

    async def stop(self) -> None:
        """End both."""
        await self.model.stop()
        await self.slack.stop()

    async def subscribe(self, events: list[str] | None = None) -> dict[str, Any]:
        """Send the bot these events only, as its manifest asks for; None: all."""
        self.slack.app.events = set(events or EVENTS)
        return {}

    async def script(self, count: int, rate: float = 0.0, delay: float = 0.0) -> dict[str, Any]:
        """Let each answer have `count` tokens at `rate` a second, `delay` seconds late."""
        reply = tokens(count, rate).after(delay)
        self._interval = 1 / rate if rate else 0.0
        self.model.script = lambda _: reply
        return {"text": reply.text}

    async def connected(self, timeout: float = 15.0) -> dict[str, Any]:
        """Wait for a bot's socket; says when it was there."""
        await self.slack.wait_for(self.slack.hub.ready, timeout)
        return {"at": time.time()}

    async def ask(
        self,
        count: int,
        within: float = 0.0,
        timeout: float = 60.0,
        thread: bool = False,
        padding: int = 0,
        into: list[str] | None = None,
    ) -> dict[str, Any]:
        """Mention the bot `count` times in `within` seconds, and wait for the whole answers.

        Each question has a channel of its own; with `thread`, all of them stand in one thread and
        follow each other. `into`: the channel and ts of a thread to ask in. `padding`: characters
        of text before each question.
        """
        self.model.requests.clear()
        self.slack.calls.clear()
        wanted = self.model.script(ModelRequest(0, "chat", {}, 0.0)).text  # type: ignore[operator,union-attr]  # ours
        questions: dict[int, Message] = {}
        begun = time.monotonic()
        for place in range(count):
            await asyncio.sleep(max(0.0, begun + within * place / count - time.monotonic()))
            self._asked += 1
            where, root = self._where(
                into, next(iter(questions.values()), None) if thread else None
            )
            text = f"@parley {'word ' * (padding // 5)}question {self._asked}?"
            questions[self._asked] = await self.slack.user_posts(where, "alice", text, root)
            if thread:
                await self._answered(questions, wanted, timeout)
        await self._answered(questions, wanted, timeout)
        calls: dict[str, int] = {}
        for call in self.slack.calls:
            calls[call.method] = calls.get(call.method, 0) + 1
        threads = [(q.channel, q.thread_ts or q.ts, self._team) for q in questions.values()]
        journeys = self._journeys(questions, wanted)
        return {"journeys": journeys, "calls": calls, "threads": threads}

    @property
    def _team(self) -> str:
        return self.slack.workspace.team_id

    def _where(self, into: list[str] | None, root: Message | None) -> tuple[str, str | None]:
        """Return the channel and the thread, if any, for the next question."""
        if into is not None:
            return into[0], into[1]
        if root is not None:
            return root.channel, root.ts
        return self.slack.open_channel(f"room-{self._asked}").id, None

    async def _answered(self, questions: dict[int, Message], wanted: str, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        left = dict(questions)
        while left:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(left)} of {len(questions)} answers are not complete")
            await asyncio.sleep(LOOK_SECONDS)
            for number, question in list(left.items()):
                if self._reply(question, wanted) is not None:
                    del left[number]

    def _reply(self, question: Message, wanted: str) -> Message | None:
        """Return the message that answers `question`, once it is complete."""
        for reply in self.slack.thread(question.channel, question.thread_ts or question.ts):
            if reply.bot_id and reply.ts > question.ts and reply.text.strip() == wanted:
                return reply
        return None

    def _journeys(self, questions: dict[int, Message], wanted: str) -> list[dict[str, float]]:
        shift = time.time() - time.monotonic()
        requests: dict[int, ModelRequest] = {}
        for request in self.model.requests:
            found = _NUMBER.findall(request.last_user_text)
            if found:
                requests.setdefault(int(found[-1]), request)
        journeys = []
        for number, question in questions.items():
            reply, request = self._reply(question, wanted), requests[number]
            assert reply is not None
            assert request.first_byte is not None
            assert request.finished is not None
            first = next(v for v in reply.versions if wanted.startswith(v.text.strip()[:4]))
            whole = next(v for v in reply.versions if v.text.strip() == wanted)
            journeys.append(
                {
                    "asked": question.at,
                    "requested": request.arrived + shift,
                    "first_token": request.first_byte + shift + self._interval,
                    "last_token": request.finished + shift,
                    "first_text": first.at,
                    "whole_text": whole.at,
                    "writes": float(len(reply.versions)),
                }
            )
        return journeys


async def _serve(echo: bool) -> None:
    stage = Stage(echo=echo)
    lines = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print(json.dumps(await stage.start()), flush=True)
    try:
        while line := await lines.readline():
            order = json.loads(line)
            what = order.pop("order")
            try:
                answer = await getattr(stage, what)(**order)
            except (TimeoutError, AssertionError, KeyError) as error:
                answer = {"fault": f"{what}: {type(error).__name__} {error}"}
            print(json.dumps(answer), flush=True)
    finally:
        await stage.stop()


if __name__ == "__main__":
    asyncio.run(_serve("--echo" in sys.argv))
