"""One short hello where the bot is added to a server: how to ask, how to stop, what it remembers.

Once for each server, whichever process hears of it: it is claimed in the store. It stands in the
channel where Discord itself greets people, else in the first one where the bot may write.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord.client import DiscordClient
from adapters.discord.faults import CallRefused
from adapters.discord.limits import POST
from adapters.discord.writing import NO_MENTIONS, NO_PREVIEWS
from bot.errors import PlatformError
from bot.store.notes import Notes
from bot.wording import say, span

_log = logging.getLogger(__name__)

DONE_SECONDS = 30 * 24 * 3600
"""Who adds the bot again after so long is greeted again."""

MOST_TRIES = 3
"""Channels that are tried; permissions that are known may still not be the last word."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A server that the bot was added to: its id, its language, the bot's own id there, and the
    channels where it may write (ids and names), in the order in which they suit a hello."""

    id: str
    locale: str
    me: str
    channels: tuple[tuple[str, str], ...]


def joined(guild: discord.Guild) -> Joined:
    """Read what a hello needs to know of a server."""
    me = guild.me
    channels: Iterable[discord.TextChannel] = guild.text_channels
    if guild.system_channel is not None:
        channels = (guild.system_channel, *channels)
    open_ones = {
        str(channel.id): channel.name
        for channel in channels
        if me is not None and _may_write(channel.permissions_for(me))
    }
    return Joined(
        str(guild.id), guild.preferred_locale.value, str(me.id) if me else "", (*open_ones.items(),)
    )


class Greeting:
    """Says hello in servers; `allowed` tells of a channel's id and name whether the bot answers
    there, `reads_all` whether it is sent what does not mention it."""

    def __init__(
        self,
        rest: DiscordClient,
        notes: Notes,
        *,
        history_ttl: float,
        allowed: Callable[[Collection[str]], bool],
        reads_all: Callable[[], bool],
    ) -> None:
        self._rest = rest
        self._notes = notes
        self._history_ttl = history_ttl
        self._allowed = allowed
        self._reads_all = reads_all

    async def greet(self, server: Joined) -> None:
        """Say hello, unless that was done. Raises `StoreUnavailable`."""
        channels = [id for id, name in server.channels if self._allowed([id, name])]
        name = f"discord/hello/{server.id}"
        if not channels or not await self._notes.claim(name, "1", DONE_SECONDS):
            return
        try:
            await self._say(server, channels[:MOST_TRIES])
        except PlatformError as error:
            _log.warning("nobody was greeted in a new server: %s", error)

    async def _say(self, server: Joined, channels: Collection[str]) -> None:
        for channel in channels:
            try:
                await self._post(server, channel)
            except CallRefused as error:
                _log.info("no hello in one channel: %s", error)
            else:
                return

    async def _post(self, server: Joined, channel: str) -> None:
        body = self._body(server, channel)

        async def once() -> None:
            await self._rest.slot(POST, channel)
            await self._rest.call(POST, channel_id=channel, json=body)

        await self._rest.persist(once)

    def _body(self, server: Joined, channel: str) -> dict[str, Any]:
        remembered = span(self._history_ttl, server.locale)
        text = say("discord_hello", server.locale, mention=f"<@{server.me}>", remembered=remembered)
        if not self._reads_all():
            text += "\n\n" + say("discord_hello_blind", server.locale)
        nonce = hashlib.sha256(f"hello/{server.id}/{channel}".encode()).hexdigest()[:25]
        return {
            "content": text,
            "flags": NO_PREVIEWS,
            "allowed_mentions": NO_MENTIONS,
            # A lost answer is asked for again: Discord then returns the post that stands.
            "nonce": nonce,
            "enforce_nonce": True,
        }


def _may_write(may: discord.Permissions) -> bool:
    return may.view_channel and may.send_messages
