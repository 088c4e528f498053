"""The app manifest: what Slack has to know of the app, with exactly the scopes that are used.

Source: https://docs.slack.dev/reference/app-manifest. Printed by `manifest slack`.
"""

from __future__ import annotations

from typing import Any

SCOPES = {
    "app_mentions:read": "hears its mentions",
    "channels:history": "follows the threads that it has joined, and reads what came before",
    "channels:read": "names the channels that people mention",
    "chat:write": "answers, and shows while it works",
    "commands": "`/parley`",
    "files:read": "reads the text files that people attach",
    "files:write": "puts files that tools make beside an answer",
    "groups:history": "follows its threads in private channels",
    "groups:read": "names private channels that it is in",
    "im:history": "reads direct messages to it",
    "mpim:history": "follows its threads in group conversations",
    "users:read": "tells people apart by name, and knows their language and time zone",
}
"""Each scope and what it is for."""

EVENTS = ("app_mention", "message.channels", "message.groups", "message.im", "message.mpim")


def manifest(command: str = "/parley") -> dict[str, Any]:
    """Return the manifest of an app in Socket Mode."""
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Parley",
            "description": "Answers where the team talks.",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {"messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": "Parley", "always_online": True},
            "slash_commands": [
                {
                    "command": command,
                    "description": "Forget what was said here, or see what Parley can do",
                    "usage_hint": "reset | help",
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(EVENTS)},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }
