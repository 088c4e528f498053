"""Safety of the terminal: nothing that a model writes is obeyed."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from adapters.console.safety import inert


def test_escapes_and_other_controls_become_pictures() -> None:
    assert inert("\x1b]52;c;aGk=\x07\x00\x7f") == "␛]52;c;aGk=␇␀␡"
    assert inert("\x9b31m") == "\ufffd31m"


def test_a_text_can_neither_write_over_itself_nor_turn_around() -> None:
    assert inert("safe\rrm -rf\r\nnext") == "saferm -rf\nnext"
    assert inert("a\u202eb\u2066c") == "abc"


def test_line_breaks_tabs_and_every_script_stay() -> None:
    assert inert("a\tb\n字 é 👩‍💻 עברית") == "a\tb\n字 é 👩‍💻 עברית"


@given(st.text())
def test_no_control_character_gets_through(text: str) -> None:
    assert not [c for c in inert(text) if unicodedata.category(c) == "Cc" and c not in "\n\t"]
