"""Reads a point in time as people write it: "15:00", "3 pm tomorrow", "2026-03-29 02:30",
"下午3点半". Pure; what it cannot read is handed back as words, for it may be a place.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

_MOST = 80
"""Characters; no time is longer."""

_DAYS_AWAY = {
    "the day after tomorrow": 2, "day after tomorrow": 2, "tomorrow": 1, "today": 0, "tonight": 0,
    "yesterday": -1, "后天": 2, "後天": 2, "明天": 1, "今天": 0, "今晚": 0, "昨天": -1,
}  # fmt: skip
_NOW = frozenset({"now", "right now", "current", "current time", "现在", "現在", "此刻"})
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"

_DATES = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<number>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?:(?P<year>\d{4})年)?(?P<number>\d{1,2})月(?P<day>\d{1,2})[日号號]",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+{_MONTH}(?:,?\s+(?P<year>\d{{4}}))?\b",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}}))?",
    )
)
_WEEKDAY = re.compile(
    r"\b(?:next |this |on )?"
    r"(?P<name>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b"
    r"|(?:周|星期|礼拜|禮拜)(?P<han>[一二三四五六日天])",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?P<half>凌晨|早上|清晨|上午|中午|下午|傍晚|晚上|今晚)?\s*"
    r"(?<!\d)(?P<hour>\d{1,2})(?:\s*[:：.h点點时時]\s*(?P<minute>\d{2}|半|一刻)?分?)?"
    r"(?::\d{2}(?:\.\d+)?)?\s*(?P<ampm>[ap]\.?m\b\.?)?(?!\d)",
    re.IGNORECASE,
)
_NAMED = {"noon": 12, "midday": 12, "midnight": 0, "正午": 12, "中午": 12, "午夜": 0, "半夜": 0}
_LATE = frozenset({"下午", "傍晚", "晚上", "今晚"})
_FILLERS = re.compile(r"\b(?:at|on|in|the|o'?clock|time|uhr|hours|hrs)\b|[,，的]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time on somebody's clock: `local` has a zone only when the text gave an offset. `rest` are
    the words that are no part of it."""

    local: dt.datetime
    rest: str = ""


def is_now(text: str) -> bool:
    """Tell whether `text` names no time but the present; "now, 2026-11-20" is now."""
    return not text.strip() or text.partition(",")[0].strip().casefold() in _NOW


def read(text: str, now: dt.datetime) -> Moment | None:
    """Read `text` on the clock that shows `now`; None when there is no time in it."""
    text = " ".join(text.split())[:_MOST]
    now = now.replace(tzinfo=None, second=0, microsecond=0)
    if is_now(text):
        return Moment(now)
    if exact := _iso(text):
        return exact
    try:
        date, rest, dated = _date(text, now.date())
        time, rest = _time(rest)
        if time is None and not dated:
            return None
        local = dt.datetime.combine(date, time or dt.time())
    except (ValueError, OverflowError):
        return None
    return Moment(local, " ".join(_FILLERS.sub(" ", rest).split()))


def _iso(text: str) -> Moment | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return Moment(dt.datetime.fromisoformat(text).replace(second=0, microsecond=0))
    except ValueError:
        return None


def _date(text: str, today: dt.date) -> tuple[dt.date, str, bool]:
    """Take a day out of `text`; today when there is none. Raises ValueError for 30 February."""
    for form in _DATES:
        if match := form.search(text):
            parts = match.groupdict()
            month = parts.get("number") or _MONTHS.index(parts["month"].lower()[:3]) + 1
            date = dt.date(int(parts["year"] or today.year), int(month), int(parts["day"]))
            return date, _without(text, match), True
    for word, days in _DAYS_AWAY.items():
        if (at := text.casefold().find(word)) >= 0:
            # "tonight at 8" and 今晚8点 still tell which half of the day is meant
            rest = text[:at] + ("晚上" if word in ("tonight", "今晚") else " ")
            return (
                today + dt.timedelta(days),
                rest + _FILLERS.sub(" ", text[at + len(word) :]).lstrip(),
                True,
            )
    if match := _WEEKDAY.search(text):
        ahead = (_weekday(match) - today.weekday()) % 7
        return today + dt.timedelta(ahead), _without(text, match), True
    return today, text, False


def _weekday(match: re.Match[str]) -> int:
    if han := match["han"]:
        return "一二三四五六日".index(han.replace("天", "日"))
    name = match["name"].lower()[:3]
    return next(at for at, each in enumerate(_WEEKDAYS) if each.startswith(name))


def _time(text: str) -> tuple[dt.time | None, str]:
    """Take a time out of `text`. Raises ValueError for 25:00."""
    match = _CLOCK.search(text)
    if match is None:
        for word, hour in _NAMED.items():
            if (at := text.casefold().find(word)) >= 0:
                return dt.time(hour), f"{text[:at]} {text[at + len(word) :]}"
        return None, text
    hour, minute = int(match["hour"]), _minute(match["minute"])
    if (half := (match["ampm"] or "").lower()[:1]) and not 1 <= hour <= 12:
        half = ""  # "15:00 pm" is 15:00
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif match["half"]:
        hour = _chinese_hour(match["half"], hour)
    return dt.time(hour, minute), _without(text, match)


def _minute(text: str | None) -> int:
    words = {None: 0, "一刻": 15, "半": 30}
    return words[text] if text in words else int(text or 0)


def _chinese_hour(half: str, hour: int) -> int:
    if hour > 12:
        return hour
    if half in _LATE:
        return hour + 12 if hour < 12 else (0 if half != "下午" else 12)
    if half == "中午":
        return hour + 12 if hour < 3 else hour
    return 0 if hour == 12 and half == "凌晨" else hour


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"
