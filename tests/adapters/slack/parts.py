"""A real client on the local Slack, with an allowance that only counts, to test single parts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from adapters.slack.client import SlackClient
from adapters.slack.inbound import Self
from adapters.slack.workspaces import Workspace, furnish
from bot.events import Author, Message, ThreadRef
from bot.metrics import Metrics
from bot.platform import Health
from tests.servers.slack import LocalSlack
from tests.servers.slack import Message as Posted


@dataclass
class Counted:
    """An allowance that grants everything and notes it; `empty` grants no growth."""

    taken: list[str] = field(default_factory=list)
    pauses: list[tuple[str, float, str]] = field(default_factory=list)
    holds: list[str] = field(default_factory=list)
    empty: bool = False
    wait: float = 0.0
    rests: list[float] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    async def reserve(
        self, workspace: str, method: str, channel: str = "", hold: str = ""
    ) -> float:
        self.taken.append(method)
        return self.wait

    async def try_take(
        self, workspace: str, method: str, channel: str = "", hold: str = ""
    ) -> bool:
        return not self.empty

    async def hold(self, workspace: str, method: str, hold: str) -> bool:
        self.holds.append(hold)
        return not self.empty

    async def release(self, workspace: str, method: str, hold: str) -> None:
        self.holds.remove(hold)

    async def paused(self, workspace: str, method: str, channel: str = "") -> float:
        return self.rests.pop(0) if self.rests else 0.0

    async def pause(self, workspace: str, method: str, seconds: float, channel: str = "") -> None:
        self.pauses.append((method, seconds, channel))


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

    async def of(self, team: str) -> Workspace:
        return self.workspace

    def known(self) -> list[Workspace]:
        return [self.workspace]

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
