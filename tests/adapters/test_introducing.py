"""A reply that is introduced begins with the question, once, whatever comes of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.render import to_discord
from adapters.slack.render import to_mrkdwn
from adapters.streaming.introducing import introduced, quoted_line
from bot.replies import Done, Failed, Reply, TextDelta, TextRewritten


async def stream(*replies: Reply) -> AsyncGenerator[Reply, None]:
    for reply in replies:
        yield reply


async def heard(replies: AsyncIterator[Reply]) -> list[Reply]:
    return [reply async for reply in replies]


def visible(replies: Sequence[Reply]) -> str:
    """Return what a delivery would show in the end."""
    text = ""
    for reply in replies:
        match reply:
            case TextDelta(more):
                text += more
            case TextRewritten(whole):
                text = whole
            case Failed(text=sentence, partial=partial):
                text += f"\n\n{sentence}" if partial.strip() else sentence
    return text


@pytest.mark.parametrize(
    ("replies", "shown"),
    [
        ([TextDelta("one "), TextDelta("two"), Done("one two")], "> Q\n\none two"),
        ([TextDelta("on"), TextRewritten("two"), Done("two")], "> Q\n\ntwo"),
        ([TextRewritten("two"), Done("two")], "> Q\n\ntwo"),
        ([Done("", stopped=True)], "> Q"),
        ([Done("")], ""),
        ([Failed("Sorry.", "x")], "> Q\n\nSorry."),
        ([TextDelta("half"), Failed("Sorry.", "x", "half")], "> Q\n\nhalf\n\nSorry."),
    ],
)
async def test_whatever_comes_is_introduced_once(replies: list[Reply], shown: str) -> None:
    told = await heard(introduced(stream(*replies), "> Q"))
    assert visible(told) == shown
    final = told[-1]
    assert isinstance(final, Done | Failed)
    text = final.text if isinstance(final, Done) else final.partial
    assert text.startswith("> Q") or not shown


@given(st.text(max_size=300), st.integers(2, 100))
def test_a_quoted_line_is_one_short_line_and_no_markup(text: str, most: int) -> None:
    line = quoted_line(text, most)
    assert "\n" not in line
    assert len(line) <= 2 * most
    assert "<" not in to_mrkdwn(line).replace("&lt;", "").replace("<http", "")
    assert "](" not in to_discord(line)


WIKI = "https://en.wikipedia.org/wiki/Foo_bar_(x)?a=b_c&d=*y*z"


def test_an_address_in_a_quoted_line_leads_where_it_led() -> None:
    line = quoted_line(f"what says {WIKI}, and snake_case?", 300)
    assert to_mrkdwn(line).startswith(f"what says <{WIKI.replace('&', '&amp;')}>, and snake")
    safe = WIKI.replace("(", "%28").replace(")", "%29")
    assert to_discord(line) == f"what says <{safe}>, and snake\\_case?"


def test_a_quoted_line_is_never_cut_within_an_address() -> None:
    assert quoted_line(f"what says {WIKI}", 40) == "what says en.wikipedia.org…"
    assert quoted_line(f"{WIKI} {'more ' * 20}", len(WIKI) + 6) == f"<{WIKI}> more…"


@pytest.mark.parametrize("emoji", ["👩\u200d💻", "🏳\ufe0f\u200d🌈", "👨\u200d👩\u200d👧\u200d👦"])
def test_a_quoted_line_keeps_an_emoji_whole(emoji: str) -> None:
    assert quoted_line(f"a {emoji} b\u200d \u200dc\u202ed", 100) == f"a {emoji} b c d"
