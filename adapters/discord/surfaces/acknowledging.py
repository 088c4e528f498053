"""How an interaction is acknowledged: within three seconds, once, and never with a ping.

The only file that answers through discord.py's interaction. A lost answer is asked for again: that
it was acknowledged before then counts as success, whichever process did it.
Source: https://docs.discord.com/developers/interactions/receiving-and-responding.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import aiohttp
import discord
from discord import app_commands

_log = logging.getLogger(__name__)

TRY_SECONDS = 1.2
"""So long one try is waited for; Discord takes none that comes later than 3 s after the event."""

TRIES = 3

ALREADY, TOO_LATE = 40060, 10062
"""https://docs.discord.com/developers/topics/opcodes-and-status-codes#json."""

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
        for _ in range(TRIES):
            try:
                async with asyncio.timeout(TRY_SECONDS):
                    await send()
            except discord.HTTPException as error:
                if error.code == ALREADY:
                    return True
                _log.warning("an interaction was not acknowledged: %s", _reason(error))
                if error.status < 500:
                    return False
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                _log.info("an acknowledgement was lost: %s", type(error).__name__)
            else:
                return True
        return False


def _reason(error: discord.HTTPException) -> str:
    """Say why without the request's address, which holds the token."""
    return "it came too late" if error.code == TOO_LATE else f"{error.status}, code {error.code}"
