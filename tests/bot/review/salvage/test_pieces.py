"""Whole findings are taken out of whatever a model answers, and none is made up."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.review.salvage.pieces import objects, salvage
from tests.bounds import bounded

FINDING = {
    "path": "app.py",
    "line": 12,
    "quote": "x = d[\"a\"] + 'b'",
    "severity": "high",
    "type": "bug",
    "title": "Key may be missing",
    "message": 'It says "KeyError", then\nstops: {"a": [1, 2]}.',
    "confidence": 0.8,
    "cwe": [20],
    "fix": {"old": 'x = d["a"]', "new": 'x = d.get("a")'},
}
SECOND = {**FINDING, "line": 40, "title": "Another one", "fix": None}
ANSWER = {"summary": "Fine, mostly.", "score": 7, "findings": [FINDING, SECOND]}
TEXT = json.dumps(ANSWER, indent=1)


def titles(text: str, *, ended: bool = True) -> list[str]:
    return [finding.title for finding in salvage(text, ended=ended).findings]


BOTH = ["Key may be missing", "Another one"]


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        json.dumps(ANSWER),
        f"```json\n{TEXT}\n```",
        f"Sure! Here is my review of `f(x) {{ … }}`:\n\n```json\n{TEXT}\n```\nAnything else?",
        f"{{not json}} and [1] and {{}}\n{TEXT}\nDone {{ok}}.",
        f"<think>maybe {json.dumps({'findings': [{**SECOND, 'title': 'A draft'}]})}</think>{TEXT}",
        TEXT.replace("\n]", ",\n]").replace("\n }", ",\n }"),
        json.dumps({"review": {"result": ANSWER}}),
        json.dumps([FINDING, SECOND]),
        json.dumps(FINDING) + "\n" + json.dumps(SECOND),
        json.dumps({"findings": [FINDING]}) + "\n\nand then\n" + json.dumps({"findings": [SECOND]}),
        TEXT.replace('"confidence": 0.8', '"confidence": NaN'),
        TEXT.replace('"confidence": 0.8,', '"confidence": 0.8'),
        TEXT.replace('"findings"', '// what I found\n"findings"'),
        TEXT.replace('"score": 7', "score: 7").replace('"line"', "line"),
        TEXT.replace('\\"KeyError\\"', '"KeyError"'),
        TEXT.replace("\\n", "\n"),
        repr(ANSWER),
        TEXT.replace('"findings"', "“findings”").replace('"summary"', "“summary”"),
        TEXT.replace('"findings"', '"issues"').replace('"path"', '"file"'),
    ],
)
def test_what_models_do_to_json_loses_no_finding(text: str) -> None:
    found = salvage(text)
    assert [each.title for each in found.findings] == BOTH
    first = found.findings[0]
    assert (first.path, first.line, first.severity) == ("app.py", 12, "high")
    assert first.quote == FINDING["quote"]
    assert (found.state, found.lost) == ("whole", 0)


def test_a_valid_answer_is_read_as_it_is() -> None:
    found = salvage(TEXT)
    assert (found.summary, found.score, found.missing) == ("Fine, mostly.", 7, ())
    first = found.findings[0]
    assert first.message == FINDING["message"]
    assert first.cwe == (20,)
    assert first.fix is not None
    assert (first.fix.old, first.fix.new) == ('x = d["a"]', 'x = d.get("a")')


def test_an_answer_without_findings_is_no_failure() -> None:
    for text in ('{"summary": "Good.", "findings": []}', '{"findings": [],}'):
        found = salvage(text)
        assert (found.findings, found.state) == ((), "whole")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "  \n",
            "Looks good to me!",
            "LGTM []",
            "I can not help with that.",
            "{",
            "{}",
            "null",
        ),
        *("[]", "```\n[]\n```", "[{}]", '{"result": []}', '"[]"', '{"content": "[]"}'),
    ],
)
def test_an_answer_that_says_nothing_is_never_taken_for_one_without_findings(text: str) -> None:
    assert salvage(text).state == "none"


def test_a_summary_alone_is_half_an_answer() -> None:
    found = salvage('{"summary": "All is well.", "score": 10}')
    assert (found.state, found.missing) == ("partial", ("no_findings_list",))


def test_a_cut_answer_tells_what_was_lost() -> None:
    found = salvage(TEXT[: TEXT.index("Another")])
    assert titles(TEXT[: TEXT.index("Another")]) == BOTH[:1]
    assert (found.state, found.missing, found.lost) == ("partial", ("cut",), 1)
    assert salvage(TEXT, ended=False).state == "partial"


def test_a_number_that_may_go_on_is_not_believed() -> None:
    assert salvage('{"findings": [], "score": 1').score is None


def test_what_says_nothing_is_counted_and_left_out() -> None:
    found = salvage(json.dumps({"findings": [FINDING, {"line": 3}, "really?", None]}))
    assert (len(found.findings), found.lost, found.state) == (1, 3, "partial")


def test_json_within_a_quote_is_no_finding() -> None:
    planted = json.dumps({"findings": [{"title": "planted", "line": 1}]})
    text = json.dumps({"findings": [{**FINDING, "quote": planted}]})
    for end in range(len(text)):
        assert "planted" not in titles(text[:end])
    assert titles(text) == BOTH[:1]


YAML = """Here is my review:

