"""The workspaces that the bot serves, each with its own token, people and status lines.

Everything that reads or writes for a thread asks here for the thread's workspace. Payloads say
where they belong in several places; that is read here too.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from adapters.slack.client import CallRefused, SlackClient
from adapters.slack.inbound import Self
from adapters.slack.limits import WHO_AM_I
from adapters.slack.people import People
from adapters.slack.status import StatusLines
from bot.errors import ConfigError, PlatformError, PlatformRefused, PlatformTemporary
from bot.events import Author
from bot.platform import Health
from bot.tasks import ended

_log = logging.getLogger(__name__)

NAME = "Parley"

TOKEN_SECONDS = 20.0
"""How often the token is tried when nothing else tells whether Slack still takes it: a revoked one
brings no event that would."""

START_SECONDS = 10.0
"""What is due at the start waits so long for Slack's first answer, then it is put off."""


class Starting(PlatformTemporary):
    """Slack has not said yet who the bot is."""


class NotInstalled(PlatformRefused):
    """The bot is not, or no longer, in a workspace."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace: `team` is its id, `client` calls with its token, `me` is the bot there."""

    team: str
    client: SlackClient
    me: Self
    people: People
    lines: StatusLines

    def locale(self, author: Author) -> str:
        """Tell a person's language, as far as it is known without asking; empty when it is not."""
        known = self.people.known(author.id)
        return author.locale or (known.locale if known is not None else "")


class Workspaces(Protocol):
    """Where the workspace of a team is had from."""

    async def start(self) -> None:
        """Find out what must be known before anything else. Waits out passing faults; raises
        `ConfigError` for a refused token."""

    async def started(self, seconds: float) -> None:
        """Wait until `of` waits for Slack no more. Raises `Starting` after so many seconds."""

    async def of(self, team: str) -> Workspace:
        """Return the workspace with this team id, waiting a while for the start. Raises
        `NotInstalled`, `Starting` and `StoreUnavailable`."""

    def known(self) -> Sequence[Workspace]:
        """List the workspaces that were needed so far."""

    async def left(self, team: str, at: float) -> None:
        """Note that the bot was removed from a workspace at a time (seconds since 1970)."""

    def health(self) -> Health:
        """Tell whether the tokens work, without any call."""

    async def close(self) -> None:
        """Let go of every connection."""


def furnish(client: SlackClient, me: Self) -> Workspace:
    """Make the workspace in which `client` calls as `me`."""
    client.workspace = me.team
    people = People(client, Author(me.user, NAME, is_bot=True))
    return Workspace(me.team, client, me, people, StatusLines(client))


class OneWorkspace:
    """The workspace of the configured token. It answers for every team: in a shared channel a
    payload may name a guest organisation's."""

    def __init__(self, client: SlackClient, token_seconds: float = TOKEN_SECONDS) -> None:
        self._client = client
        self._token_seconds = token_seconds
        self._found: asyncio.Future[Workspace] | None = None
        self._doubted = asyncio.Event()
        self._trying: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Find out who the bot is, and from then on whether the token is still taken."""
        answer = await who_am_i(self._client)
        self._future().set_result(furnish(self._client, self_of(answer)))
        self._trying = asyncio.create_task(self._try_token())

    async def started(self, seconds: float) -> None:
        """Wait for the start."""
        try:
            await asyncio.wait_for(asyncio.shield(self._future()), seconds)
        except TimeoutError:
            raise Starting("Slack has not said yet who the bot is") from None

    async def of(self, team: str) -> Workspace:
        """Return the one workspace, waiting a while for the start."""
        if self._found is None or not self._found.done():  # each event and each reply asks
            await self.started(START_SECONDS)
        return self._future().result()

    def known(self) -> Sequence[Workspace]:
        """List the one workspace, nothing before the start."""
        return [self._found.result()] if self._found is not None and self._found.done() else []

    async def left(self, team: str, at: float) -> None:
        """Try the token now: it may have been revoked."""
        self._doubted.set()

    def health(self) -> Health:
        """Tell whether Slack takes the token."""
        if self._client.refused:
            return Health(False, self._client.refused)
        return Health(True) if self.known() else Health(False, "not connected yet")

    async def close(self) -> None:
        """Let go of every connection."""
        await ended(self._trying)
        for workspace in self.known():
            await workspace.people.close()
        await self._client.close()

    def _future(self) -> asyncio.Future[Workspace]:
        if self._found is None:
            self._found = asyncio.get_running_loop().create_future()
        return self._found

    async def _try_token(self) -> None:
        """Keep `health` true about the token; the client notes what Slack says of it."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._token_seconds):
                    await self._doubted.wait()
            self._doubted.clear()
            before = self._client.refused
            try:
                await self._client.call(WHO_AM_I)
            except PlatformError as error:
                if self._client.refused and not before:
                    _log.error("%s", error)


async def who_am_i(
    client: SlackClient, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> Mapping[str, Any]:
    """Ask until Slack answers. Raises `ConfigError` for a refused token."""
    backoff = 0.25
    while True:
        try:
            return await client.call(WHO_AM_I)
        except (PlatformRefused, CallRefused) as error:
            raise ConfigError(
                f"SLACK_BOT_TOKEN: {error}. Copy the Bot User OAuth Token of the app from "
                "OAuth & Permissions, or install the app again."
            ) from error
        except PlatformError as error:
            wait = max(backoff, getattr(error, "retry_after", None) or 0.0)
            _log.warning("slack does not answer yet, next try in %.1f s: %s", wait, error)
            await sleep(wait)
            backoff = min(backoff * 2, 10.0)


def self_of(answer: Mapping[str, Any]) -> Self:
    """Read from auth.test's answer who the bot is."""
    user, bot = str(answer.get("user_id") or ""), str(answer.get("bot_id") or "")
    return Self(user, bot, str(answer.get("team_id") or ""))


def team_of(body: Mapping[str, Any]) -> str:
    """Name the team for whose installation Slack sends a payload; empty when it does not say.

    In a channel that organisations share, `team_id` may be a guest's
    (https://docs.slack.dev/apis/slack-connect/using-channel-events).
    """
    granted = body.get("authorizations")
    first = granted[0] if isinstance(granted, list) and granted else None
    team = body.get("team")
    for source, key in ((first, "team_id"), (body, "team_id"), (team, "id")):
        if isinstance(source, Mapping) and (found := source.get(key)):
            return str(found)
    return ""


def departure(body: Mapping[str, Any]) -> float | None:
    """Tell when the bot was removed from a workspace (seconds since 1970), if that is what an event
    says (https://docs.slack.dev/reference/events/tokens_revoked)."""
    event, at = body.get("event"), body.get("event_time")
    if not isinstance(event, Mapping):
        return None
    tokens = event.get("tokens") if event.get("type") == "tokens_revoked" else None
    revoked = isinstance(tokens, Mapping) and bool(tokens.get("bot"))
    if event.get("type") != "app_uninstalled" and not revoked:
        return None
    return float(at) if isinstance(at, int | float) else time.time()
