"""A finding keeps its id while the code it points at stays what it is."""

from __future__ import annotations

import pytest

from bot.review.findings.identity import LENGTH, _Listed, finding_id, identified
from bot.review.material import Line, Material, Piece, Source
from bot.review.values import Anchor, Finding
from tests.bot.review.made import file_of, finding

CODE = """import os


def load(name):
    path = name
    return open(path)


class Store:
    def load(self, name):
        return open(name)

    def save(self, name):
        if name:
            os.system("cp " + name)
        return open(name)
"""
SCRIPT = """export const greet = async (id) => {
  return eval(id);
};
class Door {
  open(key) {
    if (key) {
      return eval(key);
    }
  }
}
"""


def ids(text: str, *places: tuple[int, str]) -> list[str]:
    found = [finding(rule_id=rule, anchor=Anchor(path="a.py", start_line=n)) for n, rule in places]
    return [each.id for each in identified(file_of("a.py", text), found)]


def test_an_id_is_twelve_hexadecimal_digits() -> None:
    assert len(finding_id("a.py", "S608", "x = 1")) == LENGTH
    int(finding_id("", "", "\ud800"), 16)


def test_lines_that_come_in_above_change_no_id() -> None:
    assert ids(CODE, (6, "S1"), (15, "S2")) == ids("# new\n\n" + CODE, (8, "S1"), (17, "S2"))


def test_reformatting_changes_no_id() -> None:
    assert ids(CODE, (15, "S2")) == ids(CODE.replace('"cp " + name', '"cp "+name'), (15, "S2"))


def test_the_same_code_in_another_function_is_another_finding() -> None:
    first, second = ids(CODE, (11, "S1"), (16, "S1"))
    assert first != second


def test_equal_findings_on_equal_lines_are_told_apart_by_their_order() -> None:
    text = "x = eval(y)\nx = eval(y)\n"
    upper, lower = ids(text, (1, "S307"), (2, "S307"))
    assert upper != lower
    assert ids(text, (2, "S307"), (1, "S307")) == [lower, upper]


def test_another_rule_file_or_code_is_another_finding() -> None:
    assert (
        len({finding_id(*key) for key in (("a", "b", "c"), ("A", "b", "c"), ("a", "B", "c"))}) == 3
    )
    assert finding_id("a", "b", "c") != finding_id("a", "b", "d")


def test_a_finding_without_a_place_is_known_by_its_words() -> None:
    loose = Anchor(path="gone.py", quote="", status="none")
    first, second = identified(
        file_of("a.py", CODE),
        [finding(title="No tests", anchor=loose), finding(title="No docs", anchor=loose)],
    )
    assert first.id != second.id


@pytest.mark.parametrize(
    ("number", "symbol"), [(1, ""), (5, "load"), (9, ""), (11, "load"), (15, "save")]
)
def test_the_function_around_a_line_is_found(number: int, symbol: str) -> None:
    assert _Listed(file_of("a.py", CODE).sources[0]).symbol(number, "new") == symbol


@pytest.mark.parametrize(("number", "symbol"), [(2, "greet"), (7, "open"), (5, "Door")])
def test_the_function_around_a_line_of_script_is_found(number: int, symbol: str) -> None:
    assert _Listed(file_of("a.js", SCRIPT).sources[0]).symbol(number, "new") == symbol


def test_what_the_hunk_tells_stands_in_for_a_function_that_is_not_shown() -> None:
    lines = tuple(Line(f"    x = {n}", new=40 + n, position=n + 1) for n in range(3))
    source = Source("a.py", (Piece(lines, heading="def compute(self):"),), is_diff=True)
    assert _Listed(source).symbol(41, "new") == "compute"
    assert _Listed(source).symbol(7, "new") == ""


def test_ids_need_no_material() -> None:
    found: list[Finding] = identified(Material("file", ()), [finding()])
    assert found[0].id