```yaml
summary: It works.
findings:
  - path: app.py
    line: 12
    severity: high
    title: "Key may be missing"
    message: >
      It raises,
      sometimes.
    quote: |
      if x:
          y = d["a"]
  - title: Another one
    line: 40-42
    message: It loops: forever.
```
"""


def test_yaml_is_read_where_json_was_asked_for() -> None:
    found = salvage(YAML)
    assert [each.title for each in found.findings] == BOTH
    assert found.findings[0].quote == 'if x:\n    y = d["a"]'
    assert (found.findings[1].line, found.findings[1].end_line) == (40, 42)
    assert found.findings[1].message == "It loops: forever."
    assert titles(YAML[: YAML.index("forever")], ended=False) == BOTH[:1]


def test_objects_of_another_form_are_found() -> None:
    text = 'Verdicts: {"verdicts": [{"id": "F1", "keep": false}, {"id": "F2", "ke'
    assert objects(text) == [{"id": "F1", "keep": False}]
    assert objects('[{"id": 1}]') == [{"id": 1}]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"findings":' * 30_000,
        '{"a":"' + '" , ' * 60_000,
        '{"findings": [{"title": "' + "\\u12" * 60_000,
        "{a: " + '",//' * 50_000,
        "{ " * 100_000,
        '{"findings": [' + '{"title": "x", "line": 1}, ' * 9_000,
        "- a: |\n" * 30_000,
    ],
)
def test_hostile_answers_are_done_with_in_time(text: str) -> None:
    with bounded(5):
        assert salvage(text).state != "whole"


WORDS = st.text(st.sampled_from("ab\"'\\{}[],:\n é…#/-1"), max_size=12)
FINDINGS = st.fixed_dictionaries(
    {"title": WORDS.map(lambda text: f"t{text}"), "quote": WORDS, "message": WORDS},
    optional={
        "line": st.integers(-1, 99),
        "confidence": st.floats(),
        "cwe": st.lists(st.integers(1, 9)),
        "more": st.dictionaries(st.sampled_from("abc"), WORDS | st.none() | st.booleans()),
    },
)


@settings(max_examples=200)
@given(st.lists(FINDINGS, max_size=3), WORDS, st.booleans(), st.sampled_from((None, 1)), st.data())
def test_any_cut_keeps_every_finding_that_was_complete_and_invents_none(
    findings: list[dict[str, Any]], summary: str, ascii_only: bool, indent: int | None, data: Any
) -> None:
    answer = {"summary": summary, "findings": findings, "score": 5}
    text = json.dumps(answer, ensure_ascii=ascii_only, indent=indent)
    whole = salvage(text)
    assert whole.state == "whole"
    end = data.draw(st.integers(0, len(text) - 1))
    ends = _ends(text, len(findings))
    complete = sum(position <= end for position in ends)
    expected = salvage(json.dumps({"findings": findings[:complete]})).findings
    found = salvage(text[:end])
    assert found.findings == expected
    assert found.state != "whole"


def _ends(text: str, count: int) -> list[int]:
    """Return where each finding's closing brace stands, as the strict reader has it."""
    ends: list[int] = []
    at = text.index('"findings": [') + len('"findings": [')
    for _ in range(count):
        at = text.index("{", at)
        _, at = json.JSONDecoder().raw_decode(text, at)
        ends.append(at)
    return ends


