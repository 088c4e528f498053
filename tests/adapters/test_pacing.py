"""Pacing: growing Markdown is cut into parts that fit, read well and lose nothing."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.pacing import SMALLEST_LIMIT, Pager, Part
from adapters.pacing.blocks import Kind, State, cells, step
from adapters.pacing.graphemes import is_boundary
from adapters.pacing.inline import read, trim_url
from adapters.pacing.tables import aligned, width

# -- what a stranger's reader sees: an independent, small reading of fences --------------------


_OPENER = re.compile(r"(?:[-+*]\s+|\d+[.)]\s+)?(`{3,20}(?=[^`]*$)|~{3,20}(?!~))")


def open_fence(markdown: str) -> str:
    """Return the marks of the fence that is left open at the end ('' when all are closed)."""
    marks, quotes, margin = "", 0, 0
    for line in markdown.split("\n"):
        if marks and not re.match(rf"(?:[ \t]{{0,3}}> ?){{{quotes}}}", line):
            marks = ""  # the quote around the fence is over, and the fence with it
        depth = f"{{{quotes}}}" if marks else "*"
        prefix = re.match(rf"(?:[ \t]{{0,3}}> ?){depth}", line)[0]
        inner = line[len(prefix) :].rstrip(" \t\r").expandtabs(4)
        bare = inner.lstrip(" ")
        if marks:
            near = len(inner) - len(bare) <= margin + 3
            if near and len(bare) >= len(marks) and set(bare) == {marks[0]}:
                marks = ""
        elif found := _OPENER.match(bare):
            marks, quotes = found[1], prefix.count(">")
            margin = len(inner) - len(bare) + found.start(1)
    return marks


def rebuilt(part: Part, source: str) -> str:
    """Apply a part's edits to its span of the source."""
    pieces, at = [], part.start
    for edit in part.edits:
        pieces += [source[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, source[at : part.end]])


def page(source: str, limit: int, *cuts: int) -> list[Part]:
    pager = Pager(limit)
    at = 0
    for cut in [*sorted(c % (len(source) + 1) for c in cuts), len(source)]:
        pager.feed(source[at:cut])
        at = cut
    return pager.parts(final=True)


# -- Markdown of all kinds -----------------------------------------------------------------------

_SCRAPS = st.text(alphabet="`~*_[]()|->#1.!& \n\\<:ab中，。é👩\u200d💻\u0301🇩🇪", max_size=60)
_WORDS = st.lists(
    st.sampled_from(
        [
            *("the", "weather", "in", "Beijing.", "is", "fine,", "北京今天晴，", "气温二十度。"),
            *(
                "**bold",
                "bold**",
                "*em*",
                "~~gone~~",
                "`code span`",
                "[label](https://a.example/x)",
            ),
            *(
                "https://b.example/path?q=1&r=2",
                "&amp;",
                "<@U123>",
                "👩‍💻",
                "snake_case_word",
                "\n",
            ),
        ]
    ),
    min_size=1,
    max_size=80,
).map(" ".join)
_FENCES = st.builds(
    lambda marks, info, lines, margin, closed: "\n".join(
        [
            f"{margin}{marks}{info}",
            *(margin + line for line in lines),
            *([margin + marks] if closed else []),
        ]
    ),
    st.sampled_from(["```", "~~~", "````", "~~~~~"]),
    st.sampled_from(["", "py", "python title=x"]),
    st.lists(
        st.sampled_from(["x = 1", "", "    return {}", "``", "{a:1,b:[2,3]}" * 40]), max_size=30
    ),
    st.sampled_from(["", "  ", "> ", "     "]),
    st.booleans(),
)
_TABLES = st.integers(1, 30).map(
    lambda rows: (
        "| city | °C |\n|:---|---:|\n"
        + "\n".join(f"| place number {row} | {row} |" for row in range(rows))
    )
)
_LISTS = st.lists(
    st.sampled_from(
        ["1. one", "1. again", "   1. nested", "- bullet", "  - inner", "      - deep"]
    ),
    max_size=40,
).map("\n".join)
_QUOTES = _WORDS.map(lambda text: "\n".join("> " + line for line in text.split("\n")))
_HUGE = st.sampled_from(["x" * 3000, "中" * 1500, " ".join(["word"] * 600), "| " + "cell | " * 400])
_DOCUMENTS = st.lists(
    st.one_of(_SCRAPS, _WORDS, _FENCES, _TABLES, _LISTS, _QUOTES, _HUGE, st.text(max_size=50)),
    max_size=8,
).map("\n\n".join)
_LIMITS = st.sampled_from([SMALLEST_LIMIT, 300, 999])


