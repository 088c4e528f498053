"""Remembered entries survive the store, across releases and whatever was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import turns
from bot.errors import MalformedValue, NewerVersion
from bot.turns import Entry, Excerpt, Step

TEXT = st.text(max_size=30)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
ENTRIES = st.builds(
    *(Entry, TEXT, st.sampled_from(["person", "bot"]), TEXT, st.integers(0, 2**53)),
    author_id=TEXT,
    author=TEXT,
    excerpts=st.lists(st.builds(Excerpt, TEXT, TEXT, TEXT), max_size=2).map(tuple),
    steps=st.lists(st.builds(Step, TEXT, TEXT, TEXT, TEXT, st.booleans()), max_size=2).map(tuple),
    asked_by=TEXTS,
    parts=TEXTS,
    mentions=TEXTS,
    overheard=st.booleans(),
)


@given(ENTRIES)
def test_what_was_written_reads_back_the_same(entry: Entry) -> None:
    assert turns.decode(turns.encode(entry)) == entry


@given(st.lists(st.sampled_from(["\ud83d", "\ude00", "\udc00"]) | TEXT, max_size=5).map("".join))
def test_halves_of_characters_never_break_an_entry(text: str) -> None:
    entry = Entry("1", "bot", text, 5, steps=(Step("1", "tool", "{}", text),))
    written = turns.encode(entry)
    written.encode()
    read = turns.decode(written)
    assert read.text == read.steps[0].result
    assert read.text == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def test_an_entry_of_a_newer_release_says_so() -> None:
    with pytest.raises(NewerVersion):
        turns.decode('{"v":7,"entry":{"form":"unheard of"}}')


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '{"v":1,"entry":{}}', '{"v":1,"entry":{"id":1}}', "[" * 99_999]
)
def test_what_does_not_fit_is_malformed(body: str) -> None:
    with pytest.raises(MalformedValue):
        turns.decode(body)


def test_the_form_on_disk_changes_only_with_its_version() -> None:
    entry = Entry("1", "person", "hi", 5, "ana", "Ana")
    assert turns.encode(entry) == (
        '{"v":1,"entry":{"id":"1","role":"person","text":"hi","at":5,"author_id":"ana",'
        '"author":"Ana"}}'
    )
