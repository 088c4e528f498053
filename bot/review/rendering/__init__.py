"""How a review reads: for people as text and Markdown, for programs as JSON, SARIF and GitHub's
workflow commands. Pure: a `Review` in, a text out. Chat platforms render it in their own rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from bot.review.rendering import github, json, markdown, sarif, text
from bot.review.values import Review

__all__ = ["FORMATS", "Format", "render"]

Format: TypeAlias = Literal["text", "json", "markdown", "sarif", "github"]

FORMATS: Mapping[Format, Callable[[Review, str], str]] = {
    "text": text.render,
    "json": json.render,
    "markdown": markdown.render,
    "sarif": sarif.render,
    "github": github.render,
}


def render(review: Review, form: Format, locale: str = "en") -> str:
    """Write a review in one of the formats, with a line end at its end.

    `locale` chooses the language of what stands around the findings.
    """
    return FORMATS[form](review, locale)
