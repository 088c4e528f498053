"""File locks: busy, shared, gone with their holder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from bot.store.locks import make_exclusive, still_there, try_lock


def held(path: Path, *, shared: bool = False) -> int:
    lock = try_lock(path, shared=shared)
    assert lock is not None
    return lock


def test_a_lock_is_busy_until_its_holder_closes_it(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    lock = held(path)
    assert try_lock(path) is None
    assert try_lock(path, shared=True) is None
    os.close(lock)
    os.close(held(path))


def test_the_last_of_those_who_share_a_lock_can_have_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    one, other = held(path, shared=True), held(path, shared=True)
    assert not make_exclusive(one)
    os.close(one)
    assert make_exclusive(other)
    assert try_lock(path, shared=True) is None
    os.close(other)


def test_a_lock_on_a_removed_or_replaced_file_is_known_to_be_worthless(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    lock = held(path)
    assert still_there(lock, path)
    path.unlink()
    assert not still_there(lock, path)
    other = held(path)
    assert not still_there(lock, path)
    os.close(lock)
    os.close(other)


def test_a_file_that_is_removed_before_it_is_locked_gives_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.lock"
    flock = fcntl.flock

    def too_late(lock: int, operation: int) -> None:
        path.unlink()
        flock(lock, operation)

    monkeypatch.setattr(fcntl, "flock", too_late)
    assert try_lock(path) is None


def test_a_missing_file_is_made_only_where_that_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        try_lock(tmp_path / "a.lock", create=False)
    assert not os.listdir(tmp_path)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        try_lock(tmp_path / "a.lock")
    assert "elsewhere" not in os.listdir(tmp_path)
