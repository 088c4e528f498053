"""The buttons under a reply: which stand there, within Slack's limits, and what they say."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.common.presses import ASKERS
from adapters.slack.surfaces.buttons import (
    AGAIN,
    FEEDBACK,
    LONGEST_VALUE,
    STOP,
    Tag,
    footer,
    offers_stop,
    tag_of,
)
from adapters.streaming import Stage
from bot.events import Author, Message, Place, Regenerate, ThreadRef
from bot.platform import Batch
from bot.wording import TEXTS
from tests.servers.slack import blockkit

TAG = Tag("1763640000.000100", "a" * 24, ("U1", "U2"))


def _elements(stage: Stage) -> list[dict[str, Any]]:
    return [e for block in footer(stage, TAG, str.upper) for e in block["elements"]]


@pytest.mark.parametrize(
    ("stage", "actions"),
    [
        (Stage.GROWING, [STOP]),
        (Stage.CLOSED, []),
        (Stage.ANSWERED, [FEEDBACK, AGAIN]),
        (Stage.FAILED, [AGAIN]),
    ],
)
def test_each_stage_offers_what_can_be_done(stage: Stage, actions: list[str]) -> None:
    assert [element["action_id"] for element in _elements(stage)] == actions


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("language", TEXTS)
def test_slack_takes_the_buttons_in_every_language(stage: Stage, language: str) -> None:
    blocks = footer(stage, TAG, lambda key: TEXTS[language][key])  # type: ignore[index]
    blockkit.check_message(copy.deepcopy(blocks))
    for element in (e for block in blocks for e in block["elements"]):
        for side in ("positive_button", "negative_button"):
            assert len(element.get(side, {}).get("accessibility_label", "")) <= 75


def test_a_button_says_what_a_click_needs() -> None:
    (stop,) = _elements(Stage.GROWING)
    assert Tag.read(stop["value"]) == TAG
    feedback, again = _elements(Stage.ANSWERED)
    assert Tag.read(again["value"]) == TAG
    thumbs = [Tag.read(feedback[side]["value"]) for side in ("positive_button", "negative_button")]
    assert [(thumb.key, thumb.value) for thumb in thumbs if thumb] == [(TAG.key, 1), (TAG.key, -1)]


@given(st.lists(st.text(max_size=40), max_size=200), st.text(max_size=40))
def test_a_value_is_never_too_long_and_reads_back(askers: list[str], thread: str) -> None:
    value = Tag(thread, "k" * 24, tuple(askers)).write()
    assert len(value) <= LONGEST_VALUE
    read = Tag.read(value)
    assert read is not None
    assert read.thread == thread
    assert read.askers == tuple(askers[: len(read.askers)])


@given(st.one_of(st.none(), st.text(), st.just('{"v":1}'), st.just('{"v":2,"t":"","k":""}'),
                 st.just('[1]'), st.just('{"v":1,"t":"1.1","k":"k","a":3}')))  # fmt: skip
def test_what_is_no_value_of_ours_is_none(value: object) -> None:
    assert Tag.read(value) is None


def test_who_asked_before_is_named_beside_who_wishes_for_it_again() -> None:
    thread = ThreadRef("slack", "T1", "C1", "1.1")
    wish = Regenerate(
        "1.2/k/3", thread, Author("U3", ""), "1.2", 5, Place(address={ASKERS: "U1 U3"})
    )
    assert tag_of(Batch(thread, (wish,)), "key") == Tag("1.1", "key", ("U3", "U1"))
    asked = [Message(f"1.{n}", thread, Author(f"U{n % 2}", ""), "x", n) for n in range(4)]
    assert tag_of(Batch(thread, tuple(asked)), "key").askers == ("U0", "U1")


def test_a_message_tells_whether_it_offers_to_stop_it() -> None:
    assert offers_stop(footer(Stage.GROWING, TAG, str))
    assert not offers_stop(footer(Stage.ANSWERED, TAG, str))
    assert not offers_stop(None)
    assert not offers_stop([None, {"type": "actions"}])
