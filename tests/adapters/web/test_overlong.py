"""An answer that is longer than a page shows: nothing is lost, and no line is cut in two."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.web.overlong import LONGEST, as_files, beginning
from bot.store.files import LARGEST


def test_what_fits_is_shown_as_it_is_and_needs_no_file() -> None:
    text = "x" * LONGEST
    assert beginning(text) == text
    assert list(as_files(text)) == []


@given(st.lists(st.sampled_from(["a" * 50_000, "é" * 9_999, "你 " * 7_000, "\n"]), max_size=60))
def test_files_hold_all_of_it_and_each_fits_the_store(pieces: list[str]) -> None:
    text = "".join(pieces)
    files = list(as_files(text))
    if len(text) <= LONGEST:
        assert files == []
        return
    assert b"".join(file.content for file in files).decode() == text
    for file in files:
        assert 0 < len(file.content) <= LARGEST
        file.content.decode()  # no character is cut in two
    assert len({file.name for file in files}) == len(files)
    shown = beginning(text)
    assert text.startswith(shown)
    assert len(shown) <= LONGEST


def test_an_endless_line_is_cut_at_a_word() -> None:
    assert not beginning("word " * LONGEST).rstrip().endswith("wor")
    assert len(beginning("x" * LONGEST * 2)) == LONGEST
