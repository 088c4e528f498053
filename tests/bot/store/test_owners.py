"""Owners of leases: who lives, who died, who is not from here."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.store.owners import OwnerLock

_OWNER = """
import sys
from pathlib import Path
from bot.store.owners import OwnerLock

owner = OwnerLock(Path(sys.argv[1]))
owner.acquire()
print(owner.owner_id, flush=True)
sys.stdin.readline()
owner.release()
"""


class Other:
    """Another bot process that owns leases."""

    def __init__(self, data_dir: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _OWNER, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.owner_id = self._process.stdout.readline().strip()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def end(self) -> None:
        self._process.communicate("end\n")


@pytest.fixture
def us(tmp_path: Path) -> OwnerLock:
    return OwnerLock(tmp_path)


def files(data_dir: Path) -> set[str]:
    return set(os.listdir(data_dir / "owners"))


def test_a_living_owner_is_not_dead_and_a_killed_one_is(tmp_path: Path, us: OwnerLock) -> None:
    other = Other(tmp_path)
    assert us.dead_owners([other.owner_id]) == set()
    other.kill()
    assert us.dead_owners([other.owner_id]) == {other.owner_id}


def test_an_owner_of_another_machine_is_not_dead(us: OwnerLock) -> None:
    us.acquire()
    stranger = "0123456789abcdef"
    assert us.dead_owners([stranger]) == set()
    us.release()


def test_a_clean_end_leaves_nothing_to_recover(tmp_path: Path, us: OwnerLock) -> None:
    other = Other(tmp_path)
    other.end()
    assert files(tmp_path) == set()
    assert us.dead_owners([other.owner_id]) == set()


def test_we_are_never_dead_to_ourselves(us: OwnerLock) -> None:
    us.acquire()
    us.acquire()
    assert us.dead_owners([us.owner_id]) == set()
    us.release()
    us.release()


def test_a_dead_owner_stays_dead_however_often_one_asks(tmp_path: Path, us: OwnerLock) -> None:
    other = Other(tmp_path)
    other.kill()
    assert us.dead_owners([other.owner_id]) == {other.owner_id}
    assert us.dead_owners([other.owner_id]) == {other.owner_id}


@pytest.mark.parametrize("owner_id", ["../file", "", "0123456789ABCDEF", "0123456789abcdef\n", "*"])
def test_an_id_that_is_not_ours_never_becomes_a_path(
    tmp_path: Path, us: OwnerLock, owner_id: str
) -> None:
    us.acquire()
    (tmp_path / "file.lock").touch()
    assert us.dead_owners([owner_id]) == set()
    assert (tmp_path / "file.lock").exists()
    us.release()


def test_files_of_owners_dead_for_more_than_a_day_are_swept_at_the_next_start(
    tmp_path: Path, us: OwnerLock
) -> None:
    long_dead, just_died, old_but_alive = (Other(tmp_path) for _ in range(3))
    long_dead.kill()
    just_died.kill()
    two_days_ago = time.time() - 2 * 24 * 3600
    for other in (long_dead, old_but_alive):
        os.utime(tmp_path / "owners" / f"{other.owner_id}.lock", times=(two_days_ago,) * 2)
    us.acquire()
    assert files(tmp_path) == {
        f"{owner_id}.lock" for owner_id in (just_died.owner_id, old_but_alive.owner_id, us.owner_id)
    }
    us.release()
    old_but_alive.end()
