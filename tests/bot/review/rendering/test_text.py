"""A review in a terminal: places that open, honest words, and nothing that steers the terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given

from bot.review.material import MISSING
from bot.review.rendering import Format, phrases, render
from bot.review.rendering.text import render as render_text
from bot.review.values import Anchor, Review
from bot.wording import TEXTS
from tests.bot.review.made import finding

from .reviews import FIX, INJECTION, STATIC, UNSURE, review, reviews


def test_all_of_a_review_stands_in_it() -> None:
    made = review(
        INJECTION.model_copy(update={"fix": FIX}), UNSURE, recommendations=("Add tests.",)
    )
    assert render(made, "text") == (
        "Code review · app.py · Python · 6/10 · Changes needed\n"
        "1 critical, 1 low · 1 of 1 read in full · ruff 0.14.1, gpt-6-luna · 4.1 s · 1,234 tokens\n"
        "\n"
        "It runs queries.\n"
        "\n"
        "1. Critical · security · app.py:12-14 · SQL built from text\n"
        "   Whoever chooses `name` chooses the query.\n"
        '   When: name = "\' OR 1=1"\n'
        "   What to do: Use parameters.\n"
        "     12 | q = (\n"
        "     13 |     base + name\n"
        "     14 | )\n"
        "   Fix (checked): Check the exit code\n"
        "     - run(cmd)\n"
        "     + run(cmd, check=True)\n"
        "   ruff:S608, model · CWE-89 · confidence high\n"
        "\n"
        "2. Low · performance · src/a b.py, one of the lines 3, 40 · Grows with the square\n"
        "   It goes wrong.\n"
        "     | for x in y:\n"
        "   model · confidence low\n"
        "\n"
        "Recommendations:\n"
        "- Add tests.\n"
    )


def test_without_a_model_it_says_what_was_not_reviewed_and_praises_nothing() -> None:
    told = render(review(summary="", **STATIC), "text")
    assert "Static checks only, logic not reviewed." in told
    assert "no score · Incomplete" in told
    assert "That says nothing about the logic." in told


def test_where_nothing_was_read_nothing_was_found_is_not_said() -> None:
    coverage = {"full": (), "skipped": {"logo.png": "binary"}, "llm": "off"}
    told = render(review(**{**STATIC, "coverage": coverage}), "text")
    assert "Nothing was read." in told
    assert "found nothing" not in told


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("timeout", "the model took too long"),
        ("rejected:Incorrect API key", "the model's service turned the request away"),
        ("some_new_word", "something went wrong"),
    ],
)
def test_a_part_that_is_missing_is_named(detail: str, words: str) -> None:
    made = review(
        score=None, verdict="incomplete", coverage={"llm": "failed", "llm_detail": detail}
    )
    told = render(made, "text")
    assert f"The model's part is missing: {words}. Static checks only" in told
    assert "API key" not in told


def test_what_was_not_read_is_told_with_its_reason() -> None:
    coverage = {
        "files_total": 4,
        "missing": ("files_left_out",),
        "unlinted": ("rust", "csharp", "unknown"),
        "partial": {"big.py": "lines:1-400; no_answer"},
        "skipped": {"logo.png": "binary", "x.lock": "lock"},
        "dropped_findings": 2,
    }
    told = render(review(coverage=coverage), "text")
    assert "1 of 4 read in full" in told
    for line in (
        "- No static tool knows Rust, C#; the static checks were general rules and the search for "
        "secrets alone.",
        "- The language could not be told; the static checks were general rules and the search for "
        "secrets alone.",
        "- In part: the input (the code host did not give out all files)",
        "- In part: big.py (the model read the lines 1-400; only by static checks: the model did "
        "not answer)",
        "- Not read: logo.png (binary)",
        "- Not read: x.lock (lock file)",
        "- 2 findings of the model disproved and left out",
    ):
        assert line in told.split("\n")


@pytest.mark.parametrize(
    ("anchor", "place"),
    [
        (Anchor(path="a.py", start_line=3, end_line=3, status="exact"), "a.py:3 "),
        (Anchor(path="a.py", start_line=3, status="moved"), "a.py:3 "),
        (Anchor(path="a.py", start_line=3, status="fuzzy"), "a.py, probably line 3 "),
        (
            Anchor(path="a.py", side="old", start_line=3, status="exact"),
            "a.py, line 3 (before the change) ",
        ),
        (Anchor(path="a.py", candidates=(7,), status="approximate"), "a.py, probably line 7 "),
        (Anchor(path="a.py", status="file"), "a.py, the whole file "),
        (Anchor(path="a.py", status="none"), "a.py, could not be placed "),
        (Anchor(path="", start_line=1, status="exact"), "snippet:1 "),
    ],
)
def test_a_place_says_how_sure_it_is(anchor: Anchor, place: str) -> None:
    assert f"· {place}·" in render(review(finding(anchor=anchor)), "text")


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (
            "zh_CN.UTF-8",
            ("代码审查", "1 个致命，1 个轻微", "致命 · 安全", "以下某一行"),
        ),
        ("zh-TW", ("程式碼審查", "1 個致命，1 個輕微", "致命 · 安全", "以下某一行")),
    ],
)
def test_it_speaks_the_language_of_the_locale(locale: str, words: tuple[str, ...]) -> None:
    told = render(review(INJECTION, UNSURE), "text", locale)
    assert all(word in told for word in words)


def test_colours_come_only_when_they_are_asked_for() -> None:
    assert "\x1b" not in render(review(INJECTION), "text")
    assert "\x1b[1;31mCritical\x1b[0m" in render_text(review(INJECTION), coloured=True)


@given(reviews)
def test_nothing_steers_the_terminal(made: Review) -> None:
    told = render(made, "text")
    for character in told:
        is_seen = character.isprintable() or unicodedata.category(character) == "Zs"
        assert is_seen or character in "\n\t\u200d"


REASONS = (
    *(
        "binary",
        "combined_diff",
        "cut",
        "damaged",
        "empty",
        "generated",
        "huge",
        "lock",
        "minified",
    ),
    *("not_shown", "not_unified", "too_many", "unnumbered", "unreadable", "vendored", *MISSING),
    *("lines:1-4", "long_lines", "no_answer", "static_only", "one_at_a_time"),
)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_for_a_gap_has_its_words(reason: str) -> None:
    word = reason.partition(":")[0]
    assert f"review_because_{word}" in TEXTS["en"]
    assert word not in phrases.because(reason, "zh-CN")


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_what_a_model_writes_is_no_command_to_a_build(form: Format) -> None:
    hostile = "fine\n::warning::z\n`##[error]y`"
    patch = "--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n ::error::x\n"
    shown = INJECTION.model_copy(
        update={"message": hostile, "fix": FIX.model_copy(update={"patch": patch})}
    )
    told = render(review(shown, summary=hostile), form)
    assert "warning" in told
    assert not any(line.lstrip().startswith("::") for line in told.split("\n"))
    assert "##[" not in told
