"""A review as workflow commands: one a line, whatever strangers write."""

from __future__ import annotations

import re

from hypothesis import given

from bot.review.rendering import render
from bot.review.values import Anchor, Review
from tests.bot.review.made import finding

from .reviews import INJECTION, UNSURE, review, reviews

COMMAND = re.compile(r"::(?:error|warning|notice) (?:\w+=[^,:\n]*)(?:,\w+=[^,:\n]*)*::[^\n]*")


def lines(*findings: object, **more: object) -> list[str]:
    return render(review(*findings, **more), "github").splitlines()  # type: ignore[arg-type]


def test_a_finding_is_a_command_at_its_lines() -> None:
    (command,) = lines(INJECTION)
    assert command.startswith(
        "::error file=app.py,line=12,endLine=14,title=SQL built from text CWE-89::"
        "Whoever chooses `name` chooses the query.%0AUse parameters."
    )


def test_columns_are_given_on_a_single_line_only() -> None:
    anchor = Anchor(path="a.py", start_line=3, end_line=3, start_col=5, end_col=9, status="exact")
    assert "line=3,endLine=3,col=5,endColumn=9" in lines(finding(anchor=anchor))[0]


def test_the_gravest_come_first() -> None:
    first, second = lines(UNSURE, INJECTION)
    assert (first.split()[0], second.split()[0]) == ("::error", "::notice")


def test_a_place_that_is_not_sure_names_no_line() -> None:
    (command,) = lines(UNSURE)
    assert "line=" not in command.partition("::")[2].partition("::")[0].replace("title", "")
    assert "one of the lines 3, 40" in command


def test_lines_of_the_old_side_are_not_lines_of_the_file() -> None:
    anchor = Anchor(path="a.py", side="old", start_line=3, end_line=3, status="exact")
    (command,) = lines(finding(anchor=anchor))
    assert ",line=" not in command
    assert "line 3 (before the change)" in command


def test_a_snippet_has_no_file_to_annotate_so_that_the_line_is_said() -> None:
    anchor = Anchor(path="", start_line=3, end_line=3, status="exact")
    (command,) = lines(finding(anchor=anchor))
    assert command.startswith("::error title=Something is wrong::[snippet, line 3]%0A")


def test_what_is_fixed_or_dismissed_is_not_reported() -> None:
    assert not lines(INJECTION.model_copy(update={"status": "dismissed"}))


def test_what_is_missing_is_a_warning() -> None:
    (command,) = lines(score=None, coverage={"llm": "failed", "llm_detail": "busy"})
    assert command.startswith(
        "::warning title=no score%2C Changes needed::The model's part is miss"
    )


def test_a_complete_review_without_findings_says_nothing() -> None:
    assert lines() == []


def test_a_command_within_a_text_stays_text() -> None:
    attack = finding(message="fine\n::error file=x::forged\r\n::set-output name=a::b 100%")
    (command,) = lines(attack)
    assert "fine%0A::error file=x::forged%0A::set-output name=a::b 100%25" in command


@given(reviews)
def test_every_line_is_one_well_formed_command(made: Review) -> None:
    for line in render(made, "github").split("\n")[:-1]:
        assert COMMAND.fullmatch(line)
