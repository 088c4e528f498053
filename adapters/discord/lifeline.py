"""Holds a gateway until cancelled: notices one that is half open or dead, and makes a new one.

discord.py reconnects by itself and resumes its sessions. What it gives up, what takes it too long
and what Discord refuses is decided here.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType

import aiohttp
import discord
from discord.http import Route

from adapters.common.beside import Beside
from adapters.discord.gateway import Desk, GatewayClient, Hear, NoStarts, Shard
from bot.errors import ParleyError
from bot.platform import Health
from bot.tasks import ended

_log = logging.getLogger(__name__)
for _name in ("discord.client", "discord.gateway", "discord.shard", "discord.http"):
    # Each connection is told of here; discord.py's own lines about it come with a stack each.
    logging.getLogger(_name).setLevel(logging.CRITICAL)

LOOK_SECONDS = 0.5
"""How often the connections are looked at."""

ASK_SECONDS = 4.0
"""After so long a silence a sign of life is asked for, and again after as long."""

SILENT_SECONDS = 12.0
"""A connection that says nothing for so long is half open: three signs of life were not given. The
design allows 15 s until that is told and 30 s until there is a new one."""

LOGIN_SECONDS = 60.0
"""For all that comes before the connection; new commands are registered then, too."""

DEAD_SECONDS, PARTLY_DEAD_SECONDS = 45.0, 300.0
"""So long discord.py is left to reconnect by itself, whose pauses grow to minutes: where nothing is
connected, and where some of the shards are."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Between attempts: early at first, then calmer. Each may cost one of a day's 1,000 sessions."""

REFUSED_SECONDS = 300.0
"""An operator must mend what Discord refuses, or Discord was wrong for a while."""

STEADY_SECONDS = 60.0
"""A gateway that has lived so long begins with the shortest pause again."""

END_SECONDS = 3.0

TOKEN, INTENTS, TOO_FEW_SHARDS = 4004, 4014, 4011

FATAL: Mapping[int, str] = MappingProxyType(
    {
        TOKEN: "DISCORD_TOKEN: Discord refuses the token. Copy it anew from the page Bot of the "
        "application in the Developer Portal.",
        4010: "DISCORD_SHARD_IDS and DISCORD_SHARD_COUNT do not fit together.",
        TOO_FEW_SHARDS: "DISCORD_SHARD_COUNT is too small: Discord asks for more shards.",
        4012: "Discord no longer serves this version of its gateway: update the bot.",
        4013: "Discord does not know the intents that are asked for: update the bot.",
    }
)
"""Close codes after which nothing can come by trying again at once
(https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway)."""

WITHOUT_CONTENT = (
    "Discord does not let the bot read messages: the Message Content intent is off. Mentions, "
    "direct messages, commands and buttons work. Without it the bot cannot go on in a thread "
    "unless it is mentioned each time, nor read what was said or attached there before. To have "
    "that, switch on “Message Content Intent” under Bot, Privileged Gateway Intents, in the "
    "Developer Portal (https://discord.com/developers/applications), and restart the bot."
)


class Dead(Exception):
    """No connection for too long."""


