"""What every world of a scenario has, whichever platform it plays on: a scripted model, and bots as
processes that share one store."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Self

from tests.bounds import PATIENCE
from tests.processes import BotProcess
from tests.servers.discord import LocalDiscord
from tests.servers.model import ModelRequest, ModelServer, echo
from tests.servers.model.parts import Answer
from tests.servers.slack import LocalSlack

Says = Answer | Callable[[ModelRequest], Answer]


class Playing:
    """The model's side of a scenario, and the bots'; `platform` is the local Slack or Discord."""

    def __init__(
        self, folder: Path, platform: LocalSlack | LocalDiscord, env: Mapping[str, str] | None
    ) -> None:
        self.folder = folder
        self._platform = platform
        self.model = ModelServer(self._choose)
        self.bots: list[BotProcess] = []
        self._env = dict(env or {})
        self._scripts: dict[str, list[Says]] = {}

    @asynccontextmanager
    async def open(self, *roles: str) -> AsyncIterator[Self]:
        """Start both servers and one bot for each role (by default one that does everything)."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._platform)
            await stack.enter_async_context(self.model)
            for role in roles or ("all",):
                bot = await stack.enter_async_context(self.bot(role))
                await bot.ready()
            yield self

    def bot(self, role: str = "all", **env: str) -> BotProcess:
        """Make a bot of this world, not started yet; all share one store."""
        together = {
            **self._platform.env(),
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

    # -- what the bots do -----------------------------------------------------------------------

    def turns_in(self, place: str) -> list[dict[str, Any]]:
        """Return the log lines of turns whose thread holds `place` in its key."""
        lines = [record for bot in self.bots for record in bot.records]
        return [r for r in lines if r.get("msg") == "turn" and place in r["thread"]]

    async def eventually(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait for something that no server announces, such as a line of a log.

        Raises TimeoutError with what the bots said last.
        """
        try:
            async with asyncio.timeout(seconds):
                while not condition():  # noqa: ASYNC110  a log file announces nothing
                    await asyncio.sleep(0.01)
        except TimeoutError:
            said = [line for bot in self.bots for line in bot.lines[-20:]]
            raise TimeoutError(f"not within {seconds:g} s\n" + "\n".join(said)) from None

    def spoken(self, request: ModelRequest) -> str:
        """Return everything the model was shown, the system prompt left out."""
        shown = [m for m in request.messages if m.get("role") not in ("system", "developer")]
        return "\n".join(f"{m['role']}: {_text(m.get('content'))}" for m in shown)


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content)
    return str(content or "")


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


def squeezed(text: str) -> str:
    """Return a text without any white space, to compare what was cut at white space."""
    return re.sub(r"\s+", "", text)
