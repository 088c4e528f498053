"""Apps and their installations: tokens, scopes, subscriptions. Pure.

One app may be installed in several workspaces, each with a bot token of its own; the app token
and the sockets belong to the app.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .workspace import Channel, User, Workspace, new_id

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
)

EVENTS = (
    "agent_session_stopped",
    "app_context_changed",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "assistant_thread_context_changed",
    "assistant_thread_started",
    "channel_archive",
    "channel_left",
    "channel_unarchive",
    "group_left",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
)

_PREFIX = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
_EVENT_SCOPE = {
    "app_mention": "app_mentions:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_left": "channels:read",
    "group_left": "groups:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "app_context_changed": "assistant:write",
    "assistant_thread_started": "assistant:write",
    "assistant_thread_context_changed": "assistant:write",
    "agent_session_stopped": "chat:write",
}


def history_scope(channel: Channel) -> str:
    """Return the scope that reading this channel's messages needs."""
    return f"{_PREFIX[channel.kind]}:history"


def read_scope(channel: Channel) -> str:
    return f"{_PREFIX[channel.kind]}:read"


@dataclass
class App:
    """A registered Slack app."""

    id: str
    name: str
    app_token: str
    signing_secret: str
    verification_token: str
    events: set[str] = field(default_factory=lambda: set(EVENTS))
    app_token_scopes: set[str] = field(default_factory=lambda: {"connections:write"})
    app_token_revoked: bool = False
    socket_mode: bool = True
    distributed: bool = False  # commercially distributed outside the Marketplace
    client_id: str = ""
    client_secret: str = ""
    redirect_urls: list[str] = field(default_factory=list)
    bot_scopes: set[str] = field(default_factory=lambda: set(SCOPES))


@dataclass
class Installation:
    """An app in a workspace: its bot user, token and granted scopes."""

    app: App
    workspace: Workspace
    bot: User
    bot_id: str
    token: str
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    refused_as: str | None = None  # "token_revoked", "account_inactive" when no longer valid

    @property
    def bot_user_id(self) -> str:
        return self.bot.id

    def profile(self) -> dict[str, Any]:
        """Return the `bot_profile` that Slack puts beside a bot's message."""
        return {
            "id": self.bot_id,
            "deleted": False,
            "name": self.app.name,
            "updated": 1_700_000_000,
            "app_id": self.app.id,
            "icons": {},
            "team_id": self.workspace.team_id,
        }

    def wants(self, subscription: str, scope: str | None) -> bool:
        """Say whether an event of this subscription would be sent to the app at all."""
        needed = scope or _EVENT_SCOPE.get(subscription)
        granted = needed is None or needed in self.scopes
        return self.refused_as is None and subscription in self.app.events and granted


def new_app(name: str) -> App:
    app_id = new_id("A")
    return App(
        id=app_id,
        name=name,
        app_token=f"xapp-1-{app_id}-100000000001-{'0123456789abcdef' * 4}",
        signing_secret="8f742231b10e8888abcd99yyyzzz85a5",
        verification_token="XXYYZZ",
        client_id=f"1234567890.{app_id[1:]}",
        client_secret="33fea0113f5b1e27b3c9b6d9d8a5ca72",
    )


def install(app: App, workspace: Workspace) -> Installation:
    """Put an app into a workspace, with a bot user that is named like the app."""
    bot_id = new_id("B")
    bot = workspace.add_user(app.name.lower(), app.name, is_bot=True, bot_id=bot_id, app_id=app.id)
    token = f"xoxb-{workspace.team_id[1:]}-{bot.id[1:]}-AbCdEfGhIjKlMnOpQrStUvWx"
    return Installation(app, workspace, bot, bot_id, token)
