"""The score follows from the findings and from what was read, and from no praise."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.findings.score import score
from bot.review.values import SEVERITIES, Coverage, Finding, ToolRun
from tests.bot.review.made import finding

OK = Coverage(files_total=1, full=("a.py",), llm="ok")


def found(*severities: str, confidence: float = 1.0, **more: Any) -> list[Finding]:
    return [finding(severity=each, confidence=confidence, **more) for each in severities]


@pytest.mark.parametrize(
    ("severities", "value", "verdict"),
    [
        ((), 10, "ok"),
        (("nit", "nit"), 10, "ok"),
        (("low",), 9, "comments"),
        (("medium",), 9, "comments"),
        (("medium", "medium", "low"), 7, "comments"),
        (("high",), 6, "changes"),
        (("high", "high", "high"), 4, "changes"),
        (("critical",), 3, "changes"),
        (("critical", "critical", "critical"), 1, "changes"),
    ],
)
def test_a_score_is_what_the_findings_leave(
    severities: tuple[str, ...], value: int, verdict: str
) -> None:
    result = score(found(*severities), OK)
    assert (result.value, result.verdict) == (value, verdict)


def test_what_is_less_sure_counts_less() -> None:
    assert score(found("medium", "medium", confidence=0.5), OK).value == 9
    assert score(found("high", confidence=0.4), OK).verdict == "comments"


def test_a_model_can_lower_the_score_and_never_raise_it() -> None:
    assert score(found("medium"), OK, model_score=4.0).value == 4
    assert "lowered by the model" in score([], OK, model_score=4).basis
    for praise in (10, 9.5, 99, float("nan"), float("inf"), None):
        assert score(found("critical"), OK, model_score=praise).value == 3
    assert score([], OK, model_score=-5).value == 1


@pytest.mark.parametrize(
    ("told", "verdict"),
    [(1, "changes"), (3, "changes"), (4, "comments"), (7, "comments"), (8, "ok"), (10, "ok")],
)
def test_a_low_score_lowers_the_verdict(told: int, verdict: str) -> None:
    assert score([], OK, told).verdict == verdict
    unread = OK.model_copy(update={"skipped": {"b.py": "huge"}})
    assert score([], unread, told).verdict == verdict.replace("ok", "incomplete")


@pytest.mark.parametrize("llm", ["off", "failed", "partial"])
def test_without_the_models_part_there_is_no_score_and_no_all_clear(llm: str) -> None:
    result = score([], Coverage(files_total=1, llm=llm), model_score=10)  # type: ignore[arg-type]
    assert (result.value, result.verdict) == (None, "incomplete")


@pytest.mark.parametrize(
    "gap",
    [
        {"partial": {"b.py": "lines:1-400"}},
        {"skipped": {"b.py": "huge"}},
        {"missing": ("files_left_out",)},
        {"tools": (ToolRun(name="ruff", state="failed"),)},
    ],
)
def test_what_was_not_read_stands_in_the_way_of_ok(gap: dict[str, Any]) -> None:
    coverage = OK.model_copy(update=gap)
    assert score([], coverage).verdict == "incomplete"
    assert "partial" in score([], coverage).basis
    assert score(found("high"), coverage).verdict == "changes"


def test_what_nobody_reads_is_no_gap() -> None:
    skipped = {"a.lock": "lock", "b.png": "binary", "c.min.js": "minified"}
    assert score([], OK.model_copy(update={"skipped": skipped})).verdict == "ok"


def test_what_was_dismissed_or_fixed_does_not_count() -> None:
    gone = [*found("critical", status="dismissed"), *found("critical", status="fixed")]
    assert score(gone, OK).value == 10


def test_what_stood_there_before_a_change_is_shown_and_does_not_count() -> None:
    before = found("critical", "high", in_change=False)
    result = score(before, OK)
    assert (result.value, result.verdict) == (10, "comments")
    assert "2 outside of the change not counted" in result.basis
    both = score([*before, *found("medium")], OK)
    assert (both.value, both.verdict) == (9, "comments")
    assert score(found("nit", in_change=False), OK).verdict == "ok"


@given(
    st.lists(st.tuples(st.sampled_from(SEVERITIES), st.floats(0, 1)), max_size=20),
    st.none() | st.floats(),
)
def test_one_finding_more_never_raises_a_score(
    told: list[tuple[str, float]], number: float | None
) -> None:
    findings = [finding(severity=severity, confidence=sure) for severity, sure in told]
    values = [score(findings[:count], OK, number).value for count in range(len(findings) + 1)]
    assert all(1 <= (value or 0) <= 10 for value in values)
    assert values == sorted(values, reverse=True)  # type: ignore[type-var]
