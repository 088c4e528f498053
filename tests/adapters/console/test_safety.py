"""Safety of the terminal: nothing is obeyed, nothing secret is shown whole."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from adapters.console.safety import OPEN, WINDOW, Veil, inert
from bot.guard.masking import mask

KEY = "sk-proj-" + "a1b2c3d4" * 5


def veiled(*pieces: str) -> str:
    veil = Veil()
    return "".join([*(veil.feed(piece) for piece in pieces), veil.end()])


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


def test_a_secret_is_hidden_however_it_is_cut() -> None:
    text = f"The key is {KEY}, keep it."
    for cut in range(len(text)):
        shown = veiled(text[:cut], text[cut:])
        assert len(shown) == len(text)
        assert KEY[OPEN:] not in shown
        assert shown.endswith("•, keep it.")


def test_a_secret_that_grows_letter_by_letter_gives_no_more_than_its_beginning_away() -> None:
    veil, shown = Veil(), ""
    for letter in KEY:
        shown += veil.feed(letter)
        assert len(shown) <= OPEN
    assert set(veil.end()) == {"•"}


def test_a_word_is_shown_as_soon_as_it_ends_and_its_beginning_at_once() -> None:
    veil = Veil()
    assert veil.feed("Hello") == "Hell"
    assert veil.feed(" wor") == "o wor"
    assert veil.feed("ld") == "l"
    assert veil.feed("。中文字") == "d。中文字"


@given(st.lists(st.text(alphabet="ab .\n字", max_size=6)))
def test_what_is_no_secret_comes_through_whole(pieces: list[str]) -> None:
    assert veiled(*pieces) == "".join(pieces)


def test_a_long_answer_is_hidden_as_well_at_its_end_and_costs_no_more_than_its_window() -> None:
    veil, shown = Veil(), ""
    for number in range(3_000):
        shown += veil.feed(f"word {number} ")
    shown += veil.feed(KEY) + veil.end()
    assert KEY not in shown
    assert len(veil._text) <= 3 * WINDOW
    assert shown.startswith("word 0 word 1 ")


def test_the_veil_hides_what_the_mask_hides() -> None:
    text = f"password: 'hunter2hunter2' and {KEY}\n"
    hidden = mask(text)
    assert veiled(*text)[-10:] == hidden[-10:]
