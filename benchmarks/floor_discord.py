"""The floor on Discord: the shortest bot that streams a model's answer into a Discord thread.

discord.py and the openai SDK as their documentation shows them, and no feature: no history, no
inbox, no rendering, no limits but those that discord.py heeds by itself. What it costs is what the
libraries cost. Run by the benchmarks with the bot's own environment variables.
"""

from __future__ import annotations

import asyncio
import os
import time

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from openai import AsyncOpenAI

EDIT_SECONDS = 1.0
"""As often as Discord lets one channel's messages be edited for long."""

model = AsyncOpenAI()  # OPENAI_API_KEY and OPENAI_BASE_URL


class Floor(discord.Client):
    """Answers mentions."""

    async def setup_hook(self) -> None:
        """Find the gateway that belongs to the API."""
        _, url, _ = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)

    async def on_message(self, message: discord.Message) -> None:
        """Ask, open a thread, post the first words, edit about once a second, and leave the whole
        text."""
        if self.user not in message.mentions or message.author == self.user:
            return
        thread, stream = await asyncio.gather(
            message.create_thread(name=message.clean_content[:100]),
            model.chat.completions.create(
                model=os.environ["OPENAI_MODEL"],
                messages=[{"role": "user", "content": message.content}],
                stream=True,
            ),
        )
        text, shown, posted, edited_at = "", "", None, 0.0
        async for chunk in stream:
            text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
            if not text.strip() or time.monotonic() - edited_at < EDIT_SECONDS:
                continue
            shown, edited_at = text, time.monotonic()
            posted = await (posted.edit(content=text) if posted else thread.send(text))
        if posted and text != shown:
            await posted.edit(content=text)


if __name__ == "__main__":
    Route.BASE = os.environ["DISCORD_API_URL"]
    Floor(intents=discord.Intents.default()).run(os.environ["DISCORD_TOKEN"])
