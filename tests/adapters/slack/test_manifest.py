"""The manifest asks for what is used and nothing else, in the form that Slack takes."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adapters.slack import limits
from adapters.slack.commands import COMMAND
from adapters.slack.doors import door
from adapters.slack.installation import installing
from adapters.slack.manifest import EVENTS, REDIRECT_PATH, REQUEST_PATH, SCOPES, manifest
from adapters.slack.people import _methods
from adapters.slack.surfaces.modals import CALLBACK
from adapters.slack.surfaces.shortcuts import REVIEW
from bot.wording import TEXTS
from tests.servers.slack.wire import METHODS

ROOM = Path(__file__).parents[3] / "adapters" / "slack"

_HISTORY = {"channels:history", "groups:history", "im:history", "mpim:history"}

NEEDED: dict[str, set[str]] = {
    "chat.postMessage": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "chat.delete": {"chat:write"},
    "chat.startStream": {"chat:write"},
    "chat.appendStream": {"chat:write"},
    "chat.stopStream": {"chat:write"},
    "agents.sessions.setStatus": {"chat:write"},
    "assistant.threads.setStatus": {"chat:write"},
    "assistant.threads.setTitle": {"assistant:write"},
    "assistant.threads.setSuggestedPrompts": {"assistant:write"},
    "conversations.replies": _HISTORY,
    "conversations.history": _HISTORY,
    # Only channels can be mentioned, and only those are looked up.
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "users.info": {"users:read"},
    "bots.info": {"users:read"},
    "usergroups.list": {"usergroups:read"},
    # Of those that it can list without more scopes: public and private channels.
    "users.conversations": {"channels:read", "groups:read", "im:read", "mpim:read"},
    "files.info": {"files:read"},
    "files.upload.v2": {"files:write"},
    "views.open": set(),
    "views.publish": set(),
    "auth.test": set(),
    "auth.revoke": set(),
    "oauth.v2.access": set(),
    "apps.connections.open": set(),
}
"""The scopes of each method, as its page on docs.slack.dev/reference/methods names them."""

EVENT_SCOPES: dict[str, set[str]] = {
    "agent_session_stopped": {"chat:write"},
    "app_context_changed": {"assistant:write"},
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "assistant_thread_context_changed": {"assistant:write"},
    "assistant_thread_started": {"assistant:write"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "tokens_revoked": set(),
}
"""The scopes of each event, as its page on docs.slack.dev/reference/events names them."""


def _strings() -> set[str]:
    """Find every string in the code of this room but the manifest."""
    found = set()
    for path in ROOM.rglob("*.py"):
        if path.name == "manifest.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def _used() -> set[str]:
    """Find every method's name in the code of this room."""
    return {name for name in _strings() if name in METHODS or name == limits.UPLOAD}


def _printed(tmp_path: Path, **env: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "manifest", "slack"],
        cwd=ROOM.parents[1],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **env},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == b""
    return json.loads(done.stdout)


def test_the_scopes_are_exactly_those_of_what_is_called_and_heard() -> None:
    used = _used()
    assert used <= set(NEEDED)
    needed = set().union(*(NEEDED[method] for method in used))
    needed |= set().union(*(EVENT_SCOPES[event] for event in EVENTS))
    assert set(SCOPES) == needed | {"commands"}


def test_every_method_that_is_called_has_its_own_limit() -> None:
    free = {limits.WHO_AM_I, limits.SOCKET, "auth.revoke", "oauth.v2.access"}
    assert _used() - free <= set(limits.LIMITS)


def test_the_events_are_exactly_those_that_are_handled() -> None:
    handled = _strings()
    for event in EVENTS:
        assert event.partition(".")[0] in handled, f"nobody handles {event}"


def test_only_people_bots_groups_and_channels_are_looked_up() -> None:
    assert set(_methods) == {"U", "W", "B", "C", "G", "S"}


@pytest.mark.parametrize("url", ["", "https://parley.example.com/slack/events"])
def test_it_has_the_form_that_slack_takes(url: str) -> None:
    """Limits: https://docs.slack.dev/reference/app-manifest."""
    made = manifest(url)
    display, features = made["display_information"], made["features"]
    assert set(made) <= {
        *("_metadata", "display_information", "features", "oauth_config", "settings"),
    }
    assert 1 <= len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert re.fullmatch(r"#[0-9a-fA-F]{6}", display["background_color"])
    assert len(features["bot_user"]["display_name"]) <= 80
    (command,) = features["slash_commands"]
    assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
    assert 1 <= len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000
    assert command.get("url", "") == url
    assert [one["callback_id"] for one in features["shortcuts"]] == [CALLBACK, REVIEW]
    for shortcut in features["shortcuts"]:
        assert shortcut["type"] == "message"
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
    view = features["agent_view"]
    assert len(view["agent_description"]) <= 300
    assert 1 <= len(view["suggested_prompts"]) <= 4
    assert features["app_home"]["home_tab_enabled"] is True
    assert len(made["oauth_config"]["scopes"]["bot"]) <= 255
    settings = made["settings"]
    assert len(settings["event_subscriptions"]["bot_events"]) <= 100
    assert settings["event_subscriptions"].get("request_url", "") == url
    assert settings["interactivity"].get("request_url", "") == url
    assert settings["interactivity"]["is_enabled"] is True
    assert settings["socket_mode_enabled"] is not bool(url)


def test_the_command_is_the_one_that_the_bot_speaks_of() -> None:
    assert manifest()["features"]["slash_commands"][0]["command"] == COMMAND


def test_the_command_prints_json_and_nothing_else_with_nothing_configured(tmp_path: Path) -> None:
    assert _printed(tmp_path) == manifest()


def test_with_a_signing_secret_or_a_public_address_it_is_a_manifest_over_http(
    tmp_path: Path,
) -> None:
    secret = {"SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef"}
    made = _printed(tmp_path, PUBLIC_URL="https://parley.example.com", **secret)
    assert made == manifest("https://parley.example.com/slack/events")
    unnamed = _printed(tmp_path, SLACK_BOT_TOKEN="xoxb-1-2-abc", **secret)
    url = unnamed["settings"]["event_subscriptions"]["request_url"]
    assert url.startswith("https://")
    assert url.endswith("/slack/events")


def test_the_addresses_are_those_that_are_served() -> None:
    assert (REQUEST_PATH, REDIRECT_PATH) == (door.PATH, installing.REDIRECT)


def test_the_documentation_says_what_each_scope_is_for() -> None:
    text = (ROOM.parents[1] / "docs" / "slack.md").read_text()
    rows = dict(re.findall(r"^\| `([A-Za-z_:.]+)` \| (.+) \|$", text, re.MULTILINE))
    assert {name: rows.get(name) for name in SCOPES} == SCOPES
    assert {name: rows.get(name) for name in EVENTS} == EVENTS


@pytest.mark.parametrize("language", TEXTS)
def test_the_help_names_each_entry_of_a_messages_menu(language: str) -> None:
    for shortcut in manifest()["features"]["shortcuts"]:
        assert shortcut["name"] in TEXTS[language]["help_ask"]
