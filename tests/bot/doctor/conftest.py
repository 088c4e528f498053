"""Settings of a machine whose parts are all local, and the whole command over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import _checks
from bot.doctor import examine
from bot.settings import Settings, load_settings
from tests.servers.model import ModelServer
from tests.servers.slack import LocalSlack
from tests.servers.weather import WeatherServer


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
async def weather():
    async with WeatherServer() as server:
        yield server


@pytest.fixture
async def model():
    async with ModelServer(mode="compatible") as server:
        yield server


@pytest.fixture
async def slack():
    async with LocalSlack() as server:
        yield server


@pytest.fixture
def settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, weather: WeatherServer
) -> Callable[..., Settings]:
    """Make settings of a machine whose parts are all local; more may be named."""

    def make(**values: str) -> Settings:
        for name, value in {**weather.env, "DATA_DIR": str(tmp_path), **values}.items():
            monkeypatch.setenv(name, value)
        return load_settings(None)

    return make


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Examine, and return the exit code with the state and text of each part."""

    async def run(settings: Settings) -> tuple[int, dict[str, tuple[str, str]]]:
        code = await examine(settings, _checks())
        found = {}
        for told in capsys.readouterr().out.splitlines():
            state, part, text = told.split(None, 2)
            assert part not in found, "one line for each part"
            found[part] = (state, text)
        return code, found

    return run
