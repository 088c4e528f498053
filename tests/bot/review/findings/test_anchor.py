"""A finding stands on the line that it quotes, or says that it could not be placed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard.masking import mask
from bot.review.findings.anchor import Places, place
from bot.review.findings.identity import squeezed
from bot.review.material import Material
from bot.review.values import Anchor
from tests.bot.review.made import diff_of, file_of, hunk, source_of
from tests.bounds import bounded

CODE = """def load(name):
    path = open(name)
    if not path:
        return None
    return path


def save(name, data):
    result = eval(data)  # trusted
    write(
        name,
        result,
    )
    if not result:
        return None
    return result
"""
FILE = file_of("app/store.py", CODE)
DIFF = diff_of(
    "app/store.py",
    hunk(200, " def f(x):\n-    return x\n+    y = eval(x)\n+    return None\n \n def g():\n"),
    hunk(301, "     pass\n+    return None\n     done()\n", old_start=300, position=17),
)


def at(quote: str, line: int | None = None, *, path: str = "app/store.py") -> Anchor:
    return place(FILE, path, quote, line)


def test_a_quote_that_stands_once_is_placed_whatever_number_is_cited() -> None:
    for line in (None, 9, 1, 4_000):
        anchor = at("    result = eval(data)  # trusted", line)
        assert (anchor.start_line, anchor.end_line, anchor.status) == (9, 9, "exact")


def test_the_cited_line_decides_between_equal_ones() -> None:
    assert (at("        return None", 15).start_line, at("return None", 15).status) == (15, "exact")


@pytest.mark.parametrize(("cited", "line"), [(2, 4), (7, 4), (12, 15), (17, 15)])
def test_a_small_miscount_is_forgiven(cited: int, line: int) -> None:
    anchor = at("return None", cited)
    assert (anchor.start_line, anchor.status) == (line, "moved")


@pytest.mark.parametrize("cited", [None, 10, 500])
def test_between_equal_lines_nothing_is_guessed(cited: int | None) -> None:
    anchor = at("return None", cited)
    assert (anchor.start_line, anchor.status, anchor.candidates) == (None, "approximate", (4, 15))


def test_a_quote_that_stands_nowhere_has_no_place_even_on_a_line_that_exists() -> None:
    anchor = at("os.remove(everything_there_is)", 9)
    assert (anchor.start_line, anchor.status, anchor.candidates) == (None, "none", ())


@pytest.mark.parametrize(
    "quote",
    [
        "result = eval(data)  # trusted",
        "\tresult  =  eval( data )   # trusted  ",
        "9 |     result = eval(data)  # trusted",
        "9 | +    result = eval(data)  # trusted",
        "+ 9 |     result = eval(data)  # trusted",
        "L9:     result = eval(data)  # trusted",
        "9→    result = eval(data)  # trusted",
        "+    result = eval(data)  # trusted",
        "```python\n    result = eval(data)  # trusted\n```",
        "`result = eval(data)  # trusted`",
        "eval(data)",
        "    result = eval(data) ...",
        "\xa0\xa0\xa0\xa0result = eval(data)  # trusted",
        "result = eval(data)  # trustd",
    ],
)
def test_what_models_do_to_a_quote_does_not_hide_its_line(quote: str) -> None:
    assert at(quote, None).start_line == 9


def test_a_number_that_was_copied_with_the_quote_counts() -> None:
    assert at("15 |         return None").start_line == 15
    assert at("15 |         return None", 4).start_line == 15


def test_code_that_looks_like_a_numbered_line_is_code() -> None:
    material = file_of("a.py", "x = {\n    12: first,\n    13: second,\n    first,\n}\n")
    assert place(material, "a.py", "12: first,", None).start_line == 2


def test_several_lines_are_placed_as_one() -> None:
    anchor = at("    if not result:\n        return None\n    return result", 3)
    assert (anchor.start_line, anchor.end_line, anchor.status) == (14, 16, "exact")


def test_a_statement_over_several_lines_is_found_when_it_is_quoted_on_one() -> None:
    assert (at("write(name, result,)").start_line, at("write(name, result,)").end_line) == (10, 13)


@pytest.mark.parametrize(
    "quote",
    ["def save(name, data):\n    ...\n    return result", "def save(name, data):\n# …\n  result,"],
)
def test_what_was_left_out_of_a_quote_lies_within_its_place(quote: str) -> None:
    anchor = at(quote)
    assert anchor.start_line == 8
    assert anchor.end_line in (12, 16)


def test_an_ellipsis_of_the_code_itself_is_code() -> None:
    material = file_of("a.py", "class A:\n    ...\n\nclass B:\n    x: int\n")
    assert place(material, "a.py", "class A:\n    ...", None).end_line == 2


def test_several_lines_of_which_one_is_misquoted_are_nearly_found() -> None:
    anchor = at("    write(\n        name,\n        results,\n    )\n    if not result:")
    assert (anchor.start_line, anchor.status) == (10, "fuzzy")


def test_indentation_tells_equal_lines_apart_where_it_was_kept() -> None:
    material = file_of("a.py", "if a:\n    go()\n    if b:\n        go()\n")
    assert place(material, "a.py", "        go()", None).start_line == 4
    assert place(material, "a.py", "go()", None).status == "approximate"


def test_nearly_alike_is_not_enough_where_two_lines_are() -> None:
    material = file_of("a.py", "self.first_value = first_value\nself.first_valve = first_valve\n")
    anchor = place(material, "a.py", "self.first_valxe = first_valxe", None)
    assert (anchor.status, anchor.candidates) == ("approximate", (1, 2))


def test_without_a_quote_a_number_names_a_candidate_only() -> None:
    assert (at("", 9).status, at("", 9).candidates) == ("approximate", (9,))
    assert at(" \n", 900).status == at("", None).status == "file"


# -- diffs ---------------------------------------------------------------------------------------


def in_diff(quote: str, line: int | None, side: str = "new") -> Anchor:
    return place(DIFF, "app/store.py", quote, line, side)  # type: ignore[arg-type]


def test_a_number_that_the_diff_does_not_show_is_a_position_in_it() -> None:
    assert (in_diff("return None", 4).start_line, in_diff("return None", 19).start_line) == (
        202,
        302,
    )


def test_a_number_that_the_diff_does_not_show_is_a_line_of_the_whole_diff() -> None:
    assert in_diff("return None", 24).start_line == 302


def test_a_number_of_the_old_side_is_understood() -> None:
    other = hunk(340, " x\n+    return None\n", old_start=330, position=30)
    material = diff_of("a.py", *DIFF.sources[0].pieces, other)
    assert place(material, "a.py", "return None", 331).start_line == 341


def test_what_was_removed_is_placed_on_the_old_side() -> None:
    for side in ("old", "new"):
        anchor = in_diff("    return x", 202, side)
        assert (anchor.side, anchor.start_line, anchor.status) == ("old", 201, "exact")


def test_a_quote_with_marks_means_its_own_side() -> None:
    quote = "-    return x\n+    y = eval(x)\n+    return None"
    assert (in_diff(quote, 1).start_line, in_diff(quote, 1).end_line) == (201, 202)
    assert in_diff(quote, 1, "old").start_line == 201


def test_a_quote_does_not_reach_over_what_a_diff_leaves_out() -> None:
    assert in_diff("def g():\n    pass", None).status == "none"


def test_a_place_knows_whether_it_was_changed() -> None:
    assert Places(DIFF).touches_change(in_diff("y = eval(x)", 201))
    assert not Places(DIFF).touches_change(in_diff("done()", None))
    assert Places(DIFF).touches_change(in_diff("return None", None))
    assert Places(FILE).touches_change(at("path = open(name)"))
    assert Places(DIFF).touches_change(in_diff("return x", 1, "old"))


# -- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["app/store.py", "a/app/store.py", "./app/store.py", "store.py", "/x/app/store.py"]
)
def test_a_file_is_known_by_what_its_name_ends_with(path: str) -> None:
    material = Material("file", (*FILE.sources, source_of("app/other.py", CODE)))
    anchor = place(material, path, "result = eval(data)  # trusted", 9)
    assert (anchor.path, anchor.start_line) == ("app/store.py", 9)


def test_a_name_that_two_files_end_with_is_neither() -> None:
    material = Material("file", (source_of("a/x.py", CODE), source_of("b/x.py", CODE)))
    assert place(material, "x.py", "result = eval(data)  # trusted", 9).status == "none"
    assert place(material, "b/x.py", "result = eval(data)  # trusted", 9).path == "b/x.py"


def test_a_wrong_file_name_is_overruled_by_a_quote_that_stands_once() -> None:
    material = Material("file", (source_of("x.py", "pass\n"), source_of("y.py", CODE)))
    for path in ("x.py", "gone.py"):
        assert place(material, path, "result = eval(data)  # trusted", 1).path == "y.py"


def test_a_masked_secret_in_a_quote_stands_for_what_it_hides() -> None:
    secret = "sk-ant-" + "a1b2c3d4" * 6
    line = f'key = "{secret}"'
    anchor = place(file_of("a.py", f"x = 1\n{line}\n"), "a.py", mask(line), None)
    assert anchor.start_line == 2
    assert secret not in anchor.quote


def test_a_huge_file_of_alike_lines_is_answered_in_time() -> None:
    material = file_of("a.py", "".join(f"value_{n % 7} = compute({n})\n" for n in range(20_000)))
    places = Places(material)
    long = "value_1 = compute(1)\n" * 400 + "nothing"
    with bounded(4):
        for quote in ("value_9 = compote(7)", ")", long, "•" * 400, "e" * 9, "x" * 19_000):
            places.place("a.py", quote, 77)


ROWS = st.lists(
    st.sampled_from(["a = 1", "  a = 1", "b(a)", "", "x" * 12, "é | 2", "- no"]), max_size=12
)


@given(
    rows=ROWS, quote=st.text("ab =1()x\n.+-|é 2", max_size=14), line=st.none() | st.integers(-1, 20)
)
def test_what_is_placed_exactly_reads_like_the_quote(
    rows: list[str], quote: str, line: int | None
) -> None:
    anchor = place(file_of("a.py", "\n".join(rows)), "a.py", quote, line)
    if anchor.start_line is None:
        return
    assert 1 <= anchor.start_line <= (anchor.end_line or 0) <= len(rows)
    placed = squeezed("".join(rows[anchor.start_line - 1 : anchor.end_line]))
    if anchor.status == "exact" and not set("+-|.\n") & set(quote):
        assert squeezed(quote) in placed


@given(rows=ROWS, number=st.integers(0, 11))
def test_a_line_that_is_quoted_and_cited_rightly_is_always_found(
    rows: list[str], number: int
) -> None:
    if number < len(rows) and rows[number]:
        anchor = place(file_of("a.py", "\n".join(rows)), "a.py", rows[number], number + 1)
        assert anchor.start_line == number + 1
