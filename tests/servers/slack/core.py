"""The heart of the local Slack: every state change goes through here, and so does every event.

Methods (what bots call) and people (what humans do) both use it. It knows no HTTP.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from tests.servers.clock import Clock
from tests.servers.faults import Faults
from tests.servers.waiting import Waiting

from . import events, limits, render
from .apps import App, Installation, history_scope, install, new_app
from .delivery import Delivery, Postman
from .records import Assistant, Ephemeral, OAuthCode, Ping, ResponseUrl, Status, Trigger, View
from .sockets import Hub
from .wire import Call
from .workspace import Channel, Message, Workspace, new_id


class Core(Waiting):
    """Workspaces, apps and everything that happens between them."""

    def __init__(self, *, enforce_limits: bool = False, echo_own: bool = True) -> None:
        super().__init__()
        self.clock = Clock()
        self.limits = limits.Limits(self.clock.now, enforce_limits)
        self.faults = Faults()
        self.base_url = ""
        self.echo_own = echo_own
        self.mention_first = False
        self.mention_delay = 0.0
        self.parent_on_every_page = True
        self.workspaces: dict[str, Workspace] = {}
        self.apps: dict[str, App] = {}
        self.installations: dict[str, Installation] = {}  # by token
        self.hubs: dict[str, Hub] = {}
        self.postmen: dict[str, Postman] = {}
        self.calls: deque[Call] = deque(maxlen=100_000)
        self.pings: list[Ping] = []
        self.ephemerals: list[Ephemeral] = []
        self.statuses: dict[tuple[str, str], Status] = {}
        self.status_log: list[tuple[float, str, str, str]] = []
        self.assistants: dict[tuple[str, str], Assistant] = {}
        self.uploads: dict[str, int] = {}  # file id -> announced length, until the bytes are there
        self.downloads: list[tuple[str, str]] = []  # (file id, token as sent)
        self.sign_in_as_page = False  # False: 302 to the sign-in page; True: 200 with it
        self.sessions: dict[tuple[str, str], str] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.oauth_codes: dict[str, OAuthCode] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[tuple[str, str], View] = {}
        self._last_ts = 0
        self._notified: dict[str, set[str]] = {}

    # -- setting up ---------------------------------------------------------------------------

    def add_workspace(self, name: str, domain: str) -> Workspace:
        workspace = Workspace(new_id("T"), name, domain)
        self.workspaces[workspace.team_id] = workspace
        return workspace

    def add_app(self, name: str) -> App:
        app = new_app(name)
        self.apps[app.id] = app
        hub = self.hubs[app.id] = Hub(app, self.clock, self.changed)
        self.postmen[app.id] = Postman(hub, self.clock, self.changed)
        return app

    def install(self, app: App, workspace: Workspace) -> Installation:
        installation = install(app, workspace)
        self.installations[installation.token] = installation
        return installation

    # -- lookups ------------------------------------------------------------------------------

    def installation_in(self, team_id: str, app: App | None = None) -> Installation | None:
        """Return the newest installation of an app (of any) in a workspace, or None."""
        found = [i for i in self.installations.values() if i.workspace.team_id == team_id]
        return next((i for i in reversed(found) if app in (None, i.app)), None)

    def place(self, channel_id: str) -> tuple[Workspace, Channel]:
        """Return (workspace, channel) of a channel id; raise KeyError when there is none."""
        for workspace in self.workspaces.values():
            channel = workspace.channels.get(channel_id)
            if channel is not None:
                return workspace, channel
        raise KeyError(channel_id)

    def new_ts(self) -> str:
        """Return a message timestamp that was never given out before."""
        micros = max(int(self.clock.now() * 1_000_000), self._last_ts + 1)
        self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    # -- messages -----------------------------------------------------------------------------

    def publish(
        self, channel: Channel, message: Message, *, markdown: bool = False, spoken: bool = False
    ) -> None:
        """Store a new message and tell every app that may know."""
        workspace = self.workspaces[channel.team_id]
        channel.put(message)
        message.remember(self.clock.now())
        if message.bot_id:
            self._ping(channel, message, markdown=markdown, spoken=spoken, edit=False)
            self.clear_status(channel.id, message.thread_ts)
        self.announce(channel, message, events.message_event(workspace, channel, message))
        self.changed()

    def revise(
        self,
        channel: Channel,
        message: Message,
        previous: dict[str, Any],
        *,
        markdown: bool = False,
        mention: bool = False,
    ) -> None:
        """Tell every app that a message has changed; the change itself is already made.

        `mention`: a person edited the text, so `app_mention` goes out once more.
        """
        workspace = self.workspaces[channel.team_id]
        message.remember(self.clock.now())
        if message.bot_id:
            self._ping(channel, message, markdown=markdown, spoken=False, edit=True)
        event = events.changed_event(workspace, channel, message, previous, self.new_ts())
        self.announce(channel, message, event, mention=mention)
        self.changed()

    def grow(self, channel: Channel, message: Message) -> None:
        """Show a stream's new text; apps hear of it only when the stream stops."""
        message.remember(self.clock.now())
        self._ping(channel, message, markdown=True, spoken=False, edit=True)
        self.changed()

    def retract(self, channel: Channel, message: Message) -> None:
        """Delete a message and tell every app."""
        workspace = self.workspaces[channel.team_id]
        previous = events.message_object(workspace, message, counts=True)
        author = message.bot_id
        channel.remove(message)
        if message.subtype == "tombstone":
            event = events.changed_event(workspace, channel, message, previous, self.new_ts())
        else:
            event = events.deleted_event(channel, previous, self.new_ts())
        self.tell(channel, event, events.SUBSCRIPTION[channel.kind], author=author)
        self.changed()

    def snapshot(self, channel: Channel, message: Message) -> dict[str, Any]:
        """Return a message as it is now, for the `previous_message` of an event."""
        return events.message_object(self.workspaces[channel.team_id], message, counts=True)

    # -- events -------------------------------------------------------------------------------

    def announce(
        self, channel: Channel, message: Message, event: dict[str, Any], *, mention: bool = True
    ) -> None:
        """Send the message event, and `app_mention` to every app that the message names."""
        workspace = self.workspaces[channel.team_id]
        subscription = events.SUBSCRIPTION[channel.kind]
        for bot in self._members(channel):
            own = message.bot_id == bot.bot_id
            if own and not self.echo_own:
                continue
            named = mention and not own and channel.kind != "im"
            named = named and f"<@{bot.bot_user_id}" in message.text
            due: list[tuple[dict[str, Any], str, str | None]] = [
                (event, subscription, history_scope(channel))
            ]
            if named:
                mentioned = events.mention_event(workspace, channel, message)
                due.insert(0 if self.mention_first else 1, (mentioned, "app_mention", None))
            for position, (payload, name, scope) in enumerate(due):
                if bot.wants(name, scope):
                    self.deliver(bot, payload, self.mention_delay if position else 0.0)

    def tell(
        self, channel: Channel, event: dict[str, Any], subscription: str, author: str | None = None
    ) -> None:
        """Send an event to the apps that are in the channel and subscribed to it."""
        scope = history_scope(channel) if subscription.startswith("message.") else None
        for bot in self._members(channel):
            if author == bot.bot_id and not self.echo_own:
                continue
            if bot.wants(subscription, scope):
                self.deliver(bot, event)

    def deliver(self, bot: Installation, event: dict[str, Any], delay: float = 0.0) -> Delivery:
        """Send one event to one installation."""
        payload = events.wrap(bot, event, self.clock.now())
        return self.postmen[bot.app.id].send(payload, delay)

    def _members(self, channel: Channel) -> list[Installation]:
        return [
            bot
            for bot in self.installations.values()
            if bot.workspace.team_id == channel.team_id and bot.bot_user_id in channel.members
        ]

    # -- what people notice -------------------------------------------------------------------

    def _ping(
        self, channel: Channel, message: Message, *, markdown: bool, spoken: bool, edit: bool
    ) -> None:
        workspace = self.workspaces[channel.team_id]
        found = render.notified(message.text, message.blocks, markdown=markdown, spoken=spoken) - {
            message.user
        }
        known = {
            target
            for target in found
            if target in workspace.users
            or target in workspace.usergroups
            or target in ("here", "channel", "everyone")
        }
        before = self._notified.setdefault(message.ts, set()) if known else set()
        for target in sorted(known - before):
            self.pings.append(Ping(self.clock.now(), channel.id, message.ts, target, edit))
        before |= known

    def set_status(self, channel: str, thread_ts: str, text: str, loading: list[str]) -> None:
        """Show a status under a thread; it goes away by itself after two minutes."""
        now = self.clock.now()
        self.status_log.append((now, channel, thread_ts, text))
        if not text:
            self.statuses.pop((channel, thread_ts), None)
        else:
            status = self.statuses[channel, thread_ts] = Status(text, loading, now)
            self.clock.call_later(
                limits.STATUS_SECONDS, lambda: self._expire(channel, thread_ts, status)
            )
        self.changed()

    def _expire(self, channel: str, thread_ts: str, status: Status) -> None:
        if self.statuses.get((channel, thread_ts)) is status:
            del self.statuses[channel, thread_ts]
            self.changed()

    def clear_status(self, channel: str, thread_ts: str | None) -> None:
        """Take the status away because the bot has written in the thread."""
        if thread_ts and self.statuses.pop((channel, thread_ts), None):
            self.status_log.append((self.clock.now(), channel, thread_ts, ""))

    def new_trigger(self, app: App, user: str) -> str:
        trigger = new_id("13.37.")
        self.triggers[trigger] = Trigger(app.id, user, self.clock.now() + limits.TRIGGER_SECONDS)
        return trigger

    def new_response_url(self, bot: Installation, channel: Channel, user: str) -> ResponseUrl:
        url = ResponseUrl(
            new_id("R"), bot, channel, user, self.clock.now() + limits.RESPONSE_URL_SECONDS
        )
        self.response_urls[url.id] = url
        return url
