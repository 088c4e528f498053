"""What is offered while somebody types a place: where they asked about before, then big cities.

Discord waits 3 s and asks at every few letters, so what a person asked about is kept in memory for
a minute. Limits: https://docs.discord.com/developers/interactions/application-commands#autocomplete.
"""

from __future__ import annotations

import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from adapters.common.promptness import reading
from bot.errors import StoreUnavailable
from bot.guard.masking import mask
from bot.store.notes import Notes
from bot.wording import Language, language

MOST_OFFERED = 25
LONGEST = 100
"""Characters of one suggestion."""

MOST_KEPT = 20
KEPT_SECONDS = 180 * 24 * 3600

FRESH_SECONDS = 60
MOST_KNOWN = 2_000
"""People remembered in one process."""

LONGEST_NAME = 60
"""Characters of a place that is kept."""

_COLUMN: dict[Language, int] = {"en": 0, "zh-Hans": 1, "zh-Hant": 2}

WELL_KNOWN: Sequence[tuple[str, str, str]] = (
    ("Beijing", "北京", "北京"),
    ("Shanghai", "上海", "上海"),
    ("Hong Kong", "香港", "香港"),
    ("Taipei", "台北", "臺北"),
    ("Singapore", "新加坡", "新加坡"),
    ("Tokyo", "东京", "東京"),
    ("Seoul", "首尔", "首爾"),
    ("Bangkok", "曼谷", "曼谷"),
    ("Delhi", "德里", "德里"),
    ("Dubai", "迪拜", "杜拜"),
    ("Istanbul", "伊斯坦布尔", "伊斯坦堡"),
    ("Moscow", "莫斯科", "莫斯科"),
    ("Berlin", "柏林", "柏林"),
    ("Paris", "巴黎", "巴黎"),
    ("Madrid", "马德里", "馬德里"),
    ("Rome", "罗马", "羅馬"),
    ("London", "伦敦", "倫敦"),
    ("Lagos", "拉各斯", "拉哥斯"),
    ("Cairo", "开罗", "開羅"),
    ("Johannesburg", "约翰内斯堡", "約翰尼斯堡"),
    ("São Paulo", "圣保罗", "聖保羅"),
    ("Mexico City", "墨西哥城", "墨西哥城"),
    ("New York", "纽约", "紐約"),
    ("Chicago", "芝加哥", "芝加哥"),
    ("San Francisco", "旧金山", "舊金山"),
    ("Los Angeles", "洛杉矶", "洛杉磯"),
    ("Toronto", "多伦多", "多倫多"),
    ("Sydney", "悉尼", "雪梨"),
)

_COMMAS = re.compile(r"\s*[,，、;；]\s*")


def offered(typed: str, before: Sequence[str], locale: str, *, several: bool) -> list[str]:
    """Return what could be meant by `typed`, `before` first; of `several` places the last one is
    completed."""
    known, wanted = "", typed.strip()
    if several and (parts := _COMMAS.split(typed.lstrip())):
        *firsts, wanted = parts
        known = "".join(f"{first}, " for first in firsts if first)
    column = _COLUMN[language(locale)]
    names = dict.fromkeys((*before, *(row[column] for row in WELL_KNOWN)))
    also = {row[column]: row for row in WELL_KNOWN}
    fitting = [name for name in names if _fits(wanted, (name, *also.get(name, ())))]
    # What begins as it is typed comes first; the order is kept otherwise.
    fitting.sort(key=lambda name: not name.casefold().startswith(wanted.casefold()))
    whole = [known + name for name in fitting]
    return [one for one in whole if len(one) <= LONGEST][:MOST_OFFERED]


def apart(places: str) -> list[str]:
    """Return the places in a text."""
    return [one for one in _COMMAS.split(places.strip()) if one]


def _fits(wanted: str, names: Sequence[str]) -> bool:
    return any(wanted.casefold() in name.casefold() for name in names)


class Suggestions:
    """Remembers what each person asked about; `clock` in seconds."""

    def __init__(self, notes: Notes, clock: Callable[[], float] = time.monotonic) -> None:
        self._notes = notes
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, list[str]]] = OrderedDict()

    async def of(self, person: str, typed: str, locale: str, *, several: bool) -> list[str]:
        """Return suggestions; only the well-known ones where the store does not tell in time."""
        try:
            before = await self._before(person)
        except StoreUnavailable:
            before = []
        return offered(typed[:LONGEST], before, locale, several=several)

    async def learn(self, person: str, places: Sequence[str]) -> None:
        """Remember what a person has asked about, the newest first. Raises `StoreUnavailable`."""
        asked = [mask(" ".join(place.split()))[:LONGEST_NAME] for place in places]
        before = await self._before(person)
        kept = list(dict.fromkeys((*filter(None, asked), *before)))[:MOST_KEPT]
        if kept != before:
            self._remember(person, kept)
            text = json.dumps(kept, ensure_ascii=False)
            await self._notes.keep(_name(person), text, KEPT_SECONDS)

    async def _before(self, person: str) -> list[str]:
        at, known = self._known.get(person, (float("-inf"), []))
        if self._clock() - at > FRESH_SECONDS:
            async with reading():
                known = _read(await self._notes.read(_name(person)))
            self._remember(person, known)
        return known

    def _remember(self, person: str, places: list[str]) -> None:
        self._known[person] = (self._clock(), places)
        self._known.move_to_end(person)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)


def _name(person: str) -> str:
    return f"discord/places/{person}"


def _read(text: str) -> list[str]:
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
