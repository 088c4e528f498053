"""Strangers' payloads are read safely: a field has the type that is asked for, or is empty."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.common.payloads import items, mapping, number, objects, sound, string

ANYTHING = [None, True, 5, -5, 1.5, "x", ["a", {"b": 1}], {"c": 2}]


@pytest.mark.parametrize("value", ANYTHING)
def test_a_field_has_the_type_that_is_asked_for(value: object) -> None:
    payload = {"field": value}
    assert string(payload, "field") == (value if isinstance(value, str) else "")
    assert number(payload, "field") == (value if value in (True, 5) else 0)
    assert list(items(payload, "field")) == (value if isinstance(value, list) else [])
    assert list(objects(payload, "field")) == ([{"b": 1}] if isinstance(value, list) else [])
    assert mapping(value) == (value if isinstance(value, dict) else {})


def test_a_missing_field_is_empty() -> None:
    assert (string({}, "x"), number({}, "x"), *items({}, "x"), *objects({}, "x")) == ("", 0)


@given(st.text(alphabet=st.characters(), max_size=20))
def test_text_can_always_be_written(text: str) -> None:
    assert sound(text + "\ud800").encode()
