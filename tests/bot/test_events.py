"""Events survive the store: written, read back the same, and never a reason to fail."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import events
from bot.errors import MalformedValue, NewerVersion
from bot.events import (
    Attachment,
    Author,
    Command,
    Edit,
    Message,
    Place,
    Regenerate,
    Relevance,
    ThreadRef,
    TurnEvent,
)

TEXT = st.text(max_size=30)
TIME = st.integers(0, 2**53)
THREADS = st.builds(ThreadRef, TEXT, TEXT, TEXT, TEXT)
AUTHORS = st.builds(Author, TEXT, TEXT, TEXT, TEXT, st.booleans(), TEXT)
FILES = st.lists(st.builds(Attachment, TEXT, TEXT, TEXT, TIME, TEXT), max_size=3).map(tuple)
PLACES = st.builds(
    Place,
    st.sampled_from(["channel", "private", "direct", "group"]),
    *(TEXT, TEXT, st.booleans(), st.booleans()),
    st.dictionaries(TEXT, TEXT, max_size=3),
    st.lists(TEXT, max_size=3).map(tuple),
    looking_at=TEXT,
)
MESSAGES = st.builds(
    Message,
    *(TEXT, THREADS, AUTHORS, TEXT, TIME),
    relevance=st.sampled_from(Relevance),
    attachments=FILES,
    attachments_known=st.booleans(),
    starts_thread=st.booleans(),
    mentions=st.lists(TEXT, max_size=3).map(tuple),
    place=PLACES,
)
COMMANDS = st.builds(
    *(Command, TEXT, THREADS, AUTHORS, TEXT, TEXT, TIME),
    private=st.booleans(),
    attachments=FILES,
    place=PLACES,
)
REGENERATES = st.builds(Regenerate, TEXT, THREADS, AUTHORS, TEXT, TIME, place=PLACES)
EVENTS = st.one_of(MESSAGES, COMMANDS, REGENERATES)

PLAIN = Message("1", ThreadRef("slack", "T", "C", "1"), Author("ana", "Ana"), "hi", 5)
HALVES = st.sampled_from(["\ud83d", "\ude00", "\udc00", "\ud83d\ude00"])
ANY_TEXT = st.lists(HALVES | TEXT, max_size=5).map("".join)
"""With lone surrogates, which UTF-8 cannot carry."""


@given(EVENTS)
def test_what_was_written_reads_back_the_same(event: TurnEvent) -> None:
    assert events.decode(events.encode(event)) == event


@given(st.builds(Message, ANY_TEXT, THREADS, st.builds(Author, ANY_TEXT, ANY_TEXT), ANY_TEXT, TIME))
def test_halves_of_characters_never_break_an_event(event: Message) -> None:
    written = events.encode(event)
    written.encode()  # UTF-8 can carry it
    read = events.decode(written)
    assert (read.thread, read.at) == (event.thread, event.at)
    assert isinstance(read, Message)
    kept = event.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert read.text == kept


@given(st.builds(ThreadRef, ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT))
def test_every_thread_has_a_key_of_four_parts(thread: ThreadRef) -> None:
    assert thread.key.isascii()
    assert len(thread.key.split("/")) == 4


@given(THREADS)
def test_a_thread_is_read_back_from_its_key(thread: ThreadRef) -> None:
    assert ThreadRef.from_key(thread.key) == thread


def test_an_event_of_a_newer_release_says_so() -> None:
    with pytest.raises(NewerVersion, match="version 2"):
        events.decode('{"v":2,"kind":"telepathy","event":{"new":1}}')


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "null", "[]", '"text"', "\x00", '{"v":1}', '{"v":"one","kind":"message"}'),
        '{"v":1,"kind":"message","event":{}}',
        '{"v":1,"kind":"unheard","event":{}}',
        '{"v":1,"kind":"message","event":{"id":5}}',
        '{"v":1,"kind":"command","event":null}',
        "[" * 100_000,
    ],
)
def test_what_does_not_fit_is_malformed(body: str) -> None:
    with pytest.raises(MalformedValue):
        events.decode(body)


@given(
    st.recursive(st.none() | st.integers() | TEXT, lambda c: st.lists(c) | st.dictionaries(TEXT, c))
)
def test_whatever_stands_in_the_envelope_is_read_or_malformed(value: object) -> None:
    for kind in ("message", "command", "regenerate"):
        with pytest.raises(MalformedValue):
            events.decode(json.dumps({"v": 1, "kind": kind, "event": value}))


def test_a_malformed_event_is_named_without_its_text() -> None:
    body = events.encode(dataclasses.replace(PLAIN, text="a secret"))
    with pytest.raises(MalformedValue) as caught:
        events.decode(body.replace('"at":5', '"at":"a secret"'))
    assert "at" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_form_on_disk_changes_only_with_its_version() -> None:
    """What a running release has stored must be readable by the next one."""
    assert events.encode(PLAIN) == (
        '{"v":1,"kind":"message","event":{"id":"1","thread":{"platform":"slack","workspace":"T",'
        '"channel":"C","thread":"1"},"author":{"id":"ana","name":"Ana"},"text":"hi","at":5}}'
    )


def test_an_edit_replaces_the_text_and_known_files() -> None:
    file, other = Attachment("f", "a.txt"), Attachment("g", "b.txt")
    message = dataclasses.replace(PLAIN, attachments=(file,))
    edit = Edit("1", PLAIN.thread, "new", 9)
    assert events.edited(message, edit) == dataclasses.replace(message, text="new")
    with_files = dataclasses.replace(edit, attachments=(other,))
    assert events.edited(message, with_files).attachments == (other,)  # type: ignore[union-attr]
    again = Regenerate("2", PLAIN.thread, PLAIN.author, "1", 5)
    assert events.edited(again, edit) is again


def test_commands_and_requests_for_another_answer_stand_alone() -> None:
    assert not events.stands_alone(PLAIN)
    assert events.stands_alone(Regenerate("2", PLAIN.thread, PLAIN.author, "1", 5))
    assert events.stands_alone(Command("3", PLAIN.thread, PLAIN.author, "ask", "x", 5))


def test_a_question_with_an_address_of_its_own_is_answered_alone() -> None:
    assert events.stands_alone(
        dataclasses.replace(PLAIN, place=Place(address={"url": "https://x.example"}))
    )


def test_an_identity_is_the_kind_the_place_and_the_id() -> None:
    command = Command("1", PLAIN.thread, PLAIN.author, "ask", "x", 5)
    elsewhere = dataclasses.replace(PLAIN, thread=ThreadRef("slack", "T", "D", "1"))
    again = dataclasses.replace(PLAIN, text="redelivered")
    assert events.identity(PLAIN) == events.identity(again)
    assert len({events.identity(e) for e in (PLAIN, command, elsewhere)}) == 3
