"""Reads a question by rules: what is wanted, for which places, when. Pure; English and Chinese.

`bot.models.offline` turns the wishes into tool calls. It understands little, and knows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from bot.models import offline_places as places

Kind: TypeAlias = Literal["weather", "time", "review"]


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that somebody wants to know.

    `places` are as written, "there" already resolved where it can be. `at` is a time to convert
    and `source` whose clock shows it. `days` counts from today, 0 when nothing was said.
    """

    kind: Kind
    places: tuple[str, ...] = ()
    days: int = 0
    unit: str = ""
    at: str = ""
    source: str = ""
    code: str = ""


_WEATHER = re.compile(
    r"\b(?:weather|forecasts?|temperatures?|rain(?:ing|y)?|snow(?:ing|y)?|sunny|windy?|humid(?:ity)?"
    r"|umbrella|degrees|how (?:hot|cold|warm)|(?:hot|cold|warm) (?:is|in))\b"
    r"|天气|天氣|气温|氣溫|温度|溫度|下雨|下雪|多少度|几度|幾度|预报|預報|带伞|帶傘",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\btimes?\b(?! zone converter)|\bo'?clock\b|\bclock\b|\bwhat (?:day|date)\b|\bdate\b"
    r"|几点|幾點|时间|時間|几号|幾號|星期几|星期幾|时区|時區|日期|现在.{0,6}点|現在.{0,6}點",
    re.IGNORECASE,
)
_REVIEW = re.compile(r"\breview\b|审查|審查|评审|評審|检查.{0,6}代码|檢查.{0,6}程式", re.IGNORECASE)
_CODE = re.compile(r"^(`{3,})[^\n]*\n(.*?)^\1", re.DOTALL | re.MULTILINE)
_AT = re.compile(
    r"\b\d{1,2}(?::\d{2})?\s*[ap]\.?m\b\.?|(?<![+\-\d])\b\d{1,2}:\d{2}\b|\b\d{1,2}\s*o'?clock\b|\bnoon\b"
    r"|\bmidnight\b"
    r"|(?:凌晨|早上|上午|中午|下午|傍晚|晚上)?\s*\d{1,2}\s*(?:[点點时時]\s*(?:半|\d{1,2}分?)?|[:：]\d{2})",
    re.IGNORECASE,
)
_CONVERTS = re.compile(
    r"\bwhat\b|\bwhen\b|\bconvert\b|=|多少|等于|等於|相当于|相當於", re.IGNORECASE
)
_NAME = re.compile(r"^\[[^\]\n]{1,80}\]\s*")
_FILE = re.compile(r"\n\n\[file [^\n]*\]", re.DOTALL)
_MENTION = re.compile(r"<@[^>]*>|(?<!\w)@[\w.-]+")
_AGAIN = re.compile(
    r"^\s*(?i:(?:and|ok(?:ay)?|also|then|so|what about|how about|same)\b|那|还有|還有|和)"
    r"|呢[?？]?\s*$|^\s*in\b|^\s*[^\W\da-z]\S*(?: \S+){0,3}[?？]$",
)
_DAYS = (
    (re.compile(r"day after tomorrow|后天|後天", re.IGNORECASE), 3),
    (re.compile(r"\btomorrow\b|\btmrw?\b|明天|明日", re.IGNORECASE), 2),
    (
        re.compile(
            r"\b(?:this|next|the|coming) week(?:end)?\b|\bweekly\b|\bweekend\b", re.IGNORECASE
        ),
        7,
    ),
    (re.compile(r"一周|一週|本周|本週|这周|這週|这一周|周末|週末|七天"), 7),
)
_COUNTED = re.compile(
    r"(\d{1,2}|two|three|four|five|six|seven|[两兩二三四五六七])\s*-?\s*(?:days?\b|天)",
    re.IGNORECASE,
)
_NUMBERS = {
    **{word: at for at, word in enumerate(("two", "three", "four", "five", "six", "seven"), 2)},
    **{word: at for at, word in enumerate("二三四五六七", 2)},
    "两": 2,
    "兩": 2,
}
_MOST_DAYS = 16
_FAHRENHEIT = re.compile(r"fahrenheit|°\s?F\b|华氏|華氏", re.IGNORECASE)
_CELSIUS = re.compile(r"celsius|centigrade|°\s?C\b|摄氏|攝氏", re.IGNORECASE)
_SHORT = 60
"""Characters of a follow-up: what is longer is a question of its own."""