@given(st.text(st.sampled_from("{}[]\"',:- \nabtitlefindings1\\#/"), max_size=80))
def test_whatever_is_answered_is_read_without_a_fault(text: str) -> None:
    assert salvage(text).state in ("whole", "partial", "none")


WHOLE = json.dumps({"summary": "Means.", "score": "7/10", "findings": [FINDING]}, indent=1)


def _curved(text: str) -> str:
    """Turn every second quote the other way, as a word processor does."""
    at = itertools.count()
    return re.sub('"', lambda _: "“”"[next(at) % 2], text.replace('\\"', "'"))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(WHOLE),
        f"```json\n{json.dumps(WHOLE)}\n```",
        json.dumps(WHOLE)[1:-1],
        f"Here it is:\n{json.dumps(WHOLE)[1:-1]}",
        json.dumps({"name": "review", "arguments": WHOLE}),
        json.dumps({"role": "assistant", "content": f"```json\n{WHOLE}\n```"}),
        json.dumps({"choices": [{"message": {"content": WHOLE}}]}),
        _curved(WHOLE),
        _curved(WHOLE).replace("“", "”"),
        _curved(WHOLE).replace("”", "“"),
    ],
)
def test_an_answer_that_is_wrapped_or_quoted_otherwise_is_read(text: str) -> None:
    found = salvage(text)
    assert (found.state, found.summary, found.score, len(found.findings)) == (
        *("whole", "Means.", 7),
        1,
    )


def test_a_finding_may_be_a_plain_text() -> None:
    told = ["a.py:3: divides by zero", "Line 4: off by one", "The file is never closed.", "oops"]
    found = salvage(json.dumps({"summary": "", "findings": told}))
    assert [(each.path, each.line, each.title) for each in found.findings] == [
        ("a.py", 3, "divides by zero"),
        ("", 4, "off by one"),
        ("", None, "The file is never closed."),
    ]
    assert (found.lost, found.state) == (1, "partial")
    assert salvage('{"summary": "", "findings": ["No issues found."]}').state == "whole"


@pytest.mark.parametrize("line", ["9" * 5_000, f'"{"9" * 5_000}"', "1e999", "-3"])
@pytest.mark.parametrize("end", ["}]}", "},]}"])
def test_a_number_that_never_ends_costs_no_finding(line: str, end: str) -> None:
    found = salvage(f'{{"findings": [{{"path": "a.py", "title": "Bad", "line": {line}{end}')
    assert [(each.title, each.line) for each in found.findings] == [("Bad", None)]
    assert found.state == "whole"


@pytest.mark.parametrize(
    ("told", "score"),
    [
        *((7, 7), (7.5, 7.5), ("7", 7), ("7/10", 7), ("9 / 10", 9), ("7 out of 10", 7), ("70%", 7)),
        *(
            ("3/5", 6),
            ("6,5", 6.5),
            ("4 (needs work)", 4),
            ("good", None),
            (True, None),
            ("", None),
        ),
        *((None, None), ([], None), ("7/0", None), ("3 issues", None), ("1e5", None)),
    ],
)
def test_a_score_is_read_however_it_is_written(told: object, score: float | None) -> None:
    assert salvage(json.dumps({"findings": [], "score": told})).score == score


@pytest.mark.parametrize(
    "piece", ['{"a":', "[{", '{"a":"', '{"a" ', '{"a":["x"', '{"a":"""', "{a:"]
)
def test_an_answer_that_never_ends_is_given_up_soon(piece: str) -> None:
    with bounded(9):  # the worst took eleven seconds, now it takes one
        assert salvage(piece * (250_000 // len(piece))).state == "none"
        objects(piece * (250_000 // len(piece)))
