"""Who may import whom: the tree keeps the rules, and the checker sees each way to break them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.directions import EXEMPT, HANDED, LADDER, OWNERS, imports, violations

ROOT = Path(__file__).parents[1]


def tree(folder: Path, files: dict[str, str]) -> Path:
    """Write a small tree of files, path -> source."""
    for name, source in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return folder


def broken(folder: Path) -> list[str]:
    return list(violations(imports(folder)))


def test_the_project_keeps_its_directions() -> None:
    found = broken(ROOT)
    assert not found, "\n" + "\n".join(found)


def test_the_checker_reads_the_whole_project() -> None:
    read = {one.importer for one in imports(ROOT)}
    assert {"bot.__main__", "bot.engine", "bot.settings.model", "bot.store.connection"} <= read
    assert any(module.startswith("adapters.slack.") for module in read)


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"bot/engine.py": "import adapters.slack.outbound"}, "bot never imports adapters"),
        (
            {"bot/cli.py": "def run():\n    from adapters import slack"},
            "bot never imports adapters",
        ),
        ({"bot/cli.py": "from bot import __main__", "bot/__main__.py": ""}, "composition root"),
        ({"adapters/slack/x.py": "import bot.__main__"}, "composition root"),
        ({"bot/events.py": "import bot.engine"}, "events stands below engine"),
        ({"bot/tools/clock.py": "from bot.engine import run"}, "tools stands below engine"),
        ({"bot/store/keys.py": "from bot import inbox", "bot/inbox.py": ""}, "store stands below"),
        ({"bot/store/keys.py": "from bot.models.port import Model"}, "share a line"),
        ({"bot/__init__.py": "import bot.errors"}, "bot/__init__ stands below errors"),
        ({"bot/novelty.py": "import bot.errors"}, "bot/novelty has no place in the LADDER"),
        ({"bot/errors.py": "import bot.novelty"}, "bot/novelty has no place in the LADDER"),
        ({"adapters/slack/x.py": "from adapters.discord import y"}, "never imports a sibling"),
        ({"adapters/pacing/x.py": "from adapters.slack import y"}, "never imports a sibling"),
        ({"adapters/slack/x.py": "from ..discord import y"}, "never imports a sibling"),
        ({"adapters/slack/x.py": "import bot.engine"}, "front door"),
        ({"adapters/slack/x.py": "import bot.settings"}, "front door"),
        ({"adapters/slack/x.py": "import bot.store.messages"}, "front door"),
        ({"bot/engine.py": "import redis.asyncio"}, "only bot.store may import redis"),
        ({"bot/tools/x.py": "from openai import AsyncOpenAI"}, "only bot.models may import openai"),
        ({"bot/fetch.py": "from aiohttp import web"}, "may import aiohttp.web"),
        ({"bot/engine.py": "import aiohttp"}, "may import aiohttp"),
        ({"adapters/web/x.py": "import slack_sdk"}, "only adapters.slack may import slack_sdk"),
        ({"bot/inbox.py": "import slack_bolt"}, "only adapters.slack may import slack_bolt"),
        ({"bot/errors.py": "import numpy"}, "no room owns the package numpy"),
    ],
)
def test_each_broken_rule_is_named(tmp_path: Path, files: dict[str, str], rule: str) -> None:
    found = broken(tree(tmp_path, files))
    assert len(found) == 1, found
    assert rule in found[0]


@pytest.mark.parametrize(
    "files",
    [
        {"bot/__main__.py": "from adapters.slack import adapter\nimport bot.cli"},
        {"bot/engine.py": "import json\nfrom bot.tools.port import Tool\nfrom bot import errors"},
        {"bot/store/keys.py": "from bot.store import codes\nimport redis"},
        {
            "adapters/slack/x.py": "from adapters.pacing import draft\nfrom . import y",
            "adapters/slack/y.py": "import bot.events",
        },
        {"adapters/web/x.py": "from bot.store.messages import Messages\nfrom aiohttp import web"},
        {"bot/logs.py": "from bot.guard.masking import mask"},
    ],
)
def test_what_the_rules_allow_passes(tmp_path: Path, files: dict[str, str]) -> None:
    assert broken(tree(tmp_path, files)) == []


def test_a_violation_says_where_it_stands(tmp_path: Path) -> None:
    (found,) = broken(tree(tmp_path, {"bot/engine.py": "import json\nimport redis"}))
    assert found.startswith("bot/engine.py:2: bot.engine imports redis; ")


def test_each_room_stands_once_in_the_ladder_and_each_exception_has_its_reason() -> None:
    rooms = LADDER.split()
    assert len(rooms) == len(set(rooms))
    assert all(reason.strip() for reason in (*EXEMPT.values(), *HANDED.values()))
    assert all(OWNERS.values())
