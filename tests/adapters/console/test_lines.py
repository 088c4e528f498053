"""Lines from a pipe, and the lines kept for the next run."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.console.history import MOST, History
from adapters.console.lines import MOST_BYTES, PlainLines, TooLong


class Pipe:
    """A pipe with the lines that come out of it."""

    def __init__(self) -> None:
        self.read_end, self._write_end = os.pipe()
        self.asked = 0
        self.lines = PlainLines(self.read_end, self._ask)

    def _ask(self) -> None:
        self.asked += 1

    def put(self, data: bytes) -> None:
        os.write(self._write_end, data)

    def end(self) -> None:
        if self._write_end >= 0:
            os.close(self._write_end)
            self._write_end = -1


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.end()
    os.close(made.read_end)


async def test_lines_come_one_by_one_whatever_the_writes(pipe: Pipe) -> None:
    pipe.put(b"one\ntw")
    assert await pipe.lines.read() == "one"
    waiting = asyncio.create_task(pipe.lines.read())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    pipe.put(b"o\r\n\nlast")
    assert await waiting == "two"
    assert await pipe.lines.read() == ""
    pipe.end()
    assert await pipe.lines.read() == "last"
    with pytest.raises(EOFError):
        await pipe.lines.read()
    assert pipe.asked == 4, "asked only where a line had to be waited for"


async def test_what_is_no_utf_8_is_read_all_the_same(pipe: Pipe) -> None:
    pipe.put("caf\xe9 字\n".encode("latin-1", "replace") + "字\n".encode())
    assert await pipe.lines.read() == "caf\ufffd ?"
    assert await pipe.lines.read() == "字"


async def test_a_line_without_end_is_passed_over_within_bounds(pipe: Pipe) -> None:
    async def write() -> None:
        await asyncio.to_thread(pipe.put, b"x" * (MOST_BYTES * 3) + b"\nnext\n")

    writing = asyncio.create_task(write())
    with pytest.raises(TooLong):
        await pipe.lines.read()
    assert await pipe.lines.read() == "next"
    await writing


def test_lines_are_kept_privately_hidden_where_secret_and_in_bounds(tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    assert history.load() == []
    history.add("a question\nof two lines")
    history.add("my key is sk-proj-" + "a1b2c3d4" * 5)
    first, second = history.load()
    assert first == "a question of two lines"
    assert second.startswith("my key is •")
    assert stat.S_IMODE(os.stat(tmp_path / "history").st_mode) == 0o600
    for number in range(2 * MOST):
        history.add(f"line {number}")
    assert history.load() == [f"line {number}" for number in range(MOST, 2 * MOST)]
    assert len((tmp_path / "history").read_text().splitlines()) == MOST
    assert stat.S_IMODE(os.stat(tmp_path / "history").st_mode) == 0o600


def test_a_disk_that_cannot_be_written_costs_no_more_than_the_history(tmp_path: Path) -> None:
    history = History(tmp_path / "no such folder" / "history")
    history.add("a question")
    assert history.load() == []
