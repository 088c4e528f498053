"""Values that are secrets: what a finding means, and where the same stands again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard.masking import MASK
from bot.review.literals import is_telling, literals, spread, values_of


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ('environ["SECRET"] = "Zx9Kq2"', ["Zx9Kq2"]),
        ('{"password": "Zx9Kq2"}', ["Zx9Kq2"]),
        ('connect("admin", `Zx9Kq2`)', ["admin", "Zx9Kq2"]),
        ('password = "changeme"; other = "${PASSWORD}"', []),
        ('password = ""', []),
    ],
)
def test_literals_are_found_and_names_of_things_are_not(line: str, meant: list[str]) -> None:
    assert [line[start:stop] for start, stop in literals(line)] == meant


def test_between_columns_only_what_lies_there_is_meant() -> None:
    line = 'f("a", password="Zx9", other="b")'
    assert [line[start:stop] for start, stop in literals(line, 7, 21)] == ["Zx9"]


@pytest.mark.parametrize(
    "value", ["production", "correct-horse", "Changeme", "your-key-1", "xxxx1234", "11111111", "a1"]
)
def test_what_anybody_may_write_is_no_secret_elsewhere(value: str) -> None:
    assert not is_telling(value)


def test_a_name_that_is_handed_on_is_no_value_and_a_bare_token_is() -> None:
    hidden = [("python", "f(password=settings.key1)", f"f(password={MASK * 13})")]
    assert values_of(hidden) == ()
    assert values_of([("python", "# ghp_a1B2c3D4", f"# {MASK * 12}")]) == ("ghp_a1B2c3D4",)


def test_a_short_value_is_hidden_only_where_it_stands_by_itself() -> None:
    assert spread("Zx9Kq2Lm, aZx9Kq2Lm", ["Zx9Kq2Lm"]) == f"{MASK * 8}, aZx9Kq2Lm"
    assert spread("aZx9Kq2LmZx9Kq2Lm", ["Zx9Kq2LmZx9Kq2Lm"]) == f"a{MASK * 16}"


@given(st.text("ab1 \n", max_size=60), st.lists(st.text("ab1", min_size=1, max_size=20)))
def test_no_place_moves(text: str, values: list[str]) -> None:
    hidden = spread(text, values)
    assert len(hidden) == len(text)
    assert all(a in (b, MASK) for a, b in zip(hidden, text, strict=True))
    assert not [value for value in values if len(value) >= 16 and value in hidden]
