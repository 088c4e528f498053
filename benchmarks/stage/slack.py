"""The local Slack as a stage's platform, and the order that only Slack has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.stage.servers import Look, Servers, Thread
from tests.servers.slack import LocalSlack, Message
from tests.servers.slack.apps import EVENTS


class SlackServers(Servers[Message]):
    """`echo`: Slack tells the bot of its own messages too, as the real one does. `limits`: it
    refuses what is above its documented tiers."""

    def __init__(self, *, echo: bool, limits: bool) -> None:
        super().__init__()
        self.slack = LocalSlack(echo_own=echo, enforce_limits=limits)

    async def open(self) -> dict[str, str]:
        """Start Slack."""
        await self.slack.start()
        return self.slack.env()

    async def close(self) -> None:
        """End Slack."""
        await self.slack.stop()

    async def connected(self, timeout: float) -> None:
        """Wait for a bot's socket."""
        await self.slack.wait_for(self.slack.hub.ready, timeout)

    def clear(self) -> None:
        """Forget the calls up to now."""
        self.slack.calls.clear()
        self.slack.status_log.clear()
        self.slack.limits.refused_by_method.clear()

    def open_room(self, name: str) -> str:
        """Make a channel."""
        return self.slack.open_channel(name).id

    async def post(self, channel: str, text: str, thread: str | None) -> Message:
        """Let somebody write."""
        return await self.slack.user_posts(channel, "alice", text, thread)

    def thread(self, question: Message) -> Thread:
        """Tell where a question and its answers stand."""
        team = self.slack.workspace.team_id
        return Thread(question.channel, question.thread_ts or question.ts, team)

    def replies(self, question: Message) -> list[Message]:
        """Return the bot's messages behind a question."""
        thread = self.slack.thread(question.channel, question.thread_ts or question.ts)
        return [reply for reply in thread if reply.bot_id and reply.ts > question.ts]

    def text(self, reply: Message) -> str:
        """Return what a message reads now."""
        return reply.text

    def looks(self, reply: Message) -> Sequence[Look]:
        """Return what a message has read."""
        return [Look(version.at, version.text) for version in reply.versions]

    def sign(self, question: Message) -> float | None:
        """Return when the first status stood under a question."""
        place = question.channel, question.ts
        told = (at for at, *where, text in self.slack.status_log if text and tuple(where) == place)
        return min(told, default=None)

    def count_calls(self) -> dict[str, int]:
        """Count the calls that Slack carried out."""
        counts: dict[str, int] = {}
        for call in self.slack.calls:
            if call.applied:
                counts[call.method] = counts.get(call.method, 0) + 1
        return counts

    def refused(self) -> dict[str, int]:
        """Count the calls that Slack answered with 429."""
        return dict(self.slack.limits.refused_by_method)


async def subscribe(servers: SlackServers, events: list[str] | None = None) -> dict[str, Any]:
    """Send the bot these events only, as its manifest asks for; None: all."""
    servers.slack.app.events = set(events or EVENTS)
    return {}
