"""One connection to Discord's gateway: discord.py's client, which only listens here.

What it hears of messages goes on as Discord spells it, before discord.py makes objects of it.
Interactions go to the desk. All that is written goes through `client`; `lifeline` holds a gateway
and makes a new one when it is dead. Source: https://discord.com/developers/docs/events/gateway.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeAlias

import aiohttp
import discord
import yarl
from discord import http
from discord.gateway import (
    DiscordClientWebSocketResponse,
    DiscordWebSocket,
    ReconnectWebSocket,
)

from adapters.common.payloads import Payload
from adapters.discord.payloads import id_of

_log = logging.getLogger(__name__)

MESSAGES = ("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK")
"""The events that are heard."""

RECEIVE_SECONDS = 20.0
"""So long a connection may be silent at its opening before discord.py makes a new one; an open one
is never silent for so long, because it is asked for a sign of life before."""

SERVERS_SECONDS = 1.0
"""When no further server has come for so long, all of them are known."""

_WITH_MESSAGES = (
    discord.TextChannel,
    discord.VoiceChannel,
    discord.StageChannel,
    discord.Thread,
)

INVITED_LATELY = dt.timedelta(minutes=10)
"""A server that is new for so long is greeted when the bot connects."""

GOODBYE_SECONDS = 0.7
"""Discord is told that a session ends here, and has so long to agree."""

ATTEMPT_SECONDS, DOUBLINGS = 0.25, 5
"""Before a further attempt to connect again, doubled with each one; other shards wait meanwhile."""

Hear: TypeAlias = Callable[[str, Payload], None]
"""Takes an event's name and its payload, at once and in order."""


class Desk(Protocol):
    """What answers interactions."""

    async def prepare(self, client: discord.Client) -> None:
        """Build the commands of a gateway's client, and register them where they have changed."""

    async def interacted(self, interaction: discord.Interaction) -> None:
        """Handle a button or a dialog; commands reach their own functions by discord.py."""

    async def invited(self, guild: discord.Guild) -> None:
        """Say hello in a server that the bot has been added to; told more than once, where the bot
        connects anew soon after."""


@dataclass(slots=True)
class Shard:
    """What is known of one shard's session."""

    live: bool = False
    known: bool = False
    """All of its servers have been told."""
    sessions: int = 0
    """How many sessions it has had: between two of them something may have been missed."""
    lost_at: float = 0.0
    """Since when it is not live (monotonic seconds)."""
    attempts: int = 0
    """How often it has tried to connect again since it was live."""


class NoStarts(Exception):
    """Discord lets the bot begin no more sessions today; `seconds` until it does."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Discord lets the bot begin no more sessions for now")
        self.seconds = seconds


class _Socket(DiscordClientWebSocketResponse):
    """A connection that keeps the code with which Discord has closed it. aiohttp replaces it when
    the goodbye cannot be sent any more, and a refused token would look like a lost connection."""

    _told: int | None = None

    async def receive(self, timeout: float | None = None) -> aiohttp.WSMessage:
        """Receive the next message."""
        message: aiohttp.WSMessage = await super().receive(timeout)
        if message.type is aiohttp.WSMsgType.CLOSE:
            self._told = message.data
        return message

    @property
    def close_code(self) -> int | None:
        """Why it is closed; Discord's own reason, where it told one."""
        return self._told or super().close_code


http.DiscordClientWebSocketResponse = _Socket  # type: ignore[attr-defined]


