"""What was typed before, kept in a small private file for the next run."""

from __future__ import annotations

import os
from pathlib import Path

from bot.guard.masking import mask

MOST = 1_000
"""Lines that are kept; the file is cut when it has grown to twice as many."""

LONGEST = 2_000
"""Characters of a line that are kept: nobody edits more of it again."""


class History:
    """The lines of one file. A disk that cannot be written costs the history, not the talk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> list[str]:
        """Return the kept lines, oldest first."""
        try:
            lines = self._path.read_text("utf-8", "replace").splitlines()
        except OSError:
            return []
        if len(lines) > 2 * MOST:
            self._rewrite(lines[-MOST:])
        return lines[-MOST:]

    def add(self, line: str) -> None:
        """Keep a line; its secrets are hidden."""
        kept = mask(" ".join(line.split())[:LONGEST])
        try:
            with open(
                self._open(self._path, os.O_APPEND), "a", encoding="utf-8", errors="replace"
            ) as file:
                file.write(kept + "\n")
        except OSError:
            pass  # see the class

    def _rewrite(self, lines: list[str]) -> None:
        draft = self._path.with_suffix(f".{os.getpid()}")
        try:
            with open(self._open(draft, os.O_TRUNC), "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
            draft.replace(self._path)
        except OSError:
            pass  # see the class

    @staticmethod
    def _open(path: Path, flags: int) -> int:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | flags, 0o600)
