"""File locks that die with whoever holds them.

The kernel frees a `flock` when the last descriptor of its holder closes, so a lock found busy means
a living holder, and no file's content is ever believed. Used by the embedded store's supervisor and
by the owners of leases; the keeper has its own few lines, because it runs without this package.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def try_lock(path: Path, *, shared: bool = False, create: bool = True) -> int | None:
    """Take the lock at `path` without waiting and return its descriptor, None when it is busy.

    The descriptor is not inherited by programs that are started; closing it gives the lock up.
    Raises FileNotFoundError when there is no such file (with `create`, no such folder).
    """
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | (os.O_CREAT if create else 0)
    lock = os.open(path, flags, 0o600)
    try:
        fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    except BaseException:
        os.close(lock)
        raise
    # Between opening and locking, the file may have been removed: that lock would guard nothing.
    if still_there(lock, path):
        return lock
    os.close(lock)
    return None


def make_exclusive(lock: int) -> bool:
    """Turn a shared lock into an exclusive one; False when others share it.

    After False the lock may be gone altogether (flock(2)), so this is for whoever is leaving.
    """
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def still_there(lock: int, path: Path) -> bool:
    """Tell whether `path` is still the file that was locked, not removed and not another one."""
    try:
        return os.path.samestat(os.fstat(lock), os.stat(path, follow_symlinks=False))
    except FileNotFoundError:
        return False