class GatewayClient(discord.AutoShardedClient):
    """The listening client. `shards_known` outlives it: its successor goes on with them."""

    def __init__(
        self,
        *,
        desk: Desk,
        hear: Hear,
        reads_all: bool,
        shard_ids: Sequence[int],
        shard_count: int | None,
        shards_known: dict[int, Shard],
    ) -> None:
        intents = discord.Intents(
            guilds=True, guild_messages=True, dm_messages=True, message_content=reads_all
        )
        super().__init__(
            intents=intents,
            # Servers, channels and roles are kept; of people and messages the payloads tell.
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            heartbeat_timeout=RECEIVE_SECONDS,
            guild_ready_timeout=SERVERS_SECONDS,
            allowed_mentions=discord.AllowedMentions.none(),
            shard_count=shard_count,
        )
        self.shard_ids = list(shard_ids) or None
        self._desk = desk
        self._hear_event = hear
        self._shards_known = shards_known
        for event in MESSAGES:
            # discord.py's own objects would forget the payload, and cost more than all the rest.
            self._connection.parsers[event] = partial(self._heard, event)

    async def setup_hook(self) -> None:
        """Find the gateway that belongs to the API, and prepare the commands."""
        count, url, starts = await self.http.get_bot_gateway()
        # Read by discord.py for each new session; without it the public gateway would be dialled.
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        self.shard_count = self.shard_count or count
        wanted = self.wanted()
        if starts["remaining"] < len(wanted):
            raise NoStarts(starts["reset_after"] / 1000)
        for id in set(self._shards_known) - set(wanted):
            del self._shards_known[id]
        for id in wanted:
            self._shards_known.setdefault(id, Shard(lost_at=time.monotonic()))
        await self._desk.prepare(self)

    def wanted(self) -> Sequence[int]:
        """List the shards that this process holds."""
        return self.shard_ids or range(self.shard_count or 1)

    def guilds_of(self, shard: int) -> Iterable[discord.Guild]:
        """Return the servers that a shard tells of."""
        return [guild for guild in self.guilds if guild.shard_id == shard]

    # -- the state of its shards ---------------------------------------------------------------

    async def launch_shard(
        self, gateway: yarl.URL, shard_id: int, *, initial: bool = False
    ) -> None:
        """Connect a shard, and decide from then on how it connects again."""
        await super().launch_shard(gateway, shard_id, initial=initial)
        self._keep_session(shard_id)

    async def on_shard_connect(self, shard: int) -> None:
        """Note a new session."""
        state = self._shards_known[shard]
        state.live, state.known, state.attempts = True, False, 0
        state.sessions += 1
        _log.info("discord connected, shard %d of %s", shard, self.shard_count)

    def _keep_session(self, shard: int) -> None:
        """Let a shard resume also after an attempt that failed, where by itself discord.py would
        begin a new session, and nothing tells what the old one missed; never resume what has not
        begun; and pause between attempts, which discord.py does not where it is told a reason."""
        parent = self.get_shard(shard)._parent  # type: ignore[union-attr]  # it has just begun
        state = self._shards_known[shard]
        reidentify = parent.reidentify

        async def again(told: ReconnectWebSocket | None = None) -> None:
            state.attempts += 1
            if state.attempts > 1:
                await asyncio.sleep(ATTEMPT_SECONDS * 2 ** min(state.attempts, DOUBLINGS))
            begun = parent.ws.session_id is not None
            resume = begun and (told is None or told.resume)
            await reidentify(ReconnectWebSocket(shard, resume=resume))

        # All roads by which a shard connects anew.
        parent.reidentify = again  # type: ignore[method-assign]
        parent.reconnect = again  # type: ignore[method-assign]

    async def on_shard_ready(self, shard: int) -> None:
        """Note that all servers of a new session are known."""
        self._shards_known[shard].known = True

    async def on_shard_resumed(self, shard: int) -> None:
        """Note that a session goes on, and that its events were sent again."""
        state = self._shards_known[shard]
        state.live, state.attempts = True, 0
        _log.info("discord connected again, shard %d", shard)

    async def on_shard_disconnect(self, shard: int) -> None:
        """Note that a connection is lost."""
        state = self._shards_known[shard]
        if state.live:
            state.live, state.lost_at = False, time.monotonic()
            _log.info("discord connection lost, shard %d", shard)

    def silence(self, shard: int) -> float:
        """Tell for how many seconds nothing has come from an open connection."""
        alive = self._alive(shard)
        # discord.py tells nobody; its own look at this comes once in 41 s, which is too late.
        return 0.0 if alive is None else time.perf_counter() - alive._last_recv

    async def ask(self, shard: int) -> None:
        """Ask for a sign of life; Discord answers each heartbeat."""
        alive = self._alive(shard)
        if alive is not None:
            with suppress(OSError, aiohttp.ClientError, discord.ConnectionClosed):
                await alive.ws.send_heartbeat(alive.beat())

    def cut(self, shard: int) -> None:
        """Break a connection: to close one that is half open would wait for its peer's answer."""
        with suppress(KeyError):
            line = self._get_websocket(shard_id=shard).socket.get_extra_info("socket")
            with suppress(OSError, AttributeError):
                line.shutdown(socket.SHUT_RDWR)

    def _alive(self, shard: int) -> Any:
        """Return what keeps a shard's connection alive, None while there is none."""
        try:
            return self._get_websocket(shard_id=shard)._keep_alive
        except KeyError:
            return None

    # -- what it hears -------------------------------------------------------------------------

    def _heard(self, event: str, payload: dict[str, Any]) -> None:
        try:
            if event == "MESSAGE_CREATE":
                self._note_last(payload)
            self._hear_event(event, payload)
        except Exception:
            # What raises here ends the whole connection; the payload is somebody's words.
            _log.exception("an event that cannot be taken")

    def _note_last(self, message: Payload) -> None:
        """Keep each channel's newest message known, as discord.py would."""
        guild = self.get_guild(int(id_of(message, "guild_id") or 0))
        channel = guild and guild.get_channel_or_thread(int(id_of(message, "channel_id") or 0))
        if isinstance(channel, _WITH_MESSAGES):
            channel.last_message_id = int(id_of(message) or 0)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Pass buttons and dialogs on."""
        kinds = (discord.InteractionType.component, discord.InteractionType.modal_submit)
        if interaction.type in kinds:
            await self._desk.interacted(interaction)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Pass on that the bot has been added to a server."""
        await self._desk.invited(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Note a server of a session; pass it on where the bot was added while it was away."""
        if not any(each.unavailable for each in self.guilds_of(guild.shard_id)):
            # Usually all come within milliseconds: who has heard this much begins to count.
            self._shards_known[guild.shard_id].known = True
        joined = guild.me.joined_at if guild.me is not None else None
        if joined is not None and discord.utils.utcnow() - joined < INVITED_LATELY:
            await self._desk.invited(guild)

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        """Log what failed; its arguments are somebody's words: not logged."""
        _log.exception("%s failed", event_method)

    async def end(self) -> None:
        """Close, without waiting long for a peer that may be gone."""
        closing = asyncio.ensure_future(self.close())
        await asyncio.wait({closing}, timeout=GOODBYE_SECONDS)
        if not closing.done():
            for shard in self.wanted():
                self.cut(shard)
        with suppress(OSError, aiohttp.ClientError, discord.DiscordException):
            await closing
