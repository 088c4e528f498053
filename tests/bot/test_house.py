"""What whoever starts the bot reads when a part of the house cannot be opened."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot import house
from bot.errors import ConfigError, StoreUnavailable
from bot.settings import Settings
from bot.store.embedded import EmbeddedStore
from bot.store.folders import prepare_folder


async def _refused(settings: Settings) -> str:
    async with AsyncExitStack() as stack:
        with pytest.raises(ConfigError) as refused:
            await house.open_store(settings, stack)
    return str(refused.value)


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "STORE_SECONDS", 0.0)
    monkeypatch.delenv("REDIS_URL", raising=False)


async def test_a_redis_that_does_not_answer_is_looked_for_at_its_setting() -> None:
    told = await _refused(Settings(redis_url="redis://127.0.0.1:1/0"))
    assert told.startswith("REDIS_URL: ")
    assert "leave REDIS_URL out for the embedded store" in told
    assert ".." not in told


@pytest.mark.parametrize("starts", [True, False], ids=["started", "not started"])
async def test_an_embedded_store_that_does_not_answer_is_looked_for_in_its_folder(
    starts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def start(_: EmbeddedStore) -> str:
        if not starts:
            raise StoreUnavailable("it is held by a process that does not serve us.")
        return "redis://127.0.0.1:1/0"

    monkeypatch.setattr(EmbeddedStore, "start", start)
    told = await _refused(Settings(data_dir=tmp_path))
    folder = prepare_folder(tmp_path)
    assert told.startswith(f"DATA_DIR: the embedded store in {folder.path} does not answer: ")
    assert f"Its log is {folder.log.name} in that folder" in told
    assert "`doctor`" in told
    assert "leave REDIS_URL out" not in told


async def test_a_data_folder_that_is_none_is_named_with_its_setting(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file where the folder should be")
    async with AsyncExitStack() as stack:
        with pytest.raises(
            ConfigError, match=r"^DATA_DIR: read '.*taken', but .*taken.*Expected: "
        ):
            await house._own(taken, stack)
