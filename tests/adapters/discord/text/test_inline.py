"""What people see of a model's words is what was meant, as Discord's clients read Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.text.inline import CELL, inline
from adapters.pacing.links import INERT
from scripts.discord_marks import marked, plain

WORDS = (
    *("word", "a_b", "c_", "__init__", "2 * 3", "你好", "：", "(", ")", ".", "#", "1.", "-"),
    *("*i*", "_i_", "**b**", "***bi***", "~~s~~", "\\*", "\\_", "_", "~"),
    *("`code`", "`c_d`", "`e*f`", "`_g`", "`h_`", "`**kw`", "_see `a_b`_", "**`a**b`**"),
)


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("snake_case_name_ and so_", "snake_case_name_ and so_"),
        ("a_b `x_ y`", "a_b <code>x_ y</code>"),
        ("_see `a_b`_ now", "<i>see <code>a_b</code></i> now"),
        ("*see `a*b`* now", "<i>see <code>a*b</code></i> now"),
        ("*one**two*", "<i>one</i><i>two</i>"),
        ("**one****two**", "<b>one</b><b>two</b>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        (
            "a_b [wiki](https://x.org/Sun_(star))",
            'a_b <a href="https://x.org/Sun_%28star%29">wiki</a> (x.org)',
        ),
    ],
)
def test_emphasis_stands_where_it_was_meant_and_nowhere_else(markdown: str, shown: str) -> None:
    assert marked(inline(markdown)).replace(INERT, "") == shown


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join))
def test_nothing_that_was_written_is_lost_to_marks_of_discord(text: str) -> None:
    """The words in a table's cell, which is code, are the measure."""
    text = f"so: {text}"
    assert _words(plain(inline(text))) == _words(inline(text, CELL))


def _words(text: str) -> list[str]:
    return text.replace(INERT, "").split()
