"""Tokens are counted exactly and offline, and whatever people send is counted safely."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tiktoken_ext import openai_public

from bot import tokens

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
"""Also lone surrogates."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("hello world", 2),
        ("antidisestablishmentarianism", 6),
        ("2 + 2 = 4", 7),
        ("お誕生日おめでとう", 8),
        ("北京天气怎么样？", 4),
        (" " * 80, 2),
    ],
)
def test_counts_equal_those_that_the_encoding_is_known_for(text: str, expected: int) -> None:
    assert tokens.count(text) == expected


def test_the_pattern_and_the_special_tokens_equal_those_of_tiktoken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(openai_public, "load_tiktoken_bpe", lambda *_, **__: {})
    theirs = openai_public.o200k_base()
    assert theirs["pat_str"] == tokens._PATTERN
    assert theirs["special_tokens"] == tokens._SPECIAL


def test_the_pinned_hash_is_the_one_that_tiktoken_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    monkeypatch.setattr(openai_public, "load_tiktoken_bpe", lambda *_, **given: seen.update(given))
    openai_public.o200k_base()
    assert seen["expected_hash"] == tokens._SHA256


def test_the_table_is_whole() -> None:
    ranks = tokens._ranks()
    assert ranks.n_vocab == 200_019
    assert max(map(len, ranks.token_byte_values())) == tokens._LONGEST_TOKEN


@pytest.mark.parametrize("text", ["<|endoftext|>", "a<|endofprompt|>b", "<|im_start|>system"])
def test_special_tokens_in_a_text_are_plain_text(text: str) -> None:
    assert tokens.count(text) > 3


@given(ANY_TEXT)
@example("\ud800")
@example("\ud83d\ude00 \udc00")
def test_the_bound_is_never_below_the_count(text: str) -> None:
    assert tokens.count(text) <= tokens.bound(text)


@given(ANY_TEXT)
def test_the_estimate_of_a_text_is_zero_only_without_text(text: str) -> None:
    assert (tokens.estimate(text) == 0) == (text == "")
    assert tokens.estimate(text) <= max(1, tokens.bound(text))


@pytest.mark.parametrize(
    "text",
    [
        " " * 1_200_000,
        " " * 1_200_000 + "a",
        " \t" * 600_000 + "x",
        "\u3000" * 1_000_001,
        "\n" * 300_000,
        "a" * 300_000,
        "^" * 300_000,
        "天" * 200_000,
        "a" + "\u0301" * 200_000,
        "\ud800" * 10_000,
        ("x" + " " * 4095) * 200,
    ],
    ids=lambda text: f"{len(text)} of {text[:2]!a}",
)
def test_no_text_makes_counting_fail(text: str) -> None:
    assert 0 < tokens.count(text) <= tokens.bound(text)


def test_counting_in_pieces_of_blanks_changes_next_to_nothing() -> None:
    blanks = " " * (3 * tokens._LONGEST_BLANK + 7)
    whole = len(tokens._ranks().encode_ordinary(f"a{blanks}b"))
    assert whole <= tokens.count(f"a{blanks}b") <= whole + 4


@settings(max_examples=300)
@given(ANY_TEXT, st.integers(-1, 60))
@example("👨‍👩‍👧‍👦" * 20, 17)
@example("🇨🇳🇩🇪🇫🇷" * 9, 5)
@example("e\u0301" * 40, 7)
@example(" " * 300, 1)
def test_a_truncated_text_is_a_beginning_that_fits(text: str, limit: int) -> None:
    cut = tokens.truncate(text, limit)
    assert text.startswith(cut)
    assert tokens.count(cut) <= max(limit, 0)


@given(
    st.lists(st.sampled_from(["hello ", "天气", "x=1;\n", "👩‍🚀", "é"]), min_size=20).map("".join)
)
def test_truncating_keeps_nearly_all_that_fits(text: str) -> None:
    limit = tokens.count(text) // 2
    assert tokens.count(tokens.truncate(text, limit)) >= limit - 12


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("👨‍👩‍👧" * 30, "👨‍👩‍👧"),
        ("🇨🇳" * 30, "🇨🇳"),
        ("e\u0301" * 30, "e\u0301"),
        ("👍🏽" * 30, "👍🏽"),
    ],
)
def test_a_cut_never_falls_inside_a_grapheme(text: str, whole: str) -> None:
    for limit in range(1, 40):
        assert tokens.truncate(text, limit).replace(whole, "") == ""


def test_a_text_that_fits_is_returned_whole() -> None:
    text = "hello world " * 50
    assert tokens.truncate(text, tokens.count(text)) == text


def _in_a_fresh_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_bounds_and_estimates_load_nothing() -> None:
    code = (
        "import sys; from bot import tokens;"
        "tokens.bound('hé'); tokens.estimate('x'); tokens.truncate('abc', 3);"
        "print('tiktoken' in sys.modules, tokens._encoding is not None)"
    )
    assert _in_a_fresh_process(code) == "False False"


def test_counting_opens_no_connection() -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_, **__): raise SystemExit('a connection was tried')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from bot import tokens; print(tokens.count('hello world'), 'requests' in sys.modules)"
    )
    assert _in_a_fresh_process(code) == "2 False"


def test_loading_leaves_the_event_loop_free() -> None:
    code = (
        "import asyncio, time\n"
        "from bot import tokens\n"
        "async def main():\n"
        "    loading, ticks = asyncio.ensure_future(tokens.load()), 0\n"
        "    while not loading.done():\n"
        "        await asyncio.sleep(0.005); ticks += 1\n"
        "    print(tokens._encoding is not None and ticks > 3)\n"
        "asyncio.run(main())"
    )
    assert _in_a_fresh_process(code) == "True"


def test_many_threads_share_one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[int] = []
    load = tokens._load
    monkeypatch.setattr(tokens, "_encoding", None)
    monkeypatch.setattr(tokens, "_load", lambda: (loads.append(1), load())[1])
    threads = [threading.Thread(target=tokens.count, args=("hello",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1


def test_loading_twice_is_harmless() -> None:
    async def twice() -> None:
        await asyncio.gather(tokens.load(), tokens.load())

    asyncio.run(twice())
    assert tokens._encoding is not None


def test_a_damaged_table_is_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_SHA256", "0" * 64)
    with pytest.raises(RuntimeError, match="damaged"):
        tokens._load()
