"""What a session may know, and how frames are packed, as plain functions."""

from __future__ import annotations

import json
import zlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from . import intents
from .compression import ZlibPayload, ZlibStream, transport
from .sessions import Session, Sessions, Starts

BOT, ALICE, BOB = {"id": "1"}, {"id": "2"}, {"id": "3"}


def message(author: dict[str, str], **fields: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {"embeds": [{}], "attachments": [{}], "components": [{}]}
    return {"author": author, "content": "text", "mentions": [], **parts, **fields}


def seen(shown: dict[str, Any], wanted: int = 0, *, in_guild: bool = True) -> dict[str, Any]:
    return intents.as_seen(shown, wanted, BOT["id"], in_guild=in_guild)


def test_without_the_intent_only_own_direct_and_mentioning_messages_keep_their_content() -> None:
    hidden = seen(message(ALICE, poll={}))
    assert (hidden["content"], hidden["embeds"], hidden["attachments"]) == ("", [], [])
    assert hidden["components"] == []
    assert "poll" not in hidden
    for open_one in (message(BOT), message(ALICE, mentions=[BOT])):
        assert seen(open_one) == open_one
    assert seen(message(ALICE), in_guild=False)["content"] == "text"
    assert seen(message(ALICE), intents.MESSAGE_CONTENT)["content"] == "text"


def test_a_quoted_message_is_judged_by_itself() -> None:
    asking = message(ALICE, mentions=[BOT], referenced_message=message(BOB))
    assert seen(asking)["content"] == "text"
    assert seen(asking)["referenced_message"]["content"] == ""
    replying = message(ALICE, referenced_message=message(BOT))
    assert seen(replying)["content"] == ""
    assert seen(replying)["referenced_message"]["content"] == "text"


@given(st.integers(min_value=0, max_value=1 << 40))
def test_intents_are_a_sum_of_known_bits(value: int) -> None:
    assert intents.valid(value) == (value | intents.KNOWN == intents.KNOWN)


def test_events_need_the_intent_of_the_place_they_happen_in() -> None:
    in_guilds = intents.GUILD_MESSAGES
    assert intents.lets_through(in_guilds, "MESSAGE_CREATE", in_guild=True)
    assert not intents.lets_through(in_guilds, "MESSAGE_CREATE", in_guild=False)
    assert intents.lets_through(0, "INTERACTION_CREATE", in_guild=True)


@given(st.lists(st.text(), min_size=1))
def test_a_stream_can_be_inflated_frame_by_frame(frames: list[str]) -> None:
    codec, inflate = ZlibStream(), zlib.decompressobj()
    for frame in frames:
        packed = codec.pack(frame)
        assert packed.endswith(b"\x00\x00\xff\xff")
        assert inflate.decompress(packed).decode() == frame


def test_only_large_payloads_are_compressed_one_by_one() -> None:
    codec = ZlibPayload()
    assert codec.pack("{}") == "{}"
    assert zlib.decompress(codec.pack("x" * 2000)) == b"x" * 2000
    assert transport("lzma") is None


@given(st.integers(1, 20), st.integers(0, 25), st.integers(0, 25))
def test_a_session_replays_all_that_was_missed_or_says_that_it_cannot(
    keep: int, sent: int, heard: int
) -> None:
    session = Session("1", "1", (0, 1), 0, keep)
    for number in range(sent):
        session.dispatch("EVENT", {"n": number})
    missed = session.missed(min(heard, sent))
    if sent - min(heard, sent) > keep:
        assert missed is None
    else:
        numbers = [json.loads(frame)["s"] for frame in missed or []]
        assert numbers == list(range(min(heard, sent) + 1, sent + 1))


def test_a_session_outlives_its_connection_for_some_minutes() -> None:
    now = 0.0
    sessions = Sessions(lambda: now)
    session = sessions.open("1", "1", (0, 1), 0)
    now = 10_000.0
    assert sessions.find(session.id, "1") is session
    sessions.leave(session)
    now += sessions.keep_seconds
    assert sessions.find(session.id, "1") is session
    now += 1
    assert sessions.find(session.id, "1") is None
    assert len(sessions) == 0


@given(st.integers(0, (1 << 63) - 1), st.integers(1, 16))
def test_every_server_belongs_to_exactly_one_shard(guild_id: int, count: int) -> None:
    shards = [Session("1", "1", (index, count), 0, 1) for index in range(count)]
    assert sum(shard.owns(str(guild_id)) for shard in shards) == 1
    assert [shard.owns(None) for shard in shards] == [index == 0 for index in range(count)]


def test_shards_with_the_same_key_start_five_seconds_apart() -> None:
    starts = Starts(max_concurrency=2)
    starts.count(0, now=0.0)
    assert not starts.too_soon(1, now=0.0)
    assert starts.too_soon(2, now=4.9)
    assert not starts.too_soon(2, now=5.0)
