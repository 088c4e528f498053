"""Colouring Markdown: the same whatever the pieces, and never at the cost of a character."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console.render import MOST_HELD, Colours, paint

SGR = re.compile(r"\x1b\[[0-9;]*m")
MARKDOWN = st.text(alphabet="ab *`#~\\\n1字_&;", max_size=80)


def coloured(*pieces: str) -> str:
    colours = Colours()
    return "".join([*(colours.feed(piece) for piece in pieces), colours.end()])


def plain(text: str) -> str:
    return SGR.sub("", text)


def styles(text: str) -> list[tuple[str, str]]:
    """Return each visible character with its style."""
    found, style = [], ""
    for sgr, character in re.findall(r"\x1b\[([0-9;]*)m|(.)", text, re.DOTALL):
        if character:
            found.append((character, style if character != "\n" else ""))
        else:
            style = "" if sgr == "0" else sgr
    return found


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("plain text\n", "plain text\n"),
        ("a **bold word** here", "a \x1b[1mbold word\x1b[0m here"),
        ("这是**重点**内容", "这是\x1b[1m重点\x1b[0m内容"),
        ("`x = 1`", "\x1b[36mx = 1\x1b[0m"),
        ("``a ` b``", "\x1b[36ma ` b\x1b[0m"),
        ("**use `x`**", "\x1b[1muse \x1b[0m\x1b[1;36mx\x1b[0m"),
        ("## A title\n", "\x1b[1;35mA title\x1b[0m\n"),
        ("#channel", "#channel"),
        ("2**10 and a**b**c", "2**10 and a**b**c"),
        ("** not bold **", "** not bold **"),
        ("**/*.py", "**/*.py"),
        ("*italic* stays", "*italic* stays"),
        ("- item\n* item", "- item\n* item"),
        ("a lone ` stays", "a lone ` stays"),
        (r"\*\*literal\*\*", "**literal**"),
        (r"C:\new", r"C:\new"),
        ("`**code**`", "\x1b[36m**code**\x1b[0m"),
        ("AT&amp;T on &#64;f &lt;&copy;&#x4f60;&gt;", "AT&T on @f <©你>"),
        ("&#42;&#42;no marks&#42;&#42; & &nosuch; &amp", "**no marks** & &nosuch; &amp"),
        ("`&amp;`", "\x1b[36m&amp;\x1b[0m"),
        ("&#27;[31m &#x202e;back &#10;down", "[31m back  down"),
    ],
)
def test_headings_bold_words_and_code_are_coloured_and_nothing_else(
    markdown: str, shown: str
) -> None:
    assert coloured(markdown) == shown


def test_a_code_block_is_coloured_whole_and_its_marks_stay() -> None:
    block = "```python\n# no **heading**\n`x`\n``\n```\nafter **it**"
    lines = coloured(block).split("\n")
    assert [plain(line) for line in lines] == [*block.split("\n")[:-1], "after it"]
    assert lines[1] == paint("# no **heading**", "36")
    assert lines[2] == paint("`x`", "36")
    assert lines[5] == "after " + paint("it", "1")


def test_a_longer_fence_holds_shorter_ones() -> None:
    assert coloured("````\n```\n````\n# t").endswith(paint("t", "1;35"))


def test_a_mark_without_its_partner_is_text_and_is_not_waited_for_without_end() -> None:
    colours = Colours()
    assert colours.feed("**never closed") == ""
    shown = colours.feed("x" * MOST_HELD)
    assert shown == "**never closed" + "x" * MOST_HELD


def test_plain_text_is_shown_at_once() -> None:
    colours = Colours()
    assert colours.feed("Hel") == "Hel"
    assert colours.feed("lo wor") == "lo wor"


@given(MARKDOWN, st.lists(st.integers(0, 80), max_size=8))
def test_the_pieces_make_no_difference(text: str, cuts: list[int]) -> None:
    bounds = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
    pieces = [text[a:b] for a, b in pairwise(bounds)]
    assert styles(coloured(*pieces)) == styles(coloured(text))


@given(MARKDOWN)
def test_only_marks_disappear_and_no_style_reaches_the_next_line(text: str) -> None:
    shown = coloured(text)
    kept = re.sub(r"[*`#\\ ]", "", text)
    assert re.sub(r"[*`#\\ ]", "", plain(shown)) == kept
    for line in shown.split("\n"):
        opened = re.findall(r"\x1b\[([0-9;]*)m", line)
        assert not opened or opened[-1] == "0"
