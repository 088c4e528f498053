"""The workspaces in which people have installed the bot: their tokens, sealed in the store.

Whoever needs a workspace reads it from the store, so that a process knows of an installation as
soon as another one has kept it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from adapters.slack.client import SlackClient
from adapters.slack.inbound import Self
from adapters.slack.workspaces import NotInstalled, OneWorkspace, Workspace, furnish
from bot.errors import PlatformRefused, StoreUnavailable
from bot.guard.sealing import CannotOpen, Sealer
from bot.platform import Health
from bot.store.installations import Installations

_log = logging.getLogger(__name__)

PLATFORM = "slack"

FRESH_SECONDS = 5.0
"""How long an installation is not read again. One that is not there is asked for each time."""

AGAIN_SECONDS = 0.3
"""So long the store may take to tell of an installation again; else the one from before counts."""

MOST_KEPT = 1_000
"""Workspaces whose people and status lines are remembered; the longest unused go first."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The bot in one workspace; `at` is when it was installed, in seconds since 1970."""

    team: str
    token: str
    user: str
    bot: str
    at: float


class Records:
    """Installations as they are kept: each sealed for its own workspace."""

    def __init__(self, store: Installations, sealer: Sealer) -> None:
        self._store = store
        self._sealer = sealer

    async def save(self, installation: Installation) -> None:
        """Keep an installation. Raises `StoreUnavailable`."""
        team = installation.team
        sealed = self._sealer.seal(json.dumps(asdict(installation)), _purpose(team))
        await self._store.save(PLATFORM, team, sealed)

    async def sealed(self, team: str) -> str:
        """Return what is kept of a team, empty for nothing. Raises `StoreUnavailable`."""
        return await self._store.get(PLATFORM, team) or ""

    async def open(self, team: str, sealed: str) -> Installation:
        """Open what is kept, and seal it anew where the key has been changed. Raises
        `PlatformRefused` for what no key opens."""
        try:
            found = Installation(**json.loads(self._sealer.open(sealed, _purpose(team))))
            renewed = self._sealer.renewed(sealed, _purpose(team))
        except (CannotOpen, ValueError, TypeError) as error:
            raise PlatformRefused(
                f"the installation in {team} cannot be opened: {error}. Add the key that it was "
                "sealed with to ENCRYPTION_KEY, or install the bot there again."
            ) from None
        if renewed is not None:
            await self._store.replace(PLATFORM, team, sealed, renewed)
        return found

    async def remove(self, team: str, at: float) -> bool:
        """Forget the installation in a workspace, if it was made before `at` (seconds); tells
        whether it was there."""
        sealed = await self.sealed(team)
        if not sealed:
            return False
        try:
            # Slack tells whole seconds; and of a removal perhaps after the next installation.
            if int((await self.open(team, sealed)).at) > at:
                return False
            sealed = await self.sealed(team)  # opening may have sealed it anew
        except PlatformRefused:
            pass  # unreadable, and gone now
        await self._store.remove(PLATFORM, team, sealed)
        return True


@dataclass(slots=True)
class _Kept:
    sealed: str
    workspace: Workspace
    until: float


class InstalledWorkspaces:
    """Every workspace in which the bot is installed, and the one of the configured token, if there
    is one. `client` lends its connections. `clock`: seconds, of any origin."""

    def __init__(
        self,
        client: SlackClient,
        records: Records,
        home: OneWorkspace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._records = records
        self._home = home
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def start(self) -> None:
        """Find out who the bot is where its token is configured; elsewhere that is kept."""
        if self._home is not None:
            await self._home.start()

    async def started(self, seconds: float) -> None:
        """Wait until it is known which workspace the configured token belongs to."""
        if self._home is not None:
            await self._home.started(seconds)

    async def of(self, team: str) -> Workspace:
        """Return the workspace with this team id, and never another one."""
        if self._home is not None and team in ("", (home := await self._home.of(team)).team):
            return home
        kept = self._kept.get(team)
        if kept is not None and kept.until > self._clock() and not kept.workspace.client.refused:
            return kept.workspace
        try:
            # What is known already is not waited for: somebody's acknowledgement may depend on it.
            async with asyncio.timeout(AGAIN_SECONDS if kept is not None else None):
                sealed = await self._records.sealed(team)
        except (StoreUnavailable, TimeoutError):
            if kept is None:
                raise
            # Whoever comes next need not wait for the store as well.
            kept.until = self._clock() + FRESH_SECONDS
            return kept.workspace
        return await self._found(team, sealed)

    def known(self) -> Sequence[Workspace]:
        """List the workspaces that were needed so far."""
        home = self._home.known() if self._home is not None else ()
        return [*home, *(kept.workspace for kept in self._kept.values())]

    async def left(self, team: str, at: float) -> None:
        """Forget a workspace that the bot was removed from at a time (seconds since 1970)."""
        if self._home is not None:
            await self._home.left(team, at)
        if await self._records.remove(team, at):
            await self._forget(team)
            _log.info("uninstalled", extra={"fields": {"workspace": team}})

    def health(self) -> Health:
        """Tell whether the configured token works. One workspace's own is not everybody's fault."""
        return self._home.health() if self._home is not None else Health(True)

    async def close(self) -> None:
        """Let go of every connection."""
        for team in list(self._kept):
            await self._forget(team)
        if self._home is not None:
            await self._home.close()
        await self._client.close()

    async def _found(self, team: str, sealed: str) -> Workspace:
        kept, until = self._kept.get(team), self._clock() + FRESH_SECONDS
        if not sealed:
            await self._forget(team)
            raise NotInstalled(
                f"the bot is not installed in {team or 'a workspace without a name'}"
            )
        if kept is None or kept.sealed != sealed:
            made = await self._records.open(team, sealed)
            await self._forget(team)
            client = self._client.beside(made.token)
            client.short_pages = True  # until Slack gives more: it does to apps of its Marketplace
            me = Self(made.user, made.bot, team)
            kept = self._kept[team] = _Kept(sealed, furnish(client, me), 0)
        kept.until = until
        self._kept.move_to_end(team)
        while len(self._kept) > MOST_KEPT:
            await self._forget(next(iter(self._kept)))
        return kept.workspace

    async def _forget(self, team: str) -> None:
        kept = self._kept.pop(team, None)
        if kept is not None:
            await kept.workspace.people.close()


def _purpose(team: str) -> str:
    """Bind a sealed token to its workspace: moved to another one it does not open."""
    return f"{PLATFORM}/{team}"
