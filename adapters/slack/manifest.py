"""The app manifest: what Slack has to know of the app, with exactly the scopes that are used.

Source: https://docs.slack.dev/reference/app-manifest. Printed by `manifest slack`.
"""

from __future__ import annotations

from typing import Any

from adapters.slack.commands import COMMAND
from adapters.slack.surfaces.assistant import prompts
from adapters.slack.surfaces.modals import CALLBACK
from adapters.slack.surfaces.shortcuts import REVIEW

SCOPES = {
    "app_mentions:read": "hears its mentions",
    "assistant:write": "stands in the pane beside a channel, with prompts and titles",
    "channels:history": "follows the threads that it has joined, and reads what came before",
    "channels:read": "names the channels that people mention, and hears that it was invited",
    "chat:write": "answers, and shows while it works",
    "commands": "`/parley`, and the shortcuts in a message's menu",
    "files:read": "reads the text files that people attach",
    "files:write": "puts files that tools make beside an answer",
    "groups:history": "follows its threads in private channels",
    "groups:read": "names private channels that it is in, and hears that it was invited",
    "im:history": "reads direct messages to it",
    "im:read": "finds, after an absence, who wrote to it for the first time",
    "im:write": "opens a direct message for what only one person may see",
    "mpim:history": "follows its threads in group conversations",
    "mpim:read": "finds, after an absence, the group conversations that it is in",
    "usergroups:read": "calls the groups that people mention by their names",
    "users:read": "tells people apart by name, and knows their language and time zone",
}
"""Each scope and what it is for."""

EVENTS = {
    "agent_session_stopped": "somebody presses Slack's own stop button",
    "app_context_changed": "another channel is opened beside the conversation",
    "app_home_opened": "its page, or the conversation with it, is opened",
    "app_mention": "it is mentioned",
    "app_uninstalled": "a workspace no longer wants it: its token is forgotten",
    "assistant_thread_context_changed": "as `app_context_changed`, in the older pane",
    "assistant_thread_started": "a conversation begins in the older pane",
    "member_joined_channel": "it is invited to a channel",
    "message.channels": "somebody writes, edits or deletes in a public channel that it is in",
    "message.groups": "likewise in a private one",
    "message.im": "likewise in a direct message",
    "message.mpim": "likewise in a group conversation",
    "tokens_revoked": "likewise, when only its token is taken back",
}
"""Each event and what it tells."""

DESCRIPTION = "Answers where the team talks."

SHORTCUT, REVIEW_SHORTCUT = "Ask Parley about this", "Review this code"
"""At most 24 characters each."""


REQUEST_PATH, REDIRECT_PATH = "/slack/events", "/slack/oauth_redirect"
"""Where Slack sends what happens, and people who have installed the app. They are served by `door`
and by `installing`, which takes the scopes from here; a test compares."""


def manifest(request_url: str = "", redirect_url: str = "") -> dict[str, Any]:
    """Return the manifest of an app in Socket Mode; with a `request_url` of one over HTTP.
    `redirect_url` is where people come back to who install it in their workspace."""
    url = {"url": request_url} if request_url else {}
    requests = {"request_url": request_url} if request_url else {}
    redirects = {"redirect_urls": [redirect_url]} if redirect_url else {}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Parley",
            "description": DESCRIPTION,
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "agent_view": {"agent_description": DESCRIPTION, "suggested_prompts": prompts("en")},
            "bot_user": {"display_name": "Parley", "always_online": True},
            "shortcuts": [
                {
                    "name": SHORTCUT,
                    "type": "message",
                    "callback_id": CALLBACK,
                    "description": "Have a message explained, checked or answered",
                },
                {
                    "name": REVIEW_SHORTCUT,
                    "type": "message",
                    "callback_id": REVIEW,
                    "description": "Have the code of a message reviewed in its thread",
                },
            ],
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Ask something, or see what Parley can do",
                    "usage_hint": "ask [private] <question> | review <code or link> | "
                    "reset | leave | help",
                    "should_escape": True,
                    **url,
                }
            ],
        },
        "oauth_config": {**redirects, "scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**requests, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **requests},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not request_url,
            "token_rotation_enabled": False,
        },
    }
