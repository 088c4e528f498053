"""How an interaction is acknowledged: within three seconds, once, and never with a ping.

The only file that answers through discord.py's interaction, and beside it what that has no form
for: components as a card lays them out. A lost answer is asked for again: that it was acknowledged
before then counts as success, whichever process did it.
Source: https://docs.discord.com/developers/interactions/receiving-and-responding.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import aiohttp
import discord
from discord import app_commands

from adapters.discord.client import DiscordClient, Upload
from adapters.discord.faults import CallRefused
from adapters.discord.limits import CALLBACK
from bot.errors import PlatformTemporary

_log = logging.getLogger(__name__)

TRY_SECONDS = 1.2
"""So long one try is waited for; Discord takes none that comes later than 3 s after the event."""

TRIES = 3

ALREADY, TOO_LATE = 40060, 10062
"""https://docs.discord.com/developers/topics/opcodes-and-status-codes#json."""

WITH_MESSAGE, WITH_UPDATE = 4, 7
"""Types of responses: a message of its own, and the one whose component was used, changed."""

NOBODY = discord.AllowedMentions.none()


class Acknowledgement:
    """One interaction's. Each call tells whether it has been acknowledged, by this or another
    process."""

    def __init__(self, interaction: discord.Interaction[Any]) -> None:
        self._response = interaction.response

    async def later(self, *, private: bool) -> bool:
        """Promise an answer; Discord shows that the bot is thinking."""
        return await self._send(lambda: self._response.defer(ephemeral=private, thinking=True))

    async def quietly(self) -> bool:
        """Acknowledge a press of which nothing is said."""
        return await self._send(self._response.defer)

    async def say(self, text: str) -> bool:
        """Say something that only who acted sees."""
        return await self._send(
            lambda: self._response.send_message(
                text, ephemeral=True, allowed_mentions=NOBODY, suppress_embeds=True
            )
        )

    async def show(self, dialog: discord.ui.Modal) -> bool:
        """Open a dialog."""
        return await self._send(lambda: self._response.send_modal(dialog))

    async def offer(self, suggestions: Sequence[str]) -> bool:
        """Offer what could be typed."""
        choices = [app_commands.Choice(name=one, value=one) for one in suggestions]
        return await self._send(lambda: self._response.autocomplete(choices))

    async def _send(self, send: Callable[[], Awaitable[object]]) -> bool:
        return await _settled(send)


class Answering:
    """One interaction's acknowledgement in Discord's own form, by the client `rest`. Each call
    tells whether it has been acknowledged, as those of `Acknowledgement` do."""

    def __init__(self, rest: DiscordClient, interaction: str, token: str) -> None:
        self._rest = rest
        self._where = {"interaction_id": interaction, "token": token}

    async def update(self, body: Mapping[str, Any]) -> bool:
        """Change the message whose component was used, or from which the dialog was opened."""
        return await self._send(WITH_UPDATE, body)

    async def show(self, body: Mapping[str, Any], files: Sequence[Upload] = ()) -> bool:
        """Answer with a message; its flags say who sees it."""
        return await self._send(WITH_MESSAGE, body, files)

    async def _send(self, kind: int, body: Mapping[str, Any], files: Sequence[Upload] = ()) -> bool:
        told = {"type": kind, "data": dict(body)}

        async def send() -> None:
            await self._rest.call(CALLBACK, json=told, query=None, files=files, **self._where)

        return await _settled(send)


async def _settled(send: Callable[[], Awaitable[object]]) -> bool:
    for _ in range(TRIES):
        try:
            async with asyncio.timeout(TRY_SECONDS):
                await send()
        except (discord.HTTPException, CallRefused) as error:
            if error.code == ALREADY:
                return True
            _log.warning("an interaction was not acknowledged: %s", _reason(error))
            if error.status < 500:
                return False
        except (aiohttp.ClientError, OSError, TimeoutError, PlatformTemporary) as error:
            _log.info("an acknowledgement was lost: %s", type(error).__name__)
        else:
            return True
    return False


def _reason(error: discord.HTTPException | CallRefused) -> str:
    """Say why without the request's address, which holds the token."""
    return "it came too late" if error.code == TOO_LATE else f"{error.status}, code {error.code}"
