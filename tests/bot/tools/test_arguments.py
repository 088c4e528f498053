"""Arguments: what a model writes is read strictly where it matters and kindly where it does not."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import AskAgain
from bot.tools.arguments import check, parse
from bot.tools.schema import parameters
from bot.tools.signature import read


async def example(
    place: str,
    days: int = 1,
    ratio: float = 0.5,
    unit: Literal["celsius", "fahrenheit"] | None = None,
    tags: list[str] | None = None,
    exact: bool = False,
) -> str:
    """Serve as an example."""
    return place


SIGNATURE = read(example)
SCHEMA = parameters(SIGNATURE.arguments)


def checked(values: dict[str, Any]) -> dict[str, Any]:
    return check("example", SIGNATURE.arguments, SCHEMA, values)


@pytest.mark.parametrize("text", ["", "  \n", "null", "{}", '""', '"{}"', "```json\n{}\n```"])
def test_nothing_is_no_arguments(text: str) -> None:
    assert parse(text) == {}


def test_an_object_inside_a_string_or_a_fence_is_still_read() -> None:
    assert parse('"{\\"a\\": 1}"') == {"a": 1}
    assert parse('```json\n{"a": 1}\n```') == {"a": 1}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "Infinity"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": {"b": 1, "b": 2}}', "'b'"),
        ('{"a": ', "not JSON"),
        ("[1]", "one JSON object"),
        ("7", "one JSON object"),
        ("{'a': 1}", "not JSON"),
        ('{"a":' + "[" * 100_000, "nest|not JSON"),
        ('{"a": ' + "9" * 5_000 + "}", "too long"),
        ('{"a": "' + "x" * 400_000 + '"}', "longer than"),
    ],
)
def test_what_is_not_sound_json_is_sent_back_with_the_reason(text: str, word: str) -> None:
    with pytest.raises(AskAgain, match=word):
        parse(text)


def test_half_a_character_cannot_break_what_stores_it_later() -> None:
    parse('{"a\\ud83d": ["\\ude00"]}')["a\ufffd"][0].encode()


@pytest.mark.parametrize(
    ("values", "result"),
    [
        ({"place": "Oslo"}, {"place": "Oslo"}),
        ({"place": 94110}, {"place": "94110"}),
        ({"place": ["Oslo"]}, {"place": "Oslo"}),
        ({"place": "", "days": "3"}, {"place": "", "days": 3}),
        ({"place": "x", "days": 3.0}, {"place": "x", "days": 3}),
        ({"place": "x", "days": None, "unit": None, "tags": None}, {"place": "x"}),
        ({"place": "x", "days": "", "unit": ""}, {"place": "x"}),
        ({"place": "x", "unit": " Celsius "}, {"place": "x", "unit": "celsius"}),
        ({"place": "x", "tags": "a"}, {"place": "x", "tags": ["a"]}),
        ({"place": "x", "tags": '["a", "b"]'}, {"place": "x", "tags": ["a", "b"]}),
        ({"place": "x", "tags": "[broken"}, {"place": "x", "tags": ["[broken"]}),
        ({"place": "x", "exact": "true"}, {"place": "x", "exact": True}),
    ],
)
def test_harmless_differences_are_forgiven(values: dict[str, Any], result: dict[str, Any]) -> None:
    assert checked(values) == result


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "'place' is missing"),
        ({"place": None}, "'place'"),
        ({"place": {"city": "Oslo"}}, "'place'"),
        ({"place": "x", "days": "many"}, "'days'"),
        ({"place": "x", "days": 1.5}, "'days'"),
        ({"place": "x", "ratio": "NaN"}, "'ratio'"),
        ({"place": "x", "ratio": 1e999}, "'ratio'"),
        ({"place": "x", "unit": "kelvin"}, "'unit'.*celsius"),
        ({"place": "x", "when": 1}, "no argument 'when'.*It takes: place, days"),
    ],
)
def test_what_would_change_the_meaning_is_sent_back(values: dict[str, Any], words: str) -> None:
    with pytest.raises(AskAgain, match=words):
        checked(values)


def test_a_flood_of_faults_stays_short() -> None:
    with pytest.raises(AskAgain) as caught:
        checked({f"x{number}" * 50: number for number in range(500)})
    assert len(str(caught.value)) < 1_000


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.text() | _JSON.map(json.dumps))
def test_parse_gives_an_object_or_asks_again_for_any_text(text: str) -> None:
    with suppress(AskAgain):
        assert isinstance(parse(text), dict)


@given(st.dictionaries(st.sampled_from([*SCHEMA["properties"], "other"]), _JSON))
def test_check_gives_only_known_arguments_or_asks_again(values: dict[str, Any]) -> None:
    with suppress(AskAgain):
        assert set(checked(values)) <= set(SCHEMA["properties"])
