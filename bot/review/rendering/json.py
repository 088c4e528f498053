"""A review as JSON: the schema is `bot.review.values`, version 1."""

from __future__ import annotations

from bot.review.rendering.visible import escaped
from bot.review.values import Review


def render(review: Review, locale: str = "en") -> str:
    """Write a review as JSON, indented. Texts of the bot itself are not in it."""
    return escaped(review.model_dump_json(indent=2)) + "\n"
