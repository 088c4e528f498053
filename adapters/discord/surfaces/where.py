"""Where an interaction happened, who did it, and how it can be answered: plain values.

Read from discord.py's interaction here, at the edge; nothing behind it touches that object except
to acknowledge. Contexts and installations:
https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import discord

from adapters.common.payloads import sound
from adapters.discord.payloads import microseconds
from adapters.discord.places import DIRECT, Spot, of_cache
from bot.events import Author, Place, PlaceKind, ThreadRef

Context: TypeAlias = Literal["guild", "direct", "elsewhere"]
"""In a server; in a direct message with the bot; in one with others, where the bot is not."""


@dataclass(frozen=True, slots=True)
class Where:
    """One interaction. `channel` is the parent's id where it happened in a thread, `stands` the id
    of the very place; `reach` tells whether the bot may read and write there by itself."""

    id: str
    token: str
    app: str
    guild: str
    channel: str
    stands: str
    person: str
    person_name: str
    context: Context = "guild"
    kind: PlaceKind = "channel"
    name: str = ""
    locale: str = ""
    guild_locale: str = ""
    reach: bool = True
    moderator: bool = False

    @property
    def workspace(self) -> str:
        """The workspace of its thread references."""
        return self.guild or DIRECT

    @property
    def own(self) -> ThreadRef:
        """The conversation of its own that a command has: forty at once are forty answers."""
        return ThreadRef("discord", self.workspace, self.channel, self.id)

    @property
    def here(self) -> ThreadRef:
        """The conversation in which it happened; a channel's own is that of no message."""
        thread = self.stands if self.stands != self.channel else ""
        return ThreadRef("discord", self.workspace, self.channel, thread)

    @property
    def in_thread(self) -> bool:
        """Tell whether it happened in a thread or a forum's post."""
        return self.stands != self.channel

    @property
    def author(self) -> Author:
        """Who did it."""
        return Author(self.person, self.person_name, locale=self.locale)

    @property
    def at(self) -> int:
        """When it happened, by Discord's clock, in microseconds."""
        return microseconds(self.id)

    def place(self, **more: str) -> Place:
        """Return the place, with how it is answered and `more` in its address."""
        address = {
            "token": self.token,
            "app": self.app,
            "channel": self.stands,
            "guild": self.guild,
            "reach": "1" if self.reach else "",
            **more,
        }
        locale = self.guild_locale
        return Place(
            self.kind,
            self.name,
            locale,
            address=address,
            lasting=("channel",),
            can_return=self.reach,
            can_thread=False,
        )


def where(interaction: discord.Interaction[Any]) -> Where | None:
    """Read where an interaction happened; None for one without a place or a person."""
    channel, user = interaction.channel, interaction.user
    if channel is None or not isinstance(user, discord.Member | discord.User):
        return None
    guild, spot = str(interaction.guild_id or ""), _spot(interaction)
    context = _context(interaction)
    return Where(
        id=str(interaction.id),
        token=interaction.token,
        app=str(interaction.application_id),
        guild=guild,
        channel=spot.channel,
        stands=str(channel.id),
        person=str(user.id),
        person_name=sound(user.display_name)[:80],
        context=context,
        kind=spot.kind,
        name=spot.name,
        locale=str(interaction.locale or ""),
        guild_locale=str(interaction.guild_locale or ""),
        reach=_reach(interaction, context),
        moderator=bool(guild) and interaction.permissions.manage_messages,
    )


def _context(interaction: discord.Interaction[Any]) -> Context:
    if interaction.guild_id is not None:
        return "guild"
    # Clients of before the contexts send none; then only the bot's own direct message is known.
    elsewhere = interaction.context.private_channel or isinstance(
        interaction.channel, discord.GroupChannel
    )
    return "elsewhere" if elsewhere else "direct"


def _reach(interaction: discord.Interaction[Any], context: Context) -> bool:
    if context == "guild":
        return interaction.is_guild_integration() and interaction.app_permissions.view_channel
    return context == "direct"


def _spot(interaction: discord.Interaction[Any]) -> Spot:
    """Read the place as the gateway knows it, else as the interaction tells of it."""
    channel, guild = interaction.channel, interaction.guild
    id = str(interaction.channel_id)
    if guild is None:
        elsewhere = _context(interaction) == "elsewhere"
        return Spot(channel=id, kind="group" if elsewhere else "direct")
    if (known := of_cache(guild, id)) is not None:
        return known
    parent = str(getattr(channel, "parent_id", None) or id)
    private = isinstance(channel, discord.Thread) and channel.is_private()
    name = "" if parent != id else sound(str(getattr(channel, "name", "")))[:100]
    return Spot(str(guild.id), parent, kind="private" if private else "channel", name=name)
