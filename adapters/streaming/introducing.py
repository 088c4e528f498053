"""Puts the question in front of a reply, where nobody else can see what was asked. Pure."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace

from bot.replies import Done, Failed, Reply, TextDelta, TextRewritten

INTRODUCED_SECONDS = 30 * 24 * 3600
"""How long an answer that is given anew is introduced as before."""

_MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_~[]<>#|!&"})


async def introduced(replies: AsyncIterator[Reply], intro: str) -> AsyncGenerator[Reply, None]:
    """Let a reply begin with `intro`, which is shown with its first words."""
    begun = False
    async for reply in replies:
        match reply:
            case TextDelta(text) if not begun:
                begun = True
                yield TextDelta(f"{intro}\n\n{text}")
                continue
            case TextRewritten(text):
                begun = True
                yield TextRewritten(f"{intro}\n\n{text}")
                continue
            case Done(text, stopped) if not (begun or text.strip() or stopped):
                yield reply  # nothing is to be shown at all
                return
            case Done() | Failed() if not begun:
                yield TextDelta(intro)
        if isinstance(reply, Done):
            reply = replace(reply, text=f"{intro}\n\n{reply.text}".rstrip())
        elif isinstance(reply, Failed):
            reply = replace(reply, partial=f"{intro}\n\n{reply.partial}".rstrip())
        yield reply


def quoted_line(text: str, most: int) -> str:
    """Write text as one line of at most `most` characters, of which no letter is Markdown."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(line) > most:
        line = line[: most - 1].rstrip() + "…"
    return line.translate(_MARKUP)
