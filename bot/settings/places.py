"""Where this code runs from, and what follows from that: the `.env` it reads, the data folder."""

from __future__ import annotations

import os
from pathlib import Path


def checkout() -> Path | None:
    """Return the folder of the source checkout that this code runs from, None when installed."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "pyproject.toml").is_file() else None


def default_data_dir() -> Path:
    """Choose `.data` in a checkout, else the user's data folder (XDG base directory spec)."""
    root = checkout()
    if root:
        return root / ".data"
    base = os.environ.get("XDG_DATA_HOME", "")
    home = Path(base) if os.path.isabs(base) else Path(os.path.expanduser("~/.local/share"))
    return home / "parley"


def _checkout_env() -> Path | None:
    root = checkout()
    return root / ".env" if root else None


CHECKOUT_ENV = _checkout_env()
"""The checkout's `.env`, whether or not it exists; None when installed."""
