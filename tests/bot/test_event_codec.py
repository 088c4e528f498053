"""Events survive the store: written, read back the same, and never a reason to fail."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import event_codec
from bot.errors import MalformedValue, NewerVersion
from bot.events import (
    Attachment,
    Author,
    Command,
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
    assert event_codec.decode(event_codec.encode(event)) == event


@given(st.builds(Message, ANY_TEXT, THREADS, st.builds(Author, ANY_TEXT, ANY_TEXT), ANY_TEXT, TIME))
def test_halves_of_characters_never_break_an_event(event: Message) -> None:
    written = event_codec.encode(event)
    written.encode()  # UTF-8 can carry it
    read = event_codec.decode(written)
    assert (read.thread, read.at) == (event.thread, event.at)
    assert isinstance(read, Message)
    kept = event.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert read.text == kept


def test_an_event_of_a_newer_release_says_so() -> None:
    with pytest.raises(NewerVersion, match="version 2"):
        event_codec.decode('{"v":2,"kind":"telepathy","event":{"new":1}}')


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
        event_codec.decode(body)


@given(
    st.recursive(st.none() | st.integers() | TEXT, lambda c: st.lists(c) | st.dictionaries(TEXT, c))
)
def test_whatever_stands_in_the_envelope_is_read_or_malformed(value: object) -> None:
    for kind in ("message", "command", "regenerate"):
        with pytest.raises(MalformedValue):
            event_codec.decode(json.dumps({"v": 1, "kind": kind, "event": value}))


def test_a_malformed_event_is_named_without_its_text() -> None:
    body = event_codec.encode(dataclasses.replace(PLAIN, text="a secret"))
    with pytest.raises(MalformedValue) as caught:
        event_codec.decode(body.replace('"at":5', '"at":"a secret"'))
    assert "at" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_form_on_disk_changes_only_with_its_version() -> None:
    """What a running release has stored must be readable by the next one."""
    assert event_codec.encode(PLAIN) == (
        '{"v":1,"kind":"message","event":{"id":"1","thread":{"platform":"slack","workspace":"T",'
        '"channel":"C","thread":"1"},"author":{"id":"ana","name":"Ana"},"text":"hi","at":5}}'
    )
