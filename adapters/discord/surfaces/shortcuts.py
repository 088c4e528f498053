"""The entries in a message's menu: one opens the dialog about that message, one has it reviewed.

The message is kept before the dialog opens, as the dialog carries no more than a name.
"""

from __future__ import annotations

from adapters.common.promptness import apology, claiming
from adapters.discord.surfaces import modals
from adapters.discord.surfaces.about import NOTE_SECONDS, About
from adapters.discord.surfaces.acknowledging import Acknowledgement
from adapters.discord.surfaces.where import Where
from bot.errors import StoreUnavailable
from bot.store.notes import Notes


async def open_dialog(there: Where, message: About, answer: Acknowledgement, notes: Notes) -> None:
    """Ask what to ask about a message; who cannot be asked is told why."""
    try:
        async with claiming():
            name = modals.note_of(modals.custom_id(there.id))
            await notes.keep(name, message.write(), NOTE_SECONDS)
    except StoreUnavailable as error:
        await answer.say(apology(error, there.locale))
        return
    await answer.show(modals.dialog(message, there.id, there.locale))
