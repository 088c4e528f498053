"""Reviews made by hand, for the tests of how they read."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from bot.review.values import (
    SEVERITIES,
    Anchor,
    Coverage,
    Edit,
    Finding,
    Fix,
    Review,
    ToolRun,
    Usage,
)
from tests.bot.review.made import finding

PATCH = "--- a/app.py\n+++ b/app.py\n@@ -12,1 +12,1 @@\n-run(cmd)\n+run(cmd, check=True)\n"
FIX = Fix(
    description="Check the exit code",
    edits=(Edit(start_line=12, end_line=12, old="run(cmd)\n", new="run(cmd, check=True)\n"),),
    patch=PATCH,
    applies=True,
    parses=True,
)
INJECTION = finding(
    id="aaaaaaaaaaaa",
    severity="critical",
    type="security",
    rule_id="S608",
    cwe=(89,),
    sources=("ruff:S608", "llm"),
    confidence=0.95,
    title="SQL built from text",
    message="Whoever chooses `name` chooses the query.",
    trigger='name = "\' OR 1=1"',
    suggestion="Use parameters.",
    anchor=Anchor(
        path="app.py",
        start_line=12,
        end_line=14,
        start_col=5,
        end_col=9,
        quote="q = (\n    base + name\n)",
        status="exact",
    ),
)
UNSURE = finding(
    id="bbbbbbbbbbbb",
    severity="low",
    type="performance",
    confidence=0.4,
    title="Grows with the square",
    anchor=Anchor(path="src/a b.py", quote="for x in y:", status="approximate", candidates=(3, 40)),
)


def review(*findings: Finding, **values: Any) -> Review:
    """Make a review that is complete, unless told otherwise."""
    coverage: dict[str, Any] = {
        "files_total": 1,
        "full": ("app.py",),
        "tools": (ToolRun(name="ruff", version="0.14.1", files=1),),
        "llm": "ok",
    }
    usual: dict[str, Any] = {
        "kind": "file",
        "language": "python",
        "score": 6,
        "score_basis": "",
        "verdict": "changes",
        "summary": "It runs queries.",
        "findings": findings,
        "usage": Usage(
            model="gpt-6-luna", input_tokens=1200, output_tokens=34, calls=2, seconds=4.1
        ),
    }
    coverage |= values.pop("coverage", {})
    return Review(**{**usual, "coverage": Coverage(**coverage), **values})


STATIC = {"coverage": {"llm": "off"}, "score": None, "verdict": "incomplete", "usage": Usage()}

_texts = st.text(max_size=60)
anchors = st.builds(
    Anchor,
    path=_texts,
    side=st.sampled_from(["new", "old"]),
    start_line=st.none() | st.integers(1, 9999),
    end_line=st.none() | st.integers(1, 9999),
    start_col=st.none() | st.integers(1, 200),
    end_col=st.none() | st.integers(1, 200),
    quote=_texts,
    status=st.sampled_from(["exact", "moved", "fuzzy", "approximate", "file", "none"]),
    candidates=st.lists(st.integers(1, 99), max_size=3).map(tuple),
)
edits = st.builds(
    Edit, start_line=st.integers(1, 99), end_line=st.integers(0, 99), old=_texts, new=_texts
)
fixes = st.builds(
    Fix,
    description=_texts,
    edits=st.lists(edits, max_size=2).map(tuple),
    patch=_texts,
    applies=st.booleans(),
)
findings = st.builds(
    Finding,
    id=st.just("cccccccccccc"),
    severity=st.sampled_from(SEVERITIES),
    type=st.sampled_from(["bug", "security", "style"]),
    cwe=st.lists(st.integers(1, 1500), max_size=2, unique=True).map(tuple),
    sources=st.sampled_from([("llm",), ("ruff:F821",), ("oxlint:no-eval", "llm")]),
    confidence=st.floats(0, 1),
    title=st.text(max_size=90),
    message=_texts,
    trigger=_texts,
    suggestion=_texts,
    anchor=anchors,
    fix=st.none() | fixes,
    in_change=st.booleans(),
    status=st.sampled_from(["new", "open", "fixed", "dismissed"]),
)
reviews = st.builds(
    lambda found, summary, skipped: review(
        *found, summary=summary, coverage={"skipped": skipped, "files_total": 2}
    ),
    st.lists(findings, max_size=4),
    _texts,
    st.dictionaries(_texts, st.sampled_from(["binary", "no such word"]), max_size=2),
)
"""Anything that may stand in a review, whatever strangers put into it."""
