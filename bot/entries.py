"""What history keeps of a finished turn: the batch's messages and the bot's answer.

Pure; `bot.conversations` hands the entries to the worker, which writes them when the turn ends.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.events import Regenerate, TurnEvent
from bot.platform import Batch
from bot.preparation import Prepared
from bot.prompt import question_text
from bot.replies import Failed, Final
from bot.turns import Entry, Step

STOPPED = "[a person stopped the answer here]"
"""Marks an unfinished answer in what is remembered."""


def questions(batch: Batch, prepared: Prepared) -> list[Entry]:
    """Return the people's messages; a wish for another answer is none."""
    return [_question(e, prepared) for e in batch.events if not isinstance(e, Regenerate)]


def answer(
    batch: Batch,
    prepared: Prepared,
    final: Final,
    *,
    steps: Sequence[Step],
    parts: Sequence[str],
    author: str,
) -> Entry:
    """Return the bot's answer, whose visible messages are `parts`, one at least."""
    before = replaced(prepared)
    ids = (event.author.id for event in batch.events)
    return Entry(
        id=parts[0],
        role="bot",
        text=_text(final),
        # Right behind what it answers, before whatever was written meanwhile.
        at=prepared.answered_at or batch.last.at + 1,
        author=author,
        steps=tuple(steps),
        asked_by=tuple(dict.fromkeys((*before.asked_by, *ids) if before else ids)),
        parts=tuple(parts),
    )


def replaced(prepared: Prepared) -> Entry | None:
    """Return the answer that is given anew, None when there is none that is remembered."""
    if not prepared.replaces:
        return None
    return next((e for e in prepared.history.entries if e.id == prepared.replaces), None)


def _question(event: TurnEvent, prepared: Prepared) -> Entry:
    return Entry(
        id=event.id,
        role="person",
        text=prepared.words.get(event.id) or question_text(event),
        at=event.at,
        author_id=event.author.id,
        author=event.author.name,
        excerpts=prepared.excerpts.get(event.id, ()),
    )


def _text(final: Final) -> str:
    if isinstance(final, Failed):
        return final.partial or final.text
    return f"{final.text}\n{STOPPED}".lstrip() if final.stopped else final.text
