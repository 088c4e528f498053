"""A card says how much was read: only a whole review without findings is good news."""

from __future__ import annotations

from typing import Any

import pytest

from bot.review.values import Coverage, Review, ToolRun
from bot.reviews import cards as review_cards
from bot.reviews.reviewed import Reviewed


@pytest.mark.parametrize(
    ("changes", "complete"),
    [
        ({}, True),
        ({"skipped": {"app.min.js": "minified"}}, False),
        ({"full": (), "skipped": {"a.bin": "binary"}}, False),
        ({"full": (), "partial": {"a.py": "too_long"}}, False),
        ({"missing": ("files_left_out",)}, False),
        ({"llm": "partial", "llm_detail": "timeout"}, False),
        ({"llm": "off"}, False),
        ({"tools": (ToolRun(name="ruff", state="failed"),)}, False),
    ],
)
def test_a_card_is_complete_only_where_all_was_read(
    changes: dict[str, Any], complete: bool
) -> None:
    coverage = Coverage(**{"files_total": 1, "full": ("a.py",), "llm": "ok"} | changes)
    made = Review(kind="file", score=10, verdict="ok", coverage=coverage)
    card = review_cards.card("0123456789abcdef", Reviewed(made, locale="en"))
    assert card.complete is complete
