"""Server-sent events are decoded the same, however the network cuts them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.sse import Decoder, TooLarge

STREAM = (
    ": a comment\r\n\r\n"
    'data: {"a": "北京 🌞"}\n\n'
    "data:no space\r\r"
    "event: named\nid: 7\nretry: 10\ndata: with a name\r\n\r\n"
    "data: two\ndata: lines\n\n"
    "data\n\ndata:\n\n"
    "data: [DONE]\n\n"
).encode()
EVENTS = ['{"a": "北京 🌞"}', "no space", "with a name", "two\nlines", "", "[DONE]"]


def decoded(reads: list[bytes]) -> list[str]:
    decoder = Decoder()
    found = [event for read in reads for event in decoder.feed(read)]
    return [event.decode() for event in (*found, *decoder.finish())]


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(at % (len(stream) + 1) for at in places), len(stream)]
    return [stream[a:b] for a, b in itertools.pairwise(edges)]


def test_all_line_ends_comments_fields_and_missing_blanks_are_understood() -> None:
    assert decoded([STREAM]) == EVENTS


def test_the_events_are_the_same_byte_by_byte() -> None:
    assert decoded([STREAM[at : at + 1] for at in range(len(STREAM))]) == EVENTS


@given(st.lists(st.integers(0, 500), max_size=12))
def test_the_events_are_the_same_wherever_the_stream_is_cut(places: list[int]) -> None:
    assert decoded(cut(STREAM, places)) == EVENTS
    with_mark = b"\xef\xbb\xbf" + STREAM
    assert decoded(cut(with_mark, places)) == EVENTS


@given(
    st.lists(st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=20)),
    st.sampled_from(["\n", "\r", "\r\n"]),
    st.lists(st.integers(0, 500), max_size=8),
)
def test_any_data_comes_back(texts: list[str], end: str, places: list[int]) -> None:
    stream = "".join(f"data: {text}{end}{end}" for text in texts).encode()
    assert decoded(cut(stream, places)) == texts


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=5))
def test_no_bytes_make_it_fail(noise: bytes, places: list[int]) -> None:
    decoder = Decoder()
    for read in cut(noise, places):
        decoder.feed(read)
    decoder.finish()


def test_an_event_without_its_blank_line_is_given_out_at_the_end() -> None:
    assert decoded([b"data: last"]) == ["last"]
    assert decoded([b"data: last\n"]) == ["last"]


def test_an_event_of_many_reads_is_put_together() -> None:
    assert decoded([b"data: ", *([b"x" * 1000] * 500), b"\n\n"]) == ["x" * 500_000]


@pytest.mark.parametrize("read", [b"data: " + b"x" * 40, b"data: xxxxxxxxxx\n"])
def test_an_event_larger_than_the_limit_is_refused(read: bytes) -> None:
    decoder = Decoder(limit=30)

    def feed() -> None:
        for _ in range(10):
            decoder.feed(read)

    with pytest.raises(TooLarge):
        feed()
