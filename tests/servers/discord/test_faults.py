"""Ordered faults strike before or after a call is carried out."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from .conftest import Raw
from .server import LocalDiscord

POST = "POST /channels/{channel_id}/messages"


async def test_faults_strike_before_or_after_the_call_is_carried_out(
    server: LocalDiscord, raw: Raw
) -> None:
    path = f"/channels/{server.place('general').id}/messages"

    async def post(kind: str, **how: Any) -> Any:
        server.fail(POST, kind, **how)
        try:
            answer = await raw.answer("POST", path, {"content": kind})
        except aiohttp.ClientError:
            return "broken"
        finally:
            server.limits.banned_until = 0
        return answer.status, answer.content_type, "Via" in answer.headers

    for number in (500, 502, 503, 504):
        assert await post(f"{number}") == (number, "text/html", True)
    assert await post("500_json") == (500, "application/json", True)
    assert await post("429") == (429, "application/json", True)
    assert await post("429_global") == (429, "application/json", True)
    assert await post("429_shared") == (429, "application/json", True)
    assert await post("banned") == (429, "text/html", False)
    assert await post("403:50013") == (403, "application/json", True)
    assert await post("reset") == "broken"
    assert server.messages("general") == []
    assert await post("lost") == "broken"
    assert await post("lost_500") == (500, "text/html", True)
    assert await post("half") == "broken"
    assert await post("slow", delay=0.01) == (200, "application/json", True)
    assert await post("late", delay=0.01) == (504, "text/html", True)
    assert [m.content for m in server.messages("general")] == ["lost", "lost_500", "half", "slow"]
    await server.wait_for(lambda: server.messages("general")[-1].content == "late")
    assert server.too_many == 4
    assert len(server.limits.invalid) == 3  # shared ones and bans do not count


@pytest.mark.parametrize(("kind", "stands"), [("hang", False), ("lost_hang", True)])
async def test_a_hanging_call_may_have_been_carried_out(
    server: LocalDiscord, raw: Raw, kind: str, stands: bool
) -> None:
    path = f"/channels/{server.place('general').id}/messages"
    fault = server.fail(POST, kind)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(raw("POST", path, {"content": "x"}), 0.1)
    assert fault.hits == 1
    assert bool(server.messages("general")) is stands


async def test_an_order_can_wait_for_its_call(server: LocalDiscord, raw: Raw) -> None:
    path = f"/channels/{server.place('general').id}/messages"
    server.fail("POST", "500", times=2, skip=1)
    server.fail("*", "503", when=lambda call: call.method == "GET")
    answers = [(await raw("POST", path, {"content": "x"}))[0] for _ in range(4)]
    assert answers == [200, 500, 500, 200]
    assert (await raw("GET", path))[0] == 503
    assert [call.fault for call in server.calls_to(POST)] == [None, "500", "500", None]
    assert (await raw("GET", path))[0] == 200
