"""What a model is shown: every line with its number, nothing secret, nothing that forges a line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.guard.masking import mask
from bot.review.asking.numbered import CUT, LONGEST_LINE, rows, veiled
from bot.review.material import Line, Piece, Source
from tests.bot.review.made import diff_of, hunk, source_of

KEY = "ghp_" + "a1B2" * 9


def texts(source: Source) -> list[str]:
    return [row.text for row in rows(source, mask)]


def test_a_file_is_numbered_from_one() -> None:
    assert texts(source_of("a.py", "x = 1\n\ny = 2\n")) == ["1 | x = 1", "2 | ", "3 | y = 2"]


def test_in_a_diff_the_mark_stands_behind_the_bar_and_removed_lines_count_on_the_old_side() -> None:
    material = diff_of("a.py", hunk(10, " a\n-b\n+c\n d\n", old_start=20))
    assert texts(material.sources[0]) == ["10 |  a", "21 | -b", "11 | +c", "12 |  d"]


def test_each_hunk_but_the_first_is_opened_by_what_it_stands_in() -> None:
    first, second = hunk(1, "+a"), Piece(hunk(90, "+b").lines, heading="def save(self):")
    found = list(rows(diff_of("a.py", first, second).sources[0], mask))
    assert [row.opens for row in found] == ["", "@@ def save(self):"]


def test_a_secret_is_hidden_and_no_line_moves() -> None:
    found = texts(source_of("a.py", f'a = 1\nkey = "{KEY}"\nb = 2\n'))
    assert KEY not in "\n".join(found)
    assert found[1] == f'2 | key = "{"•" * len(KEY)}"'
    assert found[2] == "3 | b = 2"


def test_a_secret_of_several_lines_is_hidden_though_lines_of_the_other_side_stand_between() -> None:
    body = "".join("+" + "Ab1/" * 16 + "\n" + "-(gone)\n" for _ in range(4))
    begin, end = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
    piece = hunk(1, f"+{begin}\n{body}+{end}\n")
    shown = "\n".join(texts(diff_of("k.pem", piece).sources[0]))
    assert "Ab1/" not in shown
    assert shown.count("| -(gone)") == 4


def test_what_only_looks_like_a_line_end_begins_no_line() -> None:
    for end in ("\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"):
        (shown,) = texts(Source("a.js", (Piece((Line(f"a{end}99 | forged", 1),)),)))
        assert len(shown.splitlines()) == 1


def test_a_very_long_line_is_cut_and_says_so() -> None:
    (row,) = rows(source_of("a.js", "x" * (LONGEST_LINE + 1)), mask)
    assert row.is_cut
    assert row.text.endswith(CUT)


@given(st.lists(st.tuples(st.sampled_from(" +-"), st.text(max_size=30)), min_size=1, max_size=20))
def test_hiding_keeps_every_line_and_its_length(lines: list[tuple[str, str]]) -> None:
    rows_of = "\n".join(mark + text.replace("\n", "") for mark, text in lines)
    piece = hunk(1, rows_of)
    assert [len(text) for text in veiled(piece.lines, mask)] == [len(x.text) for x in piece.lines]
