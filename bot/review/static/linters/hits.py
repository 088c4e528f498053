"""What a linter says of one file that it read, and how its JSON is taken apart. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found: rows and columns from 0, the end behind the last character."""

    rule: str
    message: str
    row: int
    column: int = 0
    end_row: int | None = None
    end_column: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said of one file; `broken` is where and why it cannot be parsed."""

    hits: tuple[Hit, ...] = ()
    broken: Hit | None = None


def items(text: str, key: str = "") -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Take a list out of a tool's JSON, item by item; raises ValueError for what is none.

    The list is all of the text, or what stands under the first key, which is `key`; returned are
    the object around it, in which it is empty, and its items. Megabytes decoded at once would let
    nothing else of the process run meanwhile, from whatever thread.
    """
    opening = rf'\s*\{{\s*"{re.escape(key)}"\s*:\s*\[\s*' if key else r"\s*\[\s*"
    if (begin := re.match(opening, text)) is None:
        raise ValueError("no list")
    found: list[dict[str, Any]] = []
    at = begin.end()
    while not text.startswith("]", at):
        item, end = _DECODER.raw_decode(text, at)
        found.append(item)
        at = _between(text, end)
    around = json.loads(begin[0] + text[at:])
    return (around if key else {}), found


def _between(text: str, at: int) -> int:
    """Return where the next item begins, or the list ends."""
    found = _BETWEEN.match(text, at)
    return found.end() if found else at
