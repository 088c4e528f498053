"""How the model server fails, and how each failure looks through the real SDK."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from openai import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncOpenAI,
    InternalServerError,
    RateLimitError,
)

from tests.servers.model import (
    ModelServer,
    StreamError,
    bad_gateway,
    breaks,
    cuts,
    drops,
    fails,
    fine_but_error,
    hangs,
    no_credit,
    overloaded,
    says,
)
from tests.servers.model.talk import ASK, WIRES, opened, stream, text


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (fails(401), 401),
        (fails(403), 403),
        (fails(404), 404),
        (no_credit(), 429),
        (fails(500), 500),
        (bad_gateway(), 502),
        (overloaded(), 503),
        (overloaded(529), 529),
    ],
)
@WIRES
async def test_a_fault_reaches_the_sdk_with_its_status(server, client, wire, fault, status) -> None:
    server.script = [fault]
    with pytest.raises(APIStatusError) as caught:
        await stream(client, wire)
    assert caught.value.status_code == status
    assert (caught.value.code == "insufficient_quota") == (fault == no_credit())


@pytest.mark.parametrize(
    ("fault", "header", "seconds"),
    [
        (fails(429, retry_after=2), "retry-after", "2"),
        (fails(429, retry_after_ms=150), "retry-after-ms", "150"),
        (fails(429, should_retry=False), "x-should-retry", "false"),
    ],
)
async def test_a_rate_limit_says_when_to_come_back(server, client, fault, header, seconds) -> None:
    server.script = [fault]
    with pytest.raises(RateLimitError) as caught:
        await stream(client, "chat")
    assert caught.value.response.headers[header] == seconds


async def test_retry_after_can_be_a_date_that_the_sdk_obeys(server) -> None:
    server.script = [fails(429, retry_date_in=1.5), says("now")]
    async with AsyncOpenAI(api_key=server.api_key, base_url=server.base_url) as patient:
        begun = time.monotonic()
        assert await text(patient, "chat") == "now"
    assert time.monotonic() - begun > 0.3  # dates have whole seconds: between 0.5 and 1.5 s


@WIRES
async def test_a_reset_is_a_connection_error_before_and_in_the_stream(server, client, wire) -> None:
    server.script = [drops(), drops(after=2)]
    with pytest.raises(APIConnectionError):
        await stream(client, wire)
    seen = []
    pieces = await opened(client, wire)
    with pytest.raises(APIConnectionError):
        await _read_into(seen, pieces)
    assert len(seen) >= 2


@WIRES
async def test_a_cut_stream_just_ends_without_its_finish(server, client, wire) -> None:
    server.script = [cuts(after=2)]
    pieces = await stream(client, wire)
    if wire == "chat":
        assert [piece.choices[0].finish_reason for piece in pieces] == [None] * 3
    else:
        assert pieces[-1].type == "response.output_text.delta"


async def test_an_error_within_a_stream_has_the_wires_own_shape(server, client) -> None:
    shapes = [breaks(error=StreamError(shape=shape)) for shape in ("flat", "nested", "failed")]
    server.script = [breaks(), *shapes]
    with pytest.raises(APIError):
        await stream(client, "chat")
    assert (await stream(client, "responses"))[-1].type == "error"
    with pytest.raises(APIError):
        await stream(client, "responses")
    last = (await stream(client, "responses"))[-1]
    assert (last.type, last.response.error.code) == ("response.failed", "server_error")


@WIRES
async def test_200_with_an_error_is_silence_to_the_sdk(server, client, wire) -> None:
    server.script = [fine_but_error()]
    assert await stream(client, wire) == []


@pytest.mark.parametrize("after", [None, 0, 2])
@WIRES
async def test_a_hang_lasts_until_the_client_leaves_and_is_seen(
    server, client, wire, after
) -> None:
    server.script = [hangs(after=after)]
    with pytest.raises(APITimeoutError):
        await stream(client, wire, timeout=0.1)
    (gone,) = await server.wait_cancelled()
    assert gone.cancelled - gone.arrived < 2
    assert (gone.first_byte is None) == (after is None)


async def test_accidents_happen_to_whole_answers_too(server, client) -> None:
    server.script = [cuts(), breaks(), drops(after=1)]
    with pytest.raises(json.JSONDecodeError):
        await client.chat.completions.create(model="gpt-4o", messages=ASK)
    with pytest.raises(InternalServerError):
        await client.chat.completions.create(model="gpt-4o", messages=ASK)
    with pytest.raises(APIConnectionError):
        await client.chat.completions.create(model="gpt-4o", messages=ASK)


async def test_a_failing_script_fails_the_test_that_wrote_it() -> None:
    def wrong(_: object) -> Any:
        raise AssertionError("no tools were offered")

    server = await ModelServer(wrong).start()
    async with AsyncOpenAI(api_key=server.api_key, base_url=server.base_url, max_retries=0) as sdk:
        with pytest.raises(InternalServerError, match="no tools"):
            await stream(sdk, "chat")
    with pytest.raises(AssertionError, match="no tools"):
        await server.__aexit__(None)


async def _read_into(seen: list[Any], pieces: Any) -> None:
    async for piece in pieces:
        seen.append(piece)
