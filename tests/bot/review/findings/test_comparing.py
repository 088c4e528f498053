"""What became of findings when the same was reviewed again; nothing is called fixed that was not
looked at."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.findings.comparing import (
    Compared,
    Earlier,
    compare,
    digests,
    dismissed,
    is_living,
    rescored,
)
from bot.review.values import Anchor, Coverage, Finding, Review, ToolRun
from tests.bot.review.made import file_of, finding

RUFF = ToolRun(name="ruff", files=1)
BOTH = {"a.py": "1", "b.py": "1"}
CHANGED = {"a.py": "2", "b.py": "2"}


def review_of(*findings: Finding, **coverage: Any) -> Review:
    usual: dict[str, Any] = {
        "files_total": 2,
        "full": ("a.py", "b.py"),
        "tools": (RUFF,),
        "llm": "ok",
    }
    return Review(
        kind="file",
        verdict="comments",
        findings=findings,
        coverage=Coverage(**{**usual, **coverage}),
    )


def at(line: int, quote: str = "eval(x)", path: str = "a.py") -> Anchor:
    return Anchor(path=path, start_line=line, end_line=line, quote=quote, status="exact")


def tool(id: str, line: int = 1, **more: Any) -> Finding:
    rule = more.pop("rule", "S307")
    anchor = at(line, more.pop("quote", "eval(x)"))
    values = {"rule_id": rule, "sources": (f"ruff:{rule}",), "title": f"Rule {rule} is broken"}
    return finding(id=id, anchor=anchor, **{**values, **more})


def by_id(compared: Compared) -> dict[str, str]:
    return {each.id: each.status for each in compared.findings}


def test_new_open_and_fixed_are_told_apart_by_id() -> None:
    before = Earlier((tool("a"), tool("b", 2, rule="S102", quote="exec(y)")), (), BOTH)
    now = review_of(tool("a", 9), tool("c", 5, rule="S301", quote="loads(z)"))
    assert by_id(compare(before, now, CHANGED)) == {"a": "open", "c": "new", "b": "fixed"}


def test_what_was_fixed_before_is_told_no_more_and_is_new_when_it_comes_back() -> None:
    before = Earlier((tool("a", status="fixed"),), (), BOTH)
    assert by_id(compare(before, review_of(), CHANGED)) == {}
    assert by_id(compare(before, review_of(tool("a")), CHANGED)) == {"a": "new"}


def test_another_id_in_the_same_code_is_the_same_finding_under_its_old_name() -> None:
    """A function was renamed: the id is made of its name, too."""
    before = Earlier((tool("a", 3, status="dismissed"),), (), BOTH)
    compared = compare(before, review_of(tool("z", 40)), CHANGED)
    assert by_id(compared) == {"a": "dismissed"}
    assert compared.known == {"z": "a"}
    assert compared.findings[0].anchor.start_line == 40


def test_what_a_model_says_in_other_words_of_the_same_lines_is_the_same() -> None:
    said = {"sources": ("llm",), "rule_id": None}
    before = Earlier((finding(id="a", title="Division by zero", anchor=at(4, "a / b")),), (), BOTH)
    now = finding(id="b", title="Possible division by zero", anchor=at(9, "a  / b"), **said)
    assert by_id(compare(before, review_of(now), CHANGED)) == {"a": "open"}


def test_two_findings_are_never_one() -> None:
    before = Earlier((tool("a", 3),), (), BOTH)
    compared = compare(before, review_of(tool("y", 3), tool("z", 9)), CHANGED)
    assert sorted(by_id(compared).values()) == ["new", "open"]


MODELS = finding(id="m", anchor=at(3))


@pytest.mark.parametrize(
    ("lost", "coverage", "why"),
    [
        (MODELS, {"llm": "failed"}, "model_missing"),
        (MODELS, {"llm": "partial"}, "model_missing"),
        (MODELS, {"llm": "off"}, "model_missing"),
        (MODELS, {"full": ("b.py",), "partial": {"a.py": "lines:1-9"}}, "partly_read"),
        (MODELS, {"full": ("b.py",), "skipped": {"a.py": "huge"}}, "not_read"),
        (tool("t"), {"full": ("b.py",), "skipped": {"a.py": "huge"}}, "not_read"),
        (tool("t"), {"full": ("b.py",), "partial": {"a.py": "cut"}}, "partly_read"),
        (tool("t"), {"full": ("b.py",), "partial": {"a.py": "static_only"}}, ""),
        (tool("t"), {"missing": ("files_left_out",)}, "not_read"),
        (tool("t"), {"tools": (ToolRun(name="ruff", state="failed"),)}, "tool_missing"),
        (tool("t"), {"tools": ()}, "tool_missing"),
        (tool("t"), {"llm": "failed"}, ""),
        (MODELS, {"tools": ()}, ""),
        (MODELS, {"full": ("b.py",)}, ""),
        (
            tool("t"),
            {"tools": (ToolRun(name="ruff", state="partial", detail="1 of 2 parts read without "
                               "their edges"),)},
            "",
        ),
    ],
)  # fmt: skip
def test_what_was_not_looked_at_again_stays_open_and_says_why(
    lost: Finding, coverage: dict[str, Any], why: str
) -> None:
    compared = compare(Earlier((lost,), (), BOTH), review_of(**coverage), CHANGED)
    assert by_id(compared) == {lost.id: "open" if why else "fixed"}
    assert compared.unseen == ({lost.id: why} if why else {})


def test_a_model_that_forgets_a_finding_of_unchanged_code_has_not_fixed_it() -> None:
    compared = compare(Earlier((MODELS,), (), BOTH), review_of(), BOTH)
    assert by_id(compared) == {"m": "open"}
    assert compared.unseen == {"m": "unchanged"}


def test_a_dismissed_finding_that_went_and_comes_back_is_dismissed() -> None:
    first = compare(Earlier((tool("a", status="dismissed"),), (), BOTH), review_of(), CHANGED)
    assert (first.findings, [each.id for each in first.past]) == ((), ["a"])
    second = compare(Earlier(first.findings, first.past, CHANGED), review_of(), BOTH)
    third = compare(Earlier((), second.past, BOTH), review_of(tool("z", 7)), CHANGED)
    assert by_id(third) == {"a": "dismissed"}
    assert third.past == ()


def test_dismissing_counts_anew_and_the_models_number_still_holds() -> None:
    grave = review_of(finding(id="a", severity="critical"), finding(id="b", severity="nit"))
    scored = rescored(grave, grave.findings, 7)
    assert (scored.score, scored.verdict) == (3, "changes")
    after = dismissed(scored, {"a"}, 7)
    assert (after.score, after.verdict) == (7, "comments")
    assert dismissed(scored, {"x"}, 7) is scored
    assert dismissed(scored, {"a"}, None).score == 10


def test_digests_tell_whether_what_was_read_has_changed() -> None:
    one, other = file_of("a.py", "x = 1\n"), file_of("a.py", "x = 2\n")
    assert digests(one) == digests(file_of("a.py", "x = 1\n"))
    assert digests(one) != digests(other)


# -- whatever comes ------------------------------------------------------------------------------

LINES = st.integers(1, 30)
QUOTES = st.sampled_from(["eval(x)", "exec(y)", "a / b", ""])
STATES = st.sampled_from(["new", "open", "fixed", "dismissed"])


@st.composite
def found(draw: st.DrawFn, *, before: bool) -> list[Finding]:
    made = []
    for number in draw(st.lists(st.integers(0, 9), unique=True, max_size=7)):
        line, quote = draw(LINES), draw(QUOTES)
        status = draw(STATES) if before else "new"
        path = draw(st.sampled_from(["a.py", "b.py", "c.py"]))
        one = tool(f"{number}", line, quote=quote, status=status)
        if draw(st.booleans()):
            one = finding(id=f"{number}", anchor=at(line, quote), status=status)
        made.append(one.model_copy(update={"anchor": at(line, quote, path)}))
    return made


COVERAGES = st.fixed_dictionaries(
    {
        "llm": st.sampled_from(["ok", "partial", "failed", "off"]),
        "tools": st.sampled_from([(), (RUFF,), (ToolRun(name="ruff", state="failed"),)]),
        "skipped": st.sampled_from([{}, {"c.py": "huge"}]),
        "missing": st.sampled_from([(), ("files_left_out",)]),
    }
)
TEXTS = st.dictionaries(st.sampled_from(["a.py", "b.py", "c.py"]), st.sampled_from("12"))


@given(found(before=True), found(before=True), found(before=False), COVERAGES, TEXTS, TEXTS)
def test_nothing_is_lost_told_twice_or_called_fixed_without_a_look(
    before: list[Finding],
    past: list[Finding],
    now: list[Finding],
    coverage: dict[str, Any],
    old: dict[str, str],
    new: dict[str, str],
) -> None:
    known = {each.id for each in before}
    gone = [_as_dismissed(each) for each in past if each.id not in known]
    review = review_of(*now, **coverage)
    compared = compare(Earlier(before, gone, old), review, new)
    ids = [each.id for each in (*compared.findings, *compared.past)]
    assert len(ids) == len(set(ids))
    assert len([e for e in compared.findings if e.status != "fixed"]) >= len(now)
    order = [0 if is_living(e) else 1 if e.status == "dismissed" else 2 for e in compared.findings]
    assert order == sorted(order)
    became = {each.id: each.status for each in compared.findings}
    became |= dict.fromkeys((each.id for each in compared.past), "dismissed")
    for each in (*before, *gone):
        if each.status == "dismissed":
            assert became[each.id] == "dismissed"
        elif is_living(each):
            assert became[each.id] in ("open", "fixed")
    for each in compared.findings:
        if each.status == "fixed":
            assert review.coverage.missing == ()
            assert each.anchor.path not in review.coverage.skipped
    assert set(compared.unseen) <= {e.id for e in compared.findings if e.status == "open"}


def _as_dismissed(each: Finding) -> Finding:
    return each.model_copy(update={"status": "dismissed"})


@given(found(before=False), COVERAGES, TEXTS)
def test_the_same_once_more_leaves_all_as_it_is(
    now: list[Finding], coverage: dict[str, Any], texts: dict[str, str]
) -> None:
    review = review_of(*now, **coverage)
    once = compare(Earlier(), review, texts)
    again = compare(Earlier(once.findings, once.past, texts), review, texts)
    assert {each.id for each in again.findings} == {each.id for each in once.findings}
    assert {each.status for each in again.findings} <= {"open"}
