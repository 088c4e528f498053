"""JSON that any store can carry, whatever strangers wrote: what all codecs of stored values share.

Pure; knows no kind of value. Called by every room that writes values for the store.
"""

from __future__ import annotations

import json
from typing import Any


def dump(adapter: Any, value: Any) -> str:
    """Write a value as JSON by its pydantic adapter, without its defaults.

    Halves of characters (lone surrogates, which some clients send and UTF-8 cannot carry) become
    U+FFFD: an event must be storable whatever it holds.
    """
    try:
        written: bytes = adapter.dump_json(value, exclude_defaults=True)
        return written.decode()
    except ValueError:
        return plain(adapter.dump_python(value, exclude_defaults=True))


def plain(value: Any) -> str:
    """Write plain data (dicts, lists, text, numbers) as JSON, with U+FFFD for lone surrogates."""
    return sound(json.dumps(value, ensure_ascii=False))


def sound(text: str) -> str:
    """Replace lone surrogates by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
