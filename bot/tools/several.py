"""Several places in one argument: a list, "Oslo; Rome", "Paris, Texas and Tokyo".

Where the writing leaves no doubt, `apart` cuts. Commas and "and" are also parts of names, so that
`parted` cuts there only when every part turns out to be a place; its callers have looked for the
whole before. Used by the weather and the clock.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from bot.tools import places

_CERTAIN = re.compile(r"[;；、\n]")
_COMMA = re.compile(r"\s*[,，]\s*")
_HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"
_AND = re.compile(
    rf"\s+(?:and|plus)\s+|\s*&\s*|(?<={_HAN})\s*(?:以及|和|与|與|及|跟)\s*(?={_HAN})",
    re.IGNORECASE,
)
_LEADING_AND = re.compile(rf"(?:and\s+|&\s*|(?:以及|和|与|與|及)(?={_HAN}))", re.IGNORECASE)

_MOST_PARTS = 20
"""Parts that are tried; more is no list of places."""

_MOST_COMMAS = 4
"""Parts of one place's name: "Springfield, Sangamon County, Illinois, USA"."""

_SURE = 3
"""Places between commas alone that make a list; two are more often a misspelt "town, region"."""

_T = TypeVar("_T")


def joined(value: Any) -> Any:
    """Join a list of names, or one that is written as JSON, to a text that `apart` cuts."""
    if isinstance(value, str) and value.strip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return value
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return ";".join(value)
    return value


def apart(text: str) -> list[str]:
    """Cut `text` at semicolons, 、 and line breaks; each name once, without blanks around it."""
    names = (" ".join(each.split()) for each in _CERTAIN.split(text))
    return list(dict.fromkeys(name for name in names if name))


async def parted(text: str, find: Callable[[str], Awaitable[_T | None]]) -> list[_T]:
    """Find each place of an enumeration; nothing when it is none, or when a part is no place.

    A region stays with its town: "Paris, Texas and Tokyo" is two places. A region whose town is
    not found there, "Springfield, Ireland and Tokyo", is no place of its own.
    """
    runs = enumerated(text)
    if sum(map(len, runs)) > _MOST_PARTS or (len(runs) == 1 and len(runs[0]) < _SURE):
        return []
    found: list[_T] = []
    for run in runs:
        before = ""
        while run:
            place, size = await _longest(run, find)
            name, run = ", ".join(run[:size]), run[size:]
            if place is None or (before and places.is_area(name) and not places.is_area(before)):
                return []
            found.append(place)
            before = name
    return found if len(runs) > 1 or len(found) >= _SURE else []


def enumerated(text: str) -> list[list[str]]:
    """Cut `text` at every "and" that belongs to no name, and each of these runs at its commas."""
    runs: list[list[str]] = [[]]
    for piece in filter(None, _COMMA.split(text.strip())):
        name = piece
        if _LEADING_AND.match(piece) and not places.find(piece):
            name = _LEADING_AND.sub("", piece, count=1)
            runs.append([])
        first, *others = _between_ands(name)
        runs[-1].append(first)
        runs += [[each] for each in others]
    return [kept for run in runs if (kept := [name for name in run if name])]


def _between_ands(text: str) -> list[str]:
    """Cut at "and", but not inside the name of a country or city: "Trinidad and Tobago"."""
    words, ands = _AND.split(text), _AND.findall(text)
    if len(words) > _MOST_PARTS:
        return words
    names = words[:1]
    for between, word in zip(ands, words[1:], strict=True):
        whole = f"{names[-1]}{between}{word}"
        if places.find(whole):
            names[-1] = whole
        else:
            names.append(word)
    return names


async def _longest(
    run: list[str], find: Callable[[str], Awaitable[_T | None]]
) -> tuple[_T | None, int]:
    """Find the place that takes up most of the start of `run`, and of how many parts it is."""
    for size in range(min(len(run), _MOST_COMMAS), 0, -1):
        place = await find(", ".join(run[:size]))
        if place is not None:
            return place, size
    return None, 0
