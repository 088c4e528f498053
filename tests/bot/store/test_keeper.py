"""The keeper: small, discreet, and never without its server."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from bot.store import keeper
from bot.store.locks import try_lock
from tests.bot.store.embedded_servers import (
    client,
    keeper_pid,
    kill_server,
    linux_only,
    remember,
    running,
    server_pid,
    until,
    used,
)

pytest_plugins = ("tests.bot.store.embedded_fixtures",)


def resident_kilobytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0])


def environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


@linux_only
async def test_the_keeper_is_small(data_dir: Path) -> None:
    async with used(data_dir):
        assert resident_kilobytes(keeper_pid(data_dir)) < 12 * 1024


@linux_only
async def test_neither_server_nor_keeper_is_handed_the_bots_secrets(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    async with used(data_dir):
        for pid in running(data_dir):
            assert b"secret" not in environment(pid)


async def test_the_servers_log_is_kept_small(data_dir: Path) -> None:
    log = data_dir / "store" / "server.log"
    async with used(data_dir) as url:
        with log.open("ab") as end:
            end.write(b"a long story\n" * 50_000)
        await until(lambda: log.stat().st_size <= keeper.LOG_BYTES)
        assert log.read_bytes().endswith(b"a long story\n")
        kill_server(url, signal.SIGTERM)
        await until(lambda: b"eady to exit" in log.read_bytes())


async def test_a_connection_that_the_server_cuts_is_not_taken_for_its_end(data_dir: Path) -> None:
    async with used(data_dir, idle_seconds=2) as url:
        pid = server_pid(url)
        with client(url) as store:
            store.client_kill_filter(_type="normal", skipme=True)
            await until(lambda: store.info("clients")["connected_clients"] == 3)
        assert server_pid(url) == pid


def test_an_unused_server_is_not_ended_while_someone_is_about_to_use_it(tmp_path: Path) -> None:
    coming = try_lock(tmp_path / "users.lock", shared=True)
    assert coming is not None
    assert keeper.shut_door(str(tmp_path)) is None
    os.close(coming)


def test_nobody_starts_to_use_a_server_that_is_about_to_be_ended(tmp_path: Path) -> None:
    door = keeper.shut_door(str(tmp_path))
    assert door is not None
    assert try_lock(tmp_path / "users.lock", shared=True) is None
    os.close(door)


@pytest.mark.usefixtures("each_server")
async def test_what_the_server_appends_is_brought_to_the_disk(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = b""

    def fsync(file: int) -> None:
        nonlocal synced
        synced += os.pread(file, 100_000, 0)

    async with used(data_dir) as url:
        remember(url, "kept")
        monkeypatch.setattr(os, "fsync", fsync)
        keeper.sync(str(data_dir / "store"))
    assert b"kept" in synced


def test_a_folder_without_files_is_nothing_to_sync(tmp_path: Path) -> None:
    keeper.sync(str(tmp_path / "nowhere"))
