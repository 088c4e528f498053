"""A whole small world: a local Slack, a scripted model, and the real bot as a process between them.

async with World(tmp_path).open() as world:
    channel = world.channel()
    question = await world.asks(channel, "what is up?")
    assert await world.answer(question) == "You said: what is up?"
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.bounds import PATIENCE
from tests.scenarios.playing import Playing
from tests.servers.slack import LocalSlack, Message

_numbers = itertools.count(1)


class World(Playing):
    """Everything that one scenario plays in."""

    def __init__(self, folder: Path, env: Mapping[str, str] | None = None, **slack: Any) -> None:
        self.slack = LocalSlack(**slack)
        super().__init__(folder, self.slack, env)

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
