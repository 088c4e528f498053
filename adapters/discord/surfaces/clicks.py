"""What people press under an answer: Stop, Regenerate, a thumb.

A press is acknowledged when the store has it, and within Discord's 3 s also when the store is away:
then the person is told so. Discord sends no press twice, but to every process that listens.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Literal

import discord

from adapters.common.presses import ASKERS, wish_id
from adapters.common.promptness import claiming, not_pressed
from adapters.discord import chains
from adapters.discord.chains import Tag
from adapters.discord.surfaces import buttons
from adapters.discord.surfaces.acknowledging import Acknowledgement
from adapters.discord.surfaces.buttons import Pressed
from adapters.discord.surfaces.promptness import first
from adapters.discord.surfaces.where import Where
from bot.errors import StoreUnavailable
from bot.events import Author, Feedback, Place, Regenerate, Stop
from bot.platform import Controlled, Sink
from bot.store.notes import Notes
from bot.wording import say

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Press:
    """One press: where and by whom, on which message, and what the button says."""

    there: Where
    message: str
    button: Pressed


def read(interaction: discord.Interaction[Any], there: Where) -> Press | None:
    """Read a press of one of our buttons; None for anything else."""
    button = buttons.read(interaction.custom_id)
    if button is None or interaction.message is None:
        return None
    return Press(there, str(interaction.message.id), button)


class Clicks:
    """Handles presses."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    async def handle(self, press: Press, answer: Acknowledgement, sink: Sink) -> None:
        """Do what was pressed, and acknowledge it. Raises nothing."""
        try:
            async with claiming():
                if not await first(self._notes, press.there.id):
                    return
                said = await self._act(press, sink)
        except StoreUnavailable as error:
            _log.warning("a press was not stored: %s", error)
            said = say(not_pressed(error), press.there.locale)
        await (answer.say(said) if said else answer.quietly())

    async def apologise(self, there: Where, answer: Acknowledgement) -> None:
        """Say that a button means nothing any more, by one of the processes that hear of it."""
        try:
            async with claiming():
                if not await first(self._notes, there.id):
                    return
        except StoreUnavailable:
            pass
        await answer.say(say("too_late_to_press", there.locale))

    async def _act(self, press: Press, sink: Sink) -> str:
        """Act on a press; returns what only who pressed sees, empty for nothing."""
        tag = await chains.tag_of(self._notes, press.button.name)
        if tag is None:
            return say("too_late_to_press", press.there.locale)
        match press.button.action:
            case "stop":
                return await _stop(press, tag, sink)
            case "again":
                return await _again(press, tag, sink)
        return await _rate(press, tag, sink)


async def _stop(press: Press, tag: Tag, sink: Sink) -> str:
    there = press.there
    outcome = await sink.control(Stop(tag.thread, there.author, anyone=there.moderator))
    if outcome is Controlled.NOTHING:
        return say("nothing_to_stop", there.locale)
    return say("not_yours_to_stop", there.locale) if outcome is Controlled.NOT_ALLOWED else ""


async def _again(press: Press, tag: Tag, sink: Sink) -> str:
    there = press.there
    author = there.author
    if author.id not in tag.askers:
        if not (there.moderator and tag.askers):
            return say("not_yours_to_repeat", there.locale)
        # Who moderates wishes it for who asked: the question, and what it may see, stay theirs.
        author = Author(tag.askers[0], "")
    await sink.put(
        Regenerate(
            id=wish_id(press.message, tag.key, there.at),
            thread=tag.thread,
            author=author,
            target=press.message,
            at=there.at,
            place=_place(press, tag),
        )
    )
    return ""


async def _rate(press: Press, tag: Tag, sink: Sink) -> str:
    there = press.there
    if not (there.moderator or there.author.id in tag.askers):
        return say("not_yours_to_rate", there.locale)
    value: Literal[-1, 1] = 1 if press.button.action == "up" else -1
    thumb = Feedback(press.message, tag.thread, there.author, value, reply=tag.key)
    outcome = await sink.control(thumb)
    return say("feedback_thanks", there.locale) if outcome is Controlled.DONE else ""


def _place(press: Press, tag: Tag) -> Place:
    """Return where an answer stands that is given anew. Outside of a thread of its own, its address
    names the channel: a command may have been typed in any thread. By the token only who pressed is
    told what is not for everybody."""
    there = press.there
    address = {ASKERS: " ".join(tag.askers), "app": there.app, "token": there.token}
    if tag.thread.thread in ("", there.stands):
        return Place(there.kind, there.name, there.guild_locale, address=address)
    address["channel"] = there.stands
    return Place(there.kind, there.name, there.guild_locale, can_thread=False, address=address)
