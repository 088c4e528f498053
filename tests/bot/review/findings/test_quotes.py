"""What a quote may mean, before it is known which meaning fits the code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.findings.quotes import readings
from tests.bounds import bounded


def meanings(quote: str, side: str = "new") -> list[tuple[tuple[str, ...], ...]]:
    return [reading.parts for reading in readings(quote, side)]  # type: ignore[arg-type]


def test_the_quote_itself_comes_first() -> None:
    for quote in ("12: 13,", "+ item", "- item", "a = 1\nb = 2", "x ..."):
        assert meanings(quote)[0] == (tuple(quote.split("\n")),)


@pytest.mark.parametrize("quote", ["", " \n\t\n", "\xa0", "```\n\n```"])
def test_a_quote_without_code_means_nothing(quote: str) -> None:
    assert meanings(quote) == []


def test_numbers_are_taken_off_where_every_line_has_one_in_order() -> None:
    assert (("a", "b"),) in meanings("12 | a\n13 | b")
    assert (("a", "b"),) in meanings("12 | +a\n13 |\n14 | +b")
    assert [reading.number for reading in readings("12 | a\n13 | b")] == [None, 12]
    assert (("a", "b"),) not in meanings("13 | a\n12 | b")
    assert (("a", "b"),) not in meanings("12 | a\nb")


def test_indentation_survives_what_is_taken_off() -> None:
    assert (("    a", "        b"),) in meanings("12 |     a\n13 |         b")
    assert (("    a",),) in meanings("12 | +    a")


def test_marks_choose_the_side() -> None:
    quote = "-old\n+new\n same"
    assert (("new", " same"),) in meanings(quote)
    assert (("old", " same"),) in meanings(quote, "old")


def test_dots_stand_for_what_was_left_out() -> None:
    assert (("a",), ("b",)) in meanings("a\n...\nb")
    assert (("a",), ("b",)) in meanings("a\n    # …\nb")
    assert (("call(a,",),) in meanings("call(a, ...")
    assert (("x" * 9,),) in meanings("x" * 9 + " …[the line goes on]")


@given(st.text("ab +-|:.…`~\n\t12[]L#", max_size=60))
def test_every_reading_holds_code(quote: str) -> None:
    for reading in readings(quote):
        assert all(reading.keys)
        assert reading.first.strip()


def test_a_huge_quote_is_read_in_time() -> None:
    huge = ("1 | a\n" * 90_000, "`" * 200_000, " " * 300_000, "..." * 90_000, "+" * 90_000)
    with bounded(3):
        for quote in huge:
            readings(quote)
