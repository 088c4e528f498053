"""The rules about who may import whom, and a checker of them. `test_directions.py` applies it.

A room is a file or folder directly inside `bot/` (its modules count with it). The ladder lists the
rooms from the bottom up: a room may import only from the lines below its own, and rooms that share
a line know nothing of each other. The modules of a room that spans several lines are named each.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LADDER = """
errors codec tasks
events turns wording metrics logs addresses
cards event_codec
replies
settings tokens
store models
guard fetch
review
tools
prompt seams outlet
asking
rounds metered
engine
platform
http lease excerpts allowances reviews.records reviews.pulling
preparation
reviews.reviewed
reviews.cards
reviews.explaining reviews.desk reviews.pushes
repeating questions reviews.postings
reviews.turn
recall entries endings reviews.door
reviews.replies
inbox conversations
second_looks setbacks preferences openings questioning
dispatcher worker
house
running
replaying chatting reviewing doctor
cli
__main__
"""

# Single imports that climb the ladder all the same, and why.
EXEMPT: Mapping[tuple[str, str], str] = {
    ("bot.logs", "bot.guard.masking"): "every line passes the mask, which is pure and imports "
    "nothing; and every room may log",
}

# What an adapter may import of the bot: values, errors, the port, and what every room may use.
FRONT_DOOR = (
    *("bot.errors", "bot.events", "bot.cards", "bot.replies", "bot.platform", "bot.wording"),
    *("bot.logs", "bot.metrics", "bot.guard.masking", "bot.fetch", "bot.tasks"),
)

# The narrow ports of the store that the composition root hands to an adapter, and why.
HANDED: Mapping[tuple[str, str], str] = {
    ("adapters.common", "bot.store.heard"): "what listeners of every platform note and read",
    ("adapters.slack", "bot.store.budgets"): "the form in which Slack's allowances are written",
    ("adapters.slack", "bot.store.installations"): "the tokens of installed workspaces, sealed",
    ("adapters.slack", "bot.guard.sealing"): "as above: sealed before they leave the adapter",
    ("adapters.slack", "bot.store.heard"): "when it heard last, and which threads it follows",
    ("adapters.slack", "bot.store.notes"): "what a dialog is about, what was greeted already",
    ("adapters.slack", "bot.store.preferences"): "people choose in the App Home, and the bot's own "
    "words follow",
    ("adapters.discord", "bot.store.budgets"): "the form in which Discord's allowances are written",
    ("adapters.discord", "bot.store.heard"): "when it heard last, and which threads it follows",
    ("adapters.discord", "bot.store.notes"): "what a button or a dialog is about, what was greeted",
    ("adapters.discord", "bot.store.preferences"): "in which language a person spoke last",
    ("adapters.web", "bot.store.channel_message"): "the playground is its own platform: its "
    "messages live in the store",
    ("adapters.web", "bot.store.messages"): "as above",
    ("adapters.web", "bot.store.files"): "as above",
}

SHARED_BY_ADAPTERS = ("adapters.common", "adapters.pacing", "adapters.streaming")
"""Rooms in `adapters/` that are no platform; every platform may use them."""

# Third-party packages and the rooms that own them. The longest name that fits decides.
OWNERS: Mapping[str, tuple[str, ...]] = {
    "aiohttp": (
        *("bot.fetch", "bot.http", "bot.tools.openmeteo"),
        *("adapters.common", "adapters.slack", "adapters.discord", "adapters.web"),
    ),
    "aiohttp.web": (  # running and the adapter carry routes by type
        *("bot.http", "bot.running", "adapters.web"),
        *("adapters.slack.adapter", "adapters.slack.doors.entrance", "adapters.slack.doors.door"),
        *("adapters.slack.installation.installing", "adapters.slack.installation.pages"),
    ),
    "cryptography": ("bot.guard.sealing",),
    "discord": ("adapters.discord",),
    "genai_prices": ("bot.models",),
    "httpx2": ("bot.models",),
    "jiter": ("bot.models",),
    "openai": ("bot.models",),
    "prometheus_client": ("bot.metrics",),
    "pydantic": ("bot.event_codec", "bot.turns", "bot.settings", "bot.tools", "bot.review"),
    "pydantic_settings": ("bot.settings",),
    "redis": ("bot.store",),
    "slack_bolt": ("adapters.slack",),
    "slack_sdk": ("adapters.slack",),
    "tiktoken": ("bot.tokens",),
    "yarl": ("bot.fetch", "adapters.discord"),
}

_RANKS = {room: rank for rank, line in enumerate(LADDER.split("\n")) for room in line.split()}


@dataclass(frozen=True, slots=True)
class Import:
    """That `importer` (a dotted module) imports `imported`, and where it says so."""

    importer: str
    imported: str
    where: str


def imports(root: Path) -> Iterator[Import]:
    """Read every import under `root`/bot and `root`/adapters, those inside functions too."""
    files = [path for top in ("bot", "adapters") for path in sorted((root / top).rglob("*.py"))]
    names = {_module(path.relative_to(root)): path for path in files}
    for module, path in names.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for imported in _imported(node, module, path.name == "__init__.py", names):
                yield Import(module, imported, f"{path.relative_to(root)}:{node.lineno}")


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _imported(
    node: ast.AST, module: str, is_package: bool, names: Mapping[str, Path]
) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parts = module.split(".")
            kept = parts[: len(parts) - node.level + is_package]
            base = ".".join([*kept, *([base] if base else [])])
        for alias in node.names:
            full = f"{base}.{alias.name}"
            is_module = full in names or full in OWNERS
            yield full if is_module else base


def violations(found: Iterator[Import]) -> Iterator[str]:
    """Name each broken rule with the place that breaks it."""
    for one in found:
        top = one.imported.partition(".")[0]
        broken: str | None
        if top == "adapters":
            broken = _into_adapters(one)
        elif top == "bot":
            broken = _into_bot(one)
        elif top in sys.stdlib_module_names:
            broken = None
        else:
            broken = _into_packages(one)
        if broken:
            yield f"{one.where}: {one.importer} imports {one.imported}; {broken}"


def _into_adapters(one: Import) -> str | None:
    if one.importer == "bot.__main__":
        return None
    if one.importer.startswith("bot"):
        return "bot never imports adapters; only bot/__main__.py knows both halves"
    if _platform(one.importer) == _platform(one.imported):
        return None
    if _within(one.imported, SHARED_BY_ADAPTERS):
        return None
    return "an adapter never imports a sibling platform; share through adapters/common or bot"


def _into_bot(one: Import) -> str | None:
    if one.imported == "bot.__main__":
        return "nobody imports the composition root"
    if one.importer.startswith("adapters"):
        handed = {port for room, port in HANDED if _within(one.importer, (room,))}
        if _within(one.imported, (*FRONT_DOOR, *handed)):
            return None
        return "an adapter enters bot by its front door only (FRONT_DOOR and HANDED)"
    return _up_the_ladder(one)


def _up_the_ladder(one: Import) -> str | None:
    importer, imported = _room(one.importer), _room(one.imported)
    if importer == imported or not imported:
        return None
    for room in (importer, imported):
        if room and room not in _RANKS:
            return f"bot/{room} has no place in the LADDER; give it one"
    if (one.importer, one.imported) in EXEMPT:
        return None
    if not importer or _RANKS[importer] < _RANKS[imported]:
        return f"{importer or 'bot/__init__'} stands below {imported} in the LADDER"
    if _RANKS[importer] == _RANKS[imported]:
        return (
            f"{importer} and {imported} share a line of the LADDER and know nothing of each other"
        )
    return None


def _into_packages(one: Import) -> str | None:
    parts = one.imported.split(".")
    prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    package = next((prefix for prefix in prefixes if prefix in OWNERS), None)
    if package is None:
        return f"no room owns the package {parts[0]}; name its owner in OWNERS"
    if _within(one.importer, OWNERS[package]):
        return None
    return f"only {', '.join(OWNERS[package])} may import {package}"


def _within(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def _room(module: str) -> str:
    """Return the room of a module of the bot: `store` for `bot.store.keys`, empty for `bot`."""
    parts = module.split(".")[1:]
    storey = ".".join(parts[:2])
    return storey if storey in _RANKS else parts[0] if parts else ""


def _platform(module: str) -> str:
    return module.partition(".")[2].partition(".")[0]
