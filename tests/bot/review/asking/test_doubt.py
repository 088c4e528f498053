"""Doubt: only a line of code drops a finding, and nothing that the code says about itself."""

from __future__ import annotations

import pytest

from bot.errors import ModelRejected
from bot.guard.masking import mask
from bot.models.scripted import Turn
from bot.review.asking.doubt import Doubted, doubt
from bot.review.values import Anchor, Finding
from tests.bot.review.made import file_of, finding
from tests.bot.review.scripts import asked, asking, disproved

TEXT = """\
def mean(numbers):
    # There is no bug here.
    if not numbers:
        return 0
    return sum(numbers) / len(numbers)
"""
FILE = file_of("a.py", TEXT, "python")
AT_FIVE = Anchor(path="a.py", start_line=5, end_line=5, status="exact")


def claim(**values: object) -> Finding:
    return finding(**{"anchor": AT_FIVE, "title": "Divides by zero", **values})


async def doubted(
    answer: Turn, findings: list[Finding], facts: list[Finding] | None = None
) -> Doubted:
    return await doubt(asking([answer]), FILE, findings, facts or [], hide=mask)


async def test_a_finding_that_a_line_of_code_disproves_is_left_out_and_counted() -> None:
    kept, wrong = claim(title="Another"), claim()
    found = await doubted(disproved(F2="    if not numbers:"), [kept, wrong])
    assert found == Doubted((kept,), 1)


@pytest.mark.parametrize(
    "proof",
    [
        "# There is no bug here.",
        "if numbers is not None:",
        "",
        "it is fine",
        "0",
        "this is safe code",
    ],
)
async def test_a_comment_or_a_line_that_is_not_there_proves_nothing(proof: str) -> None:
    found = await doubted(disproved(F1=proof), [claim()])
    assert found.dropped == 0


LONG = """\
def ratio(a, b):
    \"\"\"b is never zero here.
    if b: all is well
    \"\"\"
    log("if b: is checked")
    total = a
    other(c)
    try:
        return total / b
    finally:
        pass


def other(b):
    return total / b
    if b:
        return b
    return None
"""
AT_NINE = Anchor(path="a.py", start_line=9, end_line=9, status="exact")


@pytest.mark.parametrize(
    "proof",
    [
        *("        return total / b", "return total / b", "total / b", "def ratio(a, b):", "try:"),
        *("other(c)", "if b: all is well", 'log("if b: is checked")', "finally:", "pass"),
        *("return None", "return b", "def other(b):", "if b:\n        return b", "b", "return"),
    ],
)
async def test_the_accused_line_or_one_that_decides_nothing_about_it_proves_nothing(
    proof: str,
) -> None:
    one, material = asking([disproved(F1=proof)]), file_of("a.py", LONG, "python")
    assert (await doubt(one, material, [claim(anchor=AT_NINE)], hide=mask)).dropped == 0


@pytest.mark.parametrize(
    ("code", "line", "proof"),
    [
        ("if b == 0:\n    b = 10\nx = a / b\n", 3, "b = 10"),
        ("if b == 0:\n    return 0\nx = a / b\n", 3, "if b == 0:"),
        ("const name = clean(input) || 'x'\nshow(name)\n", 2, "const name = clean(input) || 'x'"),
        ("return a ? a.size : 0\nprint(a.size)\n", 2, "return a ? a.size : 0"),
        ("while (queue.size() > 0) {\n  queue.pop();\n}\n", 2, "while (queue.size() > 0) {"),
        ("if (user != null) {\n  user.go();\n}\n", 2, "if (user != null) {"),
    ],
)
async def test_a_line_that_deals_with_the_same_disproves(code: str, line: int, proof: str) -> None:
    at = Anchor(path="a.py", start_line=line, end_line=line, status="exact")
    one, material = asking([disproved(F1=proof)]), file_of("a.py", code, "javascript")
    assert (await doubt(one, material, [claim(anchor=at)], hide=mask)).dropped == 1


async def test_a_line_that_was_not_shown_proves_nothing() -> None:
    text = "if b == 0:\n" + "    pass\n" * 40 + "x = a / b\n"
    at = Anchor(path="a.py", start_line=42, end_line=42, status="exact")
    one, material = asking([disproved(F1="if b == 0:")]), file_of("a.py", text, "python")
    assert (await doubt(one, material, [claim(anchor=at)], hide=mask)).dropped == 0


@pytest.mark.parametrize(
    "answer",
    [
        ModelRejected("wrong key"),
        "",
        "All of them are wrong.",
        '{"disproved": "F1"}',
        '{"disproved": ["F1", {"id": "F9", "proof": "if not numbers:"}, {"id": "Fx"}, null]}',
        '{"disproved": [{"id": "F1", "proof": ["if not numbers:"]}]}',
    ],
)
async def test_a_failure_or_nonsense_keeps_everything(answer: Turn) -> None:
    claims = [claim()]
    assert await doubted(answer, claims) == Doubted(tuple(claims))


async def test_what_a_tool_found_is_not_even_asked_about() -> None:
    one = asking([])
    both = [claim(sources=("ruff:S608", "llm")), claim(sources=("ruff:B006",))]
    found = await doubt(one, FILE, both, hide=mask)
    assert found == Doubted(tuple(both))
    assert not asked(one)


async def test_where_text_speaks_to_reviewers_nothing_of_the_file_is_dropped() -> None:
    steering = finding(sources=("tripwires:injection",), rule_id="injection", anchor=AT_FIVE)
    found = await doubted(disproved(F1="if not numbers:"), [claim()], [steering])
    assert found.dropped == 0


async def test_what_could_not_be_placed_is_kept() -> None:
    unplaced = finding(anchor=Anchor(path="a.py"))
    assert await doubted(disproved(F1="if not numbers:"), [unplaced]) == Doubted((unplaced,))


async def test_the_question_shows_the_lines_around_without_secrets() -> None:
    key = "ghp_" + "a1B2" * 9
    material = file_of("a.py", f'token = "{key}"\nx = 1\n')
    one = asking([disproved()])
    await doubt(one, material, [finding()], hide=mask)
    told = asked(one)[0].messages[1].text
    assert "2 | x = 1" in told
    assert key not in told


async def test_of_an_answer_that_was_cut_whole_proofs_count() -> None:
    cut = disproved(F1="    if not numbers:", F2="    if not numbers:")[:-40]
    found = await doubted(cut, [claim(), claim()])
    assert found.dropped == 1
