"""The opening lines of a public answer to a command: the question in quotes, which nobody else has
seen, and a link to the message that it is about; and the note that keeps them for another try.
"""

from __future__ import annotations

from collections.abc import Iterable

from adapters.streaming.introducing import INTRODUCED_SECONDS, quoted_line
from bot.store.notes import Notes

LONGEST_QUESTION = 300
"""Characters of a question that its answer quotes."""


def introduction(question: str, link: str) -> str:
    """Return the opening lines; nothing in them is markup or a mention."""
    lines = [quoted_line(question, LONGEST_QUESTION), f"<{link}>" if link else ""]
    return "\n".join(f"> {line}" for line in lines if line)


async def keep(notes: Notes, first: str, intro: str) -> None:
    """Keep the opening lines of an answer, by its first message. Raises `StoreUnavailable`."""
    await notes.keep(_noted(first), intro, INTRODUCED_SECONDS)


async def kept(notes: Notes, parts: Iterable[str]) -> str:
    """Return the opening lines of the answer of these parts, empty for none. Raises
    `StoreUnavailable`."""
    first = next(filter(None, parts), "")
    return await notes.read(_noted(first)) if first else ""


def _noted(first: str) -> str:
    return f"discord/intro/{first}"