class Lifeline:
    """Keeps one gateway. `tell` brings a word to the operator."""

    def __init__(
        self,
        token: str,
        api_url: str,
        *,
        desk: Desk,
        hear: Hear,
        shard_ids: Sequence[int] = (),
        shard_count: int | None = None,
        tell: Callable[[str], Awaitable[object]] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._token = token
        self._api_url = api_url.rstrip("/")
        self._desk = desk
        self._hear = hear
        self._shard_ids = tuple(shard_ids)
        self._shard_count = shard_count
        self._tell = tell
        self._clock = clock
        self._sleep = sleep
        self._why = "not connected yet"
        self._refused = ""
        self._beside = Beside(_log)
        self.reads_all = True
        """Whether Discord lets the bot read what does not name it."""
        self.client: GatewayClient | None = None
        self.shards: dict[int, Shard] = {}

    def health(self) -> Health:
        """Tell whether every shard of this process is connected, without any call."""
        if self._refused:
            return Health(False, self._refused)
        client = self.client
        if client is None or not self.shards:
            return Health(False, self._why)
        lost = sorted(id for id in self.shards if not self.hears(id))
        if not lost:
            return Health(True, "" if self.reads_all else "the Message Content intent is off")
        if len(self.shards) == 1:
            return Health(False, "the gateway is lost and is being connected again")
        shown = ", ".join(map(str, lost[:20]))
        return Health(False, f"{len(lost)} of {len(self.shards)} shards are not connected: {shown}")

    def hears(self, shard: int) -> bool:
        """Tell whether what is said now comes in by this shard."""
        state = self.shards.get(shard)
        if self.client is None or state is None or not state.live:
            return False
        return self.client.silence(shard) < SILENT_SECONDS

    async def run(self) -> None:
        """Hold a gateway until cancelled."""
        pause = FIRST_PAUSE
        try:
            while True:
                began = self._clock()
                try:
                    await self._live()
                except Exception as error:  # whatever it died of, the next one may live
                    if self._clock() - began > STEADY_SECONDS:
                        pause = FIRST_PAUSE
                    await self._sleep(self._failed(error, pause))
                    pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            self._why = "it is stopping"
            await self._beside.close()

    async def _live(self) -> None:
        """Live with one client until it is dead; raises what it died of."""
        Route.BASE = self._api_url  # where discord.py sends all that it sends
        client = GatewayClient(
            desk=self._desk,
            hear=self._hear,
            reads_all=self.reads_all,
            shard_ids=self._shard_ids,
            shard_count=self._shard_count,
            shards_known=self.shards,
        )
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                await client.login(self._token)
            self.client, self._refused = client, ""
            await _first(client.connect(), self._watch(client))
            raise Dead("the gateway has ended")
        finally:
            self.client = None
            for state in self.shards.values():
                state.live = False
            await _ended(client)

    async def _watch(self, client: GatewayClient) -> None:
        """Ask silent connections for a sign of life and break those that give none; raises `Dead`
        when there is none for too long."""
        asked: dict[int, float] = {}
        born = looked = self._clock()
        while True:
            await self._sleep(LOOK_SECONDS)
            now = self._clock()
            # A process that was held up has heard nothing, and that is nobody's silence.
            held_up, looked = now - looked > 2 * LOOK_SECONDS + 1, now
            for id in () if held_up else client.wanted():
                silence = client.silence(id)
                if silence > SILENT_SECONDS:
                    _log.warning("discord says nothing, shard %d: connecting again", id)
                    client.cut(id)
                elif silence > ASK_SECONDS and now - asked.get(id, 0.0) > ASK_SECONDS:
                    asked[id] = now
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_SECONDS):
                            await client.ask(id)
            self._look_for_dead(client, now, born)

    def _look_for_dead(self, client: GatewayClient, now: float, born: float) -> None:
        away = [
            now - max(state.lost_at, born)
            for id in client.wanted()
            if not (state := self.shards[id]).live
        ]
        # The shards of a large bot begin one after the other, one each five seconds.
        allowed = DEAD_SECONDS + 6.0 * len(client.wanted())
        all_dead = len(away) == len(client.wanted()) and min(away, default=0.0) > DEAD_SECONDS
        if all_dead or max(away, default=0.0) > max(PARTLY_DEAD_SECONDS, allowed):
            raise Dead("no connection for too long")

    def _failed(self, error: Exception, pause: float) -> float:
        """Note why there is no gateway; returns the seconds until the next attempt."""
        code = _code(error)
        if code == INTENTS and self.reads_all:
            self.reads_all = False
            self._say_once(WITHOUT_CONTENT)
            return 0.0
        if isinstance(error, NoStarts):
            pause = max(pause, error.seconds)
        elif code == TOO_FEW_SHARDS and self._shard_count is None:
            code = 0  # how many there are to be is asked anew
        self._refused = FATAL.get(code, "")
        # The library's own words may hold an address, and that a token.
        why = self._refused or (str(error) if isinstance(error, NoStarts | Dead) else _named(error))
        if why != self._why:
            log = _log.error if self._refused else _log.warning
            log("discord not connected: %s", why)
        self._why = why
        return max(pause, REFUSED_SECONDS) if self._refused else pause

    def _say_once(self, text: str) -> None:
        """Tell the operator, in the log and where operators are told."""
        _log.warning("%s", text)
        if self._tell is not None:
            self._beside.start(self._told(self._tell, text))

    async def _told(self, tell: Callable[[str], Awaitable[object]], text: str) -> None:
        try:
            await tell(text)
        except ParleyError as error:
            _log.warning("the operator could not be told in Discord: %s", error)


def _code(error: Exception) -> int:
    """Tell the close code that an error stands for, 0 for none."""
    if isinstance(error, discord.LoginFailure):
        return TOKEN
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return INTENTS
    return error.code if isinstance(error, discord.ConnectionClosed) else 0


def _named(error: Exception) -> str:
    if isinstance(error, discord.HTTPException):
        return f"Discord answers HTTP {error.status}"
    if isinstance(error, discord.GatewayNotFound):
        return "Discord does not tell where its gateway is"
    if isinstance(error, discord.ConnectionClosed):
        return f"Discord has closed the connection with {error.code}"
    if isinstance(error, aiohttp.ClientError | OSError | TimeoutError):
        return f"Discord cannot be reached: {type(error).__name__}"
    _log.error("the gateway failed", exc_info=error)
    return type(error).__name__


async def _first(*works: Awaitable[None]) -> None:
    """Run these until the first of them ends; raises what that one raises."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await ended(*tasks)


async def _ended(client: GatewayClient) -> None:
    """Close a client, also while this is cancelled."""
    closing = asyncio.ensure_future(client.end())
    try:
        async with asyncio.timeout(END_SECONDS):
            await asyncio.shield(closing)
    except TimeoutError:
        _log.warning("a gateway does not close")
        closing.cancel()
