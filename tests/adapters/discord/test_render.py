"""Markdown reads in Discord as it was meant, nobody is mentioned by it, and no cut breaks it."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.discord.limits import TEXT_UNITS
from adapters.discord.render import measure, to_discord, units
from adapters.pacing import Pager
from adapters.pacing.links import INERT

_CODE = re.compile(r"```.*?```|(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", re.S)
_MENTION = re.compile(
    r"@everyone|@here|<@[!&]?\d+>|<#\d+>|</[^<>\n]+:\d+>|<id:\w+>|<sound:\d+:\d+>"
)


def _bare(text: str) -> str:
    return text.replace(INERT, "")


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("# One\n## Two\n### Three", "# One\n## Two\n### Three"),
        ("#### Four **bold** `x`", "**Four bold `x`**"),
        ("###### Six ##", "**Six**"),
        ("- a\n  * b\n    + c", "- a\n  - b\n    - c"),
        ("1) one\n2) two\n   - deep", "1. one\n2. two\n   - deep"),
        ("- [ ] open\n- [x] done", "- ☐ open\n- ☑ done"),
        ("> quoted\n>> deeper\n>>> deepest", "> quoted\n> deeper\n> deepest"),
        ("a\n\n---\n\nb", "a\n\n────────────\n\nb"),
        ("**bold** *it* _it_ __strong__ ~~gone~~", "**bold** *it* _it_ **strong** ~~gone~~"),
        ("***both***", "***both***"),
        ("**注意：**内容", "**注意：**内容"),
        ("a_b_c and x__y__z", "a\\_b\\_c and x\\_\\_y\\_\\_z"),
        ("call snake_case or MAX_SIZE", "call snake_case or MAX_SIZE"),
        ("snake_case_ ends", "snake\\_case\\_ ends"),
        ("2 * 3 * 4 and 2**3", "2 * 3 * 4 and 2\\*\\*3"),
        ("_see `a_b` now_ and *see `a*b` now*", "*see `a_b` now* and _see `a*b` now_"),
        ("**Use `**kwargs`** now", "Use `**kwargs` now"),
        ("a ` b", "a \\` b"),
        ("``` `x` ```", "`` `x` ``"),
        ("a ```\nb ```", "a `` \nb ``"),
        ("-# small\n- -# small", "\\-# small\n- \\-# small"),
        ("a || b || c", "a \\|\\| b \\|\\| c"),
        ("the butler: ||it was him||", "the butler: ||it was him||"),
        ("x\\_y \\# z", "x\\_y \\# z"),
        ("fish &amp; chips &lt;3", "fish \\& chips \\<3"),
        ("soft\nbreak  \nhard\\\nend", "soft\nbreak\nhard\nend"),
        ("#hashtag", "#hashtag"),
    ],
)
def test_markdown_becomes_what_discord_shows(markdown: str, shown: str) -> None:
    assert _bare(to_discord(markdown)) == shown


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("```python\nx = 1\n\n```", "```python\nx = 1\n\n```"),
        ("~~~\nx ``` y\n~~~", "```\nx ``` y\n```"),
        ("````md\n```\nx\n```\n````", "```md\n```\nx\n```\n```"),
        ("``` {.weird}\nx\n```", "```\nx\n```"),
        ("```\n```", "```\n \n```"),
        ("> ```js\n> a\n>\n> b\n> ```", "> ```js\n> a\n> \n> b\n> ```"),
        ("- see\n  ```\n  x\n    y\n  ```", "- see\n```\nx\n  y\n```"),
        ("```\n<@1> @everyone **x** | y\n```", "```\n<@1> @everyone **x** | y\n```"),
    ],
)
def test_code_stays_as_it_is_in_a_fence_that_discord_knows(markdown: str, shown: str) -> None:
    assert _bare(to_discord(markdown)) == shown


def test_three_backticks_inside_code_do_not_end_it() -> None:
    block = to_discord("~~~\nx ``` y ```` z\n~~~")
    assert block.count("```") == 2


def test_inline_code_is_untouched() -> None:
    text = "`<@1>` and ``a ` b`` and `@everyone || **x**`"
    assert to_discord(text) == text


def test_a_line_break_within_a_cell_is_a_blank() -> None:
    assert to_discord("| A | B |\n|---|---|\n| x<br>y<BR/>z | 1 |").split("\n")[3] == "x y z | 1"


def test_a_table_is_aligned_as_code_also_in_wide_letters() -> None:
    table = "| City | **°C** | Note |\n|:--|--:|:-:|\n| 東京 | 21 | `ok` |\n| Oslo | -3 | a\\|b |"
    assert to_discord(f"Before\n\n{table}\n\nAfter").split("\n") == [
        "Before",
        "",
        "```",
        "City | °C | Note",
        "-----+----+-----",
        "東京 | 21 |  ok",
        "Oslo | -3 | a|b",
        "```",
        "",
        "After",
    ]


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("https://example.com/a_b_c.", "<https://example.com/a_b_c>."),
        ("<https://example.com>", "<https://example.com>"),
        ("[docs](https://example.com/a)", "[docs](<https://example.com/a>) (example.com)"),
        ("[example.com](https://www.example.com/a)", "[example.com](<https://www.example.com/a>)"),
        ("[https://good.com](https://evil.com)", "<https://evil.com>"),
        ("[a](https://x.org/p_(q))", "[a](<https://x.org/p_%28q%29>) (x.org)"),
        ("![chart](https://x.org/p.png)", "[chart](<https://x.org/p.png>) (x.org)"),
        ("![](https://x.org/p.png)", "[image](<https://x.org/p.png>) (x.org)"),
        ("[run](javascript:alert)", "run (javascript:alert)"),
        ("[me](mailto:a@b.org)", "me (mailto:a@b.org)"),
        ("[**bold** `c`](https://x.org)", "[**bold** `c`](<https://x.org>) (x.org)"),
        (
            "[раураl.com](https://раураl.com)",
            "[раураl.com](<https://раураl.com>) (xn--l-7sba6dbr.com)",
        ),
        ("[a](relative/path)", "a"),
        ("[x](https://evil.com y)", "[x](<https://evil.com> y)"),
    ],
)
def test_every_link_shows_its_host_and_none_loads(markdown: str, shown: str) -> None:
    assert _bare(to_discord(markdown)) == shown


def test_what_only_discord_would_read_as_a_link_is_none() -> None:
    assert f"]{INERT}(" in to_discord("[x](https://evil.com y)")


@pytest.mark.parametrize(
    "text",
    [
        "<@123>",
        "<@!123>",
        "<@&123>",
        "<#123>",
        "</run:123>",
        "<id:customize>",
        "@everyone",
        "@here",
        "\\@everyone",
        "\\<@123>",
        "&lt;@123&gt;",
        "<&#64;123>",
        "&#64;everyone",
        "@&#101;veryone",
        "@**every**one",
        "#### @**every**one <**@123**>",
        "# <@123>",
        "- <@123>",
        "> @everyone",
        "[<@123>](https://x.org)",
        "[x](<@123>)",
        "![@everyone](https://x.org)",
        "**<@123>**",
        "<t:1:Q>",
        "<t:99999999999999999:R>",
    ],
)
def test_nothing_that_a_model_writes_is_a_mention(text: str) -> None:
    shown = to_discord(text)
    assert not _MENTION.search(shown)
    assert not re.search(r"<t:\d+", shown)


@pytest.mark.parametrize(
    "text", ["<t:1700000000>", "<t:1700000000:R>", "<:parrot:123456789012345>"]
)
def test_an_honest_time_or_emoji_stays(text: str) -> None:
    assert to_discord(f"at {text}, then") == f"at {text}, then"


PIECES = st.sampled_from(
    [
        *("@everyone", "@here", "@", "every", "one", "<@123>", "<", "@1", "23>", "<#1>", "</a:1>"),
        *(
            "**",
            "*",
            "_",
            "__",
            "~~",
            "`",
            "``",
            "```",
            "||",
            "\\",
            "&lt;",
            "&#64;",
            "[",
            "](",
            ")",
        ),
        *(
            "https://x.org/",
            "x",
            " ",
            "\n",
            "\n\n",
            "# ",
            "#### ",
            "- ",
            "1. ",
            "> ",
            "-# ",
            "| a |",
        ),
        *("| a | b |\n|---|---|\n", "<t:1:R>", "東", "😀", "&#101;", "!", "(", "~~~\n"),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
@example("@&#101;very&#111;ne")
@example("https://x.org/@everyone")
@example("[https://x.org/@here](https://x.org/@here)")
@example("<https://x.org@everyone/>, https://x.org@everyone")
def test_no_mixture_of_pieces_mentions_anybody_outside_of_code(text: str) -> None:
    assert not _MENTION.search(_CODE.sub("", to_discord(text)))


@given(st.text(max_size=300))
def test_any_text_is_rendered_and_measured(text: str) -> None:
    assert measure(text) == units(to_discord(text))


ROW = "| a cell of a table | 東京都 | **more** |\n"
BLOCKS = st.sampled_from(
    [
        "A sentence with **bold words** and a [link](https://example.com/path) in it. " * 6
        + "\n\n",
        "```python\n" + "print('a line of code')\n" * 30 + "```\n\n",
        "| A | B | C |\n|---|---|---|\n" + ROW * 25 + "\n",
        "1. one\n2. two\n   - deep\n   - deeper\n3. three\n\n",
        "> quoted words go on\n> for a while\n\n",
        "東京は日本の首都です。" * 40 + "\n\n",
        "😀👩‍👩‍👧‍👦🇩🇪" * 60 + "\n\n",
        "#### A small heading\n\n",
        "https://example.com/" + "x" * 120 + "\n\n",
    ]
)


@given(st.lists(BLOCKS, min_size=1, max_size=12).map("".join))
def test_each_part_fits_a_message_and_is_whole_by_itself(text: str) -> None:
    pager = Pager(TEXT_UNITS, measure)
    pager.feed(text)
    for part in pager.parts(final=True):
        shown = to_discord(part.text)
        assert 0 < units(shown) <= TEXT_UNITS
        assert shown.count("```") % 2 == 0
    code = [line for part in pager.parts(final=True) for line in part.text.split("\n")]
    assert sum("a line of code" in line for line in code) == text.count("a line of code")


def test_a_long_table_goes_on_with_its_header_in_the_next_part() -> None:
    pager = Pager(TEXT_UNITS, measure)
    pager.feed("| Name | Value |\n|---|---|\n" + "| some name | some longer value |\n" * 120)
    parts = [to_discord(part.text) for part in pager.parts(final=True)]
    assert len(parts) > 1
    for part in parts:
        assert part.startswith("```\nName ")
        assert part.endswith("\n```")


def test_long_code_goes_on_in_a_fence_of_its_language() -> None:
    pager = Pager(TEXT_UNITS, measure)
    pager.feed("```rust\n" + "let answer = 42;\n" * 300 + "```")
    parts = [to_discord(part.text) for part in pager.parts(final=True)]
    assert len(parts) > 1
    assert all(part.startswith("```rust\n") and part.endswith("\n```") for part in parts)
