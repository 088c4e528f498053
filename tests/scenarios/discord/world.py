"""A whole small world: a local Discord, a scripted model, and the real bot as a process between.

async with World(tmp_path).open() as world:
    channel = world.channel()
    question = await world.asks(channel, "what is up?")
    assert await world.answer(question) == "You said: [alice] what is up?"
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from tests.bounds import PATIENCE
from tests.scenarios.playing import Playing
from tests.servers.discord import Channel, LocalDiscord, Message

_numbers = itertools.count(1)


class World(Playing):
    """Everything that one scenario plays in."""

    def __init__(self, folder: Path, env: Mapping[str, str] | None = None, **discord: Any) -> None:
        self.discord = LocalDiscord(**discord)
        super().__init__(folder, self.discord, env)

    @asynccontextmanager
    async def open(self, *roles: str) -> AsyncIterator[Self]:
        """Start both servers and one bot for each role; who listens has said hello by then.

        Otherwise a fault that is meant for an answer may meet that hello.
        """
        async with super().open(*roles):
            if set(roles) != {"work"}:
                await self.until(self._is_greeted)
            yield self

    def _is_greeted(self) -> bool:
        ours = [c for c in self.discord.channels.values() if c.guild_id == self.discord.guild.id]
        return any(self.discord.own(channel) for channel in ours)

    # -- what people do -----------------------------------------------------------------------

    def channel(self, **how: Any) -> Channel:
        """Make a text channel of its own that everybody sees."""
        return self.discord.text_channel(f"room-{next(_numbers)}", **how)

    async def asks(
        self, channel: str | Channel, text: str, user: str = "alice", **how: Any
    ) -> Message:
        """Mention the bot."""
        return await self.discord.user_posts(channel, user, f"@parley {text}", **how)

    # -- what people see ----------------------------------------------------------------------

    async def until(self, condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """Wait until something is true in Discord."""
        return await self.discord.wait_for(condition, seconds)

    async def answer(self, question: Message, count: int = 1) -> str:
        """Wait until `count` turns in the question's conversation have ended; returns the text of
        the newest answer."""
        await self.eventually(lambda: len(self.turns(question)) >= count)
        return self.discord.visible(self.discord.replies(question)[-1])

    def turns(self, question: Message) -> list[dict[str, Any]]:
        """Return the log lines of turns that ended in the thread on a message, or beside it."""
        where = self.discord.channels[question.channel_id]
        within = where.is_thread
        parent = where.parent_id if within else where.id
        root = "" if where.is_direct else where.id if within else question.id
        return [r for r in self.turns_in(f"/{parent}/{root}") if r["thread"].endswith(f"/{root}")]
