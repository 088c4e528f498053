"""Every way in which look-alikes are known to differ is survived on Chat Completions."""

from __future__ import annotations

import json

import pytest

from bot.errors import ModelError
from bot.models.chat_reader import Kept
from bot.models.port import Assistant, Completion, Result
from tests.bot.models.conftest import Connect
from tests.contracts.model import all_of, asking, end_of, text_of
from tests.servers.model import ModelServer
from tests.servers.model.quirks import ALL_QUIRKS, Quirk, quirk


@pytest.mark.parametrize("quirk", ALL_QUIRKS, ids=str)
async def test_the_quirk_is_survived(quirk: Quirk, server: ModelServer, connect: Connect) -> None:
    server.play(quirk)
    model = connect("some-lookalike")
    wanted = quirk.outcome
    if wanted.fails:
        with pytest.raises(ModelError) as failed:
            await all_of(model)
        assert 10 < len(str(failed.value)) < 500
        return
    pieces = await all_of(model)
    end = end_of(pieces)
    assert end.text == text_of(pieces) == wanted.text
    calls = tuple((call.name, json.loads(call.arguments)) for call in end.calls)
    assert calls == wanted.calls
    assert end.finish == ("calls" if calls else "stop")
    _check_ids(end)
    if wanted.usage:
        assert (end.usage.input, end.usage.output) == wanted.usage
        assert not end.usage.estimated


def _check_ids(end: Completion) -> None:
    ids = [call.id for call in end.calls]
    assert all(ids)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", ["id-too-long", "id-missing", "id-duplicated", "id-empty"])
async def test_the_ids_of_odd_calls_are_ones_that_openai_takes_back(
    name: str, server: ModelServer, connect: Connect
) -> None:
    """A thread goes on with OpenAI after it began elsewhere."""
    server.play(quirk(5, name))
    model = connect()
    end = end_of(await all_of(model))
    server.mode = "openai"
    results = [Result(call.id, "result") for call in end.calls]
    await all_of(model, asking("hi", Assistant(end.text, end.calls, end.opaque), *results))
    sent = server.requests[-1]
    assert sent.refusal is None
    assert len(sent.tool_results) == len(end.calls)
    assert all(0 < len(id) <= 40 for id in sent.tool_results)


async def test_reasoning_goes_back_within_the_turn(server: ModelServer, connect: Connect) -> None:
    server.play(quirk(17))
    model = connect("deepseek-flash")
    end = end_of(await all_of(model))
    assert end.opaque == Kept({"reasoning_content": quirk(17).outcome.reasoning})
    after = asking("hi", Assistant("", end.calls, end.opaque), Result(end.calls[0].id, "sun"))
    assert end_of(await all_of(model, after)).text
    assert len(server.requests) == 2


async def test_a_service_that_misses_reasoning_lost_in_a_crash_still_answers(
    server: ModelServer, connect: Connect
) -> None:
    server.play(quirk(17))
    model = connect("deepseek-flash")
    end = end_of(await all_of(model))
    after = asking("hi", Assistant("", end.calls), Result(end.calls[0].id, "sun"))
    assert end_of(await all_of(model, after)).text


async def test_reasoning_is_never_shown(server: ModelServer, connect: Connect) -> None:
    for name in ("reasoning-content", "reasoning", "think-tags"):
        server.play(quirk(16, name))
        assert quirk(16).outcome.reasoning not in text_of(await all_of(connect("lookalike")))


@pytest.mark.parametrize("name", ["stream_options", "developer", "strict", "max_completion_tokens"])
async def test_what_a_service_refused_is_asked_of_it_once_only(
    name: str, server: ModelServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.models import choose

    # Only OpenAI itself is sent what look-alikes refuse: let the look-alike pass for it.
    monkeypatch.setattr(choose, "is_openai", lambda _: True)
    server.mode, server.refuses = "compatible", frozenset({name})
    model = connect()
    request = asking("hi")
    limited = type(request)(request.messages, request.tools, max_output_tokens=500)
    await all_of(model, limited)
    turned_away = [asked for asked in server.requests if asked.refusal]
    assert len(turned_away) <= 1
    await all_of(model, limited)
    assert [asked for asked in server.requests if asked.refusal] == turned_away
    if name != "strict":  # these tools have optional parameters: strict is not asked for all
        assert turned_away
    if name == "max_completion_tokens":
        assert server.requests[-1].body["max_tokens"] == 500
