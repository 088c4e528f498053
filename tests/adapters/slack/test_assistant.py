"""The pane: titles without a model, prompts that fit, and which channel is open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.assistant import LONGEST_TITLE, Assistant, Pane, prompts, title
from adapters.slack.tongues import Tongues
from bot.events import Author, Message, Place, ThreadRef
from tests.adapters.slack.parts import Memory, book_of, notes_of, nowhere

PANE = {
    "type": "assistant_thread_started",
    "assistant_thread": {
        "user_id": "U1",
        "channel_id": "D1",
        "thread_ts": "1700000000.000100",
        "context": {"channel_id": "C7", "team_id": "T1"},
    },
}
NEWER = {
    "type": "app_context_changed",
    "channel": "D1",
    "user": "U1",
    "context": {
        "entities": [
            {"type": "slack#/types/canvas_id", "value": "F1"},
            {"type": "slack#/types/channel_id", "value": "C8", "team_id": "T1"},
        ]
    },
}


def assistant() -> Assistant:
    memory = Memory()
    return Assistant(notes_of(memory), Tongues(book_of(memory)))


def direct(thread: str = "") -> Message:
    where = ThreadRef("slack", "T1", "D1", thread)
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
    assert opened == Pane(ThreadRef("slack", "T1", "D1", "1700000000.000100"), "U1", "C7")
    assert await made.looking_at({}, direct("1700000000.000100")) == "C7"
    assert await made.looking_at({}, direct()) == ""
    await made.opened(NEWER, nowhere())
    assert await made.looking_at({}, direct()) == "C8"
    assert await made.looking_at({}, direct("1700000099.000100")) == "C8"


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
