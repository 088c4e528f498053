"""The local Discord as a stage's platform.

Answers are looked for in threads only: a mention in a channel opens one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.stage.servers import Look, Servers, Thread
from tests.servers.discord import LocalDiscord, Message
from tests.servers.discord.limits import TYPING_SECONDS


class DiscordServers(Servers[Message]):
    """Discord tells the bot of its own messages always. `limits`: it answers 429 above them."""

    def __init__(self, *, limits: bool) -> None:
        super().__init__()
        self.discord = LocalDiscord(enforce_limits=limits)

    async def open(self) -> dict[str, str]:
        """Start Discord."""
        await self.discord.start()
        return self.discord.env()

    async def close(self) -> None:
        """End Discord."""
        await self.discord.stop()

    async def connected(self, timeout: float) -> None:
        """Wait for a bot's session on the gateway."""
        gateway = self.discord.gateway
        await self.discord.wait_for(
            lambda: any(connection.session for connection in gateway.connections), timeout
        )

    def clear(self) -> None:
        """Forget the calls up to now."""
        self.discord.calls.clear()
        self.discord.typing.clear()
        self.discord.limits.too_many_by_route.clear()

    def open_room(self, name: str) -> str:
        """Make a channel."""
        return self.discord.text_channel(name).id

    async def post(self, channel: str, text: str, thread: str | None) -> Message:
        """Let somebody write."""
        return await self.discord.user_posts(thread or channel, "alice", text)

    def thread(self, question: Message) -> Thread:
        """Tell where a question and its answers stand."""
        where = self.discord.channels[question.channel_id]
        guild = where.guild_id or ""
        if where.is_thread:
            return Thread(where.parent_id or "", where.id, guild)
        return Thread(where.id, question.id, guild)

    def replies(self, question: Message) -> list[Message]:
        """Return the bot's messages behind a question in its thread."""
        thread = self.discord.channels.get(self.thread(question).root)
        if thread is None:
            return []
        bot = self.discord.application.bot_id
        found = [m for m in thread.messages.values() if m.author_id == bot]
        return [m for m in found if int(m.id) > int(question.id)]

    def text(self, reply: Message) -> str:
        """Return what a message reads now."""
        return reply.content

    def looks(self, reply: Message) -> Sequence[Look]:
        """Return what a message has read."""
        return [Look(version.at, version.content) for version in reply.versions]

    def sign(self, question: Message) -> float | None:
        """Return when the question's thread was there, or the bot was seen typing in it or in the
        question's channel: also before it, if that is still seen."""
        where = self.thread(question)
        seen = [
            max(at, question.at)
            for at, channel, user in self.discord.typing
            if channel in (where.channel, where.root) and at > question.at - TYPING_SECONDS
            if user == self.discord.application.bot_id
        ]
        if (thread := self.discord.channels.get(where.root)) is not None:
            seen.append(thread.created_at)
        return min(seen, default=None)

    def count_calls(self) -> dict[str, int]:
        """Count the calls that Discord carried out."""
        return dict(Counter(call.name for call in self.discord.calls if call.applied))

    def refused(self) -> dict[str, int]:
        """Count the calls that Discord answered with 429."""
        return dict(self.discord.limits.too_many_by_route)
