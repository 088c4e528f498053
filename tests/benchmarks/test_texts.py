"""The judge of long answers sees every word that is lost, doubled or out of place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.texts import Judgement, judge, long_text

SOURCE = "w0 w1\n\n- w2\n- w3\n\n```python\nw4\n```\n\n| name | value |\n|---|---|\n| w5 | w6 |\n"


@given(size=st.integers(1, 5_000), seed=st.integers(0, 1_000))
def test_a_long_text_has_its_size_and_every_number_once(size: int, seed: int) -> None:
    text = long_text(size, seed)
    assert size <= len(text) < size + 2_500
    numbers = [int(number) for number in re.findall(r"w(\d+)", text)]
    assert numbers == list(range(len(numbers)))
    assert judge(text, text).flawless


def test_a_long_text_has_prose_lists_code_and_tables() -> None:
    text = long_text(100_000)
    for mark in ("\n- w", "```python\nw", "| name | value |\n|---|---|\n| w"):
        assert mark in text


@pytest.mark.parametrize(
    ("shown", "judgement"),
    [
        ("w0 w1 • w2 • w3 w4 name | value w5 | w6", Judgement(7, 0, 0, 0)),
        ("w0 w1 w2 w3 name value w5 name value w6", Judgement(7, 1, 0, 0)),
        ("w0 w1 w1 w2 w3 w4 w5 w6", Judgement(7, 0, 1, 0)),
        ("w1 w0 w2 w3 w4 w5 w6", Judgement(7, 0, 0, 1)),
        ("", Judgement(7, 7, 0, 0)),
    ],
    ids=["whole, with a table's head twice", "lost", "doubled", "out of place", "nothing"],
)
def test_what_became_of_a_text_is_counted(shown: str, judgement: Judgement) -> None:
    assert judge(SOURCE, shown) == judgement
    assert judgement.flawless == (judgement == Judgement(7, 0, 0, 0))


@given(st.data())
def test_any_lost_word_is_noticed(data: st.DataObject) -> None:
    words = [f"w{number}" for number in range(30)]
    lost = data.draw(st.sets(st.sampled_from(words), min_size=1))
    judgement = judge(" ".join(words), " ".join(word for word in words if word not in lost))
    assert (judgement.missing, judgement.doubled, judgement.misplaced) == (len(lost), 0, 0)
    assert judgement.share == pytest.approx(1 - len(lost) / 30)
