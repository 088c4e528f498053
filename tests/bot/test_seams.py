"""How pieces of an answer are joined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.seams import SHORTEST_OVERLAP, Continuation, Joint, Paragraph


def joined(joint: type[Joint], before: str, *pieces: str) -> str:
    made = joint(before)
    return before + "".join(made.feed(piece) for piece in pieces) + made.finish()


@pytest.mark.parametrize(
    ("before", "piece", "whole"),
    [
        ("", "Hello", "Hello"),
        ("", "\n\nHello", "Hello"),
        ("One.", "Two.", "One.\n\nTwo."),
        ("One.\n", "\nTwo.", "One.\n\nTwo."),
        ("One.\n\n", "Two.", "One.\n\nTwo."),
        ("One. ", "  indented", "One. \n\n  indented"),
    ],
)
def test_after_tools_a_paragraph_begins(before: str, piece: str, whole: str) -> None:
    assert joined(Paragraph, before, piece) == whole


def test_blanks_alone_begin_nothing() -> None:
    assert joined(Paragraph, "One.", "\n", " ", "") == "One."


@pytest.mark.parametrize(
    ("before", "pieces", "whole"),
    [
        ("The quick bro", ["wn fox"], "The quick brown fox"),
        ("The quick", [" brown"], "The quick brown"),
        (
            "It was a dark and stormy",
            ["a dark and", " stormy night"],
            "It was a dark and stormy night",
        ),
        ("ha ha ", ["ha ha"], "ha ha ha ha"),
        ("```py\nx = 1\n", ["```py\ny = 2\n```"], "```py\nx = 1\ny = 2\n```"),
        ("```py\nx = 1\n", ["```\nDone."], "```py\nx = 1\n```\nDone."),
        ("Text.\n", ["```py\nx\n```"], "Text.\n```py\nx\n```"),
    ],
)
def test_a_continuation_has_no_seam(before: str, pieces: list[str], whole: str) -> None:
    assert joined(Continuation, before, *pieces) == whole


def test_a_continuation_that_repeats_nothing_is_shown_at_once() -> None:
    made = Continuation("The quick bro")
    assert made.feed("wn") == "wn"


@given(st.text(max_size=400), st.lists(st.text(max_size=60), max_size=8))
def test_of_a_continuation_only_a_repetition_or_a_fence_is_dropped(
    before: str, pieces: list[str]
) -> None:
    whole, said = joined(Continuation, before, *pieces), "".join(pieces)
    assert whole.startswith(before)
    rest = whole[len(before) :]
    assert said.endswith(rest)
    dropped = said[: len(said) - len(rest)]
    assert not dropped or "```" in dropped or before.endswith(dropped)
    assert not dropped or "```" in dropped or len(dropped) >= SHORTEST_OVERLAP
