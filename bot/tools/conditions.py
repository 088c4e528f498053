"""Weather codes and wind directions in words.

The codes are WMO table 4677 as far as Open-Meteo uses it (https://open-meteo.com/en/docs, "WMO
Weather interpretation codes"). Pure.
"""

from __future__ import annotations

from bot.tools.languages import language

_CODES: dict[int, tuple[str, str, str, str]] = {
    0: ("☀️", "clear sky", "晴", "晴朗"),
    1: ("🌤️", "mainly clear", "大致晴朗", "大致晴朗"),
    2: ("⛅", "partly cloudy", "局部多云", "局部多雲"),
    3: ("☁️", "overcast", "阴", "陰天"),
    45: ("🌫️", "fog", "雾", "有霧"),
    48: ("🌫️", "fog with rime", "雾凇", "霧淞"),
    51: ("🌦️", "light drizzle", "小毛毛雨", "小毛毛雨"),
    53: ("🌦️", "drizzle", "毛毛雨", "毛毛雨"),
    55: ("🌧️", "dense drizzle", "密集毛毛雨", "密集毛毛雨"),
    56: ("🌧️", "light freezing drizzle", "轻微冻毛毛雨", "輕微凍毛毛雨"),
    57: ("🌧️", "freezing drizzle", "冻毛毛雨", "凍毛毛雨"),
    61: ("🌦️", "light rain", "小雨", "小雨"),
    63: ("🌧️", "rain", "中雨", "中雨"),
    65: ("🌧️", "heavy rain", "大雨", "大雨"),
    66: ("🌧️", "light freezing rain", "小冻雨", "小凍雨"),
    67: ("🌧️", "heavy freezing rain", "大冻雨", "大凍雨"),
    71: ("🌨️", "light snow", "小雪", "小雪"),
    73: ("🌨️", "snow", "中雪", "中雪"),
    75: ("❄️", "heavy snow", "大雪", "大雪"),
    77: ("🌨️", "snow grains", "米雪", "米雪"),
    80: ("🌦️", "light rain showers", "小阵雨", "小陣雨"),
    81: ("🌧️", "rain showers", "阵雨", "陣雨"),
    82: ("⛈️", "violent rain showers", "强阵雨", "強陣雨"),
    85: ("🌨️", "light snow showers", "小阵雪", "小陣雪"),
    86: ("❄️", "heavy snow showers", "强阵雪", "強陣雪"),
    95: ("⛈️", "thunderstorm", "雷暴", "雷暴"),
    96: ("⛈️", "thunderstorm with light hail", "雷暴伴小冰雹", "雷暴伴小冰雹"),
    99: ("⛈️", "thunderstorm with heavy hail", "雷暴伴大冰雹", "雷暴伴大冰雹"),
}
"""Code -> sign, English, 简体中文, 繁體中文."""

_UNKNOWN = ("🌡️", "unknown conditions", "天气状况未知", "天氣狀況不明")

_COMPASS = {
    "en": ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest"),
    "zh-CN": ("北风", "东北风", "东风", "东南风", "南风", "西南风", "西风", "西北风"),
    "zh-TW": ("北風", "東北風", "東風", "東南風", "南風", "西南風", "西風", "西北風"),
}
"""Where the wind comes from, clockwise in steps of 45 degrees."""


def condition(code: int | None, locale: str) -> str:
    """Put a weather code into words."""
    entry = _entry(code)
    return entry[("en", "zh-CN", "zh-TW").index(language(locale)) + 1]


def sign(code: int | None, is_day: bool = True) -> str:
    """Choose an emoji for a weather code."""
    if not is_day and code in (0, 1):
        return "🌙"
    return _entry(code)[0]


def wind_from(degrees: float, locale: str) -> str:
    """Name the direction that the wind comes from."""
    return _COMPASS[language(locale)][round(degrees / 45) % 8]


def _entry(code: int | None) -> tuple[str, str, str, str]:
    return _UNKNOWN if code is None else _CODES.get(code, _UNKNOWN)
