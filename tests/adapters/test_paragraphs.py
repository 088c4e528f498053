"""What belongs together is gathered once, whichever platform writes it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.pacing.blocks import Kind
from adapters.pacing.paragraphs import Piece, gathered


def kinds(markdown: str) -> list[Kind]:
    return [piece.kind for piece in gathered(markdown)]


def only(markdown: str) -> Piece:
    (piece,) = gathered(markdown)
    return piece


def test_lines_that_follow_each_other_are_one_paragraph() -> None:
    assert only("one\ntwo").lines == ("one", "two")
    assert kinds("one\n\ntwo\n---") == [Kind.TEXT, Kind.BLANK, Kind.TEXT, Kind.RULE]


def test_an_item_knows_its_box_its_number_and_the_lists_around_it() -> None:
    first, second = gathered("3. [x] done\n   - inner\n     goes on")
    assert (first.lines, first.number, first.marker, first.box) == (("done",), 3, "3.", "☑")
    assert second.lines == ("inner", "goes on")
    assert [len(lists) for lists in second.lists] == [2, 2]


def test_code_keeps_its_language_and_ends_with_its_quote() -> None:
    assert only("```py\nx = 1\n```") == Piece(Kind.CODE, ("x = 1",), (False,), info="py")
    code, after = gathered("> ```\n> a\nb")
    assert (code.lines, code.quoted, after.lines) == (("a",), (True,), ("b",))


def test_an_item_that_begins_with_code_says_so() -> None:
    item, code = gathered("- ```\n  a\n  ```")
    assert (item.lines, item.holds_code, code.kind) == (("",), True, Kind.CODE)


def test_a_tables_header_is_taken_from_the_paragraph_above_it() -> None:
    text, table = gathered("so:\na | b\n--|:-:\n1 | 2 | 3\n4")
    assert text.lines == ("so:",)
    assert table.rows == (("a", "b"), ("1", "2"), ("4", ""))
    assert table.delimiters == ("--", ":-:")


def test_an_escaped_pipe_in_a_cell_is_a_plain_one_also_in_code() -> None:
    (table,) = gathered("a | b\n--|--\n`x\\|y` | 1\\|2")
    assert table.rows[1] == ("`x|y`", "1|2")


def test_a_heading_is_shown_without_the_signs_that_close_it() -> None:
    titles = [only(text).lines[0] for text in ("## Go on ##", "# C#", "## ##", "#")]
    assert titles == ["Go on", "C#", "", ""]


def test_a_line_of_equals_signs_makes_a_heading_of_the_paragraph_above_it() -> None:
    heading, text = gathered("A *long*\ntitle\n=====\nand so on")
    assert (heading.kind, heading.marker, heading.lines) == (Kind.HEADING, "#", ("A *long* title",))
    assert text.lines == ("and so on",)
    for plain in ("====", "a = b", "a\n== b", "- item\n====", "> quoted\n===="):
        assert all(piece.kind is Kind.TEXT for piece in gathered(plain))


SCRAPS = [
    "# a #",
    "===",
    "- ",
    "1. ",
    "> ",
    "```",
    "~~~",
    "\n",
    "\n",
    "| a |",
    "|--|",
    "x",
    " ",
    "\r",
]


@given(st.lists(st.sampled_from(SCRAPS), max_size=40).map("".join))
def test_every_line_of_a_paragraph_is_told_where_it_stands(markdown: str) -> None:
    for piece in gathered(markdown):
        if piece.kind is Kind.TEXT:
            assert len(piece.lines) == len(piece.quoted) == len(piece.lists) > 0
        assert all(len(row) == len(piece.delimiters) for row in piece.rows)
