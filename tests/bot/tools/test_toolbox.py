"""The toolbox: what the engine holds."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from bot.errors import AskAgain
from bot.tools import tool
from bot.tools.registry import make_tool
from bot.tools.toolbox import Toolbox, open_toolbox

from .helpers import context

NOWHERE = "http://127.0.0.1:9"


async def test_the_names_and_parameters_of_the_contract() -> None:
    box = open_toolbox(forecast_url=NOWHERE, geocoding_url=NOWHERE)
    specs = {spec.name: spec for spec in box.specs}
    assert {"weather", "time", "code_review"} <= set(specs)
    for spec in specs.values():
        assert spec.parameters["type"] == "object"
        assert "default" not in str(spec.parameters.keys())
        assert "$ref" not in str(spec.parameters)
    assert "place" in specs["weather"].parameters["properties"]
    assert "place" in specs["time"].parameters["properties"]
    await box.close()


async def test_a_further_tool_of_the_bots_own_is_handed_in() -> None:
    async def measure(code: str) -> str:
        """Measure code."""
        return f"{len(code)} characters"

    box = open_toolbox(forecast_url=NOWHERE, geocoding_url=NOWHERE, also=[measure])
    assert (await box.call("measure", context(), '{"code": "x = 1"}')).text == "5 characters"
    await box.close()


async def test_a_tool_that_does_not_exist_is_the_models_to_correct() -> None:
    box = Toolbox({})
    with pytest.raises(AskAgain, match=r"no tool 'wether'\. The tools are: none"):
        await box.call("wether", context(), "{}")
    assert box.title("wether", "{}", "en") == "Using wether…"


async def test_a_title_that_fails_does_not_stop_the_tool() -> None:
    @tool(title=lambda arguments, locale: arguments["nothing"])
    async def odd() -> str:
        """Be odd."""
        return "fine"

    box = Toolbox({"odd": make_tool(odd)})
    assert box.title("odd", "{}", "en") == "Using odd…"
    assert (await box.call("odd", context(), "")).text == "fine"


async def test_no_log_line_carries_what_people_asked(caplog: pytest.LogCaptureFixture) -> None:
    box = open_toolbox(forecast_url=NOWHERE, geocoding_url=NOWHERE, pause=0)
    with caplog.at_level(logging.DEBUG):
        for name in ("weather", "time"):
            with pytest.raises(Exception, match=r"cannot be reached|Secretville"):
                await box.call(name, context(), '{"place": "Secretville"}')
    assert "Secretville" not in caplog.text
    await box.close()


def test_opening_it_reads_no_table() -> None:
    code = (
        "from bot.tools.toolbox import open_toolbox; from bot.tools import places, zones;"
        f"open_toolbox(forecast_url={NOWHERE!r}, geocoding_url={NOWHERE!r});"
        "assert not places._table.cache_info().currsize;"
        "assert not zones._names.cache_info().currsize"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)
