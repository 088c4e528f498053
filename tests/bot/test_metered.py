"""Whatever a model is asked beside the engine is charged to its turn, also what was broken off."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from bot.asking import Run
from bot.errors import ModelRefused, ModelTemporary
from bot.metered import Metered
from bot.metrics import Metrics
from bot.models.port import Completion, Request, Usage, User
from bot.models.scripted import Scripted, Turn, calling

REQUEST = Request((User("Is this right?"),))


async def _asked(turn: Turn, *, pieces: int = 100) -> tuple[Run, str]:
    run, metrics = Run(), Metrics()
    model = Metered(Scripted([turn]), run, metrics)
    async with aclosing(model.stream(REQUEST)) as stream:
        async for _ in stream:
            pieces -= 1
            if not pieces:
                break
    return run, metrics.render().decode()


async def test_a_question_costs_what_the_service_says() -> None:
    run, page = await _asked([Completion("yes", (), "stop", Usage(7, 3, 2))])
    assert (run.requests, run.usage) == (1, Usage(7, 3, 2))
    assert 'parley_model_requests_total{model="scripted",outcome="ok"} 1.0' in page
    assert 'parley_model_tokens_total{direction="input",model="scripted"} 7.0' in page


async def test_what_was_said_before_a_stop_is_estimated() -> None:
    run, page = await _asked(["It is, as far", " as I can see"], pieces=1)
    assert run.usage.estimated
    assert run.usage.input > 0
    assert run.usage.output > 0
    assert 'outcome="stopped"} 1.0' in page


async def test_what_is_given_up_before_it_comes_in_one_piece_is_estimated() -> None:
    """No sign of it can be seen earlier; the service has read what it was asked all the same."""
    run, metrics = Run(), Metrics()
    model = Metered(Scripted([[3600.0]]), run, metrics)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            _ = [piece async for piece in model.stream(replace(REQUEST, streamed=False))]
    assert run.usage.input > 0
    assert run.usage.output < 10
    assert 'outcome="stopped"} 1.0' in metrics.render().decode()


async def test_what_is_given_up_without_a_sign_costs_nothing() -> None:
    run = Run()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            _ = [piece async for piece in Metered(Scripted([[3600.0]]), run).stream(REQUEST)]
    assert run.usage == Usage()


async def test_calls_cost_tokens_too_where_the_service_does_not_count() -> None:
    plain, _ = await _asked([Completion("yes")])
    called, _ = await _asked(calling(("weather", '{"place": "Ulaanbaatar"}'), text="yes"))
    assert called.usage.output > plain.usage.output


async def test_a_question_that_failed_is_counted_and_costs_nothing() -> None:
    run, metrics = Run(), Metrics()
    model = Metered(Scripted([ModelRefused("no"), ModelTemporary("later")]), run, metrics)
    for error in (ModelRefused, ModelTemporary):
        with pytest.raises(error):
            _ = [piece async for piece in model.stream(REQUEST)]
    assert run.requests == 2
    assert run.usage == Usage()
    page = metrics.render().decode()
    assert 'outcome="refused"} 1.0' in page
    assert 'outcome="temporary"} 1.0' in page
