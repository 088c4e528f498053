"""Buckets, the bot's fifty a second, bans: told in headers, enforced, counted."""

from __future__ import annotations

from .conftest import Raw
from .limits import INVALID_CALLS
from .server import LocalDiscord
from .sockets_client import discord as library


async def test_a_bucket_tells_what_is_left_and_refuses_the_rest(
    server: LocalDiscord, raw: Raw
) -> None:
    server.limits.enforce = True
    path = f"/channels/{server.place('general').id}/messages"
    for left in (4, 3, 2, 1, 0):
        answer = await raw.answer("POST", path, {"content": "x"})
        assert answer.headers["X-RateLimit-Limit"] == "5"
        assert answer.headers["X-RateLimit-Remaining"] == str(left)
        assert 0 < float(answer.headers["X-RateLimit-Reset-After"]) <= 5
    refused = await raw.answer("POST", path, {"content": "x"})
    body = await refused.json()
    assert refused.status == 429
    assert refused.headers["Via"]
    assert refused.headers["X-RateLimit-Scope"] == "user"
    assert 1 <= int(refused.headers["Retry-After"]) <= 5
    assert body["global"] is False
    assert 0 < body["retry_after"] <= 5
    assert len(server.messages("general")) == 5
    assert server.too_many == 1
    assert server.limits.too_many_by_route == {"POST /channels/{channel_id}/messages": 1}
    elsewhere = f"/channels/{server.place('engineering').id}/messages"
    assert (await raw("POST", elsewhere, {"content": "x"}))[0] == 200
    server.clock.advance(5)
    assert (await raw("POST", path, {"content": "x"}))[0] == 200


async def test_the_whole_bot_has_fifty_a_second(server: LocalDiscord, raw: Raw) -> None:
    server.limits.enforce = True
    channels = [server.text_channel(f"c{number}").id for number in range(51)]
    answers = [await raw.answer("GET", f"/channels/{channel}") for channel in channels[:50]]
    assert {answer.status for answer in answers} == {200}
    refused = await raw.answer("GET", f"/channels/{channels[50]}")
    assert refused.status == 429
    assert refused.headers["X-RateLimit-Global"] == "true"
    assert (await refused.json())["global"] is True
    server.clock.advance(1)
    assert (await raw("GET", f"/channels/{channels[50]}"))[0] == 200


async def test_the_real_client_waits_for_the_next_window(
    server: LocalDiscord, client: library.Client
) -> None:
    server.limits.enforce, server.limits.scale = True, 0.02
    channel = await client.fetch_channel(int(server.place("general").id))
    for number in range(12):
        await channel.send(f"{number}")
    assert len(server.messages("general")) == 12
    assert server.too_many <= 1  # it reads what is left from the headers


async def test_deletions_have_an_allowance_for_each_age(server: LocalDiscord, raw: Raw) -> None:
    server.limits.enforce = True
    path = f"/channels/{server.place('general').id}/messages"
    ids = []
    for _ in range(5):
        ids.append((await raw("POST", path, {"content": "x"}))[1]["id"])
    fresh = await raw.answer("DELETE", f"{path}/{ids[0]}")
    assert fresh.headers["X-RateLimit-Limit"] == "5"
    server.clock.advance(11)
    older = await raw.answer("DELETE", f"{path}/{ids[1]}")
    assert older.headers["X-RateLimit-Limit"] == "3"
    server.clock.advance(1_209_600)
    oldest = await raw.answer("DELETE", f"{path}/{ids[2]}")
    assert oldest.headers["X-RateLimit-Limit"] == "30"


async def test_a_message_of_yesterday_can_be_edited_a_few_times_only(
    server: LocalDiscord, raw: Raw
) -> None:
    server.limits.enforce = True
    path = f"/channels/{server.place('general').id}/messages"
    posted = (await raw("POST", path, {"content": "x"}))[1]
    server.clock.advance(3_601)
    for number in range(10):
        edit = {"content": f"{number}"}
        assert (await raw("PATCH", f"{path}/{posted['id']}", edit))[0] == 200
        server.clock.advance(5)
    late = {"content": "late"}
    assert await raw.code("PATCH", f"{path}/{posted['id']}", late) == (429, 30046)


async def test_too_many_invalid_calls_get_the_address_banned(
    server: LocalDiscord, raw: Raw
) -> None:
    for _ in range(INVALID_CALLS - 1):
        server.limits.count_invalid()
    assert (await raw("GET", "/users/@me", token=""))[0] == 401
    banned = await raw.answer("GET", "/users/@me")
    assert banned.status == 429
    assert banned.content_type == "text/html"
    assert "Via" not in banned.headers
    server.clock.advance(601)
    assert (await raw("GET", "/users/@me"))[0] == 200


async def test_switched_off_limits_neither_refuse_nor_tell(server: LocalDiscord, raw: Raw) -> None:
    path = f"/channels/{server.place('general').id}/messages"
    answers = [await raw.answer("POST", path, {"content": f"{n}"}) for n in range(60)]
    assert {answer.status for answer in answers} == {200}
    assert "X-RateLimit-Limit" not in answers[0].headers
