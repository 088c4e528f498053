"""Through the engine: a call whose meaning is plain costs no further round with the model."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.models.port import Result
from bot.models.scripted import Scripted, calling
from bot.tools.toolbox import Toolbox, open_toolbox
from tests.bot.turn_helpers import run_engine
from tests.servers.weather import WeatherServer


@pytest.fixture
async def box() -> AsyncIterator[Toolbox]:
    async with WeatherServer() as service:
        opened = open_toolbox(forecast_url=service.url, geocoding_url=service.url, pause=0)
        yield opened
        await opened.close()


CALLS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("weather", {"place": "Beijing", "units": "celsius"}, ["°C"]),
    ("weather", {"location": "Beijing, CN", "unit": "metric", "forecast_days": "3"}, ["°C"]),
    ("weather", {"city": "Tokyo", "date": "tomorrow", "language": "en"}, ["'language'"]),
    ("weather", {"place": ["Beijing", "Tokyo"], "days": 1}, ["in Beijing", "in Tokyo"]),
    ("weather", {"place": "Beijing, Shanghai and Tokyo"}, ["in Beijing", "in Tokyo"]),
    ("time", {"place": "Tokyo, Berlin and New York"}, ["JST", "CE", "New York"]),
    ("time", {"timezone": "Asia/Shanghai", "format": "24h"}, ["UTC+08:00", "'format'"]),
    ("time", {"city": "Beijing", "at": "now", "from_place": None}, ["Beijing"]),
]


@pytest.mark.parametrize(("name", "given", "facts"), CALLS)
async def test_the_answer_follows_the_first_call(
    box: Toolbox, name: str, given: dict[str, Any], facts: list[str]
) -> None:
    model = Scripted([calling((name, json.dumps(given))), "Here it is."])
    ran = await run_engine(model, *box.tools.values())
    assert ran.text == "Here it is."
    assert ran.run.requests == 2
    assert [step.ok for step in ran.run.steps] == [True]
    (result,) = [each for each in model.requests[1].messages if isinstance(each, Result)]
    assert all(fact in result.text for fact in facts)


async def test_a_call_that_is_not_plain_is_corrected_by_the_model(box: Toolbox) -> None:
    """The measure of the others: here the further round is there."""
    calls = [("weather", {"place": "Springfield, Narnia"}), ("weather", {"place": "Springfield"})]
    model = Scripted([*(calling((name, json.dumps(given))) for name, given in calls), "So it is."])
    ran = await run_engine(model, *box.tools.values())
    assert ran.run.requests == 3
    assert [step.ok for step in ran.run.steps] == [False, True]
