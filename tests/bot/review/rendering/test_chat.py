"""A review as a chat message: short, numbered as the file is, and nothing of a stranger's alive."""

from __future__ import annotations

from hypothesis import given

from bot.review.rendering.chat import MOST_FINDINGS, render
from bot.review.values import Review
from tests.bot.review.made import finding

from .reviews import FIX, INJECTION, PATCH, STATIC, review, reviews


def test_a_finding_reads_with_its_number_its_place_its_code_and_its_fix() -> None:
    told = render(review(INJECTION.model_copy(update={"fix": FIX})))
    assert told.startswith("**Code review · app.py · 6/10**\n")
    assert (
        "**1. 🛑 Critical · SQL built from text**\napp.py, lines 12–14 · security · CWE-89" in told
    )
    assert "```\n12 | q = (\n13 |     base + name\n14 | )\n```" in told
    assert "**Fix (checked)**: Check the exit code\n```diff\n@@" in told


def test_what_a_chat_has_no_room_for_is_in_the_file_under_the_same_number() -> None:
    made = review(*(finding(title=f"Title {n}.") for n in range(1, MOST_FINDINGS + 4)))
    told = render(made)
    assert f"**{MOST_FINDINGS}. " in told
    assert f"Title {MOST_FINDINGS + 1}." not in told
    assert "And 3 more findings in `review.md`." in told
    assert "and 3 more" in render(made, has_file=False)
    assert "review.md" not in render(made, has_file=False)


def test_while_the_model_reads_nothing_is_judged() -> None:
    told = render(review(**STATIC), pending="Reading…")
    assert "> Reading…" in told
    for word in ("no score", "/10", "Incomplete", "Static checks only"):
        assert word not in told


def test_without_a_model_it_says_so() -> None:
    assert "> Static checks only, logic not reviewed." in render(review(**STATIC))


def test_a_model_that_read_nothing_is_not_among_the_readers() -> None:
    assert "gpt-6-luna" in render(review())
    assert "gpt-6-luna" not in render(review(coverage={"llm": "failed"}))


def test_what_is_recommended_and_what_was_not_read_stand_under_their_names() -> None:
    told = render(review(recommendations=("Add tests.",), coverage={"missing": ("ruff",)}))
    assert "\n\n**Recommendations**\n- Add tests." in told
    assert "\n\n**Coverage**\n- " in told
    assert "**Recommendations**" not in render(review())


def test_a_long_fix_is_left_to_the_file() -> None:
    patch = PATCH + "".join(f"+line {n}\n" for n in range(60))
    told = render(review(finding(fix=FIX.model_copy(update={"patch": patch}))))
    assert "```diff" not in told


def test_strangers_text_stays_text() -> None:
    told = render(
        review(finding(title="@channel [x](http://evil.example)", message="# <b>big</b>\n> @here"))
    )
    assert "@" not in told
    assert "[x](" not in told.replace("\\[x\\](", "")
    assert "\n# " not in told


@given(reviews)
def test_every_review_can_be_told_in_three_languages(made: Review) -> None:
    for locale in ("en", "zh-CN", "zh-TW"):
        assert render(made, locale).startswith("**")


def test_what_no_longer_counts_is_one_line_under_its_own_number() -> None:
    made = review(
        finding(id="a", title="Still here"),
        finding(id="b", title="Not wanted", status="dismissed", message="Long words."),
        finding(id="c", title="Gone @all", status="fixed"),
    )
    text = render(made, notes={"a": "looked at [twice](x)", "b": "dismissed by Ann"})
    assert "1 high" in text
    assert "_looked at \\[twice\\](x)_" in text
    assert "- **dismissed** · 2. Not wanted · a.py, line 1 · dismissed by Ann" in text
    assert "- **fixed** · 3. Gone &#64;all · a.py, line 1" in text
    assert "Long words." not in text


def test_a_review_of_which_nothing_is_open_says_so() -> None:
    text = render(review(finding(status="fixed")))
    assert "Nothing is open any more." in text
    assert "No findings." not in text
