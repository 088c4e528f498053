"""Safe ways into payloads: whatever a stranger put there, a field has the type that is asked for.

Pure. Called by whoever reads what a platform sends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Payload: TypeAlias = Mapping[str, Any]
"""An object as its platform spells it."""


def string(value: Payload, key: str) -> str:
    """Return a field if it is text, else nothing."""
    found = value.get(key)
    return found if isinstance(found, str) else ""


def number(value: Payload, key: str) -> int:
    """Return a field if it is a positive number, else 0."""
    found = value.get(key)
    return found if isinstance(found, int) and found > 0 else 0


def items(value: Payload, key: str) -> Sequence[Any]:
    """Return a field if it is a list, else an empty one."""
    found = value.get(key)
    return found if isinstance(found, list | tuple) else ()


def objects(value: Payload, key: str) -> Sequence[Payload]:
    """Return the objects of a list field, of anything else nothing."""
    return [one for one in items(value, key) if isinstance(one, Mapping)]


def mapping(value: object) -> Payload:
    """Return an object if it is one, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def sound(text: str) -> str:
    """Replace halves of characters, which no network or store can carry."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
