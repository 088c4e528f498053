"""Secrets in text that grows: hidden wherever it is cut, and nothing else is held for long."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.guard.forms import RULES
from bot.guard.masking import MASK, mask
from bot.guard.veil import LONGEST_HELD, Veil

OPENAI = "sk-proj-" + "Ab1_" * 12
SECRETS = [
    OPENAI,
    "xoxb-123456789012-ABCDEFabcdef12",
    "ghp_" + "a1B2" * 9,
    "AKIAIOSFODNN7EXAMPLE",
    "AIza" + "Sy0-" * 8 + "abc",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    "123456789:AA" + "x7-_" * 8 + "y",
]
SENTENCES = [*(f"The key is {s} and that is it." for s in SECRETS)]
SENTENCES += [f'x="{s}"\n' for s in SECRETS]
ANNOUNCED = [
    ('password = "hunter2!x"', "hunter2!x"),
    ("DB_PASSWORD=correct-horse9 next", "correct-horse9"),
    ("postgres://ann:s3cretpw@db/x", "s3cretpw"),
    ("Authorization: Bearer abcdefghij0123456789abc", "abcdefghij0123456789abc"),
    ('api_key: "abcd1234efgh"', "abcd1234efgh"),
]
KEY = (
    "-----BEGIN RSA PRIVATE KEY-----\n"
    + "\n".join("MIIEpAIBAAKCAQEA7bq" + "Zx9/" * 11 for _ in range(25))
    + "\n-----END RSA PRIVATE KEY-----"
)


def shown(text: str, cuts: list[int], known: tuple[str, ...] = ()) -> str:
    veil = Veil(known)
    places = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    pieces = [text[a:b] for a, b in itertools.pairwise(places)]
    return "".join(veil.feed(piece) for piece in pieces) + veil.finish()


def leaked(text: str, secret: str, most: int = 15) -> bool:
    """Tell whether more of a secret than its harmless beginning can be read."""
    return any(secret[at : at + most + 1] in text for at in range(len(secret) - most))


@given(st.sampled_from(SENTENCES), st.lists(st.integers(0, 250), max_size=40))
@example(SENTENCES[0], list(range(250)))
def test_a_secret_is_hidden_wherever_it_is_cut(text: str, cuts: list[int]) -> None:
    veiled = shown(text, cuts)
    assert len(veiled) == len(text)
    assert MASK in veiled
    assert not any(leaked(veiled, secret) for secret in SECRETS)


@pytest.mark.parametrize(("text", "secret"), ANNOUNCED)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_what_is_announced_as_secret_is_hidden_whole(text: str, secret: str, size: int) -> None:
    veiled = shown(f"Use {text}\n", list(range(0, 300, size)))
    assert secret not in veiled
    assert not leaked(veiled, secret, 3)


@pytest.mark.parametrize("size", [1, 4, 7, 50, 64, 65, 10_000])
def test_a_private_key_is_hidden_over_all_its_lines(size: int) -> None:
    veiled = shown(f"Here:\n{KEY}\nDone.", list(range(0, len(KEY) + 50, size)))
    assert "BEGIN RSA PRIVATE KEY" in veiled
    assert veiled.endswith("Done.")
    assert not leaked(veiled, KEY[40:-40], 20)
    assert veiled.count("\n") == KEY.count("\n") + 2


@given(st.lists(st.integers(0, 120), max_size=30))
def test_the_processs_own_secrets_are_hidden_whatever_they_look_like(cuts: list[int]) -> None:
    known = ("open sesame, 芝麻", "abcdef")
    veiled = shown("say open sesame, 芝麻 and then abcdef, abx", cuts, known)
    assert not leaked(veiled, known[0], 3)
    assert not leaked(veiled, known[1], 3)
    assert veiled.startswith("say ")
    assert veiled.endswith(", abx")


@given(st.text(max_size=300), st.lists(st.integers(0, 300), max_size=20))
def test_length_and_lines_stay_and_plain_text_is_untouched(text: str, cuts: list[int]) -> None:
    veiled = shown(text, cuts)
    assert len(veiled) == len(text)
    if mask(text) == text:
        assert veiled == text


@pytest.mark.parametrize("first", ["Hello", "The", "Temperature", "北京今天", "1. ", "**Bold"])
def test_ordinary_beginnings_are_shown_at_once(first: str) -> None:
    assert Veil(("sk-own-secret-value",)).feed(first) == first


def test_a_long_line_without_blanks_is_not_held_for_ever() -> None:
    veil = Veil()
    for _ in range(200):
        veil.feed("abcdefghij" * 10)
    assert len(veil.finish()) <= LONGEST_HELD


EXAMPLES = {
    "gitlab_token": "glpat-",
    "stripe_key": "sk_live_",
    "discord_token": "M" * 16,
    "private_key": "PRIVATE KEY",
    "service_token": "a" * 16,
}
"""For the kinds whose hints alone say too little: what of them raises the alarm."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind}-{rule.hints[0]}")
def test_no_pattern_of_the_mask_escapes_the_quick_look(rule: Any) -> None:
    for hint in [EXAMPLES[rule.kind]] if rule.kind in EXAMPLES else rule.hints:
        assert not Veil()._is_harmless(hint)


def test_ordinary_text_takes_the_quick_way() -> None:
    veil = Veil(("xoxb-1",))
    assert all(
        veil._is_harmless(text) for text in ("Sunny,", " 25 °C in", " 北京。\n", "- **Wind**")
    )
