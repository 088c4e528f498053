"""Arguments: what a model writes is read strictly where it matters and kindly where it does not."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Annotated, Any, Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.errors import AskAgain
from bot.tools.arguments import Checked, check, parse
from bot.tools.options import Also, Narrowed
from bot.tools.schema import parameters
from bot.tools.signature import read


async def example(
    place: Annotated[str, "Where.", Also("city", "location"), Narrowed("country")],
    days: Annotated[int, Also("date")] = 1,
    ratio: float = 0.5,
    unit: Literal["celsius", "fahrenheit"] | None = None,
    tags: list[str] | None = None,
    exact: bool = False,
    kinds: list[Literal["cat", "dog"]] | None = None,
) -> str:
    """Serve as an example."""
    return place


SIGNATURE = read(example)
SCHEMA = parameters(SIGNATURE.arguments)


def checked(values: dict[str, Any], *, strict: bool = False) -> dict[str, Any]:
    return check(SIGNATURE, SCHEMA, values, strict=strict).values


def ignored(values: dict[str, Any]) -> tuple[str, ...]:
    return check(SIGNATURE, SCHEMA, values).ignored


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
        ('{"a": ', "not JSON .* at their end"),
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
        ({"place": "x", "exact": ["false"]}, {"place": "x", "exact": False}),
        ({"place": "x", "days": ["3"]}, {"place": "x", "days": 3}),
        ({"place": "x", "days": "null", "unit": "None"}, {"place": "x"}),
        ({"place": "null", "tags": "none"}, {"place": "null", "tags": ["none"]}),
        ({"place": "x", "tags": [1, ["b"]]}, {"place": "x", "tags": ["1", "b"]}),
        ({"place": "x", "kinds": "DOG"}, {"place": "x", "kinds": ["dog"]}),
        ({"Place": "x", "DAYS": 2}, {"place": "x", "days": 2}),
        ({"city": "Paris", "country": "France"}, {"place": "Paris, France"}),
        ({"arguments": {"location": "x"}}, {"place": "x"}),
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
        ({"place": "x", "days": "many", "when": 1}, "'days'.*no argument 'when'"),
        ({"query": "Oslo"}, "'place' is missing.*no argument 'query'.*It takes: place, days"),
        ({"place": ["Oslo", "Rome"]}, "'place'"),
        ({"place": "x", "days": [1, 2]}, "'days'"),
        ({"place": "x", "kinds": ["cow"]}, "'kinds"),
    ],
)
def test_what_would_change_the_meaning_is_sent_back(values: dict[str, Any], words: str) -> None:
    with pytest.raises(AskAgain, match=words):
        checked(values)


def test_an_argument_that_the_tool_does_not_have_is_left_out_and_named() -> None:
    result = check(SIGNATURE, SCHEMA, {"place": "x", "units": "C", "language": "en", "hour": None})
    assert result == Checked({"place": "x"}, ("units", "language"))
    assert result.remark("weather") == (
        "(weather has no arguments 'units', 'language'; they were ignored.)"
    )
    assert Checked({}, ("a",)).remark("x") == "(x has no argument 'a'; it was ignored.)"
    assert Checked({"place": "x"}).remark("x") == ""


def test_a_strict_tool_refuses_what_it_does_not_have() -> None:
    with pytest.raises(AskAgain, match=r"no argument 'dry_run'.*It takes: place, days"):
        checked({"place": "x", "dry_run": True}, strict=True)
    with pytest.raises(AskAgain, match="'days'"):
        checked({"place": "x", "date": "some day"}, strict=True)
    assert checked({"city": "x", "days": "2"}, strict=True) == {"place": "x", "days": 2}


def test_a_further_name_whose_value_does_not_fit_was_meant_for_something_else() -> None:
    assert ignored({"place": "x", "date": "some day"}) == ("date",)
    assert checked({"place": "x", "date": "2"}) == {"place": "x", "days": 2}
    with pytest.raises(AskAgain, match="'place'"):
        checked({"city": {"name": "Oslo"}})


def test_a_flood_of_faults_or_of_unknown_names_stays_short() -> None:
    flood = {f"x{number}" * 50: number for number in range(500)}
    with pytest.raises(AskAgain) as caught:
        checked(flood)
    assert len(str(caught.value)) < 1_000
    remark = check(SIGNATURE, SCHEMA, {"place": "x", **flood}).remark("example")
    assert len(remark) < 300
    assert "\n" not in check(SIGNATURE, SCHEMA, {"place": "x", "a\nb": 1}).remark("example")


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


_NUMBER = st.integers(-(10**15), 10**15)


@given(_NUMBER, st.booleans(), st.text(), st.lists(st.text(), max_size=4))
def test_a_value_means_the_same_in_every_spelling(
    number: int, exact: bool, text: str, tags: list[str]
) -> None:
    """A number or a truth in quotes, one value in a list, a list as JSON: nothing is lost."""
    plain = {"place": text, "days": number, "exact": exact, "tags": tags}
    quoted = {"place": [text], "days": str(number), "exact": json.dumps(exact)}
    listed = {"city": text, "Days": [number], "EXACT": [exact], "tags": json.dumps(tags)}
    assume(text.strip())
    whole = checked(plain)
    assert whole == plain
    assert checked({**quoted, "tags": tags}) == whole
    assert checked(listed) == whole


@given(st.dictionaries(st.text(max_size=8), _JSON, max_size=4))
def test_whatever_is_invented_beside_a_right_call_does_not_change_it(more: dict[str, Any]) -> None:
    known = {*SCHEMA["properties"], "city", "location", "country", "date"}
    more = {key: value for key, value in more.items() if key.strip("_- ").lower() not in known}
    result = check(SIGNATURE, SCHEMA, {"place": "Oslo", "days": 2, **more})
    assert result.values == {"place": "Oslo", "days": 2}
    assert set(result.ignored) <= set(more)
