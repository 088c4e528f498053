"""Guesses a language from a piece of code without a name, by what is typical for each. Pure.

Every pattern gives its weight once per occurrence up to a cap; the best score wins where it is high
enough. `weights` holds the patterns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from bot.review.reading.weights import WEIGHTS

MOST_READ = 12_000
"""Characters that are looked at; more adds nothing but time."""

LEAST_SCORE = 2.0
"""Below, the language is unknown rather than guessed."""

_CAP = 3
"""Occurrences of a pattern that count."""

_REMARK = re.compile(
    r"(?P<lead>^[ \t]{0,80}(?:\*(?=[ /])|#(?= )(?! include)|--(?= ))|(?<![:\w])//)"
    r"(?!\s?\w+:? ?=).*",
    re.MULTILINE,
)
"""A remark's words are of no language; that it is one, says something."""

_JSX = re.compile(r"(?:return|=>|\()\s*\(?\s*<(?:[A-Z]\w*|[a-z][\w-]*)?(?:\s+\w+=[{\"']|\s*/?>)")


def guess(text: str) -> str:
    """Return the likeliest language; empty if nothing is typical enough."""
    scores = score(text[:MOST_READ])
    best = max(scores, key=lambda language: scores[language], default="")
    if not best or scores[best] < LEAST_SCORE:
        return ""
    if best in ("javascript", "typescript") and _JSX.search(text[:MOST_READ]):
        return "jsx" if best == "javascript" else "tsx"
    return best


def score(text: str) -> dict[str, float]:
    """Return how much speaks for each language."""
    scores: dict[str, float] = {}
    text = _REMARK.sub(r"\g<lead> ", text)
    for language, patterns in _patterns().items():
        total = 0.0
        for weight, pattern in patterns:
            count = 0
            for _ in pattern.finditer(text):
                count += 1
                if count == _CAP:
                    break
            total += weight * count
        if total > 0:
            scores[language] = total
    return scores


@cache
def _patterns() -> Mapping[str, tuple[tuple[float, re.Pattern[str]], ...]]:
    """Compile the weights once they are needed: it takes longer than the bot's start may."""
    return {
        language: tuple((weight, re.compile(pattern, re.MULTILINE)) for weight, pattern in pairs)
        for language, pairs in WEIGHTS.items()
    }


def looks_like_code(text: str) -> bool:
    """Tell whether a text is rather code than prose."""
    scores = score(text[:MOST_READ])
    best = max(scores.values(), default=0.0)
    words = len(re.findall(r"(?<![\w.(])[A-Za-z]{2,}(?= [a-z]{2,} )", text[:MOST_READ]))
    return best >= LEAST_SCORE and best * 4 > words