@settings(max_examples=300, deadline=None)
@given(_DOCUMENTS, _LIMITS, st.lists(st.integers(0), max_size=30))
@example("```\n" + "`" * 3000, 256, [])
@example("~~~\n" + "a" * 300 + "\n~~~\n" + "~" * 900, 256, [5])
@example("> " * 500 + "x", 256, [])
@example("\n" * 5000 + "x" + "\n" * 5000, 256, [])
def test_where_a_part_ends_does_not_depend_on_how_the_text_arrived(
    source: str, limit: int, cuts: list[int]
) -> None:
    assert page(source, limit, *cuts) == page(source, limit)


@settings(max_examples=300, deadline=None)
@given(_DOCUMENTS, _LIMITS)
@example("```\n" + "`" * 3000, 256)
@example("x" * 50_000, 2000)
@example("```json\n" + '{"a":[1,2,3]},' * 4000 + "\n```", 2000)
@example("a" + "\u0301" * 3000, 256)
def test_parts_fit_and_together_they_are_the_whole_text_once(source: str, limit: int) -> None:
    at = 0
    for part in page(source, limit):
        assert 0 < len(part.text) <= limit
        assert source[at : part.start].strip() == ""
        assert part.start < part.end
        assert part.text == rebuilt(part, source)
        at = part.end
    assert source[at:].strip() == ""


@settings(max_examples=300, deadline=None)
@given(_DOCUMENTS, _LIMITS)
def test_edits_take_away_only_margins_and_list_numbers(source: str, limit: int) -> None:
    for part in page(source, limit):
        for edit in part.edits:
            removed = source[edit.start : edit.end]
            assert removed.strip() == "" or (removed.isdigit() and edit.text.isdigit())


@settings(max_examples=300, deadline=None)
@given(_DOCUMENTS, _LIMITS)
def test_every_part_closes_the_fences_that_it_opens(source: str, limit: int) -> None:
    for part in page(source, limit):
        assert open_fence(part.text) == ""


@settings(max_examples=150, deadline=None)
@given(_DOCUMENTS, st.integers(1, 97))
def test_closed_parts_never_change_and_snapshots_fit_and_balance(source: str, size: int) -> None:
    pager = Pager(SMALLEST_LIMIT)
    closed: list[Part] = []
    for start in range(0, len(source), size):
        pager.feed(source[start : start + size])
        parts = pager.parts()
        assert parts[: len(closed)] == closed
        closed = parts[:-1]
        for part in parts:
            assert len(part.text) <= SMALLEST_LIMIT
            assert open_fence(part.text) == ""
    assert pager.parts(final=True)[: len(closed)] == closed


def test_the_work_grows_with_the_text_and_not_with_the_number_of_deltas() -> None:
    def measured(source: str, size: int) -> int:
        seen = 0

        def measure(text: str) -> int:
            nonlocal seen
            seen += len(text)
            return len(text)

        pager = Pager(2000, measure)
        for start in range(0, len(source), size):
            pager.feed(source[start : start + size])
        pager.parts(final=True)
        return seen

    text = "The quick brown fox jumps over the lazy dog. " * 1000
    assert measured(text, 3) == measured(text, len(text))
    assert measured(text * 4, 3) <= 4.2 * measured(text, 3)
    assert measured(text, 3) <= 60 * len(text)


def test_a_hundred_thousand_characters_lose_nothing() -> None:
    source = "\n\n".join(f"Paragraph {n}: " + "lorem ipsum dolor " * 30 for n in range(190))
    parts = page(source, 3900)
    assert "\n".join(p.text for p in parts).split() == source.split()
    assert len(parts) <= len(source) / 3900 * 1.25


# -- where it is cut -----------------------------------------------------------------------------


def test_a_paragraph_ends_a_part_before_a_line_a_sentence_or_a_word_does() -> None:
    first, second = "One sentence here. " * 12, "Another one there. " * 12
    assert [p.text for p in page(f"{first}\n\n{second}", 300)] == [first.strip(), second.strip()]


def test_a_long_paragraph_is_cut_behind_a_sentence() -> None:
    parts = page("This is one short sentence of many. " * 40, 300)
    assert all(part.text.endswith("many.") for part in parts)


def test_chinese_is_cut_behind_a_sentence_too() -> None:
    assert all(p.text.endswith("。") for p in page("今天北京天气晴朗，气温二十度。" * 60, 300))


