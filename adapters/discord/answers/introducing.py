"""With what a public answer to a command begins: the question, which nobody else can see, and the
message that it is about.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from dataclasses import replace

from bot.replies import Done, Failed, Reply, TextDelta, TextRewritten
from bot.store.notes import Notes

LONGEST_QUESTION = 300
"""Characters of a question that its answer quotes."""

INTRODUCED_SECONDS = 30 * 24 * 3600
"""How long an answer that is given anew is introduced as before."""

_MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_~[]<>#|!&"})


def introduction(question: str, link: str) -> str:
    """Return the lines; nothing in them is markup or a mention."""
    lines = [_line(question), f"<{link}>" if link else ""]
    return "\n".join(f"> {line}" for line in lines if line)


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


async def keep(notes: Notes, first: str, intro: str) -> None:
    """Keep with what an answer began, by its first message. Raises `StoreUnavailable`."""
    await notes.keep(_noted(first), intro, INTRODUCED_SECONDS)


async def kept(notes: Notes, parts: Iterable[str]) -> str:
    """Return with what the answer of these parts began, empty for nothing. Raises
    `StoreUnavailable`."""
    first = next(filter(None, parts), "")
    return await notes.read(_noted(first)) if first else ""


def _noted(first: str) -> str:
    return f"discord/intro/{first}"


def _line(text: str) -> str:
    """Write a question as one line of which no letter is Markdown."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(line) > LONGEST_QUESTION:
        line = line[: LONGEST_QUESTION - 1].rstrip() + "…"
    return line.translate(_MARKUP)
