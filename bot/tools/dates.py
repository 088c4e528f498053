"""Dates in words, in the bot's three languages. Pure, and independent of the machine's locale."""

from __future__ import annotations

import datetime as dt

from bot.tools.languages import language

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_HAN_DAYS = "一二三四五六日"


def date_label(date: dt.date, locale: str) -> str:
    """Spell a date: "Friday, 20 November 2026", "2026年11月20日 星期五"."""
    if language(locale) == "en":
        weekday, month = _WEEKDAYS[date.weekday()], _MONTHS[date.month - 1]
        return f"{weekday}, {date.day} {month} {date.year}"
    day = f"{date.year}年{date.month}月{date.day}日"
    return f"{day} 星期{_HAN_DAYS[date.weekday()]}"
