"""Where everything is received that people do beside writing and pressing buttons: commands, the
entries in a message's menu, what is written into the dialog.

What must be stored is stored before the acknowledgement, which comes within Discord's 3 s whatever
the store does; of several processes that hear of it, the one whose event was new acknowledges.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import discord

from adapters.common.beside import Beside
from adapters.common.payloads import sound
from adapters.common.promptness import apology, claiming, not_pressed, reading
from adapters.discord.answers.answering import asked_with
from adapters.discord.commands import Interaction
from adapters.discord.surfaces import about, leaving, modals
from adapters.discord.surfaces.acknowledging import Acknowledgement
from adapters.discord.surfaces.promptness import first
from adapters.discord.surfaces.shortcuts import open_dialog
from adapters.discord.surfaces.suggestions import Suggestions, apart
from adapters.discord.surfaces.tongues import Tongues
from adapters.discord.surfaces.where import Where, where
from bot.errors import StoreUnavailable
from bot.events import Attachment, Command, Source
from bot.platform import Sink, Stored
from bot.store.notes import Notes
from bot.wording import say

_log = logging.getLogger(__name__)


class Reception:
    """One process's reception, the `Counter` of its commands; `open` it before anything comes.
    `allowed` tells of a channel's id and name whether the bot answers there."""

    def __init__(
        self,
        notes: Notes,
        tongues: Tongues,
        beside: Beside,
        *,
        history_ttl: float,
        allowed: Callable[[Collection[str]], bool],
    ) -> None:
        self._notes = notes
        self._tongues = tongues
        self._beside = beside
        self._history_ttl = history_ttl
        self._allowed = allowed
        self._suggestions = Suggestions(notes)
        self._sink: Sink | None = None

    def open(self, sink: Sink) -> None:
        """Put what comes from now on into `sink`."""
        self._sink = sink

    # -- commands that are answered -----------------------------------------------------------

    async def ask(
        self,
        interaction: Interaction,
        question: str,
        file: discord.Attachment | None,
        private: bool,
    ) -> None:
        """Put a question."""
        files = _files(interaction, file)
        await self._put(interaction, "ask", question, quote=question, files=files, private=private)

    async def weather(
        self, interaction: Interaction, place: str, unit: str | None, days: int | None
    ) -> None:
        """Put a question about the weather."""
        await self._put(interaction, "weather", weather_text(place, unit, days), places=[place])

    async def time(self, interaction: Interaction, places: str) -> None:
        """Put a question about the time."""
        asked = apart(places)
        if not asked:
            await self._say(interaction, "discord_no_place")
            return
        await self._put(interaction, "time", time_text(asked), places=asked)

    async def review(
        self,
        interaction: Interaction,
        text: str | None,
        file: discord.Attachment | None,
        link: str | None,
    ) -> None:
        """Put a wish for a review."""
        files = _files(interaction, file)
        wish = "\n\n".join(filter(None, (link, text)))
        if not wish.strip() and not files:
            await self._say(interaction, "discord_nothing_to_review")
            return
        await self._put(interaction, "review", wish, files=files)

    async def review_message(self, interaction: Interaction) -> None:
        """Put a wish for a review of a message."""
        there, message = where(interaction), _target(interaction)
        if there is None or message is None:
            return
        if not message.text.strip() and not message.files:
            await self._say(interaction, "discord_nothing_to_review")
            return
        await self._put(
            interaction,
            "review",
            message.text,
            files=message.files,
            link=message.url,
            source=Source(message.id, message.author_id),
        )

    async def submitted(self, interaction: Interaction) -> None:
        """Put what was asked about a message in its dialog."""
        written, there = modals.submitted(_data(interaction)), where(interaction)
        if written is None or there is None:
            return
        if not written.question:
            await self._say(interaction, "dialog_empty")
            return
        try:
            async with reading():
                message = about.read(await self._notes.read(written.note))
        except StoreUnavailable as error:
            await Acknowledgement(interaction).say(apology(error, there.locale))
            return
        if message is None:
            await self._say(interaction, "dialog_lost")
            return
        await self._put(
            interaction,
            "ask",
            f"{written.question}\n\n{message.quoted}",
            quote=written.question,
            files=message.files,
            private=written.private,
            link=message.url,
        )

    # -- what needs no answer of the model ----------------------------------------------------

    async def act(self, interaction: Interaction, name: str) -> None:
        """Do what needs no answer from the model: `reset`, `leave`, `help`."""
        there, answer = where(interaction), Acknowledgement(interaction)
        if there is None or self._sink is None:
            return
        self._learn(there)
        if name == "help":
            user = interaction.client.user
            mention = f"<@{user.id if user is not None else there.app}>"
            await answer.say(about.help_text(there.locale, mention, self._history_ttl))
            return
        try:
            async with claiming():
                if not await first(self._notes, there.id):
                    return
                said = await leaving.ACTS[name](there, self._sink)
        except StoreUnavailable as error:
            said = say(not_pressed(error), there.locale)
        await answer.say(said)

    async def ask_about(self, interaction: Interaction) -> None:
        """Open the dialog about a message."""
        there, message = where(interaction), _target(interaction)
        if there is not None and message is not None:
            self._learn(there)
            await open_dialog(there, message, Acknowledgement(interaction), self._notes)

    async def suggest(self, interaction: Interaction, typed: str, *, several: bool) -> None:
        """Offer places."""
        locale = str(interaction.locale or "")
        person = str(interaction.user.id)
        places = await self._suggestions.of(person, sound(typed), locale, several=several)
        await Acknowledgement(interaction).offer(places)

    async def confused(self, interaction: Interaction) -> None:
        """Say that a command is none that this release knows."""
        await self._say(interaction, "discord_command_changed")

    async def _say(self, interaction: Interaction, key: str) -> None:
        text = say(key, str(interaction.locale or ""))
        await Acknowledgement(interaction).say(text)

    async def _put(
        self,
        interaction: Interaction,
        name: str,
        text: str,
        *,
        quote: str = "",
        files: Sequence[Attachment] = (),
        private: bool = False,
        link: str = "",
        places: Sequence[str] = (),
        source: Source | None = None,
    ) -> None:
        """Put a command, then acknowledge it; its answer begins with `quote` and `link`."""
        there, answer = where(interaction), Acknowledgement(interaction)
        if there is None or self._sink is None:
            _log.warning("a command came from nowhere, or too early")
            return
        self._learn(there)
        if there.context != "direct" and not self._allowed([there.channel, there.name]):
            # The core would say so for everybody to see.
            await answer.say(say("channel_not_allowed", there.locale))
            return
        command = Command(
            id=there.id,
            thread=there.own,
            author=there.author,
            name=name,
            text=sound(text),
            at=there.at,
            private=private,
            attachments=tuple(files),
            place=there.place(**asked_with(sound(quote), link)),
            source=source,
        )
        try:
            async with claiming():
                outcome = await self._sink.put(command)
        except StoreUnavailable as error:
            await answer.say(apology(error, there.locale))
            return
        if outcome is Stored.KNOWN:
            return  # who put it acknowledges it
        await answer.later(private=private)
        if places:
            self._beside.start(self._suggestions.learn(there.person, places))

    def _learn(self, there: Where) -> None:
        self._beside.start(self._tongues.learn(there.person, there.locale))


def weather_text(place: str, unit: str | None, days: int | None) -> str:
    """Say in words what was chosen, as the core reads it behind the command's name."""
    place = " ".join(place.split())
    for_days = f" for {days} days" if days and days > 1 else " today" if days else ""
    return f"in {place}{for_days}{f' in {unit}' if unit else ''}"


def time_text(places: Sequence[str]) -> str:
    """Say in words what was chosen, as `weather_text` does."""
    return "in " + " and ".join(places)


def _data(interaction: Interaction) -> Mapping[str, Any]:
    data: Any = interaction.data
    return data if isinstance(data, Mapping) else {}


def _files(interaction: Interaction, file: discord.Attachment | None) -> tuple[Attachment, ...]:
    found = about.attachment(_data(interaction), str(file.id)) if file is not None else None
    return (found,) if found is not None else ()


def _target(interaction: Interaction) -> about.About | None:
    channel = interaction.channel_id or 0
    return about.read_target(_data(interaction), str(interaction.guild_id or ""), str(channel))
