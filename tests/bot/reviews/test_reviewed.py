"""A finished review is kept whole until it is seen, and briefly afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.review.rendering.chat import MOST_FINDINGS
from bot.review.values import Review
from bot.reviews.reviewed import Reviewed, brief_steps, files, read, step
from bot.turns import Step
from tests.bot.review.made import finding
from tests.bot.review.rendering.reviews import FIX, INJECTION, review, reviews

KEY = "ghp_" + "a1B2" * 9


def unveiled(text: str) -> str:
    return text


@given(reviews)
def test_what_is_recorded_is_read_back_whole(made: Review) -> None:
    kept = Reviewed(made, "diff --git a/x b/x\n", "zh-TW")
    assert read((Step("1", "weather", "{}", "sunny"), step(kept))) == kept


def test_a_fix_survives_with_its_proof() -> None:
    made = review(INJECTION.model_copy(update={"fix": FIX}))
    again = read((step(Reviewed(made)),))
    assert again is not None
    assert again.review.findings[0].fix == FIX


@pytest.mark.parametrize(
    "result",
    ["", "nothing found", "{", "{}", '{"review": {}, "patch": "", "locale": "en"}', "[1]"],
)
def test_what_is_no_record_is_none(result: str) -> None:
    other = Step("1", "code_review", "{}", result)
    assert read((other,)) is None
    assert brief_steps((other,)) == (other,)


def test_history_keeps_what_the_message_does_not_show() -> None:
    many = review(*(finding(title=f"Title {n}.") for n in range(1, MOST_FINDINGS + 3)))
    (brief,) = brief_steps((step(Reviewed(many)),))
    assert f"{MOST_FINDINGS + 1}. high: Title {MOST_FINDINGS + 1}." in brief.result
    assert f"Title {MOST_FINDINGS}." not in brief.result
    assert "schema_version" not in brief.result


def test_files_are_the_review_for_people_and_programs_and_the_patch() -> None:
    made = review(finding(message=f"The key {KEY} stands here."))
    plain = list(files(Reviewed(made), unveiled))
    assert [file.name for file in plain] == ["review.md", "review.sarif"]
    hidden = list(files(Reviewed(made, "diff\n"), lambda text: text.replace(KEY, "•")))
    assert [file.name for file in hidden] == ["review.md", "review.sarif", "fixes.patch"]
    assert not any(KEY.encode() in file.content for file in hidden)
