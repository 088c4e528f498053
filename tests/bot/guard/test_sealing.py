"""What is sealed opens only with a key of the operator's, for its purpose, and unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard.sealing import CannotOpen, Sealer

OLD, NEW, STRANGE = (bytes([n]) * 32 for n in (1, 2, 3))


@given(st.text().filter(lambda text: text.isprintable()), st.text(st.characters(codec="utf-8")))
def test_what_is_sealed_can_be_opened(text: str, purpose: str) -> None:
    sealer = Sealer([OLD])
    sealed = sealer.seal(text, purpose)
    assert sealer.open(sealed, purpose) == text
    assert sealed.isascii()
    assert len(text) < 4 or text not in sealed


def test_the_same_text_never_looks_the_same() -> None:
    sealer = Sealer([OLD])
    assert len({sealer.seal("token", "slack/T1") for _ in range(50)}) == 50


@pytest.mark.parametrize(("keys", "purpose"), [([STRANGE], "slack/T1"), ([OLD], "slack/T2")])
def test_another_key_and_another_purpose_open_nothing(keys: list[bytes], purpose: str) -> None:
    sealed = Sealer([OLD]).seal("token", "slack/T1")
    with pytest.raises(CannotOpen):
        Sealer(keys).open(sealed, purpose)


@given(st.integers(0, 200), st.integers(1, 255))
def test_a_change_anywhere_is_noticed(place: int, change: int) -> None:
    sealer = Sealer([OLD])
    sealed = bytearray(sealer.seal("a token of some length", "slack/T1").encode())
    # Without the filling at the end, in which base64 says nothing.
    place %= len(sealed) - 4
    sealed[place] ^= change
    with pytest.raises(CannotOpen):
        sealer.open(sealed.decode("latin-1"), "slack/T1")


@given(st.text(max_size=100))
def test_what_was_never_sealed_is_not_opened(text: str) -> None:
    for sealed in (text, f"v1.{text}"):
        with pytest.raises(CannotOpen):
            Sealer([OLD]).open(sealed, "slack/T1")


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old = Sealer([OLD]).seal("token", "slack/T1")
    both = Sealer([NEW, OLD])
    assert both.open(old, "slack/T1") == "token"
    renewed = both.renewed(old, "slack/T1")
    assert renewed is not None
    assert Sealer([NEW]).open(renewed, "slack/T1") == "token"
    assert both.renewed(renewed, "slack/T1") is None
    with pytest.raises(CannotOpen):
        Sealer([NEW]).open(old, "slack/T1")
