"""A review as JSON: what is read back is what was written."""

from __future__ import annotations

import json

from hypothesis import given

from bot.review.rendering import FORMATS, render
from bot.review.values import Review

from .reviews import FIX, INJECTION, review, reviews


def test_it_follows_the_schema_and_says_which() -> None:
    told = json.loads(render(review(INJECTION.model_copy(update={"fix": FIX})), "json"))
    assert told["schema_version"] == "1"
    assert told["findings"][0]["anchor"]["start_line"] == 12
    assert told["findings"][0]["fix"]["verified"] is True
    assert told["coverage"]["llm"] == "ok"


def test_every_format_ends_its_last_line() -> None:
    for form in FORMATS:
        assert render(review(INJECTION), form).endswith("\n")


@given(reviews)
def test_a_review_survives(made: Review) -> None:
    told = json.loads(render(made, "json"))
    for found in told["findings"]:
        if found["fix"]:
            del found["fix"]["verified"]
    assert Review.model_validate(told) == made
