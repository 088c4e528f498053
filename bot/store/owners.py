"""Which of the processes that took leases have died, as far as their data folder tells.

Every process that takes leases is an owner with an id, and holds a lock file of that name. After a
crash the next process sees that the file is there and its lock is free, and need not wait for the
leases to run out. Freeing those leases is the caller's work; nothing here talks to the store.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from bot.store.locks import try_lock

_OWNER_ID = re.compile(r"[0-9a-f]{16}\Z")

# A lease lasts seconds. A free lock this old has nothing left to free and is only litter.
_STALE_AFTER_SECONDS = 24 * 3600


class OwnerLock:
    """One process's sign of life, and its view of the others' in the same data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.owner_id = secrets.token_hex(8)
        self._folder = data_dir / "owners"
        self._lock: int | None = None

    def acquire(self) -> None:
        """Show that this owner lives, until `release` or the end of the process.

        Call it before the first lease is taken. Raises OSError when the folder cannot be written.
        """
        if self._lock is not None:
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = try_lock(self._path(self.owner_id))
        self._sweep()

    def release(self) -> None:
        """End on purpose: nothing is left to recover, so the file goes with the lock."""
        if self._lock is None:
            return
        self._path(self.owner_id).unlink(missing_ok=True)
        os.close(self._lock)
        self._lock = None

    def dead_owners(self, ids: Iterable[str]) -> set[str]:
        """Return those that were started with this data folder and have died.

        An owner without a file here may live on another machine and is not among them. They stay
        dead to every process that asks, until their files are old enough to be swept away.
        """
        return {owner_id for owner_id in set(ids) if self._is_free(owner_id)}

    def _is_free(self, owner_id: str) -> bool:
        """Tell whether there is a lock of this owner and nobody holds it."""
        if not _OWNER_ID.match(owner_id):
            return False  # ids come back from the store: one that is not hex must not become a path
        try:
            # Shared, so that two processes asking at once do not look like a living owner.
            lock = try_lock(self._path(owner_id), shared=True, create=False)
        except FileNotFoundError:
            return False
        if lock is None:
            return False
        os.close(lock)
        return True

    def _sweep(self) -> None:
        oldest = time.time() - _STALE_AFTER_SECONDS
        for path in self._folder.glob("*.lock"):
            try:
                old = path.stat().st_mtime < oldest
            except FileNotFoundError:
                continue
            if old:
                self._remove_if_free(path)

    @staticmethod
    def _remove_if_free(path: Path) -> None:
        try:
            lock = try_lock(path, create=False)
        except FileNotFoundError:
            return
        if lock is not None:
            path.unlink(missing_ok=True)
            os.close(lock)

    def _path(self, owner_id: str) -> Path:
        return self._folder / f"{owner_id}.lock"
