"""A real client on the local Slack, with an allowance that only counts, to test single parts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from adapters.slack.client import SlackClient
from adapters.slack.inbound import Self
from adapters.slack.surfaces.reception import Reception
from adapters.slack.workspaces import Workspace, furnish
from bot.errors import StoreUnavailable
from bot.events import Author, Message, ThreadRef
from bot.metrics import Metrics
from bot.platform import Health
from bot.store.notes import Notes
from bot.store.preferences import PreferenceBook
from tests.adapters.allowances import Counted
from tests.servers.slack import LocalSlack
from tests.servers.slack import Message as Posted


@asynccontextmanager
async def client_of(
    slack: LocalSlack, allowance: Counted | None = None
) -> AsyncIterator[SlackClient]:
    """Open a client that never sleeps; `slept` of its allowance notes for how long it would."""
    allowance = allowance or Counted()

    async def at_once(seconds: float) -> None:
        allowance.slept.append(seconds)

    client = SlackClient(slack.bot_token, slack.api_url, allowance, Metrics(), at_once)
    client.workspace = slack.workspace.team_id
    try:
        yield client
    finally:
        await client.close()


class Fixed:
    """One workspace that is known from the start and answers for every team."""

    def __init__(self, client: SlackClient, me: Self) -> None:
        self.workspace = furnish(client, me)

    async def start(self) -> None: ...

    async def started(self, seconds: float) -> None: ...

    async def of(self, team: str) -> Workspace:
        return self.workspace

    def known(self) -> list[Workspace]:
        return [self.workspace]

    async def left(self, team: str, at: float) -> None: ...

    def health(self) -> Health:
        return Health(True)

    async def close(self) -> None: ...


def me(slack: LocalSlack) -> Self:
    """Tell who the bot is."""
    return Self(slack.bot_user, slack.installation.bot_id, slack.workspace.team_id)


def asked(slack: LocalSlack, posted: Posted, **how: object) -> Message:
    """Return the event of a message as inbound would."""
    seconds, micros = posted.ts.split(".")
    root = posted.thread_ts or posted.ts
    return Message(
        id=posted.ts,
        thread=ThreadRef("slack", slack.workspace.team_id, posted.channel, root),
        author=Author(posted.user or "", ""),
        text=posted.text,
        at=int(seconds) * 1_000_000 + int(micros),
        starts_thread=posted.thread_ts is None,
        **how,  # type: ignore[arg-type]  # the fields of a message
    )


class Memory:
    """A store in memory with the few commands that notes and preferences use; `away` refuses."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.hashes: dict[str, dict[str, str]] = {}
        self.away = False

    async def quick_command(self, name: str, key: str, *args: Any) -> Any:
        if self.away:
            raise StoreUnavailable("the store is away")
        return getattr(self, f"_{name}")(key, *args)

    def _set(self, key: str, value: str, seconds: int, _: None = None, only: bool = False) -> bool:
        if only and key in self.values:
            return False
        self.values[key] = value
        return True

    def _get(self, key: str) -> str | None:
        return self.values.get(key)

    def _delete(self, key: str) -> None:
        self.values.pop(key, None)

    def _hmget(self, key: str, names: list[str]) -> list[str | None]:
        return [self.hashes.get(key, {}).get(name) for name in names]

    def _hset(self, key: str, name: str, value: str) -> None:
        self.hashes.setdefault(key, {})[name] = value

    def _hdel(self, key: str, name: str) -> None:
        self.hashes.get(key, {}).pop(name, None)


def notes_of(memory: Memory) -> Notes:
    """Return notes that are kept in memory."""
    return Notes(memory)  # type: ignore[arg-type]  # the commands that it uses


def book_of(memory: Memory) -> PreferenceBook:
    """Return preferences that are kept in memory."""
    return PreferenceBook(memory)  # type: ignore[arg-type]  # as above


def reception_of(memory: Memory | None = None) -> Reception:
    """Return a reception whose store is in memory."""
    memory = memory or Memory()

    async def nothing(*_: object) -> None: ...

    return Reception(
        notes_of(memory),
        book_of(memory),
        history_ttl=3600,
        allowed=lambda _: True,
        on_stored=nothing,
    )


class Nobody:
    """People of whom nothing is known."""

    async def named(self, *_: object) -> dict[str, Author]:
        return {}

    def known(self, _: str) -> Author | None:
        return None


def nowhere(team: str = "T1") -> Workspace:
    """Return a workspace without a Slack, for what only reads and puts."""
    client = SlackClient("xoxb-1", "https://slack.com/api/", Counted(), Metrics())
    lines: Any = None
    people: Any = Nobody()
    return Workspace(team, client, Self("UME", "BME", team), people, lines)


RECORDINGS = Path(__file__).parents[2] / "recordings" / "slack"


def recorded(name: str) -> Any:
    """Return a payload in the shape in which Slack sends it."""
    return json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))
