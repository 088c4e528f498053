"""What is appended to a stream, whatever the model says in whatever pieces."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.pacing import Pager
from adapters.slack import render
from adapters.slack.limits import TEXT_BYTES
from adapters.slack.native.deltas import FULL, Told, written
from tests.adapters.slack.spice import SPICE
from tests.servers.slack.render import notified


class Shown:
    """What Slack shows of an answer: parts that grow by appends, else are written over."""

    def __init__(self, limit: int = TEXT_BYTES) -> None:
        self.pager = Pager(limit, render.measure)
        self.limit = limit
        self.told: dict[int, Told] = {}
        self.texts: dict[int, str] = {}
        self.repaired: set[int] = set()

    def grow(self, text: str) -> None:
        self.pager.feed(text)
        self._show([part.text for part in self.pager.parts()], last=False)

    def end(self) -> list[str]:
        self._show([part.text for part in self.pager.parts(final=True)], last=True)
        return [self.texts[index] for index in sorted(self.texts)]

    def _show(self, parts: list[str], *, last: bool) -> None:
        for index, markdown in enumerate(parts):
            if index < len(parts) - 2 and index + 1 in self.told:
                continue  # it was closed before
            told = self.told.setdefault(index, Told())
            if index in self.repaired:
                self.texts[index] = written(markdown)
                continue
            growing = index == len(parts) - 1 and not last
            fill = render.measure(markdown) / self.limit
            delta = told.further(markdown, fill) if growing else told.rest(markdown)
            if delta is None:
                self.repaired.add(index)
                self.texts[index] = written(markdown)
            else:
                told.add(delta, [])
                self.texts[index] = told.text
            assert notified(self.texts[index], [], markdown=False, spoken=False) == set()


def pages(text: str, limit: int = TEXT_BYTES) -> list[str]:
    pager = Pager(limit, render.measure)
    pager.feed(text)
    return [written(part.text) for part in pager.parts(final=True)]


_PIECES = st.lists(
    SPICE | st.sampled_from([" ", "\n", "\n\n"]) | st.text(max_size=12), max_size=120
)


@settings(max_examples=300, deadline=None)
@given(_PIECES, st.integers(256, 700))
def test_what_stands_at_the_end_is_the_whole_text_and_nothing_ever_pings(
    pieces: list[str], limit: int
) -> None:
    shown = Shown(limit)
    for piece in pieces:
        shown.grow(piece)
    assert shown.end() == pages("".join(pieces), limit)


@settings(max_examples=60, deadline=None)
@given(st.lists(SPICE, max_size=40).map(" ".join), st.data())
def test_a_mention_cut_anywhere_pings_nobody(text: str, data: st.DataObject) -> None:
    shown = Shown()
    while text:
        size = data.draw(st.integers(1, 6))
        shown.grow(text[:size])
        text = text[size:]
    shown.end()


def _prose(size: int) -> str:
    chance, said, length, number = random.Random(3), [], 0, 0
    while length < size:
        words = [f"w{number + step}" for step in range(chance.randrange(20, 120))]
        number += len(words)
        kind = chance.choice(["prose", "list", "code", "table"])
        if kind == "code":
            part = "```python\n" + "\n".join(words) + "\n```"
        elif kind == "list":
            part = "\n".join(f"- **{word}** is `{word}`" for word in words)
        elif kind == "table":
            part = "| a | b |\n|---|---|\n" + "\n".join(f"| {word} | x |" for word in words)
        else:
            part = " ".join(words) + "!"
        said.append(part)
        length += len(part)
    return "\n\n".join(said)


@pytest.mark.parametrize("step", [45, 150])
def test_an_answer_as_models_write_them_needs_repair_in_few_of_its_parts(step: int) -> None:
    text, shown = _prose(14_000), Shown()
    for at in range(0, len(text), step):
        shown.grow(text[at : at + step])
    parts = shown.end()
    assert parts == pages(text)
    assert len(shown.repaired) <= len(parts) // 2


def test_the_first_word_is_told_at_once() -> None:
    assert Told().further("Hello", 0.0) == "Hello"


def test_a_part_that_is_nearly_full_grows_by_whole_blocks() -> None:
    text = "One paragraph.\n\nAnother one that is not at its"
    assert Told().further(text, FULL - 0.1) == text
    assert Told().further(f"{text[:14]}\n\n{text[16:24]}", FULL) == "One paragraph."


def test_a_text_that_was_taken_back_is_not_appended_to() -> None:
    told = Told()
    told.add("The wrong", [])
    assert told.further("The right", 0.0) is None
    assert told.rest("The right") is None
    assert told.further("The wr", 0.0) == ""
    assert told.rest("The wrong end") == " end"


def test_a_secret_never_reaches_a_stream() -> None:
    secret = "sk-" + "a1b2c3d4" * 5
    told = Told()
    delta = told.further(f"the key {secret} is", 0.0)
    assert delta is not None
    assert secret not in delta
    assert "•" in delta
