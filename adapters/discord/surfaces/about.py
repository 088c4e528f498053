"""The message that somebody asks about: read from its menu, kept while the dialog is open; and what
the help says.

A dialog of Discord's carries only a name: the message waits in a note under it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from adapters.common.payloads import Payload, mapping
from adapters.discord import carried
from adapters.discord.inbound import Ear, Self, read_text
from adapters.discord.payloads import id_of
from adapters.discord.places import Spot
from adapters.discord.words import Names
from bot.events import Attachment
from bot.guard.masking import mask
from bot.wording import say, span

NOTE_SECONDS = 24 * 3600
"""How long a dialog may stay open."""

LONGEST_QUOTE = 20_000
"""Characters of the message that the model is shown."""

HELP = ("discord_help_ask", "discord_help_commands", "help_changes", "help_memory")
"""The paragraphs of the help, in their order."""


@dataclass(frozen=True, slots=True)
class About:
    """A message: who wrote it (shown name and id), what it says, what hangs on it, its address."""

    id: str
    author: str
    author_id: str
    text: str
    url: str
    files: tuple[Attachment, ...] = ()

    def write(self) -> str:
        """Write all of it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def quoted(self) -> str:
        """The message for the model, told apart from what is asked about it."""
        lines = (self.text or "(no text)").split("\n")
        quote = "\n".join(f"> {line}" for line in lines)
        return f"This is about a message of {self.author or 'somebody'}:\n{quote}"


def read_target(data: Mapping[str, Any], guild: str, channel: str) -> About | None:
    """Read the message that a menu was opened on, from the interaction's data; None without one."""
    resolved = mapping(data.get("resolved"))
    target = str(data.get("target_id") or "")
    message = mapping(mapping(resolved.get("messages")).get(target))
    if not id_of(message):
        return None
    ear = Ear(Self("", ""), names=_names(resolved))
    text, _ = read_text(message, ear, Spot())
    return About(
        id=target,
        author=carried.author_of(message),
        author_id=id_of(mapping(message.get("author"))),
        text=mask(text[:LONGEST_QUOTE]),
        url=f"https://discord.com/channels/{guild or '@me'}/{channel}/{target}",
        files=carried.files(message),
    )


def read(data: str) -> About | None:
    """Read back what `write` wrote; None for anything else."""
    try:
        fields = json.loads(data)
        files = tuple(Attachment(**file) for file in fields.pop("files"))
        return About(**fields | {"files": files})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def attachment(data: Mapping[str, Any], id: str) -> Attachment | None:
    """Read the file of a command's option from the interaction's data."""
    file = mapping(mapping(mapping(data.get("resolved")).get("attachments")).get(id))
    return next(iter(carried.files({"attachments": [file]})), None)


def help_text(locale: str, mention: str, history_ttl: float) -> str:
    """Return the help as Markdown; `history_ttl` in seconds."""
    remembered = span(history_ttl, locale)
    return "\n\n".join(say(key, locale, mention=mention, remembered=remembered) for key in HELP)


def _names(resolved: Payload) -> Names:
    users = mapping(resolved.get("users"))

    def name(kind: str, id: str) -> str:
        found = mapping(users.get(id)) if kind == "user" else {}
        return str(found.get("global_name") or found.get("username") or "")

    return name
