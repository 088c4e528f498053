"""Reads values out of a service's JSON without trusting it: each is of its type or `Garbled`.

Pure; used by `bot.tools.geocoding` and `bot.tools.forecast`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


class Garbled(Exception):
    """The answer does not have the documented form; the text names the key, never a value."""


def number(value: Any, key: str) -> float:
    """Read a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Garbled(key)
    try:
        result = float(value)
    except OverflowError:
        raise Garbled(key) from None
    if not math.isfinite(result):
        raise Garbled(key)
    return result


def number_or_none(value: Any) -> float | None:
    """Read a number that the service may not have."""
    try:
        return number(value, "")
    except Garbled:
        return None


def text(value: Any, most: int = 100) -> str:
    """Read a short text on one line; anything else reads as nothing."""
    return " ".join(value.split())[:most] if isinstance(value, str) else ""


def mapping(value: Any, key: str) -> Mapping[str, Any]:
    """Read an object."""
    if not isinstance(value, dict):
        raise Garbled(key)
    return value


def series(value: Any, key: str) -> list[Any]:
    """Read a list."""
    if not isinstance(value, list):
        raise Garbled(key)
    return value
