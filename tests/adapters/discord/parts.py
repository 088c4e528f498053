"""A real client on the local Discord, with an allowance that only counts, to test single parts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from adapters.discord.carded import CardSurface
from adapters.discord.chains import name_of
from adapters.discord.client import DiscordClient
from adapters.discord.opening import Opening
from adapters.discord.payloads import microseconds
from adapters.discord.status import Typing
from adapters.discord.surfaces.buttons import footer
from bot.errors import StoreUnavailable
from bot.events import Author, Message, Place, ThreadRef
from bot.metrics import Metrics
from bot.platform import Batch
from bot.store.notes import Notes
from tests.adapters.allowances import Counted
from tests.servers.discord import LocalDiscord
from tests.servers.discord import Message as Posted


@asynccontextmanager
async def client_of(
    discord: LocalDiscord, allowance: Counted | None = None
) -> AsyncIterator[DiscordClient]:
    """Open a client that never sleeps; `slept` of its allowance notes for how long it would."""
    allowance = allowance or Counted()

    async def at_once(seconds: float) -> None:
        allowance.slept.append(seconds)

    client = DiscordClient(discord.token, discord.api_url, allowance, Metrics(), at_once)
    client.user, client.application = discord.bot.id, discord.application.id
    try:
        yield client
    finally:
        await client.close()


class Memory:
    """A store in memory with the few commands that notes use; `away` refuses."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
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


def notes_of(memory: Memory | None = None) -> Notes:
    """Return notes that are kept in memory."""
    return Notes(memory or Memory())  # type: ignore[arg-type]  # the commands that it uses


def asked(discord: LocalDiscord, posted: Posted, *, can_thread: bool = True) -> Batch:
    """Return a message as the batch that inbound would make of it."""
    where = discord.place(posted.channel_id)
    workspace, channel, thread = where.guild_id or "@me", where.id, posted.id
    if where.guild_id is None:
        thread = ""
    elif where.is_thread:
        channel, thread = where.parent_id or "", where.id
    kind = "channel" if where.guild_id else "direct"
    message = Message(
        id=posted.id,
        thread=ThreadRef("discord", workspace, channel, thread),
        author=Author(posted.author_id, ""),
        text=posted.content,
        at=microseconds(posted.id),
        place=Place(kind=kind, can_thread=can_thread),
    )
    return Batch(message.thread, (message,))


def surface_of(
    client: DiscordClient, batch: Batch, key: str = "key", notes: Notes | None = None
) -> CardSurface:
    """Return the surface on which a batch is answered, whose words are their keys."""
    return CardSurface(
        client,
        Typing(client),
        Opening(client, notes or notes_of(), batch),
        name_of(batch.thread, key),
        batch.last.id,
        buttons=lambda stage, name: footer(stage, name, str),
        words=lambda key, **_: key,
    )
