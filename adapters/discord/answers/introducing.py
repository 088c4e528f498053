"""With what a public answer to a command begins: the question, which nobody else can see, and the
message that it is about.
"""

from __future__ import annotations

from collections.abc import Iterable

from adapters.streaming.introducing import INTRODUCED_SECONDS, quoted_line
from bot.store.notes import Notes

LONGEST_QUESTION = 300
"""Characters of a question that its answer quotes."""


def introduction(question: str, link: str) -> str:
    """Return the lines; nothing in them is markup or a mention."""
    lines = [quoted_line(question, LONGEST_QUESTION), f"<{link}>" if link else ""]
    return "\n".join(f"> {line}" for line in lines if line)


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
