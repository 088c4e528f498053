"""The playground's message store: what is written is read back, and the log tells each change."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.store.channel_message import (
    ChannelMessage,
    FileRef,
    Meta,
    ToolUse,
    decode_meta,
    encode_meta,
)
from bot.store.files import MOST, Files
from bot.store.messages import LOG_LENGTH, ChannelMessages
from tests.bounds import PATIENCE


def said(
    id: str, text: str = "hello", at: int = 1_800_000_000_000_000, **meta: object
) -> ChannelMessage:
    fields = {"channel": "general", "author": "ana", "name": "Ana", "at": at, **meta}
    return ChannelMessage(id, Meta(**fields), text)


async def kinds(messages: ChannelMessages, after: str = "0-0") -> list[tuple[str, str, int]]:
    changes = await messages.since(after)
    assert changes is not None
    return [(c.data["kind"], c.data["id"], c.data["rev"]) for c in changes]


def test_a_meta_survives_its_codec_and_unknown_names_are_left_out() -> None:
    meta = Meta(
        channel="c",
        author="parley",
        name="Parley",
        at=5,
        thread="t",
        bot=True,
        state="streaming",
        files=(FileRef("f", "a.txt", "text/plain", 3),),
        tools=(ToolUse("1", "time", "Time", "ok"),),
        cards=("x",),
        asked=("ana",),
        note="n",
        answers="q",
    )
    assert decode_meta(encode_meta(meta)) == meta
    assert decode_meta('{"channel":"c","author":"a","name":"A","at":1,"later":true}').channel == "c"


async def test_a_page_shows_the_newest_messages_oldest_first(messages: ChannelMessages) -> None:
    for n in range(5):
        await messages.add(said(f"m{n}", at=1000 * 1_800_000_000_000 + n))
    page = await messages.channel("general", limit=3)
    assert [m.id for m in page] == ["m2", "m3", "m4"]
    older = await messages.channel("general", before=page[0].meta.at, limit=3)
    assert [m.id for m in older] == ["m0", "m1"]


async def test_adding_twice_keeps_the_first(messages: ChannelMessages) -> None:
    assert await messages.add(said("m1", "first")) == "added"
    assert await messages.add(said("m1", "second")) == "known"
    found = await messages.get("m1")
    assert found is not None
    assert found.text == "first"
    assert await kinds(messages) == [("new", "m1", 1)]


async def test_a_reply_counts_at_its_root_and_names_its_writer(messages: ChannelMessages) -> None:
    await messages.add(said("m1"))
    await messages.add(said("m2", thread="m1", author="ben", at=1_800_000_000_000_001))
    await messages.add(said("m3", thread="m1", author="ben", at=1_800_000_000_000_002))
    (root,) = await messages.channel("general")
    assert (root.replies, root.people, root.last_reply) == (2, ("ben",), 1_800_000_000_000_002)
    assert root.rev == 3
    assert [m.id for m in await messages.thread("m1")] == ["m2", "m3"]
    changes = await messages.since("0-0")
    assert changes is not None
    assert changes[-1].data["root"] == {
        "rev": 3,
        "people": ["ben"],
        "replies": 2,
        "last_reply": 1_800_000_000_000_002,
    }


async def test_a_reply_to_a_message_that_is_gone_is_refused(messages: ChannelMessages) -> None:
    assert await messages.add(said("m2", thread="m1")) == "no_thread"


async def test_growing_appends_and_every_change_bumps_the_rev(messages: ChannelMessages) -> None:
    message = said("m1", "")
    await messages.add(message)
    assert await messages.grow(message, "Häll", meta=False)
    message = replace(message, meta=replace(message.meta, state="streaming"))
    assert await messages.grow(message, "o 🐱", meta=True)
    found = await messages.get("m1")
    assert found is not None
    assert (found.text, found.rev, found.meta.state) == ("Hällo 🐱", 3, "streaming")
    changes = await messages.since("0-0")
    assert changes is not None
    assert [c.data.get("append") for c in changes] == [None, "Häll", "o 🐱"]


async def test_a_change_to_a_message_that_is_gone_says_so(messages: ChannelMessages) -> None:
    assert not await messages.grow(said("m1"), "x", meta=False)
    assert not await messages.rewrite(said("m1"))
    assert await kinds(messages) == []


async def test_a_message_waits_until_its_answer_shows_in_whichever_order_that_is_heard(
    messages: ChannelMessages,
) -> None:
    slow, fast = said("m1"), said("m2")
    await messages.add(slow)
    await messages.add(fast)
    await messages.mark_waiting(slow, "m1", 77)
    assert (await messages.get("m1")).waiting == 77
    await messages.mark_taken(slow, "m1")
    await messages.mark_taken(fast, "m2")
    await messages.mark_waiting(fast, "m2", 78)
    assert [(await messages.get(id)).waiting for id in ("m1", "m2")] == [0, 0]


async def test_thumbs_are_kept_per_person(messages: ChannelMessages) -> None:
    await messages.add(said("m1"))
    await messages.rate(said("m1"), "ana", 1)
    await messages.rate(said("m1"), "ben", -1)
    await messages.rate(said("m1"), "ana", 0)
    assert (await messages.get("m1")).feedback == {"ana": 0, "ben": -1}


async def test_a_removed_root_leaves_a_line_until_its_last_reply_is_gone(
    messages: ChannelMessages,
) -> None:
    root, reply = said("m1"), said("m2", thread="m1")
    await messages.add(root)
    await messages.add(reply)
    await messages.remove(root)
    (line,) = await messages.channel("general")
    assert (line.meta.deleted, line.text, line.replies) == (True, "", 1)
    await messages.remove(reply)
    assert await messages.channel("general") == []
    assert [kind for kind, _, _ in await kinds(messages)] == [
        "new",
        "new",
        "update",
        "gone",
        "gone",
    ]


async def test_a_removed_reply_is_no_longer_counted(messages: ChannelMessages) -> None:
    await messages.add(said("m1"))
    await messages.add(said("m2", thread="m1"))
    await messages.remove(said("m2", thread="m1"))
    (root,) = await messages.channel("general")
    assert (root.replies, root.people, root.last_reply) == (0, (), 0)


async def test_the_log_tells_what_came_after_an_event_and_admits_what_it_lost(
    messages: ChannelMessages,
) -> None:
    assert await messages.newest() == "0-0"
    await messages.add(said("m1"))
    cursor = await messages.newest()
    await messages.add(said("m2"))
    assert await kinds(messages, cursor) == [("new", "m2", 1)]
    assert await messages.since("1-1") is None


async def test_a_log_that_was_cut_does_not_pretend_to_be_complete(
    messages: ChannelMessages,
) -> None:
    name = "parley:{web}:log"
    await messages.add(said("m1"))
    cursor = await messages.newest()
    pipe = messages.connection.steady.pipeline(transaction=False)
    for _ in range(LOG_LENGTH):
        pipe.xadd(
            name, {"kind": "gone", "id": "x", "channel": "c", "thread": "", "rev": 0, "body": "{}"}
        )
    await pipe.execute()
    assert await messages.since("0-0") is None
    await messages.connection.command("xtrim", name, LOG_LENGTH - 1, False)
    assert await messages.since(cursor) is None


async def test_following_yields_what_is_added_later(messages: ChannelMessages) -> None:
    await messages.add(said("m1"))
    follower = messages.follow(await messages.newest())

    async def first() -> list[str]:
        async for changes in follower:
            if changes:
                return [change.data["id"] for change in changes]
        return []

    waiting = asyncio.create_task(first())
    await messages.add(said("m2"))
    async with asyncio.timeout(PATIENCE):
        assert await waiting == ["m2"]
    await follower.aclose()


async def test_files_are_kept_and_only_so_many(files: Files) -> None:
    first = await files.save("a.bin", "text/plain", "ana", b"\x00\xff")
    assert await files.get(first.id) == first
    for n in range(MOST):
        await files.save(f"{n}", "text/plain", "ana", b"x")
    assert await files.get(first.id) is None
    last = await files.save("z", "text/plain", "ana", b"x")
    await files.remove(last.id)
    assert await files.get(last.id) is None
