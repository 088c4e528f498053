"""The screen: lines, a passing status, and a reader that goes or pauses."""

from __future__ import annotations

import asyncio
import os
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console.screen import Screen, fitting


class Reader:
    """Both ends of two pipes: the output, and what stands beside it."""

    def __init__(self) -> None:
        self._ends = [*os.pipe(), *os.pipe()]
        self.screen = Screen(self._ends[1], {"TERM": "xterm"}, aside=self._ends[3])

    def out(self) -> str:
        return os.read(self._ends[0], 65536).decode()

    def beside(self) -> str:
        return os.read(self._ends[2], 65536).decode()

    def leave(self) -> None:
        os.close(self._ends[0])
        self._ends[0] = -1

    def close(self) -> None:
        for end in self._ends:
            if end >= 0:
                os.close(end)


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


async def test_a_pipe_gets_the_answer_and_nothing_else(reader: Reader) -> None:
    screen = reader.screen
    assert not screen.is_terminal
    assert not screen.has_colours
    screen.status("Thinking…")
    screen.say("An ans")
    screen.remark("a remark")
    screen.say("wer")
    screen.end_line()
    screen.end_line()
    await screen.flush()
    assert reader.out() == "An answer\n"
    assert reader.beside() == "a remark\n"


async def test_a_reader_that_has_gone_is_noticed(reader: Reader) -> None:
    reader.leave()
    reader.screen.say("text")
    await reader.screen.flush()
    assert reader.screen.is_broken


async def test_a_reader_that_pauses_does_not_hold_up_the_loop(reader: Reader) -> None:
    reader.screen.say("x" * 200_000)  # more than a pipe holds
    flushing = asyncio.create_task(reader.screen.flush())
    await asyncio.sleep(0.05)
    assert not flushing.done()
    read = ""
    while len(read) < 200_000:
        read += await asyncio.to_thread(reader.out)
    await flushing


@given(st.text(max_size=60), st.integers(2, 40))
def test_a_status_fits_into_its_line(text: str, columns: int) -> None:
    fitted = fitting(text, columns)
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in fitted)
    assert width <= columns
    assert "\n" not in fitted
    if fitted != " ".join(text.split()):
        assert fitted.endswith("…")
