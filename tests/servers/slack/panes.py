"""App Home, the assistant pane and the stop button of a stream, as a person uses them.

Sources: docs.slack.dev/reference/events (app_home_opened, assistant_thread_started,
agent_session_stopped).
"""

from __future__ import annotations

from typing import Any

from .interaction import Interaction
from .workspace import Message


class Panes(Interaction):
    """What people open beside channels and messages."""

    async def opens_home(self, user: str = "alice", tab: str = "home") -> None:
        """Open the app's Home or Messages tab."""
        bot = next(iter(self.installations.values()))
        author = bot.workspace.user(user)
        direct = bot.workspace.direct(author.id, bot.bot_user_id)
        event: dict[str, Any] = {
            "type": "app_home_opened",
            "user": author.id,
            "channel": direct.id,
            "event_ts": self.new_ts(),
            "tab": tab,
        }
        home = self.homes.get((bot.app.id, author.id))
        if tab == "home" and home is not None:
            event["view"] = home.body | {"id": home.id, "hash": home.hash}
        if bot.wants("app_home_opened", None):
            self.deliver(bot, event)

    async def opens_assistant(self, user: str = "alice", context: str | None = None) -> Message:
        """Open a new thread in the assistant pane; return its root message."""
        bot = next(iter(self.installations.values()))
        author = bot.workspace.user(user)
        direct = bot.workspace.direct(author.id, bot.bot_user_id)
        root = Message(
            self.new_ts(),
            direct.id,
            "New Assistant Thread",
            self.clock.now(),
            user=bot.bot_user_id,
            bot_id=bot.bot_id,
            app_id=bot.app.id,
            subtype="assistant_app_thread",
        )
        direct.put(root)
        place = {"channel_id": self._where(context)[1].id} if context else {}
        thread = {
            "user_id": author.id,
            "channel_id": direct.id,
            "thread_ts": root.ts,
            "context": place | {"team_id": bot.workspace.team_id} if place else {},
        }
        if bot.wants("assistant_thread_started", None):
            event = {"type": "assistant_thread_started", "assistant_thread": thread}
            self.deliver(bot, event | {"event_ts": self.new_ts()})
        return root

    async def looks_elsewhere(self, root: Message, context: str, user: str = "alice") -> None:
        """Open another channel beside a thread of the assistant pane."""
        bot = next(iter(self.installations.values()))
        thread = {
            "user_id": bot.workspace.user(user).id,
            "channel_id": root.channel,
            "thread_ts": root.ts,
            "context": {
                "channel_id": self._where(context)[1].id,
                "team_id": bot.workspace.team_id,
            },
        }
        if bot.wants("assistant_thread_context_changed", None):
            event = {"type": "assistant_thread_context_changed", "assistant_thread": thread}
            self.deliver(bot, event | {"event_ts": self.new_ts()})

    async def looks_at(self, channel: str, user: str = "alice") -> None:
        """Open a channel beside the direct message with the agent.

        Source: docs.slack.dev/ai/migrating-to-agent-messaging, and the type of the event in
        @slack/types.
        """
        bot = next(iter(self.installations.values()))
        author = bot.workspace.user(user)
        entity = {"type": "slack#/types/channel_id", "value": self._where(channel)[1].id}
        event = {
            "type": "app_context_changed",
            "channel": bot.workspace.direct(author.id, bot.bot_user_id).id,
            "user": author.id,
            "context": {"entities": [entity | {"team_id": bot.workspace.team_id}]},
            "event_ts": self.new_ts(),
        }
        if bot.wants("app_context_changed", None):
            self.deliver(bot, event)

    async def user_stops(self, message: Message, user: str = "alice") -> None:
        """Press the stop button that Slack shows in a thread whose session is at work. `message` is
        the one that streams there, or any other of the thread."""
        workspace, where = self.place(message.channel)
        root = message.thread_ts or message.ts
        if self.sessions.get((where.id, root)) != "processing":
            raise LookupError("Slack shows no stop button here: the session is not processing")
        streams = [message.ts] if message.stream is not None else []
        if message.stream is not None:
            message.stream.stopped_by_user = True
        event = {
            "type": "agent_session_stopped",
            "channel": where.id,
            "thread_ts": root,
            "user": workspace.user(user).id,
            "streaming_message_ts": streams,
            "event_ts": self.new_ts(),
        }
        self.tell(where, event, "agent_session_stopped")
