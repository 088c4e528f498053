"""What models write for the weather's unit and days, where it is plain; the rest is handed back as
it came, for the tool's form to refuse. Pure; `bot.tools.weather` calls it.
"""

from __future__ import annotations

import re
from typing import Any

from bot.tools.forecast import MOST_DAYS

_CELSIUS = frozenset(
    {
        "c", "celsius", "celcius", "centigrade", "metric", "si", "degc", "degcelsius",
        "℃", "摄氏", "摄氏度", "攝氏", "攝氏度",
    }
)  # fmt: skip
_FAHRENHEIT = frozenset(
    {
        "f", "fahrenheit", "farenheit", "imperial", "us", "uscustomary", "degf", "degfahrenheit",
        "℉", "华氏", "华氏度", "華氏", "華氏度",
    }
)  # fmt: skip
_ANY_UNIT = frozenset({"auto", "automatic", "default", "local"})

_DAYS = {
    "today": 1, "now": 1, "current": 1, "currently": 1, "tonight": 1, "今天": 1, "今日": 1,
    "今晚": 1, "现在": 1, "現在": 1, "tomorrow": 2, "明天": 2, "明日": 2,
    "day after tomorrow": 3, "the day after tomorrow": 3, "后天": 3, "後天": 3,
    "week": 7, "a week": 7, "one week": 7, "1 week": 7, "this week": 7, "weekly": 7,
    "本周": 7, "本週": 7, "这周": 7, "這週": 7, "一周": 7, "一週": 7, "一星期": 7, "一個星期": 7,
    "一个星期": 7,
}  # fmt: skip
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "一": 1, "二": 2,
    "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
}  # fmt: skip
_COUNT = re.compile(
    r"(?:the )?(?:next |coming |未来|未來)?(?P<count>\d{1,3}|[a-z]+|[一二两兩三四五六七])"
    r"(?:[ -]?(?:days?|d)(?: forecast)?|天|日)?"
)
_ONE_DAY = re.compile(
    r"\d{4}-\d\d-\d\d|(?:this |on |the )?(?:week-?end|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"|(?:这|這|本)?(?:周|週|星期|礼拜|禮拜)[一二三四五六日天末]"
)


def unit(value: Any) -> Any:
    """Read what people and models write for a unit; None where they leave it to the place."""
    spelled = re.sub(r"[°º˚\s_.]|(?<=deg)rees?", "", str(value).lower())
    if spelled in _CELSIUS:
        return "celsius"
    if spelled in _FAHRENHEIT:
        return "fahrenheit"
    return None if spelled in _ANY_UNIT else value


def days(value: Any) -> Any:
    """Read "tomorrow" or "3 days" as a number; for one day of the week, the week that holds it."""
    if not isinstance(value, str):
        return value
    wish = " ".join(value.lower().split())
    if wish in _DAYS:
        return _DAYS[wish]
    if _ONE_DAY.fullmatch(wish):
        return MOST_DAYS
    count = _COUNT.fullmatch(wish)
    if count is None:
        return value
    word = count["count"]
    return int(word) if word.isdigit() else _NUMBERS.get(word, value)
