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