def read(text: str) -> tuple[Wish, ...]:
    """Read one question by itself, in the order in which it asks; wishes may lack a place."""
    code = _CODE.search(text)
    words = plain(text)
    if code and _REVIEW.search(words):
        return (Wish("review", code=code.group(2)),)
    wishes = _wishes(words)
    if converted := _conversion(words):
        wishes = [converted, *(wish for wish in wishes if wish.kind == "weather")]
    return tuple(dict.fromkeys(wishes))


def follow(text: str, before: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """Read a question that may lean on the wishes `before` it in the thread, newest last.

    "and in Tokyo?" asks the same for another place, "and tomorrow?" the same for another day,
    "what time is it there?" something else about the same place.
    """
    known = next((wish.places for wish in reversed(before) if wish.places), ())
    if wishes := read(text):
        return tuple(wish if wish.places else replace(wish, places=known) for wish in wishes)
    words = plain(text)
    asked = [wish for wish in before if wish.kind != "review"]
    if not asked or len(words) > _SHORT or not _AGAIN.search(words):
        return ()
    found, days, unit = tuple(places.named(words)), _days(words), _unit(words)
    moved = [
        replace(wish, places=found or wish.places, days=days or wish.days, unit=unit or wish.unit)
        for wish in asked
        if found or (wish.kind == "weather" and (days or unit))
    ]
    return tuple(dict.fromkeys(moved))


def plain(text: str) -> str:
    """Return what the person said: without their name, mentions, code and files."""
    text = _CODE.sub(" ", _FILE.split(_NAME.sub("", text), maxsplit=1)[0])
    return " ".join(_MENTION.sub(" ", text).split())


def _wishes(words: str) -> list[Wish]:
    """Read clause by clause. A place goes with the wishes beside it that have none: those after
    it ("weather in Beijing, and what time is it there?") and else those before."""
    wishes: list[Wish] = []
    named: tuple[str, ...] = ()
    for clause in places.clauses(words):
        kinds = _kinds(clause)
        found = tuple(places.named(clause, bare=bool(kinds)))
        named = found or named
        for kind in kinds:
            days, unit = (_days(clause), _unit(clause)) if kind == "weather" else (0, "")
            wishes.append(Wish(kind, named, days, unit))
        if kinds or not wishes:
            continue
        last = wishes[-1]
        days = (_days(clause) if last.kind == "weather" else 0) or last.days
        wishes[-1] = replace(last, places=(*last.places, *found), days=days)
    return [wish if wish.places else replace(wish, places=named) for wish in wishes]


def _kinds(clause: str) -> list[Kind]:
    found: list[tuple[int, Kind]] = []
    if weather := _WEATHER.search(clause):
        found.append((weather.start(), "weather"))
    if time := _TIME.search(clause):
        found.append((time.start(), "time"))
    return [kind for _, kind in sorted(found)]


def _conversion(words: str) -> Wish | None:
    """Read "3 pm Tokyo in Berlin" and "东京下午3点是柏林几点"."""
    at = _AT.search(words)
    asks_time = _TIME.search(words)
    if at is None or not (asks_time or _CONVERTS.search(words)):
        return None
    if _WEATHER.search(words) and not asks_time:
        return None
    source, targets = places.around(words[: at.start()], words[at.end() :])
    if not source:
        return None
    return Wish("time", tuple(targets) or ("here",), at=at.group().strip(), source=source)


def _days(clause: str) -> int:
    counted = _COUNTED.search(clause)
    if counted:
        said = counted.group(1).lower()
        return min(_NUMBERS.get(said, 0) or int(said), _MOST_DAYS)
    return next((days for form, days in _DAYS if form.search(clause)), 0)


def _unit(clause: str) -> str:
    if _FAHRENHEIT.search(clause):
        return "fahrenheit"
    return "celsius" if _CELSIUS.search(clause) else ""
