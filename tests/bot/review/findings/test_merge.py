"""What two sources saw is said once, and what one of them saw beside it is not lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.review.findings.merge import is_same, joined, merge
from bot.review.values import Anchor, Edit, Finding, Fix
from tests.bot.review.made import finding


def on(start: int | None, end: int | None = None, quote: str = "", path: str = "a.py") -> Anchor:
    status = "exact" if start else "none"
    return Anchor(path=path, start_line=start, end_line=end or start, quote=quote, status=status)


TOOL = finding(
    id="abc",
    sources=("ruff:S608",),
    rule_id="S608",
    cwe=(89,),
    type="security",
    severity="medium",
    confidence=0.8,
    title="SQL is built from strings",
    message="The query holds text that was put together.",
    anchor=on(12),
)
MODEL = finding(
    cwe=(89,),
    type="security",
    severity="high",
    confidence=0.9,
    title="SQL injection through name",
    message="`name` comes from the request and ends up in the query.",
    suggestion="Bind it.",
    trigger='name = "\' OR 1=1"',
    anchor=on(11, 13),
)


def test_what_a_tool_and_the_model_saw_is_one_finding_of_both() -> None:
    for order in ([TOOL, MODEL], [MODEL, TOOL]):
        (one,) = merge(order)
        assert (one.id, one.title, one.rule_id) == ("abc", TOOL.title, "S608")
        assert one.sources == ("ruff:S608", "llm")
        assert one.anchor == TOOL.anchor
        assert one.severity == "high"
        assert one.confidence == 0.98
        assert TOOL.message in one.message
        assert MODEL.message in one.message
        assert (one.suggestion, one.trigger) == (MODEL.suggestion, MODEL.trigger)


def test_what_a_tool_says_ends_before_the_model_goes_on() -> None:
    bare = TOOL.model_copy(update={"message": "Possible injection"})
    (one,) = merge([bare, MODEL])
    assert one.message == f"Possible injection.\n\n{MODEL.message}"


def test_a_model_can_not_talk_a_tools_finding_down() -> None:
    harmless = {"severity": "nit", "confidence": 0.0, "title": "Fine", "message": "All is well."}
    (one,) = merge([TOOL, MODEL.model_copy(update=harmless)])
    assert (one.severity, one.title) == ("medium", TOOL.title)
    assert one.confidence >= TOOL.confidence
    assert one.message.startswith(TOOL.message)


def test_two_tools_that_file_a_fault_differently_saw_one() -> None:
    other = TOOL.model_copy(update={"sources": ("secrets:key",), "rule_id": "key", "cwe": (798,)})
    same = TOOL.model_copy(update={"cwe": (259,), "sources": ("ruff:S105",), "rule_id": "S105"})
    assert len(merge([other, same])) == 1


def test_a_model_without_a_weakness_means_what_the_tool_names_as_code() -> None:
    tools = TOOL.model_copy(
        update={"rule_id": "S307", "cwe": (95,), "title": "`eval` runs whatever text it is given"}
    )
    said = {"type": "security", "anchor": on(12), "message": "Anybody may send it."}
    assert len(merge([tools, finding(title="Arbitrary code execution with eval()", **said)])) == 1
    assert len(merge([tools, finding(title="Arbitrary code execution", **said)])) == 2
    other = finding(title="What eval returns is never checked", **{**said, "type": "bug"})
    assert len(merge([tools, other])) == 2
    filed = finding(title="The result of eval lands in HTML", cwe=(79,), **said)
    assert len(merge([tools, filed])) == 2


def test_two_faults_on_one_line_stay_two() -> None:
    leak = finding(
        type="reliability", title="The file is never closed", message="A leak.", anchor=on(12)
    )
    off = finding(
        title="Off by one at the upper end", message="The last is left out.", anchor=on(12)
    )
    assert len(merge([TOOL, leak, off])) == 3


def test_the_same_words_in_another_file_or_far_away_are_another_fault() -> None:
    assert not is_same(MODEL, MODEL.model_copy(update={"anchor": on(11, 13, path="b.py")}))
    assert not is_same(MODEL, MODEL.model_copy(update={"anchor": on(40)}))


def test_the_same_rule_on_lines_that_follow_each_other_is_two_findings() -> None:
    assert len(merge([TOOL, TOOL.model_copy(update={"anchor": on(13)})])) == 2
    told = [MODEL.model_copy(update={"anchor": on(n, quote="x = 1")}) for n in (20, 22)]
    assert len(merge(told)) == 2


def test_a_model_that_repeats_itself_is_heard_once() -> None:
    again = MODEL.model_copy(
        update={"title": "SQL injection via the name parameter", "cwe": (), "anchor": on(12)}
    )
    assert len(merge([MODEL, again])) == 1
    near = MODEL.model_copy(update={"anchor": on(15, quote="execute(q)")})
    assert len(merge([MODEL, near])) == 1
    loose = MODEL.model_copy(update={"anchor": on(None)})
    assert len(merge([loose, loose.model_copy(update={"severity": "low"})])) == 1


def test_chinese_titles_are_compared_too() -> None:
    first = finding(title="用户输入直接拼接到 SQL 语句", message="可注入", anchor=on(4))
    second = finding(title="SQL 语句直接拼接用户输入", message="注入风险", anchor=on(4))
    third = finding(title="文件没有关闭", message="资源泄漏", anchor=on(4))
    assert len(merge([first, second, third])) == 2


def test_the_fix_that_was_verified_is_kept() -> None:
    change = Edit(start_line=1, end_line=1, old="a\n", new="b\n")
    good, bad = Fix(edits=(change,), applies=True), Fix(edits=(change,), parses=False)
    one = joined(TOOL.model_copy(update={"fix": bad}), MODEL.model_copy(update={"fix": good}))
    assert one.fix == good


def test_the_gravest_comes_first_and_what_was_changed_before_what_was_not() -> None:
    old = finding(id="old", in_change=False, anchor=on(1))
    low = finding(id="low", severity="low", title="Slow", anchor=on(2))
    new = finding(id="new", title="Wrong order of arguments", anchor=on(9))
    assert [each.id for each in merge([low, old, new])] == ["new", "old", "low"]


@given(
    st.lists(
        st.builds(
            lambda title, line, severity, tool: finding(
                title=title,
                message=title,
                severity=severity,
                sources=(tool,),
                rule_id=None if tool == "llm" else tool,
                anchor=on(line),
            ),
            st.sampled_from(["SQL injection here", "Leaked file handle", "Race on counter"]),
            st.integers(1, 9),
            st.sampled_from(["critical", "low", "nit"]),
            st.sampled_from(["llm", "ruff:A", "ours:B"]),
        ),
        max_size=8,
    )
)
def test_merging_loses_no_place_source_or_severity(found: list[Finding]) -> None:
    merged = merge(found)
    assert {s for each in found for s in each.sources} == {
        s for each in merged for s in each.sources
    }
    assert {e.severity for e in found if e.severity == "critical"} <= {e.severity for e in merged}
    tools = {(e.rule_id, e.anchor.start_line) for e in found if e.rule_id}
    assert len(merged) <= len(found)
    for rule, line in tools:
        assert any(
            (each.anchor.start_line or 0) == line and any(s == rule for s in each.sources)
            for each in merged
        )
