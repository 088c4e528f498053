"""The dialog about a message: what it shows, and what is read of what was written into it.

Shapes: https://docs.discord.com/developers/components/reference (a title of 45 characters, labels
of 45, a text input of 4,000).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from adapters.common.payloads import mapping
from adapters.discord.surfaces.about import About
from bot.wording import say

QUESTION, AUDIENCE = "question", "audience"
"""The dialog's fields."""

PUBLIC, PRIVATE = "public", "private"

LONGEST_QUESTION = 3_000
LONGEST_EXCERPT = 600
"""Characters of the message in the dialog."""

LONGEST_NAME = 80

OPEN_SECONDS = 15 * 60.0
"""How long discord.py keeps a dialog in mind. Nothing of ours depends on it."""

_OURS = re.compile(r"parley:about:(\d{1,20})")
_MENTION = re.compile(r"([<@#`*_~|>\\\[\]])")


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was written: under which note the message is, the question, and who sees the answer."""

    note: str
    question: str
    private: bool


def custom_id(interaction: str) -> str:
    """Name the dialog that an interaction opens."""
    return f"parley:about:{interaction}"


def note_of(custom_id: object) -> str:
    """Name the note behind a dialog; empty for a dialog that is not ours."""
    found = _OURS.fullmatch(str(custom_id))
    return f"discord/about/{found[1]}" if found else ""


def dialog(message: About, interaction: str, locale: str) -> discord.ui.Modal:
    """Return the dialog that asks what to ask about a message."""
    made = discord.ui.Modal(
        title=say("dialog_title", locale), custom_id=custom_id(interaction), timeout=OPEN_SECONDS
    )
    made.add_item(discord.ui.TextDisplay(_excerpt(message, locale)))
    made.add_item(
        discord.ui.Label(
            text=say("dialog_question", locale),
            component=discord.ui.TextInput(
                custom_id=QUESTION,
                style=discord.TextStyle.paragraph,
                default=say("dialog_default", locale),
                max_length=LONGEST_QUESTION,
            ),
        )
    )
    options = [
        discord.SelectOption(label=say(key, locale), value=value, default=value == PUBLIC)
        for key, value in (("discord_dialog_public", PUBLIC), ("dialog_private", PRIVATE))
    ]
    made.add_item(
        discord.ui.Label(
            text=say("dialog_audience", locale),
            # Who chooses nothing is answered as everybody is.
            component=discord.ui.Select(
                custom_id=AUDIENCE, options=options, min_values=0, required=False
            ),
        )
    )
    return made


def submitted(data: Mapping[str, Any]) -> Submitted | None:
    """Read the data of a submission; None for a dialog that is not ours."""
    note = note_of(data.get("custom_id"))
    if not note:
        return None
    fields = dict(filled_in(data.get("components")))
    question = str(mapping(fields.get(QUESTION)).get("value") or "").strip()
    chosen = mapping(fields.get(AUDIENCE)).get("values")
    private = isinstance(chosen, Sequence) and PRIVATE in chosen
    return Submitted(note, question[:LONGEST_QUESTION], private)


def filled_in(components: object, depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what was filled in, by name, however deep it stands in rows and labels."""
    if depth > 3 or not isinstance(components, Sequence):
        return
    for one in components:
        field = mapping(one)
        if field.get("custom_id"):
            yield str(field["custom_id"]), field
        inner = field.get("component")
        yield from filled_in(field.get("components"), depth + 1)
        yield from filled_in([inner] if inner else (), depth + 1)


def _excerpt(message: About, locale: str) -> str:
    """Say whose message it is and how it begins."""
    author = _MENTION.sub(r"\\\1", message.author)[:LONGEST_NAME]
    whose = say("dialog_about_whose", locale, author=f"**{author}**")
    text = message.text.strip()
    if not text:
        return f"{whose}\n{say('dialog_no_text', locale)}"
    if len(text) > LONGEST_EXCERPT:
        text = text[:LONGEST_EXCERPT].rstrip() + "…"
    quote = "\n".join(f"> {line}" for line in text.split("\n"))
    return f"{whose if author else say('dialog_about', locale)}\n{quote}"
