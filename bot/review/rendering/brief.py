"""A review as a model reads it: every finding on one line before anything is said at length, so
that none is lost where a long result is cut. Pure; called by the tool `code_review`.
"""

from __future__ import annotations

from bot.review.rendering import phrases, text
from bot.review.values import Review
from bot.wording import say

FIRST = 2_000
"""Characters within which all findings are to be named, as far as they fit."""

_LONGEST_LINE = 200


def render(review: Review, locale: str = "en") -> str:
    """Write a review as text; where it is long, a list of its findings comes first."""
    whole = text.render(review, locale)
    found = list(enumerate(review.findings, start=1))
    lines = [text.line(number, finding, locale) for number, finding in found]
    if not lines or 0 <= whole.rfind(f"\n{lines[-1]}\n") < FIRST - len(lines[-1]):
        return whole
    return f"{_listed(review, lines, locale)}\n\n{whole}"


def _listed(review: Review, lines: list[str], locale: str) -> str:
    first = [text.head(review, locale)[: FIRST // 4], phrases.model_note(review, locale)]
    more = say("review_more", locale, count=len(lines))
    listed = "\n".join(filter(None, first))
    for at, line in enumerate(lines):
        shown = line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"
        if len(listed) + len(shown) + len(more) + 2 > FIRST:
            return f"{listed}\n{say('review_more', locale, count=len(lines) - at)}"
        listed = f"{listed}\n{shown}"
    return listed
