"""The bot's own sentences that all platforms share, in English, 简体中文 and 繁體中文.

To add one, put the same key with the same placeholders into the three modules beside this one, or
into those of code reviews in `reviews/`; a test compares them and every call of `say` with them.
Model answers and logs never pass here.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from bot.wording import english, simplified, traditional
from bot.wording.reviews import english as reviews_english
from bot.wording.reviews import simplified as reviews_simplified
from bot.wording.reviews import traditional as reviews_traditional

Language: TypeAlias = Literal["en", "zh-Hans", "zh-Hant"]

TEXTS: Mapping[Language, Mapping[str, str]] = {
    "en": {**english.TEXTS, **reviews_english.TEXTS},
    "zh-Hans": {**simplified.TEXTS, **reviews_simplified.TEXTS},
    "zh-Hant": {**traditional.TEXTS, **reviews_traditional.TEXTS},
}

LONGEST_VALUE = 200
"""Characters of an inserted name: a file's name must not bury the sentence."""


def language(locale: str) -> Language:
    """Choose the language for a platform's locale such as `zh-TW`, `zh_Hans_HK` or `de`.

    The script decides where it is named, else the region (RFC 5646). Nobody else decides; what the
    playground's page does by itself is held to the same table by its tests.
    """
    tags = re.split(r"[-_.@]", locale.lower())  # a system's locale may end in .UTF-8
    if tags[0] not in ("zh", "cmn", "yue"):
        return "en"
    if "hans" in tags:
        return "zh-Hans"
    if "hant" in tags or {"tw", "hk", "mo"} & set(tags):
        return "zh-Hant"
    # Cantonese is written so unless it is that of the mainland (CLDR, likely subtags).
    return "zh-Hant" if tags[0] == "yue" and "cn" not in tags else "zh-Hans"


def say(key: str, locale: str, /, **values: object) -> str:
    """Return the sentence `key` in the language of `locale`, `values` put into its places.

    Raises KeyError for a key or value that the sentence does not know.
    """
    return _formatter.vformat(TEXTS[language(locale)][key], (), values)


def span(seconds: float, locale: str) -> str:
    """Write a length of time in its one fitting unit, rounded up: `40 seconds`, `2 hours`."""
    if seconds <= 90:
        return say("seconds", locale, count=max(1, math.ceil(seconds)))
    if seconds <= 90 * 60:
        return say("minutes", locale, count=math.ceil(seconds / 60))
    if seconds <= 36 * 3600:
        return say("hours", locale, count=math.ceil(seconds / 3600))
    return say("days", locale, count=math.ceil(seconds / 86_400))


class _Formatter(string.Formatter):
    """`{count:minute|minutes}` writes the number with the form that fits it."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            one, other = format_spec.split("|")
            return f"{value:,} {one if value == 1 else other}"
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            return value[: LONGEST_VALUE - 1] + "…"
        return str(super().format_field(value, format_spec))


_formatter = _Formatter()
