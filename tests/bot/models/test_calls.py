"""Tool calls are put together from any fragments; what a service keeps straight stays straight."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.calls import MAX_CALLS, Calls

OFFERED = ("weather", "weather_week", "time", "ping")
_ARGUMENTS = st.dictionaries(st.text(max_size=8), st.text(max_size=12) | st.integers(), max_size=3)
_CALLS = st.lists(
    st.tuples(st.sampled_from(["weather", "time"]), _ARGUMENTS), min_size=1, max_size=5
)


def made(*fragments: Any, cut: bool = False) -> list[tuple[str, str]]:
    calls = Calls(OFFERED)
    for fragment in fragments:
        calls.add(fragment)
    return [(call.name, call.arguments) for call in calls.finish(cut=cut)[0]]


def fragment(**fields: Any) -> dict[str, Any]:
    function = {key: fields.pop(key) for key in ("name", "arguments") if key in fields}
    return {**fields, "function": function}


@given(_CALLS, st.integers(1, 6), st.booleans(), st.booleans())
def test_well_numbered_fragments_of_any_size_give_the_calls(
    wanted: list[tuple[str, dict[str, Any]]], size: int, ids: bool, repeats_name: bool
) -> None:
    fragments = []
    for index, (name, arguments) in enumerate(wanted):
        text = json.dumps(arguments)
        id = {"id": f"call_{index}"} if ids else {}
        fragments.append(fragment(index=index, name=name, arguments="", **id))
        again = {"name": name} if repeats_name else {}
        fragments += [
            fragment(index=index, arguments=text[at : at + size], **again)
            for at in range(0, len(text), size)
        ]
    assert made(*fragments) == [(name, json.dumps(given)) for name, given in wanted]


@given(_CALLS, st.sampled_from(["no index", "always 0", "no index, no id"]))
def test_whole_calls_are_told_apart_without_an_index(
    wanted: list[tuple[str, dict[str, Any]]], kind: str
) -> None:
    place = {"index": 0} if kind == "always 0" else {}
    fragments = [
        fragment(
            **place,
            **({} if "no id" in kind else {"id": f"call_{at}"}),
            name=name,
            arguments=json.dumps(given),
        )
        for at, (name, given) in enumerate(wanted)
    ]
    assert made(*fragments) == [(name, json.dumps(given)) for name, given in wanted]


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists, max_leaves=4))
def test_what_is_no_fragment_is_passed_over(noise: Any) -> None:
    made(noise, {"function": noise}, {"index": noise, "id": noise, "function": {"name": noise}})


def test_a_name_in_pieces_is_joined_when_a_tool_is_called_so() -> None:
    pieces = [fragment(index=0, name="weather"), fragment(index=0, name="_week", arguments="{}")]
    assert made(*pieces) == [("weather_week", "{}")]


def test_a_name_with_its_namespace_is_the_tools_name() -> None:
    assert made(fragment(id="functions.time:0", name="functions.time")) == [("time", "{}")]


@pytest.mark.parametrize("nothing", ["", None, " ", "null"])
def test_no_arguments_are_an_empty_object(nothing: Any) -> None:
    assert made(fragment(index=0, name="ping", arguments=nothing)) == [("ping", "{}")]


def test_arguments_packed_twice_are_unpacked() -> None:
    twice = json.dumps(json.dumps({"place": "x"}))
    assert made(fragment(index=0, name="weather", arguments=twice)) == [
        ("weather", '{"place": "x"}')
    ]


def test_arguments_that_are_not_json_stay_as_the_model_wrote_them() -> None:
    assert made(fragment(index=0, name="weather", arguments="{oops")) == [("weather", "{oops")]


def test_a_call_that_the_output_limit_cut_is_dropped() -> None:
    whole, half = fragment(index=0, name="ping"), fragment(index=1, name="time", arguments='{"pl')
    assert made(whole, half, cut=True) == [("ping", "{}")]


def test_every_call_has_an_id_of_its_own() -> None:
    calls = Calls(OFFERED)
    for index in range(4):
        calls.add(fragment(index=index, id="same" if index % 2 else "", name="ping"))
    ids = [call.id for call in calls.finish(cut=False)[0]]
    assert len(set(ids)) == 4
    assert "" not in ids


def test_what_belongs_to_a_call_is_kept_for_going_back() -> None:
    calls = Calls(OFFERED)
    extra = {"google": {"thought_signature": "abc"}}
    calls.add({**fragment(index=0, id="c1", name="ping"), "extra_content": extra})
    assert calls.finish(cut=False)[1] == {"c1": extra}


def test_there_is_a_most_of_calls() -> None:
    assert len(made(*(fragment(index=at, name="ping") for at in range(MAX_CALLS + 9)))) == MAX_CALLS