def test_a_heading_stays_with_what_follows_it() -> None:
    source = "word " * 45 + "\n\n## Heading\n\n" + "text " * 40
    assert page(source, 256)[1].text.startswith("## Heading")


def test_a_link_and_a_code_span_are_never_cut() -> None:
    token = "[a label of several words](https://a.example/some/long/path) `a code span`"
    for part in page(" ".join([token] * 40), 256):
        assert part.text.count("[a label of several words](https://a.example/some/long/path)") == (
            part.text.count("a.example")
        )
        assert part.text.count("`") % 2 == 0


def test_a_character_made_of_several_is_never_torn() -> None:
    family, flag, accent, hangul = "👩\u200d👩\u200d👧", "🇩🇪", "e\u0301", "\u1100\u1161\u11a8"
    for cluster in (family, flag, accent, hangul, "\u0915\u094d\u0937", "👍🏽", "☝️"):
        for part in page(cluster * 500, 301):
            assert part.text == cluster * (len(part.text) // len(cluster))


def test_a_long_token_moves_whole_to_the_next_part_when_it_fits_there() -> None:
    parts = page("word " * 20 + "x" * 250 + " end", 300)
    assert [len(part.text) for part in parts] == [99, 254]


# -- what is closed and opened again ---------------------------------------------------------------


def test_a_fence_is_opened_again_with_its_language_and_marks() -> None:
    source = "~~~~python\n" + "print('a line')\n" * 60 + "~~~~\nend"
    parts = page(source, 300)
    assert len(parts) > 3
    for part in parts[:-1]:
        assert part.text.startswith("~~~~python\nprint")
        assert part.text.endswith("\n~~~~")
    assert parts[-1].text.endswith("~~~~\nend")


def test_no_part_holds_an_empty_fence() -> None:
    for lines in range(10, 60):
        source = "intro\n\n```\n" + "0123456789\n" * lines + "```\n"
        assert all("0123456789" in part.text for part in page(source, 256))


def test_a_fence_inside_a_quote_keeps_its_quote_marks() -> None:
    parts = page("> ```js\n" + "> let x = 1;\n" * 60 + "> ```", 300)
    for part in parts:
        assert part.text.startswith("> ```js\n> let")
        assert part.text.endswith("\n> ```")


def test_a_fence_deep_in_a_list_opens_a_part_without_becoming_indented_code() -> None:
    parts = page("10. item\n\n      ```\n" + "      code here\n" * 60 + "      ```\n", 300)
    assert parts[1].text.startswith("   ```\n   code here\n   code here")
    assert parts[1].text.endswith("   ```")


def test_a_table_repeats_its_header() -> None:
    rows = [f"| city {n} | {n} |" for n in range(60)]
    parts = page("| name | °C |\n|---|--:|\n" + "\n".join(rows), 300)
    assert all(part.text.startswith("| name | °C |\n|---|--:|\n| city") for part in parts)
    shown = [line for part in parts for line in part.text.split("\n")[2:]]
    assert shown == rows


def test_a_huge_table_row_goes_on_in_its_own_column() -> None:
    parts = page("| a | b |\n|---|---|\n| x | " + "long text " * 80 + "|\n| y | z |", 300)
    assert parts[1].text.startswith("| a | b |\n|---|---|\n| | long text")
    assert all(part.text.rstrip().endswith("|") for part in parts)


def test_a_lazily_numbered_list_counts_on_in_the_next_part() -> None:
    source = "\n".join(f"1. item of the list {'abc'[n % 3]}" for n in range(40))
    shown = "\n".join(part.text for part in page(source, 300))
    assert re.findall(r"^(\d+)\.", shown, re.MULTILINE) == [str(n) for n in range(1, 41)]


def test_bold_that_spans_a_cut_is_closed_and_opened_again() -> None:
    parts = page("**" + "bold words " * 60 + "end**", 300)
    assert all(re.fullmatch(r"\*\*\w[^*]*\w\*\*", p.text) for p in parts)


def test_the_rest_of_a_broken_line_never_turns_into_a_list_or_a_heading() -> None:
    for part in page("a - b # c 1. d > " * 100, 256):
        assert step(State(), part.text.split("\n")[0])[0].kind is Kind.TEXT


# -- snapshots -----------------------------------------------------------------------------------


def snapshot(text: str) -> str:
    pager = Pager(2000)
    pager.feed(text)
    parts = pager.parts()
    return parts[-1].text if parts else ""


@pytest.mark.parametrize(
    ("so_far", "shown"),
    [
        ("It is **very imp", "It is **very imp**"),
        ("It is **", "It is"),
        ("a *b **c", "a *b **c***"),
        ("see [the docs](https://exam", "see"),
        ("see [the do", "see"),
        ("see [the docs](https://a.example) now", "see [the docs](https://a.example) now"),
        ("AT&am", "AT"),
        ("see https://a.exam", "see"),
        ("hello <@U12", "hello"),
        ("run `pip inst", "run `pip inst`"),
        ("run `", "run"),
        ("code:\n```py", "code:"),
        ("code:\n```py\n", "code:"),
        ("code:\n```py\nx = 1", "code:\n```py\nx = 1\n```"),
        ("code:\n```py\nx = 1\n``", "code:\n```py\nx = 1\n```"),
        ("items:\n- one\n- ", "items:\n- one"),
        ("title\n## ", "title"),
        ("t\n\n| a | b |", "t"),
        ("t\n\n| a | b |\n|---", "t"),
        ("t\n\n| a | b |\n|---|---|\n| 1 |", "t\n\n| a | b |\n|---|---|"),
        ("t\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3", "t\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
        ("family 👩\u200d", "family"),
        ("3 * 4 = 12", "3 * 4 = 12"),
        ("> quoted **bo", "> quoted **bo**"),
    ],
)
def test_a_snapshot_closes_what_is_open_and_holds_half_a_token_back(
    so_far: str, shown: str
) -> None:
    assert snapshot(so_far) == shown


def test_the_final_part_holds_nothing_back() -> None:
    for text in ("It is **", "see [the do", "AT&am", "| a | b |", "- ", "``"):
        assert [part.text for part in page(text, 2000)] == [text.rstrip()]


def test_a_stray_bracket_does_not_stall_the_stream() -> None:
    assert len(snapshot("An interval [0, 1) " + "and more text " * 40)) > 400


def test_white_space_alone_is_no_part() -> None:
    assert page(" \n\n \t\n" * 500, 256) == []


def test_halves_of_a_character_are_joined_and_lonely_halves_replaced() -> None:
    pager = Pager(2000)
    for delta in ("a \ud83d", "\ude00 b \ud83d", " c \udc00 \ud83d"):
        pager.feed(delta)
        pager.parts()[-1].text.encode()
    assert pager.parts(final=True)[0].text == "a 😀 b \ufffd c \ufffd \ufffd"


def test_a_limit_without_room_for_furniture_is_refused() -> None:
    with pytest.raises(ValueError, match="room"):
        Pager(10)
    with pytest.raises(ValueError, match="room"):
        Pager(300, lambda text: 100 * len(text))


def test_nothing_can_be_fed_after_the_end() -> None:
    pager = Pager(2000)
    pager.parts(final=True)
    with pytest.raises(RuntimeError):
        pager.feed("more")


# -- reading Markdown ------------------------------------------------------------------------------


def test_a_bare_address_ends_before_the_punctuation_of_its_sentence() -> None:
    assert trim_url("https://a.example/x_(y).") == "https://a.example/x_(y)"
    assert trim_url("https://a.example/x)**") == "https://a.example/x"


def test_cells_are_split_at_pipes_that_are_not_escaped() -> None:
    assert cells(r"| a \| b | c |") == ["a | b", "c"]


@settings(max_examples=200)
@given(st.text(alphabet="*_~`[]()<>&\\ab \n", max_size=200))
def test_open_marks_stay_few_whatever_is_written(text: str) -> None:
    assert len(read(text).open) <= 9


@given(st.text(alphabet=string.printable, max_size=50), st.integers(0, 50))
def test_plain_text_may_be_cut_anywhere_but_inside_a_line_end(text: str, at: int) -> None:
    torn = 0 < at < len(text) and text[at - 1 : at + 1] == "\r\n"
    assert is_boundary(text, at) is not torn


def test_width_counts_wide_letters_twice_and_marks_not_at_all() -> None:
    assert [width(text) for text in ("abc", "北京", "e\u0301", "ｱ")] == [3, 4, 1, 1]


def test_a_table_is_laid_out_in_columns_that_line_up() -> None:
    rows = [["City", "°C"], ["北京", "5"], ["Rome", "12", "too many"], ["Oslo"]]
    assert aligned(rows, [":--", "--:"]) == [
        *("City | °C", "-----+---", "北京 |  5", "Rome | 12", "Oslo |"),
    ]
