"""The pane: titles without a model, prompts that fit, and which channel is open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.surfaces.assistant import LONGEST_TITLE, Assistant, Pane, prompts, title
from adapters.slack.surfaces.tongues import Tongues
from bot.events import Author, Message, Place, ThreadRef
from tests.adapters.slack.parts import Memory, book_of, notes_of, nowhere, recorded

PANE = recorded("pane_opened")["event"]
NEWER = recorded("agent_moved_on")["event"]


def assistant() -> Assistant:
    memory = Memory()
    return Assistant(notes_of(memory), Tongues(book_of(memory)))


def direct(thread: str = "") -> Message:
    where = ThreadRef("slack", "T1", "D0ALICE001", thread)
    return Message("5", where, Author("U1", ""), "hello", 5, place=Place(kind="direct"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is new?", "What is new?"),
        ("  \n\n What   is\tnew? \nAnd more", "What is new?"),
        ("```\ncode\n```", "code"),
        ("> \n# Heading", "# Heading"),
        ("", ""),
        ("\n\n", ""),
        (
            "please explain to me how the very long pipeline of our team, works",
            "please explain to me how the very long pipeline of our team…",
        ),
        ("字" * 80, "字" * LONGEST_TITLE + "…"),
    ],
)
def test_a_title_is_the_first_line_cut_between_words(text: str, expected: str) -> None:
    assert title(text) == expected


@given(st.text(max_size=300))
def test_any_question_has_a_short_title_of_one_line(text: str) -> None:
    made = title(text)
    assert len(made) <= LONGEST_TITLE + 1
    assert "\n" not in made


@pytest.mark.parametrize("locale", ["en", "zh-CN", "zh-TW"])
@pytest.mark.parametrize("channel", ["", "general", "x" * 80])
def test_there_are_four_prompts_at_most_and_one_fits_the_channel(locale: str, channel: str) -> None:
    made = prompts(locale, channel)
    assert len(made) == 4
    assert all(prompt["title"] and prompt["message"] for prompt in made)
    assert any(f"#{channel}" in prompt["message"] for prompt in made) is bool(channel)


async def test_what_is_open_is_known_to_the_messages_of_the_conversation() -> None:
    made = assistant()
    opened = await made.opened(PANE, nowhere())
    assert opened == Pane(
        ThreadRef("slack", "T1", "D0ALICE001", "1700000000.000100"), "U0ALICE001", "C0GENERAL1"
    )
    assert await made.looking_at({}, direct("1700000000.000100")) == "C0GENERAL1"
    assert await made.looking_at({}, direct()) == ""
    await made.opened(NEWER, nowhere())
    assert await made.looking_at({}, direct()) == "C0RANDOM01"
    assert await made.looking_at({}, direct("1700000099.000100")) == "C0RANDOM01"


async def test_a_conversation_that_moves_on_has_another_channel_beside_it() -> None:
    made = assistant()
    for name, channel in (("pane_opened", "C0GENERAL1"), ("pane_moved_on", "C0RANDOM01")):
        await made.opened(recorded(name)["event"], nowhere())
        assert await made.looking_at({}, direct("1700000000.000100")) == channel
    opened = await made.opened(recorded("agent_opened")["event"], nowhere())
    assert opened is not None
    assert (opened.thread.thread, opened.beside) == ("", "C0GENERAL1")
    asked = recorded("agent_asked")["event"]
    assert await made.looking_at(asked, direct()) == "C0PLANS001"


async def test_what_a_message_says_itself_is_newer_than_what_was_noted() -> None:
    made = assistant()
    await made.opened(NEWER, nowhere())
    entity = {"type": "slack#/types/channel_id", "value": "C9"}
    assert await made.looking_at({"app_context": {"entities": [entity]}}, direct()) == "C9"
    assert await made.looking_at({"app_context": {}}, direct()) == ""


async def test_in_a_channel_nobody_is_asked_what_is_open() -> None:
    memory = Memory()
    memory.away = True  # it would raise
    made = Assistant(notes_of(memory), Tongues(book_of(memory)))
    message = replace(direct(), place=Place(kind="channel"))
    assert await made.looking_at({}, message) == ""


@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_context_changed"},
        {"type": "assistant_thread_started", "assistant_thread": {}},
        {"type": "assistant_thread_started", "assistant_thread": "x"},
    ],
)
async def test_a_pane_that_is_nowhere_is_passed_over(event: dict[str, Any]) -> None:
    assert await assistant().opened(event, nowhere()) is None


@pytest.mark.parametrize("context", [None, {}, {"entities": None}, {"entities": ["x", {}]}, "x"])
async def test_a_strange_context_is_none(context: object) -> None:
    opened = await assistant().opened({**NEWER, "context": context}, nowhere())
    assert opened is not None
    assert opened.beside == ""
