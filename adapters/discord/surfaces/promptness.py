"""Which process acts on an interaction: all that listen hear of it, and Discord repeats none.

How long the store may take for that is told in `common.promptness`.
Source: https://docs.discord.com/developers/interactions/receiving-and-responding.
"""

from __future__ import annotations

from bot.store.notes import Notes

ACTED_SECONDS = 120
"""How long it is known that somebody acted."""


async def first(notes: Notes, interaction: str) -> bool:
    """Tell whether no other process has acted on an interaction. What is put into the inbox needs
    this not. Raises `StoreUnavailable`."""
    return await notes.claim(f"discord/acted/{interaction}", "1", ACTED_SECONDS)
