"""A whole small world: a local Slack, a scripted model, and the real bot as a process between them.

async with World(tmp_path).open() as world:
    channel = world.channel()
    question = await world.asks(channel, "what is up?")
    assert await world.answer(question) == "You said: what is up?"
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from tests.processes import BotProcess
from tests.servers.model import ModelRequest, ModelServer, echo
from tests.servers.model.parts import Answer
from tests.servers.slack import LocalSlack, Message

Says = Answer | Callable[[ModelRequest], Answer]
PATIENCE = 15.0
"""Seconds until a condition counts as never coming true; a busy machine needs some."""

_numbers = itertools.count(1)


class World:
    """Everything that one scenario plays in."""

    def __init__(self, folder: Path, env: Mapping[str, str] | None = None, **slack: Any) -> None:
        self.folder = folder
        self.slack = LocalSlack(**slack)
        self.model = ModelServer(self._choose)
        self.bots: list[BotProcess] = []
        self._env = dict(env or {})
        self._scripts: dict[str, list[Says]] = {}

    @asynccontextmanager
    async def open(self, *roles: str) -> AsyncIterator[World]:
        """Start both servers and one bot for each role (by default one that does everything)."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.slack)
            await stack.enter_async_context(self.model)
            for role in roles or ("all",):
                bot = await stack.enter_async_context(self.bot(role))
                await bot.ready()
            yield self

    def bot(self, role: str = "all", **env: str) -> BotProcess:
        """Make a bot of this world, not started yet; all share one store."""
        together = {
            **self.slack.env(),
            **self.model.env,
            "OPENAI_API": "chat",
            "OPENAI_MODEL": "gpt-6-luna",
            "TURNS_PER_HOUR": "0",
            "TOKENS_PER_DAY": "0",
            **self._env,
            **env,
        }
        bot = BotProcess(together, self.folder, "run", "--role", role)
        self.bots.append(bot)
        return bot

    # -- what people do -----------------------------------------------------------------------

    def channel(self, **how: Any) -> str:
        """Make a channel of its own with everybody in it; returns its id."""
        return self.slack.open_channel(f"room-{next(_numbers)}", **how).id

    def person(self, name: str = "") -> str:
        """Bring somebody new, who has a direct conversation with the bot; returns the name."""
        name = name or f"person{next(_numbers)}"
        user = self.slack.workspace.add_user(name)
        self.slack.workspace.direct(user.id, self.slack.bot_user)
        return name

    async def asks(self, channel: str, text: str, user: str = "alice", **how: Any) -> Message:
        """Mention the bot."""
        return await self.slack.user_posts(channel, user, f"@parley {text}", **how)

    # -- what the model does ------------------------------------------------------------------

    def script(self, keyword: str, *answers: Says) -> None:
        """Answer requests whose last message holds `keyword` with these in turn; the last stays."""
        self._scripts[keyword] = list(answers)

    def _choose(self, request: ModelRequest) -> Answer:
        for keyword, answers in self._scripts.items():
            if keyword in request.last_user_text:
                chosen = answers.pop(0) if len(answers) > 1 else answers[0]
                return chosen(request) if callable(chosen) else chosen
        return echo(request)

    def requests(self, keyword: str) -> list[ModelRequest]:
        """Return the model requests whose last message holds `keyword`."""
        return [r for r in self.model.requests if keyword in r.last_user_text]

    async def request(self, keyword: str, count: int = 1) -> ModelRequest:
        """Wait for the `count`th such request."""
        await self.model.wait_for(lambda _: len(self.requests(keyword)) >= count, PATIENCE)
        return self.requests(keyword)[count - 1]

    # -- what people see ----------------------------------------------------------------------

    async def until(self, condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """Wait until something is true in Slack."""
        return await self.slack.wait_for(condition, seconds)

    async def answer(self, question: Message, count: int = 1) -> str:
        """Wait until `count` answers in the thread are complete; returns the text of the newest."""
        finished = lambda: len(self.turns(question)) >= count  # noqa: E731  a name for the error
        await self.eventually(finished)
        replies = self.slack.replies(question) or self.slack.messages(question.channel)[-1:]
        return self.slack.visible(replies[-1])

    def turns(self, question: Message) -> list[dict[str, Any]]:
        """Return the log lines of turns that ended in the thread of a message."""
        root = question.thread_ts or question.ts
        names = (f"/{question.channel}/{root}", f"/{question.channel}/")
        lines = [record for bot in self.bots for record in bot.records]
        return [r for r in lines if r.get("msg") == "turn" and r["thread"].endswith(names)]

    def turns_in(self, place: str) -> list[dict[str, Any]]:
        """Return the log lines of turns whose thread holds `place` in its key."""
        lines = [record for bot in self.bots for record in bot.records]
        return [r for r in lines if r.get("msg") == "turn" and place in r["thread"]]

    async def eventually(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait for something that no server announces, such as a line of a log."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110  a log file announces nothing
                await asyncio.sleep(0.01)

    def spoken(self, request: ModelRequest) -> str:
        """Return everything the model was shown, the system prompt left out."""
        shown = [m for m in request.messages if m.get("role") not in ("system", "developer")]
        return "\n".join(f"{m['role']}: {_text(m.get('content'))}" for m in shown)


async def store_process(data_dir: Path) -> int:
    """Find the server that a bot has started for this folder."""
    out = await asyncio.create_subprocess_exec(
        "pgrep", "-f", str(data_dir / "store"), stdout=asyncio.subprocess.PIPE
    )
    found, _ = await out.communicate()
    for pid in map(int, found.split()):
        shown = await asyncio.create_subprocess_exec(
            "ps", "-o", "comm=", "-p", str(pid), stdout=asyncio.subprocess.PIPE
        )
        name, _ = await shown.communicate()
        if name.strip() in (b"redis-server", b"valkey-server"):
            return pid
    raise LookupError(f"no server works in {data_dir}")


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content)
    return str(content or "")


def squeezed(text: str) -> str:
    """Return a text without any white space, to compare what was cut at white space."""
    return re.sub(r"\s+", "", text)
