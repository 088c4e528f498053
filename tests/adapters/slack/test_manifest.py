"""The manifest asks for what is used and nothing else, in the form that Slack takes."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from adapters.slack import limits
from adapters.slack.manifest import EVENTS, SCOPES, manifest
from adapters.slack.people import _methods
from tests.servers.slack.wire import METHODS

ROOM = Path(__file__).parents[3] / "adapters" / "slack"

NEEDED = {
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "chat.delete": {"chat:write"},
    "assistant.threads.setStatus": {"chat:write"},
    "conversations.replies": {
        *("channels:history", "groups:history", "im:history", "mpim:history"),
    },
    "conversations.history": {
        *("channels:history", "groups:history", "im:history", "mpim:history"),
    },
    # Only channels can be mentioned, and only those are looked up.
    "conversations.info": {"channels:read", "groups:read"},
    "users.info": {"users:read"},
    "bots.info": {"users:read"},
    "files.info": {"files:read"},
    "files.upload.v2": {"files:write"},
    "auth.test": set(),
    "apps.connections.open": set(),
}
"""The scopes of each method, as its page on docs.slack.dev/reference/methods names them."""

EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
}


def _used() -> set[str]:
    """Find every method's name in the code of this room."""
    names = set()
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
    return {name for name in names if name in METHODS or name == limits.UPLOAD}


def test_the_scopes_are_exactly_those_of_what_is_called_and_heard() -> None:
    used = _used()
    assert used == set(NEEDED)
    needed = set().union(*(NEEDED[method] for method in used))
    needed |= {EVENT_SCOPES[event] for event in EVENTS}
    assert set(SCOPES) == needed | {"commands"}


def test_only_people_bots_and_channels_are_looked_up() -> None:
    assert set(_methods) == {"U", "W", "B", "C", "G"}


def test_it_has_the_form_that_slack_takes() -> None:
    """Limits: https://docs.slack.dev/reference/app-manifest."""
    made = manifest()
    display, features = made["display_information"], made["features"]
    assert set(made) <= {
        *("_metadata", "display_information", "features", "oauth_config", "settings"),
    }
    assert 1 <= len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert re.fullmatch(r"#[0-9a-fA-F]{6}", display["background_color"])
    assert len(features["bot_user"]["display_name"]) <= 80
    for command in features["slash_commands"]:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
        assert 1 <= len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
        assert "url" not in command  # Socket Mode needs none
    assert len(made["oauth_config"]["scopes"]["bot"]) <= 255
    events = made["settings"]["event_subscriptions"]
    assert len(events["bot_events"]) <= 100
    assert "request_url" not in events
    assert made["settings"]["socket_mode_enabled"] is True


def test_the_command_prints_json_and_nothing_else_with_nothing_configured(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "manifest", "slack"],
        cwd=ROOM.parents[1],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == manifest()
    assert done.stderr == b""


def test_the_documentation_says_what_each_scope_is_for() -> None:
    text = (ROOM.parents[1] / "docs" / "slack.md").read_text()
    rows = re.findall(r"^\| `([a-z_:]+)` \| (.+) \|$", text, re.MULTILINE)
    assert dict(rows) == SCOPES
