"""The HTTP door: what is not Slack's, not whole or not readable is refused, and stays out."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack.doors.door import LARGEST_BODY, MOST_LINES, PATH, Door, Refused, parsed
from adapters.slack.doors.signature import SIGNATURE, TIMESTAMP, sign
from bot.errors import StoreUnavailable
from tests.bounds import FOREVER, PATIENCE

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


@dataclass
class Hall:
    """A served door, and what came through it."""

    url: str
    door: Door
    session: aiohttp.ClientSession
    taken: list[dict[str, Any]] = field(default_factory=list)
    answer: dict[str, Any] | None = None
    fault: Exception | None = None
    wait: float = 0.0

    async def take(self, payload: dict[str, Any]) -> dict[str, Any] | None:
        await asyncio.sleep(self.wait)
        if self.fault is not None:
            raise self.fault
        self.taken.append(payload)
        return self.answer

    async def send(
        self, body: bytes | str, headers: dict[str, str] | None = None, *, at: float | None = None
    ) -> tuple[int, str]:
        raw = body.encode() if isinstance(body, str) else body
        stamp = str(int(time.time() if at is None else at))
        signed = {TIMESTAMP: stamp, SIGNATURE: sign(SECRET, stamp, raw)}
        return await self.raw("POST", raw, JSON | signed | (headers or {}))

    async def raw(self, method: str, body: Any, headers: dict[str, str]) -> tuple[int, str]:
        async with self.session.request(method, self.url, data=body, headers=headers) as got:
            return got.status, await got.text()


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async def take(payload: dict[str, Any]) -> dict[str, Any] | None:
        return await found.take(payload)

    door = Door(SECRET, take)
    door.open()
    app = web.Application()
    app.add_routes(door.routes())
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        found = Hall(str(server.make_url(PATH)), door, session)
        yield found


async def test_an_event_is_taken_and_then_acknowledged(hall: Hall) -> None:
    event = {"type": "event_callback", "event": {"type": "message", "text": "héllo"}}
    assert await hall.send(json.dumps(event)) == (200, "")
    assert hall.taken == [event]


async def test_a_repeated_delivery_is_taken_like_any_other(hall: Hall) -> None:
    again = {"X-Slack-Retry-Num": "2", "X-Slack-Retry-Reason": "http_timeout"}
    assert (await hall.send('{"type": "event_callback"}', again))[0] == 200
    assert len(hall.taken) == 1


@pytest.mark.parametrize("text", ["explain this payload", "payload=1", '{"payload": {}}', ""])
async def test_a_slash_command_may_say_payload(hall: Hall, text: str) -> None:
    command = {"command": "/ask", "text": text, "team_id": "T1"}
    assert (await hall.send(urlencode(command), FORM))[0] == 200
    assert hall.taken == [command]


async def test_interactivity_is_unwrapped_and_answered_with_json(hall: Hall) -> None:
    click = {"type": "block_actions", "team": {"id": "T1"}}
    hall.answer = {"response_action": "clear"}
    status, text = await hall.send(urlencode({"payload": json.dumps(click)}), FORM)
    assert (status, json.loads(text)) == (200, {"response_action": "clear"})
    assert hall.taken == [click]


async def test_the_challenge_is_answered_only_when_it_is_signed(hall: Hall) -> None:
    hall.door.close()  # Slack asks while the app is set up
    body = '{"type": "url_verification", "challenge": "3eZb", "token": "t"}'
    status, text = await hall.send(body)
    assert (status, json.loads(text)) == (200, {"challenge": "3eZb"})
    assert (await hall.raw("POST", body, JSON))[0] == 401
    assert (await hall.send("ssl_check=1&token=t", FORM))[0] == 200
    assert (await hall.raw("POST", "ssl_check=1&token=t", FORM))[0] == 401
    assert hall.taken == []


@pytest.mark.parametrize("seconds", [-301, 302, -(10**9)])
async def test_a_request_of_another_time_is_refused(hall: Hall, seconds: int) -> None:
    assert (await hall.send("{}", at=time.time() + seconds))[0] == 401


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", JSON),
        (b"not json", JSON),
        (b'{"a": ', JSON),
        (b"[1, 2]", JSON),
        (b"null", JSON),
        (b"\xff\xfe", JSON),
        (b"[" * 100_000, JSON),
        (b"no form", FORM),
        (b"payload=%7Bbroken", FORM),
        (b"payload=%5B%5D", FORM),
        (b"payload=" + b"%5B" * 50_000, FORM),
        (b"text=%ff", FORM),
        (b"&".join(b"a%d=1" % n for n in range(200)), FORM),
        (b"\xff=1", FORM),
        (b"nothing", {"Content-Type": "text/plain"}),
    ],
)
async def test_what_cannot_be_read_is_refused(
    hall: Hall, body: bytes, headers: dict[str, str]
) -> None:
    assert (await hall.send(body, headers))[0] == 400
    assert hall.taken == []


async def test_a_body_that_is_too_large_is_not_read_to_its_end(hall: Hall) -> None:
    body = b'{"a": "' + b"x" * LARGEST_BODY + b'"}'
    assert (await hall.send(body))[0] == 413
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100 * LARGEST_BODY:
            sent += 65_536
            yield b"x" * 65_536

    signed = {TIMESTAMP: str(int(time.time())), SIGNATURE: "v0=00"}
    try:
        status, _ = await hall.raw("POST", endless(), JSON | signed)
        assert status == 413
    except aiohttp.ClientOSError:
        pass  # cut off while it was still sending
    assert sent < 20 * LARGEST_BODY


async def test_an_unsigned_body_is_not_read_at_all(hall: Hall) -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(FOREVER)

    async with asyncio.timeout(PATIENCE):
        assert (await hall.raw("POST", never(), JSON))[0] == 401


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
async def test_only_post_is_taken(hall: Hall, method: str) -> None:
    async with hall.session.request(method, hall.url) as got:
        assert (got.status, got.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("fault", [StoreUnavailable("away"), TimeoutError()])
async def test_what_is_not_stored_is_not_acknowledged(hall: Hall, fault: Exception) -> None:
    hall.fault = fault
    assert (await hall.send('{"type": "event_callback"}'))[0] == 503


async def test_a_store_that_hangs_is_not_waited_for_beyond_slacks_patience(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.doors.door.TAKE_SECONDS", 0.05)
    hall.wait = 60.0
    assert (await hall.send('{"type": "event_callback"}'))[0] == 503


async def test_what_comes_while_the_bot_starts_waits_for_it(hall: Hall) -> None:
    hall.door.close()
    waiting = asyncio.create_task(hall.send('{"type": "event_callback"}'))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    hall.door.open()
    assert await waiting == (200, "")


async def test_where_nobody_listens_nothing_is_acknowledged(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.doors.door.OPEN_SECONDS", 0.05)
    hall.door.close()
    assert (await hall.send('{"type": "event_callback"}'))[0] == 503
    assert (await hall.raw("POST", "{}", JSON))[0] == 401


async def test_each_refusal_is_one_line_without_the_body_and_a_flood_is_bounded(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await hall.raw("POST", '{"secret": "words"}', JSON)
        assert [r.levelname for r in caplog.records if r.name.startswith("adapters")] == ["WARNING"]
        assert "words" not in caplog.text
        for _ in range(2 * MOST_LINES):
            await hall.raw("POST", "{}", JSON)
    assert len([r for r in caplog.records if r.name.startswith("adapters")]) == MOST_LINES


@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=100).map(str.encode),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
        ).map(lambda value: json.dumps(value).encode()),
        st.dictionaries(st.sampled_from(["payload", "command", "text"]), st.text()).map(
            lambda form: urlencode(form).encode()
        ),
    ),
    st.sampled_from(["application/json", FORM["Content-Type"], "text/plain", ""]),
)
def test_every_body_is_an_object_or_is_refused(body: bytes, content_type: str) -> None:
    try:
        found: object = parsed(body, content_type)
    except Refused as refused:
        found = {"status": refused.status}
    assert isinstance(found, dict)
    assert found.get("status", 400) == 400
