"""From what a model said of a finding to a `Finding` on its line. Pure; called by `judging`.
What the model says is as little trusted as the code that it read: its texts pass the mask, its
places are looked up.
"""

from __future__ import annotations

from bot.review.asking.numbered import Hide
from bot.review.findings.anchor import Places
from bot.review.salvage.raw import RawFinding
from bot.review.values import LONGEST_TITLE, Finding

SOURCE = "llm"

LONGEST_TEXT = 1_500
"""Characters of one text of a finding; nobody reads more."""

MOST_CWES = 3


def finding(raw: RawFinding, places: Places, hide: Hide) -> Finding:
    """Make a finding of what was said: placed by its quote, without secrets, without an id yet."""
    anchor = places.place(raw.path, raw.quote, raw.line, raw.side)
    return Finding(
        id="",
        severity=raw.severity,
        type=raw.type,
        cwe=raw.cwe[:MOST_CWES],
        sources=(SOURCE,),
        confidence=raw.confidence,
        title=hide(raw.title)[:LONGEST_TITLE],
        message=shortened(hide(raw.message)),
        trigger=shortened(hide(raw.trigger)),
        suggestion=shortened(hide(raw.suggestion)),
        anchor=anchor,
        in_change=places.touches_change(anchor),
    )


def shortened(text: str, most: int = LONGEST_TEXT) -> str:
    """Cut a text that is longer than anybody reads."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
