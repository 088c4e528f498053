"""What the tool `time` says, in the bot's three languages."""

from __future__ import annotations

from bot.tools.languages import Words

TITLE: Words = {
    "en": "Checking the time in {place}…",
    "zh-CN": "正在查询{place}的时间…",
    "zh-TW": "正在查詢{place}的時間…",
}
TITLE_PLAIN: Words = {
    "en": "Checking the time…",
    "zh-CN": "正在查询时间…",
    "zh-TW": "正在查詢時間…",
}
MOMENT: Words = {
    "en": "{label}: {date}, {time} ({zone})",
    "zh-CN": "{label}：{date} {time}（{zone}）",
    "zh-TW": "{label}：{date} {time}（{zone}）",
}
CONVERTED: Words = {
    "en": "{time} in {label} on {date} ({zone}) is:",
    "zh-CN": "{label}的 {date} {time}（{zone}）相当于：",
    "zh-TW": "{label}的 {date} {time}（{zone}）相當於：",
}
RELATIVE: dict[int, Words] = {
    -2: {"en": "two days before", "zh-CN": "前两天", "zh-TW": "前兩天"},
    -1: {"en": "the day before", "zh-CN": "前一天", "zh-TW": "前一天"},
    0: {"en": "the same day", "zh-CN": "同一天", "zh-TW": "同一天"},
    1: {"en": "the next day", "zh-CN": "后一天", "zh-TW": "後一天"},
    2: {"en": "two days later", "zh-CN": "后两天", "zh-TW": "後兩天"},
}
"""From UTC+14 to UTC-12 it can be two days."""
AHEAD: Words = {
    "en": "{hours} h ahead of the asker",
    "zh-CN": "比提问者早 {hours} 小时",
    "zh-TW": "比提問者早 {hours} 小時",
}
BEHIND: Words = {
    "en": "{hours} h behind the asker",
    "zh-CN": "比提问者晚 {hours} 小时",
    "zh-TW": "比提問者晚 {hours} 小時",
}
HERE: Words = {"en": "The asker ({zone})", "zh-CN": "提问者（{zone}）", "zh-TW": "提問者（{zone}）"}
HERE_UNKNOWN: Words = {
    "en": "Where the asker is, is not known: this is UTC (Unix time {unix}). To have the local "
    "time, name a city (“time in Berlin”) or set the time zone in the profile.",
    "zh-CN": "不知道提问者所在的时区，这里给出的是 UTC（Unix 时间 {unix}）。想要当地时间，"
    "请说出城市（例如“北京时间”），或在个人资料里设置时区。",
    "zh-TW": "不知道提問者所在的時區，這裡給出的是 UTC（Unix 時間 {unix}）。想要當地時間，"
    "請說出城市（例如「台北時間」），或在個人資料裡設定時區。",
}
AMBIGUOUS: Words = {
    "en": "“{text}” was taken to be {taken}; it can also mean: {others}.",
    "zh-CN": "这里的“{text}”取的是{taken}；它也可能指：{others}。",
    "zh-TW": "這裡的「{text}」取的是{taken}；它也可能指：{others}。",
}
SEVERAL: Words = {
    "en": "{place} has several time zones; this is {zone}. Others: {others}.",
    "zh-CN": "{place}有多个时区，这里是 {zone}。其他还有：{others}。",
    "zh-TW": "{place}有多個時區，這裡是 {zone}。其他還有：{others}。",
}
AREA_USED: Words = {
    "en": "“{place}” itself is not in the offline table; this is the time of {area}.",
    "zh-CN": "离线表里没有“{place}”本身；这是{area}的时间。",
    "zh-TW": "離線表裡沒有「{place}」本身；這是{area}的時間。",
}
GAP: Words = {
    "en": "{time} does not exist in {label} on that day: the clocks go forward. {meant} is meant.",
    "zh-CN": "{label}当天没有 {time}：时钟在那时拨快。这里取 {meant}。",
    "zh-TW": "{label}當天沒有 {time}：時鐘在那時撥快。這裡取 {meant}。",
}
TWICE: Words = {
    "en": "{time} comes twice in {label} on that day, because the clocks go back. This is the "
    "first ({first}); the second ({second}) is {hours} h later.",
    "zh-CN": "{label}当天有两个 {time}，因为时钟拨慢。这里是第一个（{first}）；第二个（{second}）"
    "晚 {hours} 小时。",
    "zh-TW": "{label}當天有兩個 {time}，因為時鐘撥慢。這裡是第一個（{first}）；第二個（{second}）"
    "晚 {hours} 小時。",
}
UNKNOWN: Words = {
    "en": "No place or time zone called “{text}” is known. Name a larger city nearby with its "
    "country, an IANA zone such as Europe/Berlin, or an offset such as UTC+8.",
    "zh-CN": "不认识名为“{text}”的地点或时区。请给出附近较大的城市和国家、IANA 时区（如 "
    "Asia/Shanghai）或偏移（如 UTC+8）。",
    "zh-TW": "不認識名為「{text}」的地點或時區。請給出附近較大的城市和國家、IANA 時區（如 "
    "Asia/Taipei）或偏移（如 UTC+8）。",
}
WHOSE: Words = {
    "en": "It is not known where the asker is, so whose {at} is meant? Give from_place, for "
    "example Tokyo.",
    "zh-CN": "不知道提问者在哪里，“{at}”指的是哪里的时间？请给出 from_place，例如东京。",
    "zh-TW": "不知道提問者在哪裡，「{at}」指的是哪裡的時間？請給出 from_place，例如東京。",
}
NO_TIME: Words = {
    "en": "“{at}” cannot be read as a time. Write it as 15:00 or 2026-03-29 15:00.",
    "zh-CN": "看不懂时间“{at}”。请写成 15:00 或 2026-03-29 15:00。",
    "zh-TW": "看不懂時間「{at}」。請寫成 15:00 或 2026-03-29 15:00。",
}
