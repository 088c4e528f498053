"""Blanking keeps every place, and takes no longer than the text is long."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.review.reading.lexing import read
from tests.bounds import bounded

LANGUAGES = ["python", "javascript", "go", "shell", "sql", "php", "yaml", "c", ""]
LETTERS = st.text("ab \n\"'`#/*-\\=([{}])$", max_size=80)


@given(LETTERS, st.sampled_from(LANGUAGES))
@example("`\n", "javascript")  # a template literal that never ends
def test_places_stay(text: str, language: str) -> None:
    code = read(text, language)
    for said in (code.code, code.bare):
        assert len(said) == len(text)
        assert said.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("language", "text", "code", "bare"),
    [
        ("python", "x = 'a' # b", "x = 'a'    ", "x = ' '    "),
        ("python", 'f"""a\n# b"""', 'f"""a\n# b"""', 'f"   \n     "'),
        ("javascript", "a = /'/ // b", "a = /'/     ", "a =         "),
        ("javascript", "`a ${b}`/*c*/", "`a ${b}`     ", "`      `     "),
        ("sql", "SELECT 'it''s' -- x", "SELECT 'it''s'     ", "SELECT '  '' '     "),
        ("shell", "echo $# # b", "echo $#    ", "echo $#    "),
    ],
)
def test_comments_and_strings_are_blanked(language: str, text: str, code: str, bare: str) -> None:
    assert (read(text, language).code, read(text, language).bare) == (code, bare)


@pytest.mark.parametrize("unit", ['"', "'", "`", "/*", '"""', "=/[", "\\", "#", "--", "$("])
@pytest.mark.parametrize("language", ["python", "javascript", "shell", "sql"])
def test_hostile_text_costs_no_more_than_its_length(unit: str, language: str) -> None:
    with bounded(2):
        read(unit * (200_000 // len(unit)), language)
