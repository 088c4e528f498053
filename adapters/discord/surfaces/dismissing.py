"""The dialog in which a finding of a review is dismissed: why, and a word if wanted. Pure.

Shapes: https://docs.discord.com/developers/components/reference#label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import discord

from adapters.common.payloads import mapping, sound
from adapters.discord.cards.pages import heading, shown
from adapters.discord.cards.spelling import Mark
from adapters.discord.surfaces.modals import OPEN_SECONDS, filled_in
from bot.cards import LONGEST_NOTE, REASONS, CardFinding
from bot.guard.masking import mask
from bot.wording import say

REASON, NOTE = "reason", "note"
"""The dialog's fields."""

LONGEST_TITLE = 500


def dialog(mark: Mark, finding: CardFinding, locale: str) -> discord.ui.Modal:
    """Return the dialog about a finding; `mark` is what the pressed button says."""
    made = discord.ui.Modal(
        title=say("dismiss_title", locale),
        custom_id=replace(mark, action="dismissal").custom_id,
        timeout=OPEN_SECONDS,
    )
    made.add_item(discord.ui.TextDisplay(shown(heading(finding.title))[:LONGEST_TITLE] or "…"))
    options = [
        discord.SelectOption(label=say(f"dismiss_{reason}", locale), value=reason)
        for reason in REASONS
    ]
    made.add_item(
        discord.ui.Label(
            text=say("dismiss_reason", locale),
            component=discord.ui.Select(custom_id=REASON, options=options),
        )
    )
    made.add_item(
        discord.ui.Label(
            text=say("dismiss_note", locale),
            component=discord.ui.TextInput(
                custom_id=NOTE,
                style=discord.TextStyle.paragraph,
                required=False,
                max_length=LONGEST_NOTE,
            ),
        )
    )
    return made


def written(data: Mapping[str, Any]) -> tuple[str, str]:
    """Read a submission's reason and note."""
    fields = dict(filled_in(data.get("components")))
    chosen = mapping(fields.get(REASON)).get("values")
    first = chosen[0] if isinstance(chosen, Sequence) and chosen else ""
    note = sound(str(mapping(fields.get(NOTE)).get("value") or ""))
    return (str(first) if first in REASONS else "other"), mask(note.strip())[:LONGEST_NOTE]
