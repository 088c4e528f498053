"""Texts of strangers as people see them: nothing hidden, nothing that steers a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.rendering.visible import inert, one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("access = True", "access = True"),
        ("第 1 行：完成", "第 1 行：完成"),
        ("a\u202eb", "a<U+202E>b"),
        ("\x1b[31mred\x1b[0m", "<U+001B>[31mred<U+001B>[0m"),
        ("a\u200bb\ufeff", "a<U+200B>b<U+FEFF>"),
        ("line\rover", "line<U+000D>over"),
        ("\u2028", "<U+2028>"),
        ("soft\u00adhyphen", "soft<U+00AD>hyphen"),
        ("\u3164", "<U+3164>"),
        ("👩\u200d💻 ✅ ❤\ufe0f", "👩\u200d💻 ✅ ❤\ufe0f"),
        ("tab\tand\nline", "tab\tand\nline"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_nothing_that_steers_is_left(text: str) -> None:
    for character in visible(text):
        if character not in "\n\t\u200d":
            assert unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp", "Cs")


def test_one_line_is_one_line_of_the_given_length() -> None:
    assert one_line("a\n b\t c") == "a b c"
    assert one_line("abcdef", 4) == "abc…"


@pytest.mark.parametrize(
    "line",
    [
        "::warning::z",
        "  \t::add-mask::x",
        "::Error file=a,line=1::y",
        "text ##[error]x",
        "##vso[task.setvariable variable=x]y",
        "###[warning]x",
    ],
)
def test_no_line_is_a_command_of_a_build(line: str) -> None:
    told = inert(f"first\n{line}\nlast")
    assert not any(each.lstrip().startswith("::") for each in told.split("\n"))
    assert "##[" not in told
    assert "##vso[" not in told
    assert told.replace(" ", "") == f"first\n{line}\nlast".replace(" ", "")


def test_code_that_only_looks_like_a_command_stays() -> None:
    for line in ("::std::move(x)", "a::warning::b", "## [link](x)", "#[derive(Debug)]"):
        assert inert(line) == line
