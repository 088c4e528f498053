"""Locales, and the language in which the bot speaks to people who have them, wherever it does."""

from __future__ import annotations

LANGUAGES = {
    "": "en",
    "en-US": "en",
    "de": "en",
    "zha": "en",
    "zh": "zh-Hans",
    "zh-CN": "zh-Hans",
    "zh_CN.UTF-8": "zh-Hans",
    "zh-SG": "zh-Hans",
    "zh-Hans-HK": "zh-Hans",
    "cmn": "zh-Hans",
    "ZH-tw": "zh-Hant",
    "zh_TW": "zh-Hant",
    "zh_TW.UTF-8": "zh-Hant",
    "zh-HK": "zh-Hant",
    "zh-MO": "zh-Hant",
    "zh-Hant": "zh-Hant",
    "zh-Hant-CN": "zh-Hant",
    "yue-HK": "zh-Hant",
    "yue": "zh-Hant",
    "yue-CN": "zh-Hans",
}
