"""What the quality of reviews is counted by: cases, matching and sums, with scripted answers. No
number in here is a model's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.review_cases import (
    SEEDED,
    BadSet,
    Expected,
    changed_lines,
    quixbugs,
    read_set,
)
from benchmarks.review_matching import Counted, count, counting, matched, spread
from benchmarks.review_quality import measure, missed, run
from bot.models.scripted import Scripted
from bot.review.pipeline import Limits
from bot.review.values import Anchor, Coverage, Finding, Review
from tests.bot.review.made import finding
from tests.bot.review.scripts import disproved, raw, said

ROOT = Path(__file__).parents[2]
FAULT = Expected("a.py", 10, 11, "bug")


def at(line: int | None, end: int | None = None, path: str = "a.py", **more: object) -> Finding:
    place = Anchor(path=path, start_line=line, end_line=end or line, status="exact")
    return finding(anchor=place, **more)


# -- matching ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "distance"),
    [
        (at(10), 0),
        (at(11), 0),
        (at(9), 1),
        (at(13), 2),
        (at(14), None),
        (at(7), None),
        (at(1, 40), 0),
        (at(10, path="b.py"), None),
        (at(None), None),
        (at(10, type="reliability"), 0),
        (at(10, type="style"), None),
        (at(10, type="security"), None),
    ],
)
def test_a_finding_is_the_fault_by_file_lines_and_kind(
    found: Finding, distance: int | None
) -> None:
    assert matched(found, FAULT, 2) == distance


def test_a_weakness_in_common_is_the_same_kind_whatever_it_is_called() -> None:
    fault = Expected("a.py", 10, 10, "security", (89,))
    assert matched(at(10, type="bug", cwe=(89,)), fault, 0) == 0
    assert matched(at(10, type="bug", cwe=(79,)), fault, 0) is None
    assert matched(at(10, type="docs"), Expected("a.py", 10, 10, "any"), 0) == 0


def test_the_old_side_of_a_diff_is_not_where_a_fault_is() -> None:
    old = Anchor(path="a.py", side="old", start_line=10, end_line=10, status="exact")
    assert matched(finding(anchor=old), FAULT, 2) is None


def test_each_fault_counts_once_and_what_says_it_again_is_one_too_many() -> None:
    made = count([at(10), at(11), at(30)], [FAULT], 2)
    assert (made.right, made.told, made.expected) == (1, 3, 1)
    assert made.precision == pytest.approx(1 / 3)
    assert made.recall == 1


def test_the_closest_pairs_are_taken_first() -> None:
    faults = [Expected("a.py", 10, 10), Expected("a.py", 12, 12)]
    assert count([at(11), at(12)], faults, 2).right == 2
    assert count([at(12), at(11)], faults, 2).right == 2


def test_who_found_it_is_counted() -> None:
    both = count([at(10, sources=("ruff:F821", "llm"))], [FAULT], 2)
    assert (both.by_model, both.by_tools) == (1, 1)
    alone = count([at(10, sources=("ruff:F821",))], [FAULT], 2)
    assert (alone.by_model, alone.by_tools) == (0, 1)


def test_sums_know_what_cannot_be_said() -> None:
    nothing = Counted()
    assert (nothing.precision, nothing.recall, nothing.f1) == (None, None, None)
    total = Counted(1, 2, 4) + Counted(1, 2, 0)
    assert (total.precision, total.recall) == (0.5, 0.5)
    assert total.f1 == pytest.approx(0.5)


def test_several_runs_are_a_mean_and_its_spread() -> None:
    assert spread([0.5, 0.7, None]) == "60 % (50–70)"
    assert spread([0.25]) == "25 %"
    assert spread([None]) == "-"


def test_nits_and_what_a_change_did_not_bring_do_not_count() -> None:
    made = Review(
        kind="diff",
        verdict="ok",
        coverage=Coverage(files_total=1),
        findings=(at(1, severity="nit"), at(2, in_change=False), at(3)),
    )
    assert [each.anchor.start_line for each in counting(made)] == [3]


# -- cases ---------------------------------------------------------------------------------------


def test_our_own_cases_stand_where_they_say() -> None:
    cases = read_set(SEEDED)
    assert len({case.id for case in cases}) == len(cases) >= 15
    assert sum(not case.expected for case in cases) >= 4
    for case in cases:
        material = case.material()
        assert (material.skipped, material.partial, material.notes) == ({}, {}, ()), case.id
        lines = {s.path: {line.new for line in s.new_side()} for s in material.sources}
        assert all({one.line, one.end_line} <= lines[one.path] for one in case.expected), case.id


def test_a_set_may_hold_changes_and_faults_of_several_files(tmp_path: Path) -> None:
    diff = "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n-a\n+b\n c\n"
    told = {
        "diff": diff,
        "expected": [{"path": "x.py", "line": 1, "kind": "security", "cwe": [89]}],
    }
    (tmp_path / "set.jsonl").write_text(json.dumps(told) + "\n\n")
    (case,) = read_set(tmp_path / "set.jsonl")
    assert case.expected == (Expected("x.py", 1, 1, "security", (89,)),)
    assert case.material().kind == "diff"


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "no json",
        '{"text": "x"}',
        '{"expected": []}',
        '{"text": "x", "expected": [{"line": "?"}]}',
        '{"text": "x", "expected": [{"line": 1, "kind": "ugly"}]}',
        "",
    ],
)
def test_a_set_that_cannot_be_read_says_where(tmp_path: Path, line: str) -> None:
    (tmp_path / "set.jsonl").write_text(line)
    with pytest.raises(BadSet, match=r"set\.jsonl"):
        read_set(tmp_path / "set.jsonl")


def test_quixbugs_becomes_cases_by_what_differs(tmp_path: Path) -> None:
    wrong = 'def gcd(a, b):\n    return gcd(a % b, b)\n\n"""\nInput: two numbers\n"""\n'
    right = 'def gcd(a, b):\n    return gcd(b, a % b)\n\n"""\nAnother description\n"""\n'
    java = "package java_programs;\npublic class GCD {\n  int x = 1;\n}\n"
    for name, text in {
        "python_programs/gcd.py": wrong,
        "python_programs/same.py": right,
        "correct_python_programs/gcd.py": right,
        "correct_python_programs/same.py": right,
        "correct_python_programs/alone.py": right,
        "java_programs/GCD.java": java,
        "correct_java_programs/GCD.java": java.replace("java_pro", "correct_java_pro").replace(
            "x = 1", "x = 2"
        ),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    cases = quixbugs(tmp_path)
    assert [(case.id, case.expected) for case in cases] == [
        ("python/gcd", (Expected("gcd.py", 2, 2, "any"),)),
        ("java/GCD", (Expected("GCD.java", 3, 3, "any"),)),
    ]
    assert b"Input: two numbers" in cases[0].posted.content  # type: ignore[operator]  # bytes
    with pytest.raises(BadSet):
        quixbugs(tmp_path / "python_programs")


def test_where_something_is_missing_the_lines_around_it_are_meant() -> None:
    assert changed_lines(["a", "c"], ["a", "b", "c"]) == [(1, 2)]
    assert changed_lines(["a", "x", "c"], ["a", "b", "c"]) == [(2, 2)]
    assert changed_lines(["a", "", "c"], ["a", "c"]) == []


# -- runs ----------------------------------------------------------------------------------------


async def test_runs_are_counted_and_printed_with_what_was_not_found(tmp_path: Path) -> None:
    cases = [
        {"id": "one", "path": "a.py", "text": "x = 1\ny = x\n", "expected": [{"line": 2}]},
        {"id": "two", "path": "a.py", "text": "x = 2\n", "expected": [{"line": 1}]},
        {"id": "clean", "path": "a.py", "text": "x = 3\n", "expected": []},
    ]
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(map(json.dumps, cases)))

    def answer(request: object) -> list[str]:
        asked = str(request)
        if "check findings" in asked:
            return [disproved()]
        return [said(raw("y = x", 2))] if "y = x" in asked else [said()]

    model = Scripted([answer] * 20)  # type: ignore[list-item]  # what a request is, it need not know
    runs = [await run(read_set(path), model, within=2, limits=Limits())]
    assert [ran.counted.right for ran in runs[0]] == [1, 0, 0]
    assert missed(runs) == ["two"]
    printed = await measure(read_set(path), model, name="set", repeats=2, within=2)
    assert "| precision " in printed
    assert "100 % (100–100)" in printed
    assert "50 % (50–50)" in printed
    assert "0 of 2" in printed
    assert "| cost " in printed
    assert "unknown" in printed
    assert "Not found in any run: two." in printed


def test_without_a_key_it_says_what_to_do_and_asks_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.review_quality"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"OPENAI_API_KEY" in done.stderr
