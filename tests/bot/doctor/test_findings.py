"""The `doctor` command: a line for each part, and no secret."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.doctor import Check, Finding, ok
from bot.doctor.findings import examined, line
from bot.settings import Settings
from tests.adapters.console.processes import ROOT, environment
from tests.servers.model import API_KEY, ModelServer, fails
from tests.servers.slack import LocalSlack
from tests.servers.weather import WeatherServer, troubles

Examined = Callable[..., Any]


async def test_when_all_is_well_each_part_says_so_and_the_exit_code_is_0(
    settings: Callable[..., Settings],
    doctor: Examined,
    model: ModelServer,
    slack: LocalSlack,
    weather: WeatherServer,
) -> None:
    weather.pin("Beijing", temperature_2m=21.5)
    code, found = await doctor(settings(**model.env, **slack.env()))
    assert {part: state for part, (state, _) in found.items()} == dict.fromkeys(
        ("settings", "store", "model", "weather", "clock", "slack"), "ok"
    )
    assert code == 0
    assert "OPENAI_API_KEY" in found["settings"][1]
    assert "embedded" in found["store"][1]
    assert "gpt-6-luna over Chat Completions at 127.0.0.1" in found["model"][1]
    assert "21.5 °C in Beijing" in found["weather"][1]
    assert "Acme" in found["slack"][1]
    assert not [call for call in slack.calls if call.method.startswith("chat.")]


async def test_one_fault_makes_the_exit_code_1_and_the_other_parts_are_examined_all_the_same(
    settings: Callable[..., Settings], doctor: Examined, weather: WeatherServer
) -> None:
    weather.trouble = troubles.refuses(400, "no")
    code, found = await doctor(settings())
    assert code == 1
    assert [state for state, _ in found.values()] == ["ok", "ok", "ok", "fault", "ok"]
    assert "offline helper" in found["model"][1]
    assert "OPENAI_API_KEY" in found["model"][1]
    assert "slack" not in found, "what is not configured is not examined"


async def test_no_secret_is_shown_and_each_line_stays_a_line(
    settings: Callable[..., Settings], doctor: Examined, model: ModelServer
) -> None:
    secret = "sk-proj-" + "z9y8" * 8
    message = f"no {secret} and no {API_KEY}\n\x1b[31mred " + "x" * 5_000
    model.script = [fails(400, message=message)]
    code, found = await doctor(settings(**model.env))
    state, text = found["model"]
    assert (code, state) == (1, "fault")
    assert secret not in text
    assert API_KEY not in text
    assert "\x1b" not in text
    assert len(text) < 1_000


async def test_as_a_program_it_prints_lines_and_no_trace(
    tmp_path: Path, weather: WeatherServer
) -> None:
    more = {**weather.env, "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor"),
        cwd=ROOT,
        env=environment(tmp_path, more),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = (each.decode() for each in await process.communicate())
    assert process.returncode == 1
    assert [told.split()[:2] for told in out.splitlines()] == [
        ["ok", "settings"],
        ["ok", "store"],
        ["fault", "model"],
        ["ok", "weather"],
        ["ok", "clock"],
    ]
    assert errors == ""


async def test_a_check_that_hangs_or_fails_by_a_bug_is_a_fault_and_no_trace(
    settings: Callable[..., Settings],
) -> None:
    async def hang(_: Settings) -> Finding:
        await asyncio.sleep(60)
        return ok("never")

    async def fail(_: Settings) -> Finding:
        raise ZeroDivisionError("a bug")

    hung = await examined(Check("hung", hang), settings(), seconds=0.05)
    failed = await examined(Check("failed", fail), settings())
    assert hung is not None
    assert failed is not None
    assert (hung.state, failed.state) == ("fault", "fault")
    assert "no answer within 0.05 s" in hung.text
    assert "ZeroDivisionError" in failed.text


def test_a_line_is_coloured_for_eyes_only() -> None:
    assert line("store", ok("fine"), coloured=False) == "ok       store     fine"
    assert line("store", ok("fine"), coloured=True) == "\x1b[32mok     \x1b[0m  store     fine"
