"""Whatever a model calls things, they get our names, and nothing is made up."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.review.salvage.raw import RawFinding, RawFix, finding_of, looks_like_one, titled
from bot.review.values import LONGEST_TITLE


def told(**values: Any) -> RawFinding:
    found = finding_of({"title": "It breaks", **values})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"path": "a.py", "line": 3}, ("a.py", 3, 3)),
        ({"file": "a.py", "startLine": "3", "endLine": 5}, ("a.py", 3, 5)),
        ({"relevant_file": "a.py", "lines": "L3-L5"}, ("a.py", 3, 5)),
        ({"path": "a.py", "line": [3, 5]}, ("a.py", 3, 5)),
        ({"location": "a.py:3-5"}, ("a.py", 3, 5)),
        ({"location": {"path": "a.py", "line": 3}}, ("a.py", 3, 3)),
        ({"path": "a.py#L3"}, ("a.py", 3, 3)),
        ({"path": "a.py", "line": 5, "end_line": 3}, ("a.py", 5, 5)),
        ({"path": "a.py", "line": 0}, ("a.py", None, None)),
        ({"path": "a.py", "line": "unknown"}, ("a.py", None, None)),
        ({"path": "a.py", "line": True}, ("a.py", None, None)),
        ({}, ("", None, None)),
    ],
)
def test_a_place_is_read_however_it_is_written(values: dict[str, Any], place: object) -> None:
    found = told(**values)
    assert (found.path, found.line, found.end_line) == place


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        *(("CRITICAL", "critical"), ("🔴 High", "high"), ("warning", "medium"), ("P3", "low")),
        *(("info", "nit"), ("严重", "critical"), ("whatever", "medium"), (None, "medium")),
    ],
)
def test_a_severity_is_one_of_ours(word: str | None, severity: str) -> None:
    assert told(severity=word).severity == severity


@pytest.mark.parametrize(
    ("word", "type_"),
    [
        *(("Security vulnerability", "security"), ("possible bug", "bug"), ("", "bug")),
        *(("best_practice", "maintainability"), ("error-handling", "reliability")),
        ("Naming", "style"),
    ],
)
def test_a_type_is_one_of_ours(word: str, type_: str) -> None:
    assert told(type=word).type == type_


@pytest.mark.parametrize(
    ("value", "share"),
    [
        *((0.8, 0.8), (80, 0.8), (8, 0.8), ("80%", 0.8), ("8/10", 0.8), ("high", 0.9), (1, 1.0)),
        *(("sure", 0.5), (None, 0.5), (-3, 0.0), (float("nan"), 0.5), (True, 0.5), ("7/0", 0.7)),
    ],
)
def test_confidence_is_a_share(value: object, share: float) -> None:
    assert told(confidence=value).confidence == pytest.approx(share)


def test_weaknesses_are_numbers() -> None:
    assert told(cwe=["CWE-89: SQL injection", 79]).cwe == (89, 79)
    assert told(cwe="CWE-89").cwe == told(cwe_id=89).cwe == (89,)
    assert told(cwe={"id": 3}).cwe == ()


def test_a_fix_is_what_is_to_stand_there() -> None:
    assert told(fix="x = 1\n").fix == RawFix("", "x = 1")
    assert told(fix={"before": "a", "after": "b", "description": "c"}).fix == RawFix("a", "b", "c")
    assert told(fix={"old": "a", "new": ""}).fix == RawFix("a", "")
    for nothing in (None, {}, "", {"new": ""}, {"old": "a"}, 7):
        assert told(fix=nothing).fix is None
    assert told(fix={"old": "    a\n", "new": "    b\n"}).fix == RawFix("    a", "    b")


def test_what_says_nothing_is_no_finding() -> None:
    for value in ({}, {"line": 3}, {"title": " ", "message": ""}, "text", None, [1]):
        assert finding_of(value) is None
    assert not looks_like_one({"title": "only"})
    assert looks_like_one({"message": "m", "line": 1})


def test_title_and_message_stand_in_for_each_other() -> None:
    assert told(message="Why.").message == "Why."
    assert told().message == "It breaks"
    found = finding_of({"message": "It breaks.  Then it burns. " + "x" * 200})
    assert found is not None
    assert found.title == "It breaks."


@given(st.text(max_size=300))
def test_a_title_fits(text: str) -> None:
    assert len(titled(text)) <= LONGEST_TITLE


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = (
    "path",
    "line",
    "location",
    "severity",
    "confidence",
    "cwe",
    "fix",
    "quote",
    "side",
    "title",
)


@example({"line": 0.5, "title": False})
@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_values_make_a_finding_or_none(values: dict[str, Any]) -> None:
    found = finding_of(values)
    if found is not None:
        assert found.title
        assert 0 <= found.confidence <= 1
        assert found.line is None or found.line > 0


def test_a_title_is_cut_between_sentences_and_never_inside_a_name() -> None:
    long = "os.path.join(base, name) accepts an absolute name, so a visitor reads any file"
    assert titled(f"{long}. Much more could be said about it.") == f"{long}."
    assert titled(f"{long} or write it, which nobody wants at all.").startswith("os.path.join(base")
    assert titled("！" + "好" * 100).startswith("！")
