"""A review as JSON: what is read back is what was written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from bot.review.rendering import FORMATS, Format, render
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


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_what_cannot_be_seen_is_escaped(form: Format) -> None:
    quoted = "x = 'a\u202e\u2066b'  # \U000e0041 👨\u200d👩 中文"
    anchor = INJECTION.anchor.model_copy(update={"quote": quoted})
    told = render(review(INJECTION.model_copy(update={"anchor": anchor})), form)
    assert not {"\u202e", "\u2066", "\U000e0041"} & set(told)
    assert "\\u202e\\u2066b" in told
    assert "👨\u200d👩 中文" in told
    assert json.dumps(quoted) in json.dumps(json.loads(told))


@given(reviews)
def test_a_review_survives(made: Review) -> None:
    told = json.loads(render(made, "json"))
    for found in told["findings"]:
        if found["fix"]:
            del found["fix"]["verified"]
    assert Review.model_validate(told) == made
