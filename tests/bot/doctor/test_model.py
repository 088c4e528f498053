"""The model: one small real request, and which variable mends what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.doctor import Check
from bot.doctor.findings import examined
from bot.doctor.model import check_model
from bot.settings import Settings
from tests.bot.doctor.one import one
from tests.servers.model import (
    ModelServer,
    breaks,
    calls,
    fails,
    hangs,
    model_missing,
    no_credit,
    stops_at_length,
)


async def test_the_model_is_asked_once_for_a_few_tokens_of_a_real_stream_with_the_real_tools(
    settings: Callable[..., Settings], model: ModelServer
) -> None:
    finding = await one("model", settings(**model.env))
    assert finding.state == "ok"
    (request,) = model.requests
    assert request.streaming
    tools = {tool["function"]["name"] for tool in request.body["tools"]}
    assert {"weather", "time"} <= tools


@pytest.mark.parametrize("reply", [calls("time", {"place": "Tokyo"}), stops_at_length("re")])
async def test_a_model_that_calls_a_tool_or_runs_out_of_tokens_works_too(
    settings: Callable[..., Settings], model: ModelServer, reply: Any
) -> None:
    model.script = [reply]
    assert (await one("model", settings(**model.env))).state == "ok"


async def test_the_other_wire_is_examined_and_named(
    settings: Callable[..., Settings],
) -> None:
    async with ModelServer() as strict:
        finding = await one("model", settings(**strict.env, OPENAI_API="responses"))
        assert finding.state == "ok"
        assert "over Responses" in finding.text
        assert strict.requests[0].wire == "responses"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (fails(401), ["401", "OPENAI_API_KEY"]),
        (fails(403), ["403", "OPENAI_API_KEY"]),
        (model_missing(), ["404", "OPENAI_MODEL"]),
        (no_credit(), ["no credit", "OPENAI_API_KEY"]),
        (fails(429), ["429", "OPENAI_API_KEY", "wait"]),
        (fails(500), ["500", "try again later"]),
        (fails(400, message="The model gpt-9 is unknown here."), ["400", "OPENAI_MODEL"]),
        (fails(502, shape="html"), ["502"]),
        (breaks(0), ["fault"]),
    ],
)
async def test_what_the_service_refuses_names_the_variable_to_mend(
    settings: Callable[..., Settings], model: ModelServer, reply: Any, words: list[str]
) -> None:
    model.script = [reply]
    finding = await one("model", settings(**model.env))
    assert finding.state == "fault"
    for word in words:
        assert word in f"{finding.state} {finding.text}"


async def test_a_service_that_wants_a_key_and_got_none_is_told_apart(
    settings: Callable[..., Settings], model: ModelServer
) -> None:
    finding = await one("model", settings(OPENAI_BASE_URL=model.base_url))
    assert finding.state == "fault"
    assert "OPENAI_API_KEY is not set" in finding.text


async def test_a_service_that_cannot_be_reached_names_its_address(
    settings: Callable[..., Settings],
) -> None:
    finding = await one("model", settings(OPENAI_BASE_URL="http://127.0.0.1:1/v1"))
    assert finding.state == "fault"
    assert "127.0.0.1:1" in finding.text
    assert "OPENAI_BASE_URL" in finding.text


async def test_a_model_that_says_nothing_is_given_up(
    settings: Callable[..., Settings], model: ModelServer
) -> None:
    model.script = [hangs()]
    finding = await examined(Check("model", check_model), settings(**model.env), seconds=0.5)
    assert finding is not None
    assert finding.state == "fault"
    assert "no answer within" in finding.text
    await model.wait_for(lambda server: server.requests[0].cancelled is not None)
