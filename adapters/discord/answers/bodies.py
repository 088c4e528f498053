"""The content of messages that are written by an interaction's token: never a ping or a preview.

Pure. Shapes: https://docs.discord.com/developers/resources/webhook#execute-webhook.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from adapters.discord import chains, render
from adapters.discord.client import Upload
from adapters.discord.limits import FILE_BYTES, TEXT_UNITS
from adapters.discord.surfaces.buttons import footer
from adapters.discord.writing import NO_MENTIONS, NO_PREVIEWS, shown
from adapters.pacing import Pager
from adapters.streaming import Stage
from bot.guard.masking import mask

Body: TypeAlias = dict[str, Any]

EPHEMERAL = 1 << 6
"""https://docs.discord.com/developers/resources/message#message-object-message-flags."""

BARE: Body = {"allowed_mentions": NO_MENTIONS}
"""A message of which only its file counts."""

FILE_NAME = "answer.md"

Words: TypeAlias = Callable[..., str]


def body(markdown: str, index: int, stage: Stage, name: str, words: Words, *, again: bool) -> Body:
    """Return a part of the reply `name`, with the buttons of its stage."""
    part = chains.part_name(name, index)
    return plain(shown(markdown)) | {"components": footer(stage, part, words, again=again)}


def plain(content: str) -> Body:
    """Return a message without buttons."""
    return {
        "content": content,
        "flags": NO_PREVIEWS,
        "allowed_mentions": NO_MENTIONS,
        "components": [],
    }


def with_file(message: Body) -> Body:
    """Let a message have one file, in the place of any that it has."""
    return message | {"attachments": [{"id": 0, "filename": FILE_NAME}]}


def file(markdown: str) -> Upload:
    """Return a whole text as a file."""
    content = mask(markdown).encode("utf-8", "replace")[:FILE_BYTES]
    return Upload(FILE_NAME, "text/markdown; charset=utf-8", content)


def short(markdown: str, words: Words) -> tuple[str, Sequence[Upload]]:
    """Return the content of one message that says all of `markdown`: what is too long begins in it
    and is whole in a file."""
    content = shown(markdown)
    if render.units(content) <= TEXT_UNITS:
        return content, ()
    note = f"\n\n-# {words('discord_rest_in_file')}"
    pager = Pager(TEXT_UNITS - render.units(note), render.measure)
    pager.feed(markdown)
    return shown(pager.parts(final=True)[0].text) + note, (file(markdown),)
