"""Reasoning and calls that models write into their text are not shown; all else is."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.models.screen import Screen

CUTS = st.lists(st.integers(0, 300), max_size=8)
CALL = '<tool_call>\n{"name": "weather", "arguments": {"place": "北京"}}\n</tool_call>'


def sifted(text: str, cuts: list[int], offered: tuple[str, ...] = ("weather",)) -> tuple[str, list]:
    screen = Screen(offered)
    edges = [0, *sorted(at % (len(text) + 1) for at in cuts), len(text)]
    shown = [screen.feed(text[a:b]) for a, b in itertools.pairwise(edges)]
    return "".join((*shown, screen.finish())), screen.calls


@given(st.text(alphabet=st.sampled_from("<>/thinkool_ca \nab"), max_size=60), CUTS)
@example("<tool_call", [3])
@example("<thin", [2])
def test_text_without_whole_tags_is_shown_as_it_is(text: str, cuts: list[int]) -> None:
    if "<think" in text or "<tool_call>" in text:
        return
    assert sifted(text, cuts) == (text, [])


@given(CUTS, st.sampled_from(["think", "thinking", "THOUGHT"]))
def test_reasoning_at_the_beginning_is_dropped(cuts: list[int], tag: str) -> None:
    text = f"\n<{tag}>\nHm, </thin <b>...\n</{tag.lower()}>\n\nIt is sunny. 🌞"
    assert sifted(text, cuts) == ("It is sunny. 🌞", [])


@given(CUTS)
def test_reasoning_that_begins_again_is_dropped_too(cuts: list[int]) -> None:
    assert sifted("<think>a</think>\n<think>b</think>Yes.", cuts)[0] == "Yes."


def test_reasoning_that_never_ends_leaves_nothing_to_show() -> None:
    assert sifted("<think>and so on", [])[0] == ""


@given(CUTS)
def test_a_tag_that_is_spoken_of_is_text(cuts: list[int]) -> None:
    text = "Models write <think> and </think> tags, and <tool_call> too."
    assert sifted(text, cuts) == (text, [])


@given(CUTS)
def test_calls_in_the_text_are_calls(cuts: list[int]) -> None:
    shown, calls = sifted(f"Let me look.\n\n{CALL}\n{CALL}\n", cuts)
    assert shown == "Let me look."
    assert calls == [("weather", '{"place": "北京"}')] * 2


@given(CUTS)
def test_a_call_that_is_never_closed_counts(cuts: list[int]) -> None:
    assert sifted(CALL.removesuffix("</tool_call>"), cuts)[1] == [("weather", '{"place": "北京"}')]


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>{"name": "unknown", "arguments": {}}</tool_call>',
        "<tool_call>not json</tool_call> and on",
        "<tool_call>" + "x" * 200_000,
    ],
)
@given(cuts=CUTS)
def test_what_only_looks_like_a_call_is_text(text: str, cuts: list[int]) -> None:
    assert sifted(text, cuts) == (text, [])


def test_without_tools_no_call_is_looked_for() -> None:
    assert sifted(CALL, [5], offered=()) == (CALL, [])


def test_text_is_not_held_back_longer_than_needed() -> None:
    screen = Screen(("weather",))
    assert [screen.feed(piece) for piece in ("It", " is", " <b", ">sunny")] == [
        "It",
        " is",
        " <b",
        ">sunny",
    ]


def test_many_empty_thoughts_are_no_trouble() -> None:
    assert sifted("<think></think>" * 5_000 + "Yes", [])[0] == "Yes"
