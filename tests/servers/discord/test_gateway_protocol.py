"""The gateway admits, refuses and closes by Discord's rules."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator

import aiohttp
import pytest

from .server import LocalDiscord
from .sockets_client import CONTENT, GUILDS, MESSAGES, USUAL, Line

PRESENCES = 1 << 8


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
def line(server: LocalDiscord, session: aiohttp.ClientSession) -> Line:
    return Line(server, session)


async def closed_after(line: Line) -> int:
    """Read on until the server closes; return its code."""
    while "closed" not in (frame := await line.read()):
        pass
    return int(frame["closed"])


async def refused(line: Line, intents: object = USUAL, **fields: object) -> int:
    await line.open()
    await line.identify(intents, **fields)  # type: ignore[arg-type]
    return await closed_after(line)


async def test_hello_comes_first_and_every_heartbeat_is_answered(line: Line) -> None:
    await line.open()
    hello = await line.read()
    assert (hello["op"], hello["d"]["heartbeat_interval"]) == (10, 41250)
    await line.send(1, None)
    assert (await line.read())["op"] == 11


async def test_ready_lists_the_servers_as_unavailable_and_they_follow_one_by_one(
    server: LocalDiscord, line: Line
) -> None:
    ready = await line.ready()
    guild = server.guild
    assert ready["guilds"] == [{"id": guild.id, "unavailable": True}]
    assert ready["application"]["id"] == server.application.id
    assert ready["resume_gateway_url"] == server.gateway_url
    created = await line.until("GUILD_CREATE")
    assert created["id"] == guild.id
    assert {c["name"] for c in created["channels"]} >= {"general"}
    assert [m["user"]["id"] for m in created["members"]] == [server.bot.id]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"token": 7}, 4002),
        ({"properties": None}, 4002),
        ({"shard": [1, 1]}, 4010),
        ({"shard": [0]}, 4010),
        ({"shard": ["0", "1"]}, 4010),
        ({"intents": 1 << 30}, 4013),
        ({"intents": None}, 4013),
        ({"intents": GUILDS | PRESENCES}, 4014),
        ({"presence": {"status": "busy", "afk": False}}, 4002),
    ],
)
async def test_a_wrong_identify_is_closed_with_its_code(
    line: Line, fields: dict[str, object], code: int
) -> None:
    assert await refused(line, **{"intents": USUAL, **fields}) == code


async def test_message_content_must_be_allowed_in_the_portal(
    server: LocalDiscord, line: Line
) -> None:
    server.application.flags = 0
    assert await refused(line, USUAL) == 4014
    assert (await line.ready(USUAL & ~CONTENT))["session_id"]


async def test_many_servers_or_a_flag_require_sharding(server: LocalDiscord, line: Line) -> None:
    server.gateway.sharding_required, server.gateway.recommended_shards = True, 2
    assert await refused(line) == 4011
    assert await refused(line, shard=[0, 1]) == 4011
    assert (await line.ready(shard=[0, 2]))["shard"] == [0, 2]


async def test_what_breaks_the_protocol_is_closed_with_its_code(line: Line) -> None:
    await line.open(v="5")
    assert await closed_after(line) == 4012
    await line.open()
    await line.send(3, {})
    assert await closed_after(line) == 4003
    await line.open()
    await line.send(77)
    assert await closed_after(line) == 4001
    await line.open()
    await line.ws.send_str("{")
    assert await closed_after(line) == 4002
    await line.open()
    await line.send(1, "x" * 4096)
    assert await closed_after(line) == 4002
    await line.ready()
    await line.identify()
    assert await closed_after(line) == 4005


async def test_more_than_120_payloads_a_minute_are_too_many(line: Line) -> None:
    await line.open()
    for _ in range(120):
        await line.send(1)
    for _ in range(121):
        assert (await line.read())["op"] in (10, 11)
    await line.send(1)
    assert await closed_after(line) == 4008


async def test_a_client_without_heartbeats_is_a_zombie_and_is_closed(
    server: LocalDiscord, line: Line
) -> None:
    server.gateway.heartbeat_seconds = 0.05
    await line.open()
    assert await closed_after(line) == 4000


async def test_identifies_are_spaced_and_counted(
    server: LocalDiscord, line: Line, session: aiohttp.ClientSession
) -> None:
    server.gateway.enforce_concurrency = True
    await line.ready()
    other = Line(server, session)
    await other.open()
    await other.read()
    await other.identify()
    assert (await other.read()) == {"t": None, "s": None, "op": 9, "d": False}
    server.clock.advance(5)
    await other.identify()
    assert await other.until("READY")
    limits = server.gateway.bot_info()["session_start_limit"]
    assert (limits["total"], limits["remaining"], limits["max_concurrency"]) == (1000, 998, 1)
    server.clock.advance(86_400)
    assert server.gateway.bot_info()["session_start_limit"]["remaining"] == 1000


async def test_the_thousand_and_first_identify_of_a_day_costs_the_token(
    server: LocalDiscord, line: Line
) -> None:
    server.gateway.starts.total, token = 0, server.token
    assert await refused(line) == 4004
    assert server.token != token


async def test_zlib_stream_is_one_context_and_every_frame_ends_in_a_sync_flush(
    server: LocalDiscord, line: Line
) -> None:
    await line.open(compress="zlib-stream")
    inflate, kinds = zlib.decompressobj(), []
    await line.identify()
    while "GUILD_CREATE" not in kinds:
        packed = (await line.ws.receive()).data
        assert packed.endswith(b"\x00\x00\xff\xff")
        frame = json.loads(inflate.decompress(packed))
        kinds.append(frame["t"])


async def test_identify_may_ask_for_payloads_that_are_compressed_one_by_one(line: Line) -> None:
    await line.open()
    assert (await line.read())["op"] == 10
    await line.identify(compress=True)
    packed = (await line.ws.receive()).data
    assert json.loads(zlib.decompress(packed))["t"] == "READY"


async def test_a_compression_that_does_not_exist_is_refused(line: Line) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await line.open(compress="lzma")


async def test_events_follow_intents_rights_and_shards(
    server: LocalDiscord, line: Line, session: aiohttp.ClientSession
) -> None:
    await line.ready(GUILDS | MESSAGES)
    direct = Line(server, session)
    await direct.ready(1 << 12)
    sharded = Line(server, session)
    guild = server.guild
    mine = (int(guild.id) >> 22) % 2
    await sharded.ready(USUAL, shard=[1 - mine, 2])
    await server.user_posts("general", "alice", "hello everyone")
    heard = await line.until("MESSAGE_CREATE")
    assert heard["content"] == ""  # without MESSAGE_CONTENT
    assert heard["member"]["roles"] == []
    await server.user_posts("general", "alice", f"hello <@{server.bot.id}>")
    assert (await line.until("MESSAGE_CREATE"))["content"].startswith("hello <@")
    await server.user_posts(server.dm("alice"), "alice", "just us")
    told = await direct.until("MESSAGE_CREATE")
    assert (told["content"], "guild_id" in told) == ("just us", False)
    await sharded.send(1)
    while (frame := await sharded.read())["op"] != 11:
        assert frame["t"] != "MESSAGE_CREATE" or frame["d"]["content"] == "just us"


async def test_members_can_be_asked_for(server: LocalDiscord, line: Line) -> None:
    await line.ready()
    guild = server.guild
    alice = server.person("alice")
    await line.send(8, {"guild_id": guild.id, "query": "ali", "limit": 5, "nonce": "n"})
    chunk = await line.until("GUILD_MEMBERS_CHUNK")
    assert [m["user"]["id"] for m in chunk["members"]] == [alice.id]
    assert (chunk["chunk_index"], chunk["chunk_count"], chunk["nonce"]) == (0, 1, "n")
    await line.send(8, {"guild_id": guild.id, "user_ids": [alice.id, "1"]})
    assert (await line.until("GUILD_MEMBERS_CHUNK"))["not_found"] == ["1"]
    await line.send(8, {"guild_id": guild.id, "query": "", "limit": 0})
    assert await closed_after(line) == 4014


async def test_a_resume_replays_exactly_what_was_missed(server: LocalDiscord, line: Line) -> None:
    ready = await line.ready()
    await line.until("GUILD_CREATE")
    seq = line.seq
    server.gateway.drop()
    await server.wait_for(lambda: not server.gateway.connections)
    await server.user_posts("general", "alice", "one")
    await server.user_posts("general", "alice", "two")
    await line.resume(ready["session_id"], seq)
    frames = [await line.read() for _ in range(3)]
    assert [f["t"] for f in frames] == ["MESSAGE_CREATE", "MESSAGE_CREATE", "RESUMED"]
    assert [f["s"] for f in frames] == [seq + 1, seq + 2, seq + 3]
    assert [f["d"]["content"] for f in frames[:2]] == ["one", "two"]


async def test_a_resume_that_comes_too_late_or_asks_for_too_much_is_refused(
    server: LocalDiscord, line: Line
) -> None:
    server.gateway.sessions.keep_events = 2
    ready = await line.ready()
    for text in ("a", "b", "c"):
        await server.user_posts("general", "alice", text)
    server.gateway.drop()
    await line.resume(ready["session_id"], 1)
    assert (await line.read())["op"] == 9
    await line.resume(ready["session_id"], 999)
    assert await closed_after(line) == 4007
    await line.resume("unknown", 1)
    assert (await line.read())["d"] is False
    ready = await line.ready()
    server.gateway.drop()
    await server.wait_for(lambda: not server.gateway.connections)
    server.clock.advance(600)
    await line.resume(ready["session_id"], line.seq)
    assert (await line.read())["op"] == 9


async def test_a_client_that_says_goodbye_ends_its_session(
    server: LocalDiscord, line: Line
) -> None:
    ready = await line.ready()
    await line.ws.close(code=1000)
    await server.wait_for(lambda: not server.gateway.connections)
    await line.resume(ready["session_id"], line.seq)
    assert (await line.read())["op"] == 9


async def test_a_half_open_connection_hears_nothing_and_gets_no_answer(
    server: LocalDiscord, line: Line
) -> None:
    ready = await line.ready()
    await line.until("GUILD_CREATE")
    seq = line.seq
    server.gateway.freeze()
    await server.user_posts("general", "alice", "lost in the void")
    await line.send(1, seq)
    with pytest.raises(asyncio.TimeoutError):
        await line.read(0.1)
    await line.resume(ready["session_id"], seq)
    assert (await line.until("MESSAGE_CREATE"))["content"] == "lost in the void"


async def test_handshakes_can_be_refused_and_the_hello_can_be_late(
    server: LocalDiscord, line: Line
) -> None:
    server.gateway.refuse_handshakes = 1
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await line.open()
    server.gateway.hello_delay = 30.0
    await line.open()
    await server.wait_for(lambda: server.gateway.connections)
    assert not server.gateway.connections[0].greeted
    server.clock.advance(30)
    assert (await line.read())["op"] == 10
