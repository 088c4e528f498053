"""The desk: all that people do beside writing comes in here, from the gateway of one process.

It builds the commands of each client that connects, and sends presses, dialogs and invitations
where they are handled. Called by the gateway.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from typing import Any

import discord

from adapters.common.beside import Beside
from adapters.discord.client import DiscordClient
from adapters.discord.commands import grown
from adapters.discord.surfaces import cards, clicks
from adapters.discord.surfaces.acknowledging import Acknowledgement
from adapters.discord.surfaces.cards import CardPresses
from adapters.discord.surfaces.clicks import Clicks
from adapters.discord.surfaces.greeting import Greeting, joined
from adapters.discord.surfaces.reception import Reception
from adapters.discord.surfaces.registering import registered
from adapters.discord.surfaces.tongues import Tongues
from adapters.discord.surfaces.where import where
from bot.cards import ReviewDesk
from bot.platform import Sink
from bot.store.notes import Notes
from bot.tasks import ended

_log = logging.getLogger(__name__)


class Desk:
    """One process's desk. `allowed` tells of a channel's id and name whether the bot answers there,
    `reads_all` whether it is sent what does not mention it; `history_ttl` in seconds."""

    def __init__(
        self,
        rest: DiscordClient,
        notes: Notes,
        tongues: Tongues,
        *,
        history_ttl: float,
        allowed: Callable[[Collection[str]], bool] = lambda _: True,
        reads_all: Callable[[], bool] = lambda: True,
        reviews: ReviewDesk | None = None,
    ) -> None:
        self._tongues = tongues
        self._beside = Beside(_log)
        self._reception = Reception(
            notes, tongues, self._beside, history_ttl=history_ttl, allowed=allowed
        )
        self._clicks = Clicks(notes)
        self._cards = CardPresses(rest, notes, reviews, self._beside, allowed=allowed)
        self._greeting = Greeting(
            rest, notes, history_ttl=history_ttl, allowed=allowed, reads_all=reads_all
        )
        self._registering: asyncio.Task[None] | None = None
        self._sink: Sink | None = None

    def open(self, sink: Sink) -> None:
        """Put what comes from now on into `sink`."""
        self._sink = sink
        self._reception.open(sink)

    async def prepare(self, client: discord.Client) -> None:
        """Give a client its commands; connecting does not wait until Discord has them."""
        await self._give_up_registering()
        tree = grown(client, self._reception)
        self._registering = asyncio.create_task(registered(tree))

    async def interacted(self, interaction: discord.Interaction[Any]) -> None:
        """Handle a press or a dialog; commands come by the tree."""
        there = where(interaction)
        if there is None or self._sink is None:
            return
        answer, sink = Acknowledgement(interaction), self._sink
        self._beside.start(self._tongues.learn(there.person, there.locale))
        on_card = cards.read(interaction, there)
        if interaction.type is discord.InteractionType.modal_submit:
            if on_card is not None:
                await self._cards.submitted(on_card, answer)
            else:
                await self._reception.submitted(interaction)
        elif interaction.type is discord.InteractionType.component:
            press = clicks.read(interaction, there)
            if on_card is not None:
                await self._cards.pressed(on_card, answer, sink)
            elif press is not None:
                await self._clicks.handle(press, answer, sink)
            else:  # of an earlier release
                await self._clicks.apologise(there, answer)

    async def invited(self, guild: discord.Guild) -> None:
        """Say hello in a server that the bot was added to."""
        self._beside.start(self._greeting.greet(joined(guild)))

    async def settle(self) -> None:
        """Wait until what runs beside has ended, and the commands are registered."""
        await self._beside.settle()
        if self._registering is not None:
            await self._registering

    async def close(self) -> None:
        """Give up what runs beside."""
        await self._give_up_registering()
        await self._beside.close()

    async def _give_up_registering(self) -> None:
        task, self._registering = self._registering, None
        await ended(task)
