"""The outlet between who answers and who delivers."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from bot.outlet import Outlet, follow
from bot.replies import TextDelta, TextRewritten, ToolStarted
from tests.bot.turn_helpers import visible

TOOL = ToolStarted("1", "weather", "Looking…")


async def test_what_was_not_taken_yet_is_one_piece() -> None:
    outlet = Outlet()
    for word in ("a ", "b ", "c "):
        outlet.write(word)
    outlet.show(TOOL)
    outlet.write("d")
    assert outlet.take() == [TextDelta("a b c "), TOOL, TextDelta("d")]
    assert outlet.take() == []
    assert outlet.text == "a b c d"


async def test_what_is_held_back_comes_out_before_anything_else() -> None:
    outlet = Outlet()
    outlet.write("see https://example.com")
    assert visible(outlet.take()) == "see "
    outlet.show(TOOL)
    assert outlet.take() == [TextDelta("https://example.com"), TOOL]


async def test_a_secret_cut_across_pieces_is_hidden_in_pieces_and_text() -> None:
    outlet = Outlet()
    replies = []
    for piece in ("the key sk-proj", "-abcdefghij0123456789", "abcdefghij ok"):
        outlet.write(piece)
        replies += outlet.take()
    assert outlet.text == f"the key {'•' * 38} ok"
    assert visible([*replies, *outlet.take()]) == outlet.text


Act = st.one_of(
    st.text("ab 北`\n", max_size=5).map(lambda text: ("write", text)),
    st.just(("take", "")),
    st.just(("show", "")),
    st.just(("mark", "")),
    st.just(("rewind", "")),
)


@given(st.lists(Act, max_size=40))
def test_the_stream_and_the_text_never_differ(acts: list[tuple[str, str]]) -> None:
    async def acted() -> None:
        outlet, replies, expected, mark = Outlet(), [], "", 0
        for act, text in acts:
            if act == "write":
                outlet.write(text)
                expected += text
            elif act == "take":
                replies += outlet.take()
                assert expected.startswith(visible(replies))
            elif act == "show":
                outlet.show(TOOL)
            elif act == "mark":
                mark = outlet.mark()
            elif mark <= len(expected):
                outlet.rewind(mark)
                expected = expected[:mark]
        assert outlet.text == expected
        assert visible([*replies, *outlet.take()]) == expected

    asyncio.run(acted())


async def test_following_ends_with_the_work_and_yields_everything() -> None:
    outlet = Outlet()

    async def work() -> None:
        for word in ("a ", "b ", "key"):
            outlet.write(word)
            await asyncio.sleep(0)

    task = asyncio.create_task(work())
    replies = [reply async for reply in follow(outlet, task, asyncio.Event())]
    assert visible(replies) == "a b key"


async def test_a_stop_ends_the_work_and_keeps_what_was_said() -> None:
    outlet, stop = Outlet(), asyncio.Event()

    async def work() -> None:
        outlet.write("a secret")
        stop.set()
        await asyncio.sleep(3600)

    task = asyncio.create_task(work())
    replies = [reply async for reply in follow(outlet, task, stop)]
    assert task.cancelled()
    assert visible(replies) == "a secret"


async def test_whoever_stops_following_ends_the_work() -> None:
    outlet = Outlet()

    async def work() -> None:
        outlet.write("a ")
        await asyncio.sleep(3600)

    task = asyncio.create_task(work())
    following = follow(outlet, task, asyncio.Event())
    assert await anext(following) == TextDelta("a ")
    await following.aclose()
    assert task.cancelled()


async def test_going_back_is_told_with_what_is_kept() -> None:
    outlet = Outlet()
    outlet.write("Kept.")
    mark = outlet.mark()
    outlet.write(" Lost.")
    outlet.take()
    outlet.rewind(mark)
    outlet.write(" New.")
    assert outlet.take() == [TextRewritten("Kept."), TextDelta(" New.")]
